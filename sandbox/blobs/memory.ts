import type { BlobStore } from '../kernel/message.ts';
import { measured, newMeter } from './meter.ts';

const PIECE = 256 * 1024;

export interface MemoryBlobs extends BlobStore {
  /** A store with the same blobs; what either keeps or removes from now on does not touch the other. */
  fork(): MemoryBlobs;
}

/** Blobs kept in memory, named in the order they come: same inputs, same names. */
export function memoryBlobs(kept?: ReadonlyMap<string, Uint8Array>, last = 0): MemoryBlobs {
  const blobs = new Map(kept);
  const keep = (bytes: Uint8Array): string => {
    const blob = (++last).toString(16).padStart(32, '0');
    blobs.set(blob, bytes);
    return blob;
  };
  const get = (blob: string): Uint8Array => {
    const bytes = blobs.get(blob);
    if (bytes === undefined) throw new Error(`no blob ${blob}`);
    return bytes;
  };

  return {
    put: (bytes) => ({ blob: keep(Uint8Array.from(bytes)), ...measured(bytes) }),
    async receive(stream, limit) {
      const meter = newMeter(limit);
      const chunks: Uint8Array[] = [];
      for await (const chunk of meter.measure(stream)) chunks.push(Uint8Array.from(chunk));
      return { blob: keep(Buffer.concat(chunks)), ...meter.result() };
    },
    read: (blob, range) => (range === undefined ? get(blob) : get(blob).subarray(range.start, range.end)),
    // eslint-disable-next-line @typescript-eslint/require-await -- a stream, as from a file
    async *stream(blob, range) {
      const bytes = get(blob).subarray(range?.start, range?.end);
      for (let at = 0; at < bytes.byteLength; at += PIECE) yield bytes.subarray(at, at + PIECE);
    },
    remove: (blob) => void blobs.delete(blob),
    fork: () => memoryBlobs(blobs, last),
  };
}
