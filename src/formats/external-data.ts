import { dirname, join } from 'node:path/posix';

import type { Problem } from '../contracts/errors.ts';

/** What the file system says of a path; `lstat`, never following links. */
export interface FileFacts {
  readonly kind: 'file' | 'link' | 'other';
  /** Names that the content has: hard links. */
  readonly links: number;
  /** The path with every link resolved, absolute, with `/`. */
  readonly realpath: string;
}

/** A model and the files it keeps its weights in, by the flat names that `readOnnxFile` found. */
export interface ExternalData {
  /** Path of the model within the version, with `/`. */
  readonly model: string;
  readonly names: readonly string[];
}

/**
 * Checks external data of an ONNX model before the version is registered or opened: each name must be listed among the
 * version's files, in the model's own folder, and be a regular file with one name only that really lies there. `root`
 * is the resolved absolute path of the version's folder; `factsOf` answers null for a path (within the version) that is
 * not listed or does not exist. One EXTERNAL_DATA problem for each name that is not so.
 */
export function checkExternalData(
  { model, names }: ExternalData,
  root: string,
  factsOf: (path: string) => FileFacts | null,
): Problem[] {
  return names.flatMap((name) => {
    const path = join(dirname(model), name);
    const wrong = whatIsWrong(path, name, root, factsOf);
    if (wrong === null) return [];
    return {
      code: 'EXTERNAL_DATA' as const,
      message: `${model}: keeps weights in ${JSON.stringify(name.slice(0, 200))}, which ${wrong}`,
      file: model,
      hint: 'Save the model with its weights inside, or put the weights as a plain file beside it and declare both as outputs.',
    };
  });
}

function whatIsWrong(
  path: string,
  name: string,
  root: string,
  factsOf: (path: string) => FileFacts | null,
): string | null {
  if (!isFlatName(name)) return 'is no plain file name';
  const facts = factsOf(path);
  if (facts === null) return 'is not among the files of the version';
  if (facts.kind === 'link') return 'is a link';
  if (facts.kind === 'other') return 'is no regular file';
  if (facts.links !== 1) return `has ${facts.links} names (hard links)`;
  return facts.realpath === join(root, path) ? null : 'lies elsewhere: a folder on the way is a link';
}

/** A file name with no way out of its folder on any system. */
export function isFlatName(name: string): boolean {
  return name.length <= 255 && name !== '.' && name !== '..' && /^[^/\\:\p{Cc}]+$/u.test(name);
}
