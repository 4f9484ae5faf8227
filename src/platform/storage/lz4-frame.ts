/**
 * Unpacks LZ4 frames (github.com/lz4/lz4: doc/lz4_Frame_format.md 1.6.4, doc/lz4_Block_format.md). Every length is checked before
 * it is used, so damaged bytes end in an error at once; checksums are not verified.
 */

const MAGIC = 0x184d2204;
const UNCOMPRESSED = 0x80000000;
const SMALLEST_MATCH = 4;

function damaged(): Error {
  return new Error('damaged LZ4 frame');
}

/** Largest block of a frame by its descriptor: 64 kB, 256 kB, 1 MB or 4 MB. */
function blockMaximum(descriptor: number): number {
  const code = (descriptor >> 4) & 7;
  if (code < 4) throw damaged();
  return 1 << (8 + 2 * code);
}

/** Unpacks one block into `out` from `at` on; matches may reach into the blocks before. Returns where it ends. */
function unpackBlock(bytes: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let from = start;
  let to = at;
  const longLength = (short: number): number => {
    let length = short;
    if (short !== 15) return length;
    for (;;) {
      if (from >= end) throw damaged();
      const more = bytes[from++]!;
      length += more;
      if (more !== 255) return length;
    }
  };
  while (from < end) {
    const token = bytes[from++]!;
    const literals = longLength(token >> 4);
    if (from + literals > end || to + literals > out.length) throw damaged();
    out.set(bytes.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    // The last sequence of a block is literals only.
    if (from === end) return to;
    if (from + 2 > end) throw damaged();
    const distance = bytes[from]! | (bytes[from + 1]! << 8);
    from += 2;
    const length = longLength(token & 15) + SMALLEST_MATCH;
    if (distance === 0 || distance > to || to + length > out.length) throw damaged();
    // A match may overlap what it writes, so it is copied byte by byte.
    for (let index = 0; index < length; index++, to++) out[to] = out[to - distance]!;
  }
  return to;
}

/** The content of one LZ4 frame. Throws Error where it is damaged or cut off. */
export function unpackLz4(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 7 || view.getUint32(0, true) !== MAGIC) throw damaged();
  const flags = bytes[4]!;
  const maximum = blockMaximum(bytes[5]!);
  const hasBlockChecksums = (flags & 16) !== 0;
  let from = 7 + (flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0);
  let out = new Uint8Array(Math.min(maximum, bytes.length * 4 + 64));
  let to = 0;
  for (;;) {
    if (from + 4 > bytes.length) throw damaged();
    const word = view.getUint32(from, true);
    from += 4;
    if (word === 0) return out.subarray(0, to);
    const size = word & ~UNCOMPRESSED;
    if (from + size > bytes.length || size > maximum) throw damaged();
    out = withRoom(out, to, maximum);
    if (word >= UNCOMPRESSED) {
      out.set(bytes.subarray(from, from + size), to);
      to += size;
    } else to = unpackBlock(bytes, from, from + size, out, to);
    from += size + (hasBlockChecksums ? 4 : 0);
  }
}

function withRoom(out: Uint8Array<ArrayBuffer>, used: number, room: number): Uint8Array<ArrayBuffer> {
  if (out.length - used >= room) return out;
  const grown = new Uint8Array(Math.max(out.length * 2, used + room));
  grown.set(out.subarray(0, used));
  return grown;
}
