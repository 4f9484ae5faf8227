/** Splits a block of CSV bytes into records and fields (RFC 4180), without copying: offsets into the block. */

const QUOTE = 34;
const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;

export const PLAIN = 0;
export const QUOTED = 1;
/** Quoted, and holding doubled quotes. */
export const ESCAPED = 2;

/** A record that is not as it must be; lines and fields count from 1. */
export interface ScanProblem {
  readonly kind: 'fields' | 'after-quote' | 'unterminated';
  readonly line: number;
  /** Number of fields found (`fields`), or the field concerned. */
  readonly found: number;
  /** Offset of the record in the block. */
  readonly offset: number;
}

/** Called once per record that has another number of fields than expected and for stray text; the record is left out. */
export type OnScanProblem = (problem: ScanProblem) => void;

/**
 * Scans blocks of one file in order. After `scan`, field `f` of record `r` is at index `r · fields + f` of `starts`,
 * `ends` (both offsets into the block, quotes excluded) and `flags`.
 */
export class CsvScanner {
  readonly fields: number;
  starts: Int32Array;
  ends: Int32Array;
  flags: Uint8Array;
  /** Offsets of each record in the block; `recordEnds` is where its line end begins. */
  recordStarts: Int32Array;
  recordEnds: Int32Array;
  /** Records found by the last `scan`. */
  records = 0;
  /** Offset up to which the last `scan` read. */
  scannedTo = 0;
  /** Line of the next record to be scanned, from 1. */
  line: number;
  private readonly special: Uint8Array;
  private readonly delimiter: number;
  private readonly trim: boolean;
  private readonly onProblem: OnScanProblem;

  constructor(options: {
    /** Most records of one `scan`. */ capacity: number;
    delimiter: number;
    fields: number;
    line: number;
    trim: boolean;
    onProblem: OnScanProblem;
  }) {
    this.fields = options.fields;
    this.delimiter = options.delimiter;
    this.trim = options.trim;
    this.line = options.line;
    this.onProblem = options.onProblem;
    this.special = new Uint8Array(256);
    for (const byte of [options.delimiter, LF, CR]) this.special[byte] = 1;
    const records = options.capacity;
    this.starts = new Int32Array(records * options.fields);
    this.ends = new Int32Array(records * options.fields);
    this.flags = new Uint8Array(records * options.fields);
    this.recordStarts = new Int32Array(records);
    this.recordEnds = new Int32Array(records);
  }

  /**
   * Scans complete records of bytes [start, end); `bytes[end]` must be a line feed that does not belong to the file (a
   * sentinel). Stops early when its tables are full. With `final`, what is left at the end is the last record.
   * Returns the offset behind the last complete record.
   */
  scan(bytes: Uint8Array, start: number, end: number, final: boolean): number {
    this.records = 0;
    this.scannedTo = this.scanRecords(bytes, start, end, final);
    return this.scannedTo;
  }

  private scanRecords(bytes: Uint8Array, start: number, end: number, final: boolean): number {
    let at = start;
    while (at < end && this.records < this.recordStarts.length) {
      const first = bytes[at];
      if (first === LF || first === CR) {
        if (first === CR && at + 1 === end && !final) return at;
        at += first === CR && bytes[at + 1] === LF && at + 1 < end ? 2 : 1;
        this.line++;
        continue;
      }
      const next = this.scanRecord(bytes, at, end, final);
      if (next < 0) return at;
      at = next;
    }
    return at;
  }

  /** Scans one record; returns the offset of the next one, or -1 where the block ends within it. */
  private scanRecord(bytes: Uint8Array, start: number, end: number, final: boolean): number {
    const base = this.records * this.fields;
    const { special, delimiter, fields, starts, ends, flags } = this;
    let at = start;
    let count = 0;
    let strayField = 0;
    let lines = 0;
    for (;;) {
      if (this.trim) at = skipBlanks(bytes, at, delimiter);
      let from = at;
      let to: number;
      let flag = PLAIN;
      if (bytes[at] === QUOTE) {
        from = ++at;
        flag = QUOTED;
        for (;;) {
          while (at < end && bytes[at] !== QUOTE) if (bytes[at++] === LF) lines++;
          if (at >= end) return this.unterminated(start, count, final);
          if (bytes[at + 1] !== QUOTE) break;
          flag = ESCAPED;
          at += 2;
        }
        // The closing quote stands last in the block: the next byte may double it.
        if (at + 1 === end && !final) return -1;
        to = at++;
        if (this.trim) {
          at = skipBlanks(bytes, at, delimiter);
          while (from < to && isBlank(bytes[from]!)) from++;
          while (to > from && isBlank(bytes[to - 1]!)) to--;
        }
        if (special[bytes[at]!] === 0) {
          strayField ||= count + 1;
          while (special[bytes[at]!] === 0) at++;
        }
      } else {
        while (special[bytes[at]!] === 0) at++;
        to = at;
        if (this.trim) while (to > from && isBlank(bytes[to - 1]!)) to--;
      }
      if (count < fields) {
        starts[base + count] = from;
        ends[base + count] = to;
        flags[base + count] = flag;
      }
      count++;
      if (bytes[at] !== delimiter || at >= end) break;
      at++;
    }
    return this.endRecord(bytes, { start, at, end, final, count, strayField, lines });
  }

  private endRecord(
    bytes: Uint8Array,
    record: {
      start: number;
      at: number;
      end: number;
      final: boolean;
      count: number;
      strayField: number;
      lines: number;
    },
  ): number {
    const { start, at, end, final, count, strayField, lines } = record;
    if (at >= end && !final) return -1;
    let next = at;
    if (at < end) {
      if (bytes[at] === CR) {
        if (at + 1 === end && !final) return -1;
        next = at + 1 < end && bytes[at + 1] === LF ? at + 2 : at + 1;
      } else next = at + 1;
    }
    if (strayField > 0)
      this.onProblem({ kind: 'after-quote', line: this.line, found: strayField, offset: start });
    else if (count !== this.fields)
      this.onProblem({ kind: 'fields', line: this.line, found: count, offset: start });
    else {
      this.recordStarts[this.records] = start;
      this.recordEnds[this.records] = at;
      this.records++;
    }
    this.line += lines + 1;
    return next;
  }

  private unterminated(start: number, count: number, final: boolean): number {
    if (final) this.onProblem({ kind: 'unterminated', line: this.line, found: count + 1, offset: start });
    return -1;
  }
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

function skipBlanks(bytes: Uint8Array, from: number, delimiter: number): number {
  let at = from;
  while (isBlank(bytes[at]!) && bytes[at] !== delimiter) at++;
  return at;
}
