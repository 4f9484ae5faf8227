import { createReadStream } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import type { FileFacts } from '../../formats/index.ts';
import type { ByteSource } from '../../registry/ports.ts';
import { fileError } from './byte-source.ts';

const CHUNK = 2 ** 20;

/** A file of a folder, with what the file system says of it. */
export interface FoundFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly source: ByteSource;
  readonly facts: FileFacts;
}

/** A file as bytes that can be read again and again. */
export async function localSource(file: string): Promise<ByteSource> {
  try {
    const { size } = await lstat(file);
    return {
      bytes: size,
      read: (start = 0) => createReadStream(file, { start, highWaterMark: CHUNK }),
    };
  } catch (error) {
    throw await fileError(error, file);
  }
}

/**
 * Everything below a folder that is no folder, by path; links are told, never followed. `root` is the folder's resolved
 * absolute path.
 */
export async function listFiles(
  folder: string,
): Promise<{ readonly root: string; readonly files: readonly FoundFile[] }> {
  const root = await realpath(folder).catch(async (error: unknown) => {
    throw await fileError(error, folder);
  });
  const files: FoundFile[] = [];
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const file = join(entry.parentPath, entry.name);
    const { nlink } = await lstat(file);
    const kind = entry.isFile() ? 'file' : entry.isSymbolicLink() ? 'link' : 'other';
    const facts = {
      kind,
      links: nlink,
      realpath: join(await realpath(entry.parentPath), entry.name),
    } as const;
    const path = relative(root, file).split(sep).join('/');
    files.push({ path, source: await localSource(file), facts });
  }
  return { root, files: files.sort((left, right) => (left.path < right.path ? -1 : 1)) };
}
