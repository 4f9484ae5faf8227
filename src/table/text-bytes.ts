import { isAscii, isUtf8 } from 'node:buffer';

/** Bytes [0, end) as one string where they are ASCII, so that substrings share it; else null (decode piece by piece). */
export function decodeLatin1OrUtf8(bytes: Buffer, end: number): string | null {
  return isAscii(bytes.subarray(0, end)) ? bytes.toString('latin1', 0, end) : null;
}

/** Offset of the first byte that is not valid UTF-8, or -1. */
export function invalidUtf8At(bytes: Uint8Array): number {
  if (isUtf8(bytes)) return -1;
  // Bisect over prefixes; a prefix cut within a character is valid up to that character.
  let valid = 0;
  let broken = bytes.length;
  while (broken - valid > 1) {
    const middle = (valid + broken) >>> 1;
    if (isUtf8(bytes.subarray(0, characterStart(bytes, middle)))) valid = middle;
    else broken = middle;
  }
  return characterStart(bytes, valid);
}

/** Start of the character that the prefix of this length may have cut, at most three bytes back; else the length. */
function characterStart(bytes: Uint8Array, length: number): number {
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back]!;
    if (byte < 0x80) return length;
    if (byte >= 0xc0) {
      const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return size > back ? length - back : length;
    }
  }
  return length;
}
