import {
  createReadStream,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { measured, newMeter } from './meter.ts';
import { BlobMissing, type BlobStore, checkKey } from './store.ts';

/**
 * Blobs as files of `directory`, which is made where it is missing. A blob is written beside and renamed, so that
 * a reader sees all of it or nothing; what a crash left half-written goes at the next start. One process per directory.
 */
export function fileBlobs(directory: string): BlobStore {
  const partial = join(directory, '.partial');
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  let drafts = 0;
  const draft = (): string => join(partial, String(++drafts));
  const place = (key: string): string => join(directory, checkKey(key));
  const size = (key: string): number | undefined => statSync(place(key), { throwIfNoEntry: false })?.size;

  return {
    size,
    async write(key, source, limit) {
      const target = place(key);
      const path = draft();
      const meter = newMeter(limit);
      try {
        await using file = await open(path, 'wx');
        for await (const chunk of meter.measure(source)) await writeAll(file, chunk);
      } catch (error) {
        rmSync(path, { force: true });
        throw error;
      }
      renameSync(path, target);
      return meter.info();
    },
    put(key, bytes) {
      const path = draft();
      writeFileSync(path, bytes);
      renameSync(path, place(key));
      return measured(bytes);
    },
    read(key, range) {
      if (size(key) === undefined) throw new BlobMissing(key);
      return createReadStream(place(key), { ...range, highWaterMark: 256 * 1024 });
    },
    bytes(key) {
      if (size(key) === undefined) throw new BlobMissing(key);
      return readFileSync(place(key));
    },
    remove(key) {
      rmSync(place(key), { force: true });
    },
  };
}

async function writeAll(file: Awaited<ReturnType<typeof open>>, chunk: Uint8Array): Promise<void> {
  let offset = 0;
  while (offset < chunk.byteLength) {
    offset += (await file.write(chunk, offset)).bytesWritten;
  }
}
