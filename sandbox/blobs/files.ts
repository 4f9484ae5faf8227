import {
  closeSync,
  createReadStream,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

import { type Randomness, realRandomness } from '../kernel/environment.ts';
import type { BlobStore, Range } from '../kernel/message.ts';
import { measured, newMeter } from './meter.ts';

/**
 * Blobs as files of `directory`, which is made where it is missing. A blob is written beside and renamed, so that a
 * reader sees all of it or nothing; what a crash left half-written goes at the next start. One process per directory.
 */
export function fileBlobs(directory: string, random: Randomness = realRandomness): BlobStore {
  const partial = join(directory, 'partial');
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const newBlob = (): string => random.bytes(16).toString('hex');
  const place = (blob: string): string => join(directory, checked(blob));

  return {
    put(bytes) {
      const blob = newBlob();
      const path = join(partial, blob);
      writeFileSync(path, bytes);
      renameSync(path, place(blob));
      return { blob, ...measured(bytes) };
    },
    async receive(stream, limit) {
      const blob = newBlob();
      const path = join(partial, blob);
      const meter = newMeter(limit);
      try {
        await using file = await open(path, 'wx');
        for await (const chunk of meter.measure(stream)) await writeAll(file, chunk);
      } catch (error) {
        rmSync(path, { force: true });
        throw error;
      }
      renameSync(path, place(blob));
      return { blob, ...meter.result() };
    },
    read: (blob, range) => (range === undefined ? readFileSync(place(blob)) : readRange(place(blob), range)),
    stream: (blob, range) => streamRange(place(blob), range),
    remove(blob) {
      rmSync(place(blob), { force: true });
    },
  };
}

function checked(blob: string): string {
  if (!/^[0-9a-f]{32}$/.test(blob)) throw new Error(`not a blob: ${blob}`);
  return blob;
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.byteLength;) done += (await file.write(chunk, done)).bytesWritten;
}

function readRange(path: string, { start, end }: Range): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, Math.min(end, fstatSync(file).size) - start));
    for (let done = 0; done < bytes.length;) {
      done += readSync(file, bytes, done, bytes.length - done, start + done);
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

async function* streamRange(path: string, range: Range | undefined): AsyncGenerator<Uint8Array> {
  if (range !== undefined && range.end <= range.start) return;
  const bounds = range === undefined ? {} : { start: range.start, end: range.end - 1 };
  yield* createReadStream(path, { ...bounds, highWaterMark: 256 * 1024 }) as AsyncIterable<Uint8Array>;
}
