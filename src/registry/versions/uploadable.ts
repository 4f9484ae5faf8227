import { join } from 'node:path/posix';

import { isCodedError, InputError, type Problem } from '../../contracts/errors.ts';
import { RelativePath } from '../../contracts/manifest.ts';
import type { Signature } from '../../contracts/signature.ts';
import {
  checkExternalData,
  checkFormats,
  inspectFile,
  type CheckedFile,
  type ExternalData,
  type FileFacts,
} from '../../formats/index.ts';
import type { ByteSource } from '../ports.ts';
import { bytesOf, digestOfSource, randomAccess } from './sources.ts';
import { CARD_NAME, MANIFEST_NAME, METRICS_NAME } from './names.ts';
import type { LocalDocument, LocalFile, Registration } from './types.ts';

/** Forms of GitHub's, AWS's, Slack's, Google's, Hugging Face's tokens, and of private keys. */
const TOKEN =
  /gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{40}|AKIA[0-9A-Z]{16}|xox[abprs]-[\w-]{20}|AIza[\w-]{35}|hf_[A-Za-z0-9]{34}|-----BEGIN [A-Z ]*PRIVATE KEY-----/;
/** Texts that hold settings are small; weights are not looked through. */
const LOOKED_THROUGH = 8 * 2 ** 20;

/** What is known of the files of a version before any of them is sent. */
export interface Inspected {
  /** By path. */
  readonly files: ReadonlyMap<string, { readonly format: string; readonly sha256: string }>;
  /** Inputs and outputs of the entry; null where its format does not say them. */
  readonly signature: Signature | null;
}

/**
 * Looks at everything that is to go up and refuses, all problems at once, what must never leave the machine or be loaded
 * by anybody: paths that lead out, hidden files such as `.git`, links, tokens and private keys, damaged models, formats
 * that hold code, weights outside of the version.
 *
 * @throws InputError FORMAT_REFUSED · MODEL_UNREADABLE · EXTERNAL_DATA · OUTPUT_MISSING the entry is not among the files
 */
export async function inspectFiles(registration: Registration): Promise<Inspected> {
  const { files, documents = [], entry, root = '/' } = registration;
  const problems: Problem[] = [...doubled(files), ...documents.flatMap(documentProblem(documents))];
  if (!files.some(({ path }) => path === entry))
    problems.push({ code: 'OUTPUT_MISSING', message: `${entry}, the entry, is not among the files` });
  const found = new Map<string, { format: string; sha256: string }>();
  const [checked, external]: [CheckedFile[], ExternalData[]] = [[], []];
  let signature: Signature | null = null;
  for (const { path, source } of [
    ...files,
    ...documents.map(({ name, source }) => ({ path: name, source })),
  ]) {
    const why = pathProblem(path) ?? (await secretIn(source));
    if (why !== null) problems.push(refused(path, why));
  }
  for (const file of files) {
    const why = placeProblem(file, root);
    if (why !== null) problems.push(refused(file.path, why));
    if (why !== null) continue;
    try {
      const inspected = await inspectFile(randomAccess(file.source), file.path);
      const { identified } = inspected;
      checked.push({ path: file.path, identified });
      if (inspected.external.length > 0) external.push({ model: file.path, names: inspected.external });
      if (file.path === entry) ({ signature } = inspected);
      // No asset holds an empty file: nothing else would compare its digest.
      const given = file.source.bytes === 0 ? undefined : file.sha256;
      const sha256 = given ?? (await digestOfSource(file.source));
      if (file.sha256 !== undefined && file.sha256 !== sha256)
        problems.push({
          code: 'INPUT_CHANGED',
          message: `${file.path}: it is empty now, which was not judged`,
        });
      found.set(file.path, { format: identified.format, sha256 });
    } catch (error) {
      if (!(isCodedError(error) && error instanceof InputError)) throw error;
      problems.push(...error.problems);
    }
  }
  problems.push(...external.flatMap((one) => checkExternalData(one, root, factsOf(files, root))));
  const weights = external.flatMap(({ model, names }) => names.map((name) => join(model, '..', name)));
  problems.push(...checkFormats(checked, registration.formats, new Set(weights)));
  if (problems.length > 0) throw new InputError(problems);
  return { files: found, signature };
}

function refused(file: string, why: string): Problem {
  return {
    code: 'FORMAT_REFUSED',
    message: `${file}: ${why}`,
    file,
    hint: 'Leave it out of the model’s outputs.',
  };
}

/** Paths that are one on a system that does not tell upper from lower case. */
function doubled(files: readonly LocalFile[]): Problem[] {
  const seen = new Set<string>();
  return files.flatMap(({ path }) => {
    const key = path.normalize('NFC').toLowerCase();
    const first = !seen.has(key);
    seen.add(key);
    return first ? [] : [refused(path, 'another file has this path, or differs from it in case alone')];
  });
}

/** Names that GitHub leaves as they are, each once, and none of our own. */
function documentProblem(documents: readonly LocalDocument[]): (one: LocalDocument) => Problem[] {
  return ({ name, source }) => {
    const others = [MANIFEST_NAME, METRICS_NAME, CARD_NAME, ...documents.map((one) => one.name)];
    const taken = others.filter((other) => other.toLowerCase() === name.toLowerCase()).length > 1;
    const kept = /^(?!.*\.\.)[A-Za-z0-9_+@-](?:[A-Za-z0-9._+@-]{0,198}[A-Za-z0-9_+@-])?$/.test(name);
    if (taken) return [refused(name, 'the name of this document is taken')];
    if (!kept) return [refused(name, 'GitHub would change the name of this document')];
    return source.bytes > 0 ? [] : [refused(name, 'it is empty, which no release asset can be')];
  };
}

function pathProblem(path: string): string | null {
  if (!RelativePath.safeParse(path).success) return 'its path is not a plain relative one';
  const hidden = path.split('/').some((part) => part.startsWith('.'));
  return hidden ? 'hidden files and folders are never registered' : null;
}

function placeProblem({ path, facts }: LocalFile, root: string): string | null {
  if (facts === undefined) return null;
  if (facts.kind !== 'file') return facts.kind === 'link' ? 'it is a link' : 'it is no regular file';
  return facts.realpath === join(root, path) ? null : 'it lies elsewhere: a folder on the way is a link';
}

function factsOf(files: readonly LocalFile[], root: string): (path: string) => FileFacts | null {
  return (path) => {
    const file = files.find((one) => one.path === path);
    if (file === undefined) return null;
    return file.facts ?? { kind: 'file', links: 1, realpath: join(root, path) };
  };
}

async function secretIn(source: ByteSource): Promise<string | null> {
  const bytes = await bytesOf(source, LOOKED_THROUGH);
  return bytes !== null && TOKEN.test(bytes.toString('latin1'))
    ? 'it holds what looks like a token or a private key'
    : null;
}
