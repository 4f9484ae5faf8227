import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';

import type { StoredFile } from '../../contracts/artifacts.ts';
import { readZipDirectory, refusedArchive, type ZipEntry, type ZipLimits } from './zip-directory.ts';

export interface UnzipRequest {
  /** Absolute. */
  readonly archive: string;
  /** An empty folder of our own: nobody else writes there. */
  readonly into: string;
  readonly limits: ZipLimits;
  /** Links are never made: an archive that holds one is refused, or the link is left out. */
  readonly links: 'refuse' | 'skip';
  /** Folders at the beginning of each path that are left away. */
  readonly strip?: number;
}

/**
 * Unpacks an archive of somebody else's into a folder and says what it held, by path. All that its directory says is
 * checked before the first byte is unpacked, and each file against what the directory said of it.
 *
 * @throws InputError ARTIFACT_REFUSED with the reason; what was unpacked until then stays in the folder
 */
export async function unzip(request: UnzipRequest): Promise<readonly StoredFile[]> {
  const archive = await open(request.archive);
  try {
    const { size } = await archive.stat();
    const entries = await readZipDirectory(archive, size, request.limits);
    const link = entries.find(({ kind }) => kind === 'link');
    if (link !== undefined && request.links === 'refuse')
      throw refusedArchive(`holds ${JSON.stringify(link.path.slice(0, 100))}, which is a link`);
    const files: StoredFile[] = [];
    for (const entry of entries) {
      const path = entry.path
        .split('/')
        .slice(request.strip ?? 0)
        .join('/');
      if (entry.kind === 'file' && path !== '') files.push(await unpack(archive, entry, path, request));
    }
    return files.sort((one, other) => (one.path < other.path ? -1 : 1));
  } finally {
    await archive.close();
  }
}

async function unpack(
  archive: FileHandle,
  entry: ZipEntry,
  path: string,
  { into, archive: name }: UnzipRequest,
): Promise<StoredFile> {
  const file = join(into, path);
  await mkdir(dirname(file), { recursive: true });
  const digest = createHash('sha256');
  let bytes = 0;
  let sum = 0;
  async function* checked(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > entry.bytes) throw refusedArchive(`holds ${JSON.stringify(path)}, larger than it says`);
      sum = crc32(chunk, sum);
      digest.update(chunk);
      yield chunk;
    }
  }
  const target = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  if (entry.packed === 0) {
    await pipeline([], target);
  } else {
    const { start, packed } = entry;
    const source = createReadStream(name, {
      fd: archive.fd,
      autoClose: false,
      start,
      end: start + packed - 1,
    });
    if (entry.deflated) {
      const inflate = createInflateRaw();
      await pipeline(source, inflate, checked, target).catch((error: unknown) => throwDamaged(error, path));
      if (inflate.bytesWritten !== packed) throw damaged(path);
    } else {
      await pipeline(source, checked, target);
    }
  }
  if (bytes !== entry.bytes || sum !== entry.crc32) throw damaged(path);
  return { path, bytes, sha256: digest.digest('hex') };
}

function throwDamaged(error: unknown, path: string): never {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  throw code.startsWith('Z_') || code === 'ERR_TRAILING_JUNK_AFTER_STREAM_END' ? damaged(path) : error;
}

function damaged(path: string): Error {
  return refusedArchive(`holds ${JSON.stringify(path)}, which is not what its directory says`);
}
