import type { Problem } from '../contracts/errors.ts';
import type { Span } from './located.ts';

const WIDEST = 100;

/** Line and column of offsets in a text, both from 1. */
export interface TextMap {
  readonly text: string;
  readonly lineStarts: readonly number[];
}

/** Finds the line starts of a text once. */
export function mapText(text: string): TextMap {
  const lineStarts = [0];
  for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) lineStarts.push(i + 1);
  return { text, lineStarts };
}

/** Line and column (from 1) of an offset; offsets past the end belong to the last line. */
export function positionOf(map: TextMap, offset: number): { readonly line: number; readonly column: number } {
  const inside = Math.max(0, Math.min(offset, map.text.length));
  let [low, high] = [0, map.lineStarts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((map.lineStarts[middle] ?? 0) <= inside) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: inside - (map.lineStarts[low] ?? 0) + 1 };
}

/** Position and excerpt of a span: the source line with a caret line below it. */
export function locate(map: TextMap, span: Span): Required<Pick<Problem, 'line' | 'column' | 'excerpt'>> {
  const { line, column } = positionOf(map, span.start);
  const start = map.lineStarts[line - 1] ?? 0;
  const next = map.lineStarts[line];
  const raw = map.text.slice(start, next === undefined ? undefined : next - 1);
  // Control characters could move the caret or speak to the terminal.
  const source = raw.replace(/\r$/, '').replaceAll(/\p{Cc}/gu, ' ');
  const from = Math.max(0, Math.min(column - 1 - WIDEST / 2, source.length - WIDEST));
  const shown =
    (from > 0 ? '…' : '') + source.slice(from, from + WIDEST) + (from + WIDEST < source.length ? '…' : '');
  const before = column - 1 - from + (from > 0 ? 1 : 0);
  const length = Math.max(
    1,
    Math.min(span.end - span.start, source.length - (column - 1), shown.length - before),
  );
  const gutter = String(line);
  const excerpt = `${gutter} | ${shown}\n${' '.repeat(gutter.length)} | ${' '.repeat(before)}${'^'.repeat(length)}`;
  return { line, column, excerpt };
}
