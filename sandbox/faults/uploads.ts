import type { Faults } from './faults.ts';
import { TransportFault } from './thrown.ts';

/** Bytes on their way in, cut where the faults say; `size` is what was declared. */
export function faultyBytes(
  faults: Faults,
  bytes: AsyncIterable<Uint8Array>,
  size = 65_536,
): AsyncIterable<Uint8Array> {
  const cut = faults.nextCut(size);
  return cut === undefined ? bytes : cutAfter(bytes, cut);
}

async function* cutAfter(bytes: AsyncIterable<Uint8Array>, cut: number): AsyncGenerator<Uint8Array> {
  let left = cut;
  for await (const chunk of bytes) {
    if (chunk.byteLength > left) {
      if (left > 0) yield chunk.subarray(0, left);
      break;
    }
    left -= chunk.byteLength;
    yield chunk;
  }
  throw new TransportFault({ kind: 'reset' });
}
