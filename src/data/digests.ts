import { stat } from 'node:fs/promises';

import type { Digest } from '../contracts/digest.ts';
import { digestOf } from '../contracts/digest.ts';
import { relativePath } from './locate.ts';
import type { DataConfig } from './schema.ts';
import { shapeOf } from './shape.ts';

/** A file of the data as it was digested. */
export interface DataFile {
  /** Relative to the model's directory, with forward slashes. */
  readonly path: string;
  readonly sha256: Digest;
  readonly bytes: number;
}

export type Role = 'source' | 'train' | 'validation' | 'test' | `suite:${string}`;

/**
 * Digest of a dataset: sha256 of the canonical JSON of its sorted (path, sha256), the split, how the table is shaped, and the
 * role. The same files split the same way have the same digest on every machine. Suites are not split.
 */
export function datasetDigest(files: readonly DataFile[], data: DataConfig, role: Role): Digest {
  const pairs = files.map(({ path, sha256 }): [string, string] => [path, sha256]);
  pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const split = role.startsWith('suite:') ? null : (data.split ?? null);
  return digestOf({ files: pairs, split, shape: shapeOf(data), role });
}

/** Digests files in order, one after the other (the digester caches by itself). */
export async function digestFiles(
  files: readonly string[],
  dir: string,
  digestFile: (path: string) => Promise<Digest>,
): Promise<DataFile[]> {
  const digested: DataFile[] = [];
  for (const file of files) {
    const { size } = await stat(file);
    digested.push({ path: relativePath(dir, file), sha256: await digestFile(file), bytes: size });
  }
  return digested;
}
