import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

// Not the index: `init` and `check` would be loaded with it, on every run.
import { parseConfig } from '../config/parse.ts';
import type { Config } from '../config/index.ts';
import { CancelledError, CommandError, InputError, isCodedError } from '../contracts/errors.ts';
import type { PreparedData } from '../data/index.ts';
import { digestOf } from '../contracts/digest.ts';
import type { TrainResult } from '../training/index.ts';
import { prepareSide, slipwayDir, trainSide, type Origin } from './make-side.ts';
import type { BaseCommit, RunPorts } from './ports.ts';
import type { RunRequest } from './request.ts';
import type { Side } from './side.ts';

/** What a candidate is compared with, or why there is nothing. */
export type Baseline =
  | { readonly kind: 'model'; readonly base: BaseCommit; readonly side: Side }
  /** No base commit, or no such model there. */
  | { readonly kind: 'none'; readonly base: BaseCommit | null; readonly why: string }
  /** The base commit has the model and its own code or data cannot make it any more. */
  | { readonly kind: 'failed'; readonly base: BaseCommit; readonly why: string };

/**
 * The model of the base commit: its own config, code, environment and, where git keeps it, data. It is trained in a
 * checkout of that commit; nothing of the working tree takes part. An unchanged base costs one lookup.
 */
export async function findBaseline(candidate: Side, request: RunRequest, ports: RunPorts): Promise<Baseline> {
  const base = await ports.repository.base(request.base);
  if (base === null) return { kind: 'none', base, why: 'there is no commit to compare with yet' };
  const path = toPosix(relative(ports.repository.root, request.configFile));
  const text = await ports.repository.fileAt(base.commit, path);
  if (text === null) return { kind: 'none', base, why: `${base.ref} has no ${path}` };
  try {
    const config = baseConfig(text, `${path} at ${base.ref}`).models[candidate.model];
    if (config === undefined)
      return { kind: 'none', base, why: `${base.ref} has no model ${candidate.model}` };
    return { kind: 'model', base, side: await makeBaseline({ candidate, config, base }, request, ports) };
  } catch (error) {
    if (error instanceof CancelledError || !isCodedError(error)) throw error;
    // The candidate is not to blame: what cannot be compared is inconclusive, and the reason is said.
    if (error instanceof InputError || error instanceof CommandError)
      return { kind: 'failed', base, why: error.message };
    throw error;
  }
}

function baseConfig(text: string, file: string): Config {
  return parseConfig(text, file);
}

interface Wanted {
  readonly candidate: Side;
  readonly config: Side['config'];
  readonly base: BaseCommit;
}

async function makeBaseline(
  { candidate, config, base }: Wanted,
  request: RunRequest,
  ports: RunPorts,
): Promise<Side> {
  const root = join(slipwayDir(request), 'cache', 'trees', base.commit);
  if (!existsSync(root)) {
    request.onEvent({ kind: 'status', text: `checking out ${base.ref} …` });
    await ports.repository.checkout(base.commit, root);
  }
  const place = relative(ports.repository.root, request.folder);
  const tree = { root, dir: join(root, place, config.dir) };
  const origin: Origin = { name: 'baseline', model: candidate.model, config, tree, commit: base.commit };
  const data = await baselineData(origin, join(request.folder, config.dir), request, ports);
  return { ...origin, data, trained: await trainOnce(origin, data, request, ports) };
}

/**
 * A commit never changes: what it was trained to is noted, so that an unchanged base costs no look at its files.
 * Without the note, or where its outputs are gone, the ordinary way decides.
 */
async function trainOnce(
  origin: Origin,
  data: PreparedData,
  request: RunRequest,
  ports: RunPorts,
): Promise<TrainResult> {
  const { cache } = ports.training;
  const { commit, model, config } = origin;
  const { train, validation } = data.digests;
  const facts = {
    slipway: ports.machine.slipway,
    commit,
    model,
    config,
    train,
    validation,
    seed: request.seed,
  };
  const note = `base-${digestOf(facts).slice(0, 40)}`;
  const known = cache.readNote(note) as TrainResult | null;
  if (known !== null && known.seeds.every(({ outputsDir }) => existsSync(outputsDir))) return known;
  const trained = await trainSide(origin, data, request, ports);
  cache.writeNote(note, trained);
  return trained;
}

/** Data that git does not keep is not in a checkout: then both models are made of what lies in the working tree. */
async function baselineData(
  origin: Origin,
  workDir: string,
  request: RunRequest,
  ports: RunPorts,
): Promise<PreparedData> {
  try {
    return await prepareSide(origin.config, origin.tree.dir, request, ports);
  } catch (error) {
    const absent =
      error instanceof InputError &&
      error.problems.some(({ code }) => code === 'FILE_NOT_FOUND' || code === 'SQL_FAILED');
    if (!absent) throw error;
    return await prepareSide(origin.config, workDir, request, ports);
  }
}

function toPosix(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
