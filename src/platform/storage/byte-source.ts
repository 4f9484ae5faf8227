import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createGunzip } from 'node:zlib';

import { InputError, isCodedError, PlatformError } from '../../contracts/errors.ts';
import type { Problem } from '../../contracts/errors.ts';
import type { ByteSource } from '../../table/index.ts';
import { nearestName } from '../../table/index.ts';

const CHUNK = 1 << 20;

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** An error of the file system or of zlib as a coded one: the user's where it concerns the file, else the machine's. */
export async function fileError(error: unknown, path: string, file: string = path): Promise<Error> {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return await notFound(path, file);
  if (code === 'EISDIR') {
    return new InputError({
      code: 'FORMAT_UNKNOWN',
      message: `${file} is a directory, expected a file`,
      file,
      hint: 'Name a file, or a glob such as dir/*.csv.',
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new InputError(
      {
        code: 'FILE_UNREADABLE',
        message: `${file} cannot be read: no permission`,
        file,
        hint: `Allow reading: chmod u+r ${file}.`,
      },
      { cause: error },
    );
  }
  if (code === 'ELOOP' || code === 'ENAMETOOLONG') {
    const what = code === 'ELOOP' ? 'its symbolic links lead in a circle' : 'its name is too long';
    const message = `${shortened(file)} cannot be read: ${what}`;
    return new InputError({ code: 'FILE_UNREADABLE', message }, { cause: error });
  }
  if (code === 'Z_BUF_ERROR') return damaged(file, 'is cut off: its gzip data ends too early', error);
  if (code.startsWith('Z_') || code === 'ERR_PADDING_AFTER_END')
    return damaged(file, 'is damaged: its gzip data cannot be unpacked', error);
  if (code === '') return error instanceof Error ? error : new Error(String(error));
  return new PlatformError(
    { code: 'DISK', message: `${file} cannot be read or written (${code})`, file },
    { cause: error },
  );
}

function damaged(file: string, how: string, cause: unknown): InputError {
  return new InputError(
    { code: 'FORMAT_BROKEN', message: `${file} ${how}`, file, hint: 'Fetch or write the file again.' },
    { cause },
  );
}

function shortened(name: string): string {
  return name.length > 200 ? `${name.slice(0, 200)}…` : name;
}

async function notFound(path: string, file: string): Promise<InputError> {
  const names = await readdir(dirname(path)).catch(() => null);
  const near = names === null ? null : nearestName(basename(path), names);
  const hints: string[] = [];
  if (names === null)
    hints.push(`There is no directory ${dirname(file) === '.' ? dirname(path) : dirname(file)}.`);
  else if (near !== null) hints.push(`Did you mean ${join(dirname(file), near)}?`);
  const problem: Problem = { code: 'FILE_NOT_FOUND', message: `${file} does not exist`, file };
  return new InputError(hints[0] === undefined ? problem : { ...problem, hint: hints[0] });
}

/** First bytes of a file (fewer where it is shorter) and its size. Throws coded errors for what cannot be read. */
export async function headOf(
  file: string,
  bytes: number,
  name: string = file,
): Promise<{ head: Buffer; size: number }> {
  try {
    const info = await stat(file);
    if (info.isDirectory()) throw Object.assign(new Error('directory'), { code: 'EISDIR' });
    // Opening a pipe waits for a writer, perhaps for ever; and tables are read more than once.
    if (!info.isFile()) throw notRegular(name);
    const handle = await open(file);
    try {
      const head = Buffer.alloc(bytes);
      const { bytesRead } = await handle.read(head, 0, bytes, 0);
      return { head: head.subarray(0, bytesRead), size: info.size };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw isCodedError(error) ? error : await fileError(error, file, name);
  }
}

function notRegular(file: string): InputError {
  const message = `${file} is a pipe or a device, expected a regular file`;
  return new InputError({
    code: 'FILE_UNREADABLE',
    message,
    file,
    hint: 'Write its content to a file first.',
  });
}

async function* readChunks(file: string, gzipped: boolean, name: string): AsyncGenerator<Uint8Array> {
  const raw = createReadStream(file, { highWaterMark: CHUNK });
  try {
    if (!gzipped) {
      yield* raw as AsyncIterable<Buffer>;
      return;
    }
    const unpacked = createGunzip({ chunkSize: CHUNK });
    raw.on('error', (error) => unpacked.destroy(error));
    yield* raw.pipe(unpacked) as AsyncIterable<Buffer>;
  } catch (error) {
    throw await fileError(error, file, name);
  } finally {
    raw.destroy();
  }
}

/** True where the bytes are gzip's. */
export function isGzip(head: Uint8Array): boolean {
  return head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b;
}

/** The bytes of a file, unpacked where it is gzip (by content, whatever its name). `name` is how messages call it. */
export async function fileSource(file: string, name: string = file): Promise<ByteSource> {
  const { head, size } = await headOf(file, 2, name);
  if (size === 0)
    throw new InputError({
      code: 'FILE_EMPTY',
      message: `${name} is empty`,
      file: name,
      hint: 'Expected rows.',
    });
  const gzipped = isGzip(head);
  // Text usually packs to a quarter; a wrong guess costs one copy of the columns.
  return { name, size: gzipped ? size * 4 : size, open: () => readChunks(file, gzipped, name) };
}
