/** First and last bytes of a file; they overlap in small files. */
export interface Ends {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  readonly size: number;
}

// eslint-disable-next-line no-control-regex -- what texts do not hold
const CONTROL = /[\0-\x08\x0b\x0e-\x1f\x7f]/;

/** True where both ends of a file are UTF-8 without control characters. */
export function isText({ head, tail, size }: Ends): boolean {
  return isUtf8(head, head.length < size) && isUtf8(tail.subarray(middleOfCharacter(tail, size)), false);
}

function isUtf8(bytes: Uint8Array, cut: boolean): boolean {
  try {
    return !CONTROL.test(new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut }));
  } catch {
    return false;
  }
}

/** Bytes at the start of a tail that belong to a character before it: at most three. */
function middleOfCharacter(tail: Uint8Array, size: number): number {
  if (tail.length === size) return 0;
  const start = tail.subarray(0, 4).findIndex((byte) => (byte & 0xc0) !== 0x80);
  return Math.max(0, start);
}

/** Bytes as text, one character a byte; shorter where the bytes end. */
export function textAt(bytes: Uint8Array, at: number, length: number): string {
  return Buffer.from(bytes.subarray(at, at + length)).toString('latin1');
}
