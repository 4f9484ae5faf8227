import { createHash } from 'node:crypto';

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

const MAGIC = Buffer.from('slipway-stat-cache/1\n');
const NUMBERS = 7;
const NUMBER_BYTES = NUMBERS * 8;
const SHA256_BYTES = 32;
const SHA1_BYTES = 20;
const RECORD_BYTES = NUMBER_BYTES + SHA256_BYTES + SHA1_BYTES;
const CHECK_BYTES = 32;
const COUNT_BYTES = 8;

/**
 * A read-only table of what an earlier process knew. Layout: magic, count (u32, padded to 8), count × (7 float64,
 * sha256, sha1; all zeros = unknown), paths joined by NUL, SHA-256 of all before. Decoded on demand: of ten
 * thousand records only the paths are turned into strings.
 */
export class StatTable {
  readonly #records: Buffer;
  readonly #index = new Map<string, number>();

  private constructor(records: Buffer, paths: readonly string[]) {
    this.#records = records;
    paths.forEach((path, index) => this.#index.set(path, index));
  }

  static readonly EMPTY: StatTable = new StatTable(Buffer.alloc(0), []);

  /** Null when the bytes are truncated, damaged or of another version. */
  static decode(bytes: Buffer): StatTable | null {
    const end = bytes.length - CHECK_BYTES;
    if (end < MAGIC.length + COUNT_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null;
    if (!digest(bytes.subarray(0, end)).equals(bytes.subarray(end))) return null;
    const count = bytes.readUInt32LE(MAGIC.length);
    const start = MAGIC.length + COUNT_BYTES;
    const pathsAt = start + count * RECORD_BYTES;
    if (pathsAt > end) return null;
    const paths = count === 0 ? [] : bytes.toString('utf8', pathsAt, end).split('\0');
    return paths.length === count ? new StatTable(bytes.subarray(start, pathsAt), paths) : null;
  }

  get paths(): IterableIterator<string> {
    return this.#index.keys();
  }

  /** The record of a path, if it has exactly this stamp. */
  match(path: string, stamp: Stamp): Known | null {
    const index = this.#index.get(path);
    if (index === undefined) return null;
    const known = this.#read(index);
    return sameStamp(known, stamp) ? known : null;
  }

  get(path: string): Known | null {
    const index = this.#index.get(path);
    return index === undefined ? null : this.#read(index);
  }

  #read(index: number): Known {
    const at = index * RECORD_BYTES;
    const number = (position: number): number => this.#records.readDoubleLE(at + position * 8);
    const sha256At = at + NUMBER_BYTES;
    return {
      size: number(0),
      mtimeMs: number(1),
      ctimeMs: number(2),
      ino: number(3),
      dev: number(4),
      mode: number(5),
      day: number(6),
      sha256: hexOrNull(this.#records, sha256At, SHA256_BYTES),
      blob: hexOrNull(this.#records, sha256At + SHA256_BYTES, SHA1_BYTES),
    };
  }
}

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
  const records = Buffer.alloc(paths.length * RECORD_BYTES);
  paths.forEach((path, index) => writeRecord(records, index * RECORD_BYTES, entries.get(path)!));
  const count = Buffer.alloc(COUNT_BYTES);
  count.writeUInt32LE(paths.length);
  const body = Buffer.concat([MAGIC, count, records, Buffer.from(paths.join('\0'))]);
  return Buffer.concat([body, digest(body)]);
}

function writeRecord(records: Buffer, at: number, known: Known): void {
  const numbers = [known.size, known.mtimeMs, known.ctimeMs, known.ino, known.dev, known.mode, known.day];
  numbers.forEach((value, position) => records.writeDoubleLE(value, at + position * 8));
  const sha256At = at + NUMBER_BYTES;
  if (known.sha256 !== null) records.write(known.sha256, sha256At, 'hex');
  if (known.blob !== null) records.write(known.blob, sha256At + SHA256_BYTES, 'hex');
}

function hexOrNull(records: Buffer, at: number, length: number): string | null {
  const hex = records.toString('hex', at, at + length);
  return /[^0]/.test(hex) ? hex : null;
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
