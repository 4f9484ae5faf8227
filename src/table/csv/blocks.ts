import { InputError } from '../../contracts/errors.ts';
import type { Problem } from '../../contracts/errors.ts';
import { Complaints, problemAt } from './complaints.ts';
import { invalidUtf8At } from '../text-bytes.ts';
import { sniffDelimiter } from './dialect.ts';
import { CsvScanner, ESCAPED, QUOTED } from './scan.ts';

/** A file's bytes, decompressed, that can be read from the start more than once. */
export interface ByteSource {
  /** As messages name it. */
  readonly name: string;
  /** Bytes that reading gives, as far as it is known; for planning memory only. */
  readonly size: number;
  open(): AsyncIterable<Uint8Array>;
}

export interface CsvOptions {
  readonly header?: boolean | readonly string[];
  readonly trim?: boolean;
}

/** How one CSV file is laid out. */
export interface CsvLayout {
  readonly delimiter: number;
  readonly names: readonly string[];
  /** The header record as it stands, without its line end; null where there is none. */
  readonly header: Buffer | null;
  /** `\n`, `\r\n` or `\r`, as the first record ends. */
  readonly lineEnd: string;
}

export interface CsvVisitor {
  /** Before the first block. */
  begin(layout: CsvLayout): void;
  /** After each scan: the records that `scanner` holds, as offsets into `bytes`, which change afterwards. */
  block(bytes: Buffer, scanner: CsvScanner): void | Promise<void>;
}

/** A header or cell longer than this is an unclosed quote. */
const LONGEST_RECORD = 64 << 20;
const BLOCK = 1 << 20;
/** Text of a field of the scanner's records. */
export function fieldText(bytes: Buffer, scanner: CsvScanner, index: number): string {
  const text = bytes.toString('utf8', scanner.starts[index], scanner.ends[index]);
  return scanner.flags[index] === ESCAPED ? text.replaceAll('""', '"') : text;
}

/** The field as it must be written to mean the same, quotes included. */
export function fieldBytes(bytes: Buffer, scanner: CsvScanner, index: number): string {
  const text = bytes.toString('latin1', scanner.starts[index], scanner.ends[index]);
  return scanner.flags[index]! >= QUOTED ? `"${text}"` : text;
}

function headerNames(
  count: number,
  name: string,
  texts: readonly string[] | null,
  given: readonly string[] | null,
): string[] {
  if (given !== null) {
    if (given.length === count) return [...given];
    const message = `${name}: its rows have ${count} fields, \`header\` gives ${given.length} names`;
    throw new InputError({
      code: 'RAGGED_ROW',
      message,
      file: name,
      line: 1,
      hint: 'Give one name per field.',
    });
  }
  if (texts === null) return Array.from({ length: count }, (_, index) => `c${index}`);
  // An empty name is what pandas writes for its index, and what it calls it when it reads it back.
  return texts.map((text, index) => (text === '' ? `Unnamed: ${index}` : text));
}

/** Throws InputError COLUMN_DUPLICATE naming every name that occurs twice. */
export function refuseDuplicates(names: readonly string[], file: string): void {
  const places = new Map<string, number[]>();
  names.forEach((name, index) => places.set(name, [...(places.get(name) ?? []), index + 1]));
  const problems: Problem[] = [...places]
    .filter(([, at]) => at.length > 1)
    .map(([name, at]) => ({
      code: 'COLUMN_DUPLICATE',
      message: `${file}: the column name ${JSON.stringify(name)} occurs ${at.length} times, at fields ${at.join(', ')}`,
      file,
      line: 1,
      hint: 'Give each column its own name.',
    }));
  if (problems.length > 0) throw new InputError(problems);
}

/** Reads the blocks of one CSV file in order. One is used once. */
class BlockReader {
  private readonly source: ByteSource;
  private readonly options: CsvOptions;
  private readonly visitor: CsvVisitor;
  private readonly complaints: Complaints;
  private buffer: Buffer;
  private end = 0;
  private scanner: CsvScanner | null = null;
  private rows = 0;

  constructor(source: ByteSource, options: CsvOptions, visitor: CsvVisitor) {
    this.source = source;
    this.options = options;
    this.visitor = visitor;
    this.complaints = new Complaints(source.name);
    this.buffer = Buffer.allocUnsafeSlow(Math.min(2 * BLOCK, source.size + 4096));
  }

