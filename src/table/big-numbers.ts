import { compactText, MAX_EXACT, numberColumn } from './columns.ts';
import { isBeyondExact, isMissingWord, parseNumber } from './numbers.ts';
import type { Column, TextColumn } from './table.ts';

const WHOLE = /^\s*[+-]?\d+\s*$/;

/**
 * What a column of texts is that look like whole numbers, some perhaps beyond 2^53: numbers where float64 holds all of them or
 * where one has a fraction; else the texts as they are, so that no id is rounded. Words for "missing" are missing then. A
 * column with any other text stays as it is.
 */
export function columnFromBigTexts(column: TextColumn): Column {
  const { codes, levels } = column;
  const values = Float64Array.from(levels, parseNumber);
  const isWord = levels.map(isMissingWord);
  if (values.some((value, code) => Number.isNaN(value) && !isWord[code])) return column;
  const whole = levels.every((level, code) => isWord[code] === true || WHOLE.test(level));
  const beyond =
    whole && levels.some((level, code) => Math.abs(values[code]!) >= MAX_EXACT && isBeyondExact(level));
  if (beyond) {
    return compactText(
      codes.map((code) => (code >= 0 && isWord[code] === true ? -1 : code)),
      levels,
    );
  }
  return numberColumn(Float64Array.from(codes, (code) => (code < 0 ? NaN : values[code]!)));
}
