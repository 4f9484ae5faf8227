import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { StoredFile } from '../contracts/artifacts.ts';
import { digestOf, type Digest } from '../contracts/digest.ts';
import { InputError } from '../contracts/errors.ts';
import { artifactName, Handover } from '../contracts/judging.ts';

const RUN = 'run.json';
const MODEL = 'model/';
const PREDICTIONS = /^predictions\.(csv|parquet|arrow)$/;
const SUITE = /^suites\/([^/]+)\.(csv|parquet|arrow)$/;
const RUN_BYTES = 1024 * 1024;

/** What a pull request's run handed over, after its form and digests were checked. Paths are those of the artifact. */
export interface CheckedHandover {
  readonly claims: Handover;
  readonly predictions: StoredFile;
  /** Predictions on suites by name. */
  readonly suites: ReadonlyMap<string, string>;
  /** Files of the model; paths without `model/`. */
  readonly model: readonly StoredFile[];
  /** Digest of the model's files. */
  readonly candidate: Digest;
}

/**
 * Holds an unpacked artifact to its form: run.json by its schema, one file of predictions, the model's files, perhaps
 * predictions on suites; each with the size and digest that run.json says, and nothing else.
 *
 * @throws InputError ARTIFACT_REFUSED, DIGEST_MISMATCH
 */
export async function readHandover(
  dir: string,
  unpacked: readonly StoredFile[],
  artifact: string,
): Promise<CheckedHandover> {
  const claims = await readClaims(dir, unpacked);
  if (artifactName(claims.model) !== artifact)
    throw refused(
      `run.json speaks of model ${named(claims.model)}, which artifact ${named(artifact)} is not of`,
    );
  const files = unpacked.filter(({ path }) => path !== RUN);
  checkDigests(files, claims);
  const model: StoredFile[] = [];
  const suites = new Map<string, string>();
  const predictions: StoredFile[] = [];
  for (const file of files) {
    const suite = SUITE.exec(file.path)?.[1];
    if (file.path.startsWith(MODEL)) model.push({ ...file, path: file.path.slice(MODEL.length) });
    else if (PREDICTIONS.test(file.path)) predictions.push(file);
    else if (suite !== undefined && !suites.has(suite)) suites.set(suite, file.path);
    else throw refused(`${named(file.path)} is no part of what a run hands over`);
  }
  const [first, ...more] = predictions;
  if (first === undefined || more.length > 0)
    throw refused(
      `it holds ${predictions.length} files of predictions; expected predictions.parquet, .arrow or .csv`,
    );
  if (model.length === 0) throw refused('it holds no file below model/');
  return { claims, predictions: first, suites, model, candidate: filesDigest(model) };
}

/** Digest of a model: of its files by path and content. */
export function filesDigest(files: readonly Pick<StoredFile, 'path' | 'sha256'>[]): Digest {
  const listed = files.map(({ path, sha256 }) => [path, sha256] as const);
  return digestOf(listed.sort(([one], [other]) => (one < other ? -1 : 1)));
}

async function readClaims(dir: string, unpacked: readonly StoredFile[]): Promise<Handover> {
  const run = unpacked.find(({ path }) => path === RUN);
  if (run === undefined) throw refused('it holds no run.json');
  if (run.bytes > RUN_BYTES) throw refused(`run.json has ${run.bytes} bytes, at most ${RUN_BYTES} are read`);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(join(dir, RUN), 'utf8'));
  } catch {
    throw refused('run.json is not JSON');
  }
  const parsed = Handover.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${named(issue.path.join('.'))}`;
  throw refused(`run.json is not what is expected${where}: ${(issue?.message ?? '').slice(0, 200)}`);
}

function checkDigests(files: readonly StoredFile[], claims: Handover): void {
  const claimed = new Map(claims.files.map((file) => [file.path, file]));
  if (claimed.size !== claims.files.length) throw refused('run.json names a file twice');
  for (const { path, bytes, sha256 } of files) {
    const claim = claimed.get(path);
    claimed.delete(path);
    if (claim === undefined) throw refused(`run.json does not name ${named(path)}`);
    if (claim.bytes === bytes && claim.sha256 === sha256) continue;
    throw new InputError({
      code: 'DIGEST_MISMATCH',
      message: `${named(path)} has ${bytes} bytes of digest ${sha256}, run.json says ${claim.bytes} of ${claim.sha256}`,
    });
  }
  const [missing] = claimed.keys();
  if (missing !== undefined) throw refused(`run.json names ${named(missing)}, which is not there`);
}

/** What is not taken from an artifact. */
export function refused(why: string): InputError {
  return new InputError({ code: 'ARTIFACT_REFUSED', message: `the artifact is refused: ${why}` });
}

/** A name of somebody else's, inert and short. */
export function named(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
