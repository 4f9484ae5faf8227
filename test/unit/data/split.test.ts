import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { InputError } from '../../../src/contracts/errors.ts';
import { PART, refuseEmptyParts, rowsOf, shareOfText, splitRows } from '../../../src/data/split.ts';
import type { SplitConfig } from '../../../src/data/schema.ts';
import { concatTables, numberColumn, tableOf, takeRows, textColumn } from '../../../src/table/index.ts';
import type { Table } from '../../../src/table/index.ts';

function codesOf(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(({ code }) => code);
    throw error;
  }
  return [];
}

const names = fc.array(fc.string(), { minLength: 1, maxLength: 60 });
const shares = fc.record({
  test: fc.double({ min: 0.05, max: 0.5, noNaN: true }),
  validation: fc.double({ min: 0.05, max: 0.4, noNaN: true }),
});

function groups(values: readonly string[]): Table {
  return tableOf({ key: textColumn(values), x: values.map((_, row) => row) });
}

describe('shareOfText', () => {
  it('is the documented formula, as Python computes it', () => {
    // int.from_bytes(hashlib.sha256(b"slipway-split/1\0" + t.encode()).digest()[:8]) / 2**64
    expect(shareOfText('')).toBe(0.5909624482700544);
    expect(shareOfText('42')).toBe(0.5109195460023638);
    expect(shareOfText('ünïcødé')).toBe(0.7662007739367843);
  });

  it('spreads evenly', () => {
    const share =
      Array.from({ length: 20_000 }, (_, row) => shareOfText(String(row))).filter((value) => value < 0.2)
        .length / 20_000;

    expect(share).toBeGreaterThan(0.19);
    expect(share).toBeLessThan(0.21);
  });
});

describe('a split by hash', () => {
  it('puts every row into one part, equal keys into the same', () => {
    fc.assert(
      fc.property(names, shares, (values, share) => {
        const parts = splitRows(groups(values), { by: 'group', on: 'key', ...share }, 'a.csv');

        const all = [PART.train, PART.validation, PART.test].flatMap((part) => [...rowsOf(parts, part)]);
        expect(all.sort((a, b) => a - b)).toEqual(values.map((_, row) => row));
        const partOf = new Map(values.map((value, row) => [value, parts[row]]));
        expect(values.map((value) => partOf.get(value))).toEqual([...parts]);
      }),
    );
  });

  it('leaves each row where it is when rows are added, moved or removed', () => {
    const split: SplitConfig = { by: 'hash', on: 'key', test: 0.3, validation: 0.2 };

    fc.assert(
      fc.property(names, names, (values, more) => {
        const before = splitRows(groups(values), split, 'a.csv');
        const after = splitRows(concatTables([groups(more), groups(values)]), split, 'a.csv');

        expect([...after.subarray(more.length)]).toEqual([...before]);
      }),
    );
  });

  it('keeps the test rows when the validation share changes, and adds to them when the test share grows', () => {
    const table = groups(Array.from({ length: 500 }, (_, row) => `k${row}`));
    const testOf = (test: number, validation: number): number[] => [
      ...rowsOf(splitRows(table, { by: 'hash', on: 'key', test, validation }, 'a'), PART.test),
    ];

    expect(testOf(0.2, 0.1)).toEqual(testOf(0.2, 0.4));
    expect(testOf(0.3, 0.1)).toEqual(expect.arrayContaining(testOf(0.2, 0.1)));
  });

  it('goes by the text of a cell, whatever kind the column was read as', () => {
    const values = Array.from({ length: 300 }, (_, row) => row * 3);
    const split: SplitConfig = { by: 'hash', test: 0.5 };

    const numbers = splitRows(tableOf({ id: numberColumn(values) }), split, 'a', 'id');
    const texts = splitRows(tableOf({ id: textColumn(values.map(String)) }), split, 'a', 'id');

    expect(numbers).toEqual(texts);
  });

  it('goes by the whole row where there is no key: equal rows stay together', () => {
    const table = tableOf({ a: [1, 2, 1, 3, 2], b: ['x', 'y', 'x', null, 'y'] });

    const parts = splitRows(table, { by: 'hash', test: 0.5 }, 'a');

    expect([parts[2], parts[4]]).toEqual([parts[0], parts[1]]);
    expect(splitRows(takeRows(table, [3]), { by: 'hash', test: 0.5 }, 'a')[0]).toBe(parts[3]);
  });
});

