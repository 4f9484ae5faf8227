import { describe, expect, it } from 'vitest';

import {
  asText,
  columnOf,
  concatTables,
  isMissing,
  nearestName,
  numberColumn,
  requireColumns,
  requireNumbers,
  selectColumns,
  tableOf,
  takeRows,
  textAt,
  textColumn,
  timeColumn,
  trimTexts,
} from '../../../src/table/index.ts';
import { InputError } from '../../../src/contracts/errors.ts';
import type { Column } from '../../../src/table/index.ts';

function texts(column: Column): (string | null)[] {
  const length = column.kind === 'text' ? column.codes.length : column.values.length;
  return Array.from({ length }, (_, row) => textAt(column, row));
}

function problemsOf(act: () => unknown): InputError['problems'] {
  try {
    act();
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('columnOf', () => {
  it('takes plain arrays by what they hold', () => {
    expect(columnOf([1, 2.5, null])).toMatchObject({ kind: 'number', integer: false });
    expect(columnOf([1, 2, 2n])).toMatchObject({ kind: 'number', integer: true });
    expect(columnOf([new Date(0), null])).toMatchObject({ kind: 'time' });
    expect(texts(columnOf([true, false, undefined]))).toEqual(['true', 'false', null]);
    expect(texts(columnOf([1, 'a', null]))).toEqual(['1', 'a', null]);
    expect(texts(columnOf([2n ** 60n, 1]))).toEqual(['1152921504606846976', '1']);
  });

  it('copies neither columns nor Float64Arrays', () => {
    const values = Float64Array.of(1, 2);
    const column = numberColumn(values);

    expect(column.values).toBe(values);
    expect(columnOf(column)).toBe(column);
  });

  it('knows whole numbers only up to 2^53', () => {
    expect(numberColumn([2 ** 53, NaN]).integer).toBe(true);
    expect(numberColumn([2 ** 54]).integer).toBe(false);
    expect(numberColumn([Infinity]).integer).toBe(false);
  });
});

describe('textAt', () => {
  it('prints a cell the same whatever file it came from', () => {
    expect(texts(numberColumn([1, 0.1, -0, 1e21, NaN]))).toEqual(['1', '0.1', '0', '1e+21', null]);
    expect(texts(timeColumn([0, 1, 86_400_000, NaN]))).toEqual([
      '1970-01-01',
      '1970-01-01T00:00:00.001Z',
      '1970-01-02',
      null,
    ]);
    expect(texts(textColumn(['a', '', null, 'a']))).toEqual(['a', null, null, 'a']);
  });
});

describe('tables', () => {
  const table = tableOf({ id: [1, 2, 3], name: ['x', null, 'x'] });

  it('take rows in the order asked for and forget unused levels', () => {
    const taken = takeRows(table, [1, 2, 2]);

    expect(taken.rows).toBe(3);
    expect(texts(taken.columns.get('name')!)).toEqual([null, 'x', 'x']);
    expect(takeRows(table, [1]).columns.get('name')).toMatchObject({ levels: [] });
  });

  it('are put one after the other, missing where one lacks a column', () => {
    const both = concatTables([table, tableOf({ id: ['a'], extra: [7] })]);

    expect(texts(both.columns.get('id')!)).toEqual(['1', '2', '3', 'a']);
    expect(texts(both.columns.get('name')!)).toEqual(['x', null, 'x', null]);
    expect(texts(both.columns.get('extra')!)).toEqual([null, null, null, '7']);
  });

  it('name every missing column at once, with the nearest name', () => {
    const problems = problemsOf(() => requireColumns(table, ['nmae', 'id', 'target'], 'a.csv'));

    expect(problems.map(({ code, hint }) => [code, hint])).toEqual([
      ['COLUMN_MISSING', 'Did you mean "name"?'],
      ['COLUMN_MISSING', 'Use one of: "id", "name".'],
    ]);
    expect(() => selectColumns(table, ['id'])).not.toThrow();
  });

  it('say so when the header looks like a row', () => {
    const [problem] = problemsOf(() =>
      requireColumns(tableOf({ '5.1': [1], '3.5': [2], setosa: ['a'] }), ['target']),
    );

    expect(problem?.hint).toContain('header: false');
  });

  it('must have columns of one length', () => {
    expect(() => tableOf({ a: [1], b: [1, 2] })).toThrow(TypeError);
  });
});

describe('requireNumbers', () => {
  it('names the rows whose cells are no numbers', () => {
    const table = tableOf({ score: ['1', 'abc', '0.5', 'NA', 'n/k'] });

    const problems = problemsOf(() => requireNumbers(table, 'score', 'p.csv'));

    expect(problems.map(({ message }) => message)).toEqual([
      'p.csv, row 2, column "score": "abc" is not a number',
      'p.csv, row 5, column "score": "n/k" is not a number',
    ]);
  });

  it('takes texts that are all numbers, and truth values where asked', () => {
    const table = tableOf({ big: ['12345678901234567890', null], ok: [true, false] });

    expect([...requireNumbers(table, 'big', 'f').values]).toEqual([Number('12345678901234567890'), NaN]);
    expect([...requireNumbers(table, 'ok', 'f', { booleans: true }).values]).toEqual([1, 0]);
    expect(problemsOf(() => requireNumbers(table, 'ok', 'f'))[0]?.code).toBe('COLUMN_TYPE');
  });
});

describe('small things', () => {
  it('trims texts and merges what becomes equal', () => {
    const column = trimTexts(textColumn([' a', 'a ', '  ', 'b']));

    expect(texts(column)).toEqual(['a', 'a', null, 'b']);
    expect(column.levels).toEqual(['a', 'b']);
  });

  it('turns any column into text', () => {
    expect(texts(asText(numberColumn([1.5, NaN])))).toEqual(['1.5', null]);
    expect(isMissing(asText(timeColumn([NaN])), 0)).toBe(true);
  });

  it('offers near names only', () => {
    expect(nearestName('Target', ['target', 'id'])).toBe('target');
    expect(nearestName('xyz', ['target', 'id'])).toBe(null);
  });
});
