import { crc32 } from 'node:zlib';

/**
 * What `stat` says of a file, as float64. Times in ms with their fraction: float64 keeps about 0.3 µs of them, far
 * finer than the age an entry must have to be believed (see digester.ts).
 */
export interface Stamp {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
  readonly dev: number;
  readonly mode: number;
}

/** What is known of a file with this stamp. Digests in lower-case hex; null where nobody asked yet. */
export interface Known extends Stamp {
  readonly sha256: string | null;
  readonly blob: string | null;
  /** Day (since 1970) on which it was last asked for; forgotten files are dropped by it. */
  readonly day: number;
}

/** The digests a file can have: of its content, and the id git would give it. */
export type DigestKind = 'sha256' | 'blob';

const MAGIC = Buffer.from('slipway-stat-cache/1\n');
const COUNT_BYTES = 8;
const CHECK_BYTES = 4;
/** size, mtime, ctime, inode, device, mode, day. */
const NUMBERS = 7;
const HEX = { sha256: { at: 0, length: 64 }, blob: { at: 64, length: 40 } } as const;
const HEX_LENGTH = 104;
const UNKNOWN = '-';

/**
 * A read-only table of what an earlier process knew. Layout: magic, count (u32 LE, padded to 8), count × 7 float64 LE,
 * count × (sha256, blob id in hex; dashes where unknown), paths joined by NUL, CRC-32 of all before. Numbers and
 * digests stay one block each: a table of ten thousand files is opened in a few milliseconds.
 */
export class StatTable {
  readonly #numbers: Float64Array;
  readonly #hex: string;
  readonly #index = new Map<string, number>();

  private constructor(numbers: Float64Array, hex: string, paths: readonly string[]) {
    this.#numbers = numbers;
    this.#hex = hex;
    for (let index = 0; index < paths.length; index += 1) this.#index.set(paths[index]!, index);
  }

  static readonly EMPTY: StatTable = new StatTable(new Float64Array(0), '', []);

  /** Null when the bytes are truncated, damaged or of another version. */
  static decode(bytes: Buffer): StatTable | null {
    const end = bytes.length - CHECK_BYTES;
    const start = MAGIC.length + COUNT_BYTES;
    if (end < start || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null;
    if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32LE(end)) return null;
    const count = bytes.readUInt32LE(MAGIC.length);
    const hexAt = start + count * NUMBERS * Float64Array.BYTES_PER_ELEMENT;
    const pathsAt = hexAt + count * HEX_LENGTH;
    if (pathsAt > end) return null;
    const numbers = new Float64Array(count * NUMBERS);
    Buffer.from(numbers.buffer).set(bytes.subarray(start, hexAt));
    const paths = count === 0 ? [] : bytes.toString('utf8', pathsAt, end).split('\0');
    return paths.length === count
      ? new StatTable(numbers, bytes.toString('latin1', hexAt, pathsAt), paths)
      : null;
  }

  get paths(): IterableIterator<string> {
    return this.#index.keys();
  }

  /** Place of a path in the table if its stamp is exactly this; -1 when it is unknown or another. */
  find(path: string, stamp: Stamp): number {
    const index = this.#index.get(path) ?? -1;
    const at = index * NUMBERS;
    const numbers = this.#numbers;
    const same =
      index >= 0 &&
      numbers[at] === stamp.size &&
      numbers[at + 1] === stamp.mtimeMs &&
      numbers[at + 2] === stamp.ctimeMs &&
      numbers[at + 3] === stamp.ino &&
      numbers[at + 4] === stamp.dev &&
      numbers[at + 5] === stamp.mode;
    return same ? index : -1;
  }

  /** Digest at a place that `find` gave; null when it is not known. */
  digestAt(index: number, kind: DigestKind): string | null {
    const at = index * HEX_LENGTH + HEX[kind].at;
    return this.#hex[at] === UNKNOWN ? null : this.#hex.slice(at, at + HEX[kind].length);
  }

  dayAt(index: number): number {
    return this.#numbers[index * NUMBERS + 6] ?? 0;
  }

  get(path: string): Known | null {
    const index = this.#index.get(path);
    if (index === undefined) return null;
    const [size, mtimeMs, ctimeMs, ino, dev, mode, day] = this.#numbers.subarray(
      index * NUMBERS,
    ) as unknown as Tuple;
    const digests = { sha256: this.digestAt(index, 'sha256'), blob: this.digestAt(index, 'blob') };
    return { size, mtimeMs, ctimeMs, ino, dev, mode, day, ...digests };
  }
}

type Tuple = [number, number, number, number, number, number, number];

/** True when nothing that `stat` tells differs: same bytes, unless the edit lies within the clock's grain. */
export function sameStamp(a: Stamp, b: Stamp): boolean {
  return (
    a.size === b.size &&
    a.mtimeMs === b.mtimeMs &&
    a.ctimeMs === b.ctimeMs &&
    a.ino === b.ino &&
    a.dev === b.dev &&
    a.mode === b.mode
  );
}

/** The bytes of a table, sorted by path, so that equal knowledge is equal bytes. */
export function encodeStatTable(entries: ReadonlyMap<string, Known>): Buffer {
  const paths = [...entries.keys()].sort();
  const numbers = new Float64Array(paths.length * NUMBERS);
  let hex = '';
  paths.forEach((path, index) => {
    const known = entries.get(path)!;
    const { size, mtimeMs, ctimeMs, ino, dev, mode, day } = known;
    numbers.set([size, mtimeMs, ctimeMs, ino, dev, mode, day], index * NUMBERS);
    hex +=
      (known.sha256 ?? UNKNOWN.repeat(HEX.sha256.length)) + (known.blob ?? UNKNOWN.repeat(HEX.blob.length));
  });
  const count = Buffer.alloc(COUNT_BYTES);
  count.writeUInt32LE(paths.length);
  const body = Buffer.concat([
    MAGIC,
    count,
    Buffer.from(numbers.buffer),
    Buffer.from(hex, 'latin1'),
    Buffer.from(paths.join('\0')),
  ]);
  const check = Buffer.alloc(CHECK_BYTES);
  check.writeUInt32LE(crc32(body));
  return Buffer.concat([body, check]);
}
