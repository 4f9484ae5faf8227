import type { Column, Table } from '../../table/index.ts';
import { asText, textAt, textColumn, withColumn } from '../../table/index.ts';

/** Cells that are looked at for their style. */
const SAMPLE = 1000;
const STAMP = /^\d{4}-\d\d-\d\d(?:([T ])\d\d:\d\d(:\d\d)?(\.\d{1,9})?(Z)?)?$/;

/**
 * Columns whose cells a text format may spell in several ways, and which therefore must look as training saw them:
 * times (`2013-01-01 05:00:00` or `2013-01-01T05:00:00Z`), true and false (`True`, `TRUE`).
 */
export function styledColumns(table: Table): string[] {
  return [...table.columns].flatMap(([name, column]) =>
    column.kind === 'time' || isBoolean(column) ? [name] : [],
  );
}

function isBoolean(column: Column): boolean {
  return (
    column.kind === 'text' &&
    column.levels.length > 0 &&
    column.levels.every((level) => level === 'true' || level === 'false')
  );
}

/** The table with those columns spelled as in `sample`, whose columns are text as they stand in training's own file. */
export function inStyleOf(table: Table, sample: Table): Table {
  let styled = table;
  for (const name of styledColumns(table)) {
    const column = table.columns.get(name)!;
    const seen = sample.columns.get(name);
    const cells = seen === undefined ? [] : sampleOf(seen);
    const spelled =
      column.kind === 'time' ? timesLike(column.values, cells) : booleansLike(asText(column), cells);
    if (spelled !== null) styled = withColumn(styled, name, spelled);
  }
  return styled;
}

function sampleOf(column: Column): string[] {
  const text = asText(column);
  const cells = Array.from(text.codes.subarray(0, SAMPLE), (_, row) => textAt(text, row));
  return cells.filter((cell) => cell !== null);
}

/** Null where training's cells have no style that is known: ours stays. */
function timesLike(values: Float64Array, cells: readonly string[]): Column | null {
  const styles = cells.map((cell) => STAMP.exec(cell));
  if (styles.length === 0 || styles.includes(null)) return null;
  const fullest = cells.reduce((longest, cell) => (cell.length > longest.length ? cell : longest));
  const [, separator, seconds, fraction, zone] = STAMP.exec(fullest) ?? [];
  return textColumn(
    Array.from(values, (value) => {
      if (Number.isNaN(value)) return null;
      const [date = '', time = ''] = new Date(value).toISOString().slice(0, -1).split('T');
      if (separator === undefined) return date;
      const clock = seconds === undefined ? time.slice(0, 5) : time.slice(0, 8);
      const digits =
        fraction === undefined
          ? ''
          : `.${time
              .slice(9)
              .padEnd(fraction.length - 1, '0')
              .slice(0, fraction.length - 1)}`;
      return `${date}${separator}${clock}${digits}${zone ?? ''}`;
    }),
  );
}

function booleansLike(column: Extract<Column, { kind: 'text' }>, cells: readonly string[]): Column | null {
  const spelling = new Map(cells.map((cell) => [cell.toLowerCase(), cell]));
  if ([...spelling.keys()].some((word) => word !== 'true' && word !== 'false')) return null;
  const [known = 'true'] = spelling.values();
  const dress =
    known === known.toUpperCase() ? upper : /^[TF]/.test(known) ? capital : (word: string): string => word;
  return { ...column, levels: column.levels.map((level) => spelling.get(level) ?? dress(level)) };
}

function upper(word: string): string {
  return word.toUpperCase();
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
