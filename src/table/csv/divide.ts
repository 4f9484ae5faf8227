import { InputError } from '../../contracts/errors.ts';
import type { Column } from '../table.ts';
import { requireColumns } from '../tables.ts';
import { eachBlock, fieldBytes } from './blocks.ts';
import type { ByteSource, CsvLayout, CsvOptions } from './blocks.ts';
import type { CsvScanner } from './scan.ts';
import { csvCells, quoteCell } from './write.ts';

/** What a row is written to. */
export interface Sink {
  write(bytes: Uint8Array): Promise<void> | void;
}

export interface Division {
  /** Part of each row: an index into `sinks`; 255 = none. */
  readonly parts: Uint8Array;
  readonly sinks: readonly Sink[];
  /** Rows of one part once more: sink `k` gets those of file `k`. */
  readonly copies?: { readonly part: number; readonly sinks: readonly Sink[] };
  readonly drop?: readonly string[];
  readonly append?: { readonly name: string; readonly column: Column };
}

/** Header and rows of one file on their way out. */
interface Outgoing {
  /** Fields that stay, or null where whole records are copied byte for byte. */
  readonly kept: readonly number[] | null;
  readonly delimiter: string;
  readonly lineEnd: Buffer;
  readonly cell: ((row: number) => string) | null;
}

/**
 * Copies the rows of CSV files to sinks as they were written: byte for byte, or cell for cell where columns are dropped, one is
 * added, or blanks are trimmed. Each sink begins with the header of the first file, where it has one. Throws InputError
 * INPUT_CHANGED where the files no longer hold as many rows as `parts`, and what `eachBlock` throws.
 */
export async function divideCsv(
  sources: readonly ByteSource[],
  options: CsvOptions,
  division: Division,
): Promise<void> {
  let row = 0;
  let first = true;
  for (const [index, source] of sources.entries()) {
    const copy = division.copies?.sinks[index] ?? null;
    const state: { out: Outgoing | null; header: Buffer | null; headerDone: boolean } = {
      out: null,
      header: null,
      headerDone: false,
    };
    const writeHeaders = async (): Promise<void> => {
      if (state.headerDone || state.header === null) return;
      state.headerDone = true;
      if (first) for (const sink of division.sinks) await sink.write(state.header);
      if (copy !== null) await copy.write(state.header);
    };
    const begin = (layout: CsvLayout): void => {
      state.out = outgoing(layout, options, division, source.name);
      state.header = headerOf(layout, state.out, division);
    };
    const block = async (bytes: Buffer, scanner: CsvScanner): Promise<void> => {
      await writeHeaders();
      await writeBlock(bytes, scanner, row, state.out!, division, copy);
      row += scanner.records;
    };
    await eachBlock(source, options, { begin, block });
    await writeHeaders();
    first = false;
  }
  if (row !== division.parts.length) throw changed(sources[0]!.name, row, division.parts.length);
}

function changed(file: string, rows: number, expected: number): InputError {
  const message = `${file} changed while it was read: ${expected} rows before, ${rows} now`;
  return new InputError({
    code: 'INPUT_CHANGED',
    message,
    file,
    hint: 'Run again once nothing writes to it.',
  });
}

function outgoing(layout: CsvLayout, options: CsvOptions, division: Division, file: string): Outgoing {
  const dropped = new Set(division.drop ?? []);
  const names: ReadonlyMap<string, Column> = new Map(
    layout.names.map((name) => [name, { kind: 'text', codes: new Int32Array(), levels: [] }]),
  );
  requireColumns({ rows: 0, columns: names }, [...dropped], file);
  const whole = dropped.size === 0 && options.trim !== true && division.append === undefined;
  const kept = whole ? null : [...layout.names.keys()].filter((index) => !dropped.has(layout.names[index]!));
  const delimiter = String.fromCharCode(layout.delimiter);
  const cell = division.append === undefined ? null : csvCells(division.append.column, delimiter);
  return { kept, delimiter, lineEnd: Buffer.from(layout.lineEnd), cell };
}

function headerOf(layout: CsvLayout, out: Outgoing, division: Division): Buffer | null {
  if (layout.header === null) return null;
  if (out.kept === null) return Buffer.concat([layout.header, out.lineEnd]);
  // A name the reader made up for an empty one stays empty.
  const names = out.kept.map((index) =>
    layout.names[index] === `Unnamed: ${index}` ? '' : layout.names[index]!,
  );
  if (division.append !== undefined) names.push(division.append.name);
  return Buffer.concat([
    Buffer.from(names.map((name) => quoteCell(name, out.delimiter)).join(out.delimiter)),
    out.lineEnd,
  ]);
}

/** Records of one part in a block, gathered: runs of whole records are one piece. */
class Gather {
  readonly pieces: Buffer[] = [];
  private start = -1;
  private end = -1;
  private readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  addRun(start: number, end: number, lineEnd: Buffer, complete: boolean): void {
    if (complete && start === this.end) {
      this.end = end;
      return;
    }
    this.flush();
    if (complete) [this.start, this.end] = [start, end];
    else this.pieces.push(this.bytes.subarray(start, end), lineEnd);
  }

  flush(): void {
    if (this.start >= 0) this.pieces.push(this.bytes.subarray(this.start, this.end));
    [this.start, this.end] = [-1, -1];
  }
}

async function writeBlock(
  bytes: Buffer,
  scanner: CsvScanner,
  firstRow: number,
  out: Outgoing,
  division: Division,
  copy: Sink | null,
): Promise<void> {
  const gathers = division.sinks.map(() => new Gather(bytes));
  const copied = copy === null ? null : new Gather(bytes);
  for (let record = 0; record < scanner.records; record++) {
    const part = division.parts[firstRow + record] ?? 255;
    const to = [gathers[part], copied !== null && part === division.copies?.part ? copied : undefined];
    for (const gather of to)
      if (gather !== undefined) addRecord(gather, bytes, scanner, record, firstRow + record, out);
  }
  for (const [index, gather] of gathers.entries()) await writePieces(gather, division.sinks[index]!);
  if (copied !== null && copy !== null) await writePieces(copied, copy);
}

async function writePieces(gather: Gather, sink: Sink): Promise<void> {
  gather.flush();
  // The block is reused afterwards, so the pieces are copied.
  if (gather.pieces.length > 0) await sink.write(Buffer.concat(gather.pieces));
}

function addRecord(
  gather: Gather,
  bytes: Buffer,
  scanner: CsvScanner,
  record: number,
  row: number,
  out: Outgoing,
): void {
  if (out.kept === null) {
    const stop = scanner.recordEnds[record]!;
    const next = stop + out.lineEnd.length;
    const complete =
      bytes.compare(out.lineEnd, 0, out.lineEnd.length, stop, next) === 0 && next <= scanner.scannedTo;
    gather.addRun(scanner.recordStarts[record]!, complete ? next : stop, out.lineEnd, complete);
    return;
  }
  const base = record * scanner.fields;
  const cells = out.kept.map((index) => fieldBytes(bytes, scanner, base + index));
  if (cells.length === 1 && cells[0] === '' && out.cell === null) cells[0] = '""';
  const own = Buffer.from(cells.join(out.delimiter), 'latin1');
  const added = out.cell === null ? '' : `${out.delimiter}${out.cell(row)}`;
  gather.pieces.push(own, Buffer.from(added), out.lineEnd);
}
