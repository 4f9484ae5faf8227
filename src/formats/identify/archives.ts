import type { FileFormat } from '../../contracts/model-formats.ts';
import { textAt } from './text.ts';

const [LOCAL, CENTRAL, END, LARGE] = ['PK\x03\x04', 'PK\x01\x02', 'PK\x05\x06', 'PK\x06\x07'];
/** Bytes of these records without names and comments (APPNOTE 4.3.7, 4.3.12, 4.3.15, 4.3.16). */
const [END_BYTES, CENTRAL_BYTES, LOCAL_BYTES, LARGE_BYTES] = [22, 46, 30, 20];
const MAX_NAMES = 10_000;

/**
 * Names of a zip archive's entries, as far as they lie in the last bytes of the file; null where the file is no zip. The
 * end record alone decides: readers find it behind anything, so a zip may hide at the end of another format. `position`
 * is where the tail starts in the file.
 */
export function zipNames(head: Uint8Array, tail: Uint8Array, position: number): readonly string[] | null {
  const bytes = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength);
  const end = findEnd(bytes, position);
  if (end === null) return textAt(head, 0, 4) === LOCAL ? localName(head) : null;
  const names: string[] = [];
  for (let at = end.entries; at >= 0 && names.length < MAX_NAMES;) {
    if (textAt(bytes, at, 4) !== CENTRAL || at + CENTRAL_BYTES > bytes.length) break;
    const [name, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    names.push(textAt(bytes, at + CENTRAL_BYTES, name));
    at += CENTRAL_BYTES + name + extra + comment;
  }
  return names.length > 0 ? names : localName(head);
}

/** Where the central directory starts in the tail: negative where it starts before it. */
function findEnd(tail: Buffer, position: number): { readonly entries: number } | null {
  for (let at = tail.lastIndexOf(END); at >= 0; at = at === 0 ? -1 : tail.lastIndexOf(END, at - 1)) {
    if (at + END_BYTES > tail.length) continue;
    // Where a record of zip64 stands before it, readers believe that one.
    if (at >= LARGE_BYTES && textAt(tail, at - LARGE_BYTES, 4) === LARGE) return { entries: -1 };
    const size = tail.readUInt32LE(at + 12);
    const entries = at - size;
    if (size === 0 || (entries < 0 ? position + entries >= 0 : textAt(tail, entries, 4) === CENTRAL))
      return { entries };
  }
  return null;
}

function localName(head: Uint8Array): readonly string[] {
  if (textAt(head, 0, 4) !== LOCAL || head.length < LOCAL_BYTES) return [];
  return [textAt(head, LOCAL_BYTES, head[26]! + 256 * head[27]!)];
}

/** What the names in a zip archive say it is. */
export function zipFormat(names: readonly string[]): FileFormat {
  if (names.some((name) => /(^|\/)data\.pkl$/.test(name))) return 'torch';
  if (names.some((name) => name.endsWith('model.weights.h5'))) return 'keras';
  if (names.length > 0 && names.every((name) => name.endsWith('.npy'))) return 'numpy';
  return names.includes('META-INF/MANIFEST.MF') ? 'code' : 'archive';
}

/** True for a tar archive of any age: the first header's checksum fits (POSIX.1-1988, ustar). */
export function isTar(head: Uint8Array): boolean {
  const header = head.subarray(0, 512);
  if (header.length < 512 || header[0] === 0) return false;
  const declared = /^\s*([0-7]{1,7})[\0 ]/.exec(textAt(header, 148, 8))?.[1];
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  return declared !== undefined && Number.parseInt(declared, 8) === sum;
}
