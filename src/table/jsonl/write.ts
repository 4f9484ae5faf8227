import { InputError } from '../../contracts/errors.ts';
import type { ByteSource } from '../csv/blocks.ts';
import type { Division, Sink } from '../csv/divide.ts';
import type { Column, Table } from '../table.ts';
import { formatTime } from '../time.ts';
import { linesOf } from './lines.ts';
import { parseForCopy } from './parse.ts';
import type { JsonValue } from './parse.ts';

const CHUNK = 1 << 18;

function jsonNumber(value: number): string {
  // As Python's json writes infinities; readers that refuse them refuse them loudly.
  return Number.isFinite(value)
    ? String(value)
    : Number.isNaN(value)
      ? 'null'
      : value > 0
        ? 'Infinity'
        : '-Infinity';
}

function jsonCells(column: Column): (row: number) => string {
  if (column.kind === 'text') {
    const quoted = column.levels.map((level) => JSON.stringify(level));
    return (row) => quoted[column.codes[row]!] ?? 'null';
  }
  const { kind, values } = column;
  if (kind === 'number') return (row) => jsonNumber(values[row]!);
  return (row) => (Number.isNaN(values[row]) ? 'null' : `"${formatTime(values[row]!)}"`);
}

/** The table as JSON Lines, in pieces of some 256 kB; missing cells are null. */
export function* jsonLineChunks(table: Table): Generator<string> {
  const columns = [...table.columns].map(([name, column]) => ({
    key: `${JSON.stringify(name)}:`,
    cell: jsonCells(column),
  }));
  let text = '';
  for (let row = 0; row < table.rows; row++) {
    text += `{${columns.map(({ key, cell }) => key + cell(row)).join(',')}}\n`;
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

function trimValues(value: JsonValue): JsonValue {
  return typeof value === 'string' ? value.trim() : value;
}

function rewrite(text: string, row: number, division: Division & { readonly trim?: boolean }): string {
  const { append } = division;
  const drop = division.drop ?? [];
  const trim = division.trim === true;
  if (drop.length === 0 && append === undefined && !trim) return text;
  const object = parseForCopy(text) ?? {};
  const kept = Object.entries(object).filter(([key]) => !drop.includes(key));
  const line = JSON.stringify(
    Object.fromEntries(kept.map(([key, value]) => [key, trim ? trimValues(value) : value])),
  );
  if (append === undefined) return line;
  const added = `${JSON.stringify(append.name)}:${jsonCells(append.column)(row)}`;
  return kept.length === 0 ? `{${added}}` : `${line.slice(0, -1)},${added}}`;
}

/**
 * Copies lines of JSON Lines files to sinks as they were written; where keys are dropped, one is added or blanks are trimmed,
 * numbers keep their digits. Throws InputError INPUT_CHANGED, FORMAT_BROKEN.
 */
export async function divideJsonLines(
  sources: readonly ByteSource[],
  division: Division & { readonly trim?: boolean },
): Promise<void> {
  let row = 0;
  for (const [index, source] of sources.entries()) {
    const copy = division.copies?.sinks[index] ?? null;
    for await (const lines of linesOf(source)) {
      const texts = new Map<Sink, string[]>();
      for (const { text } of lines) {
        const part = division.parts[row] ?? 255;
        const to = [division.sinks[part], copy !== null && part === division.copies?.part ? copy : undefined];
        for (const sink of to) {
          if (sink === undefined) continue;
          const own = texts.get(sink);
          if (own === undefined) texts.set(sink, [rewrite(text, row, division)]);
          else own.push(rewrite(text, row, division));
        }
        row++;
      }
      for (const [sink, own] of texts) await sink.write(Buffer.from(`${own.join('\n')}\n`));
    }
  }
  if (row === division.parts.length) return;
  const file = sources[0]!.name;
  const message = `${file} changed while it was read: ${division.parts.length} rows before, ${row} now`;
  throw new InputError({
    code: 'INPUT_CHANGED',
    message,
    file,
    hint: 'Run again once nothing writes to it.',
  });
}