describe('a split by time', () => {
  const days = Array.from({ length: 120 }, (_, row) => new Date(Date.UTC(2024, 0, 1 + row)));
  const table = tableOf({ at: days });
  const split: SplitConfig = {
    by: 'time',
    on: 'at',
    validation: '2024-02-01',
    cut: '2024-03-01',
    until: '2024-04-01',
  };

  it('is train < validation ≤ validation rows < cut ≤ test < until', () => {
    const parts = splitRows(table, split, 'a');

    const count = (part: number): number => rowsOf(parts, part).length;
    expect([count(PART.train), count(PART.validation), count(PART.test), count(PART.none)]).toEqual([
      31, 29, 31, 29,
    ]);
    expect(rowsOf(parts, PART.test)[0]).toBe(60);
  });

  it('leaves a gap before each border', () => {
    const parts = splitRows(table, { ...split, gap: 7 * 86_400_000 }, 'a');

    const count = (part: number): number => rowsOf(parts, part).length;
    expect([count(PART.train), count(PART.validation), count(PART.test)]).toEqual([24, 22, 31]);
  });

  it('orders train before validation before test, whatever the dates', () => {
    const day = fc.integer({ min: 0, max: 120 });

    fc.assert(
      fc.property(fc.tuple(day, day, day), fc.integer({ min: 0, max: 20 }), (borders, gapDays) => {
        const [validation, cut, until] = borders
          .sort((a, b) => a - b)
          .map((n) => new Date(Date.UTC(2024, 0, 1 + n)).toISOString());
        const gap = gapDays * 86_400_000;
        const parts = splitRows(
          table,
          { by: 'time', on: 'at', validation: validation!, cut: cut!, until: until!, gap },
          'a',
        );
        const range = (part: number): [number, number] => {
          const rows = [...rowsOf(parts, part)];
          return rows.length === 0
            ? [Infinity, -Infinity]
            : [days[rows[0]!]!.getTime(), days[rows.at(-1)!]!.getTime()];
        };

        const [train, valid, test] = [range(PART.train), range(PART.validation), range(PART.test)];

        expect(train[1]).toBeLessThan(Math.min(valid[0], test[0]) - gap);
        expect(valid[1]).toBeLessThan(test[0] - gap);
      }),
    );
  });

  it('takes numbers for a column of numbers', () => {
    const years = tableOf({ year: [2010, 2011, 2012, 2013] });

    expect([...splitRows(years, { by: 'time', on: 'year', cut: 2012 }, 'a')]).toEqual([0, 0, 2, 2]);
    expect(codesOf(() => splitRows(years, { by: 'time', on: 'year', cut: '2012-01-01' }, 'a'))).toEqual([
      'VALUE_INVALID',
    ]);
  });

  it('refuses cells that are no times, naming their rows', () => {
    const bad = tableOf({ at: ['2024-01-01', 'yesterday', null] });
    const holes = tableOf({ at: [new Date(0), null] });

    expect(() => splitRows(bad, { by: 'time', on: 'at', cut: '2024-01-01' }, 'a.csv')).toThrow(
      /row 2.*"yesterday" is not a date[^]*row 3.*empty/,
    );
    expect(() => splitRows(holes, { by: 'time', on: 'at', cut: '2024-01-01' }, 'a.csv')).toThrow(
      /empty in row 2/,
    );
  });
});

describe('a split by column', () => {
  const table = tableOf({ fold: ['train', 'test', 'val', 'train', null], year: [1, 2, 3, 3, 1] });

  it('tests the rows that hold the values', () => {
    expect([
      ...splitRows(table, { by: 'column', on: 'fold', test: ['test'], validation: ['val'] }, 'a'),
    ]).toEqual([0, 2, 1, 0, 0]);
    expect([...splitRows(table, { by: 'column', on: 'year', test: ['3'] }, 'a')]).toEqual([0, 0, 2, 2, 0]);
  });

  it('names the values there are when one does not occur', () => {
    expect(() => splitRows(table, { by: 'column', on: 'fold', test: ['TEST'] }, 'a.csv')).toThrow(
      /no row holds "TEST"; its values are "train"/,
    );
  });
});

describe('empty parts', () => {
  it('are refused with the range of the times', () => {
    const table = tableOf({ at: [new Date(Date.UTC(2024, 0, 1)), new Date(Date.UTC(2024, 5, 1))] });
    const split: SplitConfig = { by: 'time', on: 'at', cut: '2025-01-01' };

    expect(() => refuseEmptyParts(table, splitRows(table, split, 'a.csv'), split, 'a.csv')).toThrow(
      /no test row out of 2; column "at" runs from 2024-01-01 to 2024-06-01/,
    );
  });

  it('are refused for a column that does not exist', () => {
    expect(codesOf(() => splitRows(groups(['a']), { by: 'group', on: 'absent', test: 0.2 }, 'a'))).toEqual([
      'COLUMN_MISSING',
    ]);
  });
});