  async read(): Promise<number> {
    for await (const chunk of this.source.open()) {
      this.append(chunk);
      if (this.end >= BLOCK) await this.process(false);
    }
    await this.process(true);
    this.complaints.throwIfAny(this.rows);
    return this.rows;
  }

  private append(chunk: Uint8Array): void {
    if (this.end + chunk.length + 1 > this.buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.end + chunk.length + 1));
      this.buffer.copy(grown, 0, 0, this.end);
      this.buffer = grown;
    }
    this.buffer.set(chunk, this.end);
    this.end += chunk.length;
  }

  private async process(final: boolean): Promise<void> {
    this.buffer[this.end] = 10;
    let at = 0;
    if (this.scanner === null) {
      at = this.begin(final);
      if (at < 0) return;
    }
    const scanner = this.scanner!;
    for (;;) {
      const next = scanner.scan(this.buffer, at, this.end, final);
      this.checkText(at, next, final);
      if (scanner.records > 0) {
        this.rows += scanner.records;
        await this.visitor.block(this.buffer, scanner);
      } else if (next === at || next >= this.end) {
        at = next;
        break;
      }
      at = next;
    }
    if (!final && this.end - at > LONGEST_RECORD) this.refuseEndless(scanner.line);
    this.buffer.copyWithin(0, at, this.end);
    this.end -= at;
  }

  private refuseEndless(line: number): never {
    const hint = 'Double the quotes within quoted cells ("").';
    throw new InputError(
      problemAt(
        'FORMAT_BROKEN',
        this.source.name,
        line,
        'a record longer than 64 MB: a quote is never closed',
        hint,
      ),
    );
  }

  /** Refuses bytes that are not UTF-8 text, naming the line. */
  private checkText(from: number, to: number, final: boolean): void {
    const bytes = this.buffer.subarray(from, final ? this.end : to);
    const bad = invalidUtf8At(bytes);
    if (bad < 0 && !(this.rows === 0 && bytes.includes(0))) return;
    const at = bad < 0 ? bytes.indexOf(0) : bad;
    const line = this.lineAt(from + at);
    const byte = `0x${bytes[at]!.toString(16).padStart(2, '0')}`;
    const what = bad < 0 ? 'a NUL byte: this is not a text file' : `byte ${byte} is not UTF-8`;
    const hint =
      bad < 0
        ? 'Name the format with `format`.'
        : 'Save the file as UTF-8 (for Latin-1: iconv -f latin1 -t utf8).';
    throw new InputError(problemAt('FORMAT_BROKEN', this.source.name, line, what, hint));
  }

  /** Line of an offset into the buffer, whose scanned part ends at the scanner's line. */
  private lineAt(offset: number): number {
    let line = this.scanner?.line ?? 1;
    const stop = this.scanner?.scannedTo ?? 0;
    for (let at = offset; at < stop; at++) if (this.buffer[at] === 10) line--;
    return line;
  }

  /** Reads the layout. Returns the offset of the first row, or -1 where more bytes are needed. */
  private begin(final: boolean): number {
    const first = this.skipMark();
    let start = first;
    while (start < this.end && (this.buffer[start] === 10 || this.buffer[start] === 13)) start++;
    if (start >= this.end) {
      if (!final) return -1;
      throw new InputError({
        code: 'FILE_EMPTY',
        message: `${this.source.name} is empty`,
        file: this.source.name,
        hint: 'Expected a header and rows.',
      });
    }
    const sampleEnd = this.sampleEnd(start);
    const sample = this.buffer.subarray(start, this.end + 1);
    const delimiter = /\.tsv(\.gz)?$/i.test(this.source.name)
      ? 9
      : sniffDelimiter(this.sampleOf(start, sampleEnd), sampleEnd - start, final && sampleEnd === this.end);
    const found = this.firstRecord(sample, delimiter, this.end - start, final);
    if (found === null) {
      if (this.end > LONGEST_RECORD) this.refuseEndless(1);
      return -1;
    }
    const header = this.options.header ?? true;
    const names = headerNames(
      found.texts.length,
      this.source.name,
      header === true ? found.texts : null,
      Array.isArray(header) ? header : null,
    );
    refuseDuplicates(names, this.source.name);
    const skipped = header === true ? found.next : 0;
    this.complaints.fields = names.length;
    if (header !== true) this.complaints.like = header === false ? 'the first row' : '`header`';
    this.scanner = new CsvScanner({
      delimiter,
      fields: names.length,
      // No more records than bytes, and no more fields at a time than stay in the processor's cache.
      capacity: Math.max(16, Math.ceil(Math.min(65_536, this.end) / names.length)),
      line: this.blankLines(first, start) + 1 + (header === true ? found.lines : 0),
      trim: this.options.trim ?? false,
      onProblem: (what) => this.complaints.add(what, () => this.excerpt(what.offset)),
    });
    this.visitor.begin({
      delimiter,
      names,
      header: header === true ? found.bytes : null,
      lineEnd: found.lineEnd,
    });
    return start + skipped;
  }

  private excerpt(offset: number): string {
    let end = offset;
    while (end < this.end && this.buffer[end] !== 10 && end - offset < 120) end++;
    return this.buffer.toString('utf8', offset, end).trimEnd();
  }

  private blankLines(from: number, to: number): number {
    return this.buffer.subarray(from, to).filter((byte) => byte === 10).length;
  }

  /** 64 kB are enough to tell the delimiter, unless they do not hold two lines. */
  private sampleEnd(start: number): number {
    const near = Math.min(this.end, start + 65_536);
    const second = this.buffer.indexOf(10, this.buffer.indexOf(10, start) + 1);
    return second >= 0 && second < near ? near : this.end;
  }

  private sampleOf(start: number, end: number): Buffer {
    const sample = Buffer.alloc(end - start + 1, 10);
    this.buffer.copy(sample, 0, start, end);
    return sample;
  }

  /** Length of a byte order mark. Refuses UTF-16 and UTF-32. */
  private skipMark(): number {
    const [a, b, c] = [this.buffer[0], this.buffer[1], this.buffer[2]];
    if (this.end >= 2 && ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff))) {
      const hint = 'Save the file as UTF-8 (Excel: “CSV UTF-8”).';
      throw new InputError(
        problemAt('FORMAT_BROKEN', this.source.name, 1, 'the file is UTF-16, expected UTF-8', hint),
      );
    }
    return this.end >= 3 && a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0;
  }

  private firstRecord(bytes: Buffer, delimiter: number, end: number, final: boolean): FirstRecord | null {
    let count = 0;
    const trim = this.options.trim ?? false;
    const probe = { delimiter, line: 1, trim };
    const counter = new CsvScanner({
      ...probe,
      fields: 0,
      capacity: 1,
      onProblem: (found) => (count ||= found.kind === 'unterminated' ? 0 : found.found),
    });
    counter.scan(bytes, 0, end, final);
    if (count === 0) {
      if (final)
        throw new InputError(
          problemAt(
            'FORMAT_BROKEN',
            this.source.name,
            1,
            'a quote in the header is never closed',
            'Close it, or double it ("").',
          ),
        );
      return null;
    }
    const scanner = new CsvScanner({ ...probe, fields: count, capacity: 1, onProblem: () => undefined });
    const next = scanner.scan(bytes, 0, end, final);
    if (scanner.records === 0)
      throw new InputError(
        problemAt(
          'FORMAT_BROKEN',
          this.source.name,
          1,
          'text after a closing quote in the header',
          'Double the quotes within quoted names ("").',
        ),
      );
    const stop = scanner.recordEnds[0]!;
    const lineEnd = bytes.toString('latin1', stop, Math.min(next, end));
    const texts = Array.from({ length: count }, (_, index) => fieldText(bytes, scanner, index));
    return {
      texts,
      next,
      lines: scanner.line - 1,
      bytes: Buffer.from(bytes.subarray(0, stop)),
      lineEnd: lineEnd === '' ? '\n' : lineEnd,
    };
  }
}

interface FirstRecord {
  readonly texts: readonly string[];
  readonly next: number;
  readonly lines: number;
  readonly bytes: Buffer;
  readonly lineEnd: string;
}

/**
 * Reads a CSV file block by block; the number of its rows. Throws InputError with all problems of the file at once:
 * FILE_EMPTY, COLUMN_DUPLICATE, RAGGED_ROW, FORMAT_BROKEN (quotes, encoding).
 */
export async function eachBlock(
  source: ByteSource,
  options: CsvOptions,
  visitor: CsvVisitor,
): Promise<number> {
  return await new BlockReader(source, options, visitor).read();
}
