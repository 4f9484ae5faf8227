import type { Column, Table } from '../table.ts';
import { formatTime } from '../time.ts';

const CHUNK = 1 << 18;
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/** A text as a CSV cell; quoted where it holds the delimiter, quotes, line ends, or blanks at its ends. */
export function quoteCell(text: string, delimiter = ','): string {
  const quoted = NEEDS_QUOTES.test(text) || text.includes(delimiter);
  return quoted ? `"${text.replaceAll('"', '""')}"` : text;
}

function numberCell(value: number): string {
  if (Number.isNaN(value)) return '';
  if (value === Infinity) return 'inf';
  return value === -Infinity ? '-inf' : String(value);
}

/** Cells of a column as CSV text: missing is empty, infinity `inf`, numbers the shortest text that reads back the same. */
export function csvCells(column: Column, delimiter = ','): (row: number) => string {
  if (column.kind === 'text') {
    const { codes, levels } = column;
    const quoted = levels.map((level) => quoteCell(level, delimiter));
    return (row) => quoted[codes[row]!] ?? '';
  }
  const { values, kind } = column;
  if (kind === 'number') return (row) => numberCell(values[row]!);
  return (row) => (Number.isNaN(values[row]) ? '' : formatTime(values[row]!));
}

/** The table as RFC 4180 CSV with a header, `\n` line ends, in pieces of some 256 kB. */
export function* csvChunks(table: Table): Generator<string> {
  const names = [...table.columns.keys()];
  let text = `${names.map((name) => quoteCell(name)).join(',')}\n`;
  const cells = [...table.columns.values()].map((column) => csvCells(column));
  for (let row = 0; row < table.rows; row++) {
    let line = cells[0]?.(row) ?? '';
    // An empty line would be skipped on reading.
    if (cells.length === 1 && line === '') line = '""';
    for (let index = 1; index < cells.length; index++) line += `,${cells[index]!(row)}`;
    text += line;
    text += '\n';
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  yield text;
}
