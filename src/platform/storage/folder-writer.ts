import { lstat, mkdir, open, realpath, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { InputError, isCodedError } from '../../contracts/errors.ts';
import { RelativePath } from '../../contracts/manifest.ts';
import type { FolderWriter } from '../../registry/ports.ts';
import { fileError } from './byte-source.ts';
import { temporaryName } from './sinks.ts';

/** Bytes of one write. */
const BATCH = 2 ** 20;

/** Files under `root`, which is made where it is missing. */
export async function openFolderWriter(root: string): Promise<FolderWriter> {
  try {
    await mkdir(root, { recursive: true });
    const top = await realpath(root);
    return { write: (path, chunks) => writeFile(top, path, chunks) };
  } catch (error) {
    throw await fileError(error, root);
  }
}

async function writeFile(root: string, path: string, chunks: AsyncIterable<Uint8Array>): Promise<string> {
  if (!RelativePath.safeParse(path).success) throw outside(path, 'is no relative path');
  const target = join(root, path);
  try {
    await makeFolders(root, path);
    if ((await factsOf(target))?.isDirectory() === true) throw outside(path, 'is a folder here');
    const temporary = temporaryName(target);
    try {
      await writeWhole(temporary, chunks);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return target;
  } catch (error) {
    throw isCodedError(error) ? error : await fileError(error, target);
  }
}

async function writeWhole(file: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  // Exclusive: never through a link that lies there.
  const handle = await open(file, 'wx');
  // One write is on its way while the next bytes come in: hashing and the disk share no time otherwise.
  let writing = Promise.resolve();
  let [batch, size]: [Uint8Array[], number] = [[], 0];
  const flush = async (): Promise<void> => {
    await writing;
    writing = writeAll(handle, batch, size);
    // Its failure is met by whoever waits for it next, which may be a while from now.
    writing.catch(() => undefined);
    [batch, size] = [[], 0];
  };
  try {
    for await (const chunk of chunks) {
      batch.push(chunk);
      size += chunk.length;
      if (size >= BATCH) await flush();
    }
    await flush();
    await writing;
    await handle.datasync();
  } finally {
    await writing.catch(() => undefined);
    await handle.close();
  }
}

/** At once and without a copy of the bytes; what the system did not take is written after it. */
async function writeAll(handle: FileHandle, batch: readonly Uint8Array[], size: number): Promise<void> {
  if (size === 0) return;
  let { bytesWritten: done } = await handle.writev(batch);
  if (done === size) return;
  const bytes = Buffer.concat(batch);
  while (done < size) done += (await handle.write(bytes, done, size - done)).bytesWritten;
}

/** Makes the folders on the way, one by one: none of them may be a link. */
async function makeFolders(root: string, path: string): Promise<void> {
  let folder = root;
  for (const part of path.split('/').slice(0, -1)) {
    folder = join(folder, part);
    await mkdir(folder).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
    if ((await factsOf(folder))?.isDirectory() !== true)
      throw outside(path, `leads through ${folder}, a link or a file`);
  }
  if ((await realpath(dirname(join(root, path)))) !== folder) throw outside(path, 'leads out of the folder');
}

async function factsOf(path: string): Promise<Awaited<ReturnType<typeof lstat>> | null> {
  return await lstat(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  });
}

function outside(path: string, why: string): InputError {
  return new InputError({
    code: 'EXISTS',
    message: `${JSON.stringify(path)} cannot be written: it ${why}`,
    hint: 'choose an empty folder',
  });
}
