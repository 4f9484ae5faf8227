import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { InputError } from '../../../src/contracts/errors.ts';
import {
  alignById,
  columnOf,
  hashCells,
  hashRows,
  indexById,
  numberColumn,
  requireUniqueIds,
  tableOf,
  takeRows,
  textColumn,
} from '../../../src/table/index.ts';

describe('requireUniqueIds', () => {
  it('names empty and repeated ids with their rows', () => {
    const act = (): void => requireUniqueIds(textColumn(['a', 'b', null, 'a', 'b']), 'id', 'x.csv');

    expect(act).toThrow(InputError);
    expect(act).toThrow(/row 3.*empty[^]*row 4.*"a" occurred already in row 1[^]*row 5.*row 2/);
  });

  it('counts what it does not name', () => {
    const ids = numberColumn(Array.from({ length: 100 }, () => 7));

    expect(() => requireUniqueIds(ids, 'id', 'x.csv')).toThrow(/and 79 more rows/);
  });

  it('takes unique ids of every kind', () => {
    for (const ids of [
      numberColumn([1, 2, -0]),
      textColumn(['1', '2']),
      columnOf([new Date(1), new Date(2)]),
    ]) {
      expect(() => requireUniqueIds(ids, 'id', 'x.csv')).not.toThrow();
    }
  });
});

describe('alignById', () => {
  it('finds every row in any order, whatever the kinds', () => {
    const ids = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 });

    fc.assert(
      fc.property(
        ids,
        fc.boolean(),
        fc.boolean(),
        fc.infiniteStream(fc.nat()),
        (values, leftText, rightText, random) => {
          const shuffled = values
            .map((value) => [random.next().value as number, value] as const)
            .sort((a, b) => a[0] - b[0])
            .map(([, value]) => value);
          const left = leftText ? textColumn(values.map(String)) : numberColumn(values);
          const right = rightText ? textColumn(shuffled.map(String)) : numberColumn(shuffled);

          const rows = alignById(left, right);

          expect([...rows].map((row) => shuffled[row])).toEqual(values);
        },
      ),
    );
  });

  it('says -1 where there is none', () => {
    expect([...alignById(textColumn(['a', 'b', null]), textColumn(['b', null]))]).toEqual([-1, 0, -1]);
    expect([...alignById(numberColumn([1, NaN, 2]), numberColumn([2, NaN]))]).toEqual([-1, -1, 0]);
  });

  it('looks single ids up', () => {
    const find = indexById(numberColumn([5, 6]));

    expect([find('6'), find('7')]).toEqual([1, -1]);
  });
});

describe('hashes of rows', () => {
  const table = tableOf({
    a: [1, 2, 1, 1],
    b: ['x', 'x', 'x', null],
    t: [new Date(0), new Date(0), new Date(0), new Date(0)],
  });

  it('are equal for equal rows and differ for others', () => {
    const [first, second, third, fourth] = hashRows(table);

    expect(third).toBe(first);
    expect(new Set([first, second, fourth]).size).toBe(3);
  });

  it('do not depend on the order of columns or rows', () => {
    const turned = tableOf([...table.columns].reverse());

    expect(hashRows(turned)).toEqual(hashRows(table));
    expect(hashRows(takeRows(table, [3, 0]))).toEqual(
      hashRows(table)
        .filter((_, row) => row === 3 || row === 0)
        .reverse(),
    );
  });

  it('never change: they are stored', () => {
    expect(hashRows(table).slice(0, 2)).toMatchInlineSnapshot(`
      BigUint64Array {
        "0": 17665637310095141429n,
        "1": 2515108541544806746n,
      }
    `);
    expect(hashCells(textColumn(['c1', 'ünïcødé', null]))).toMatchInlineSnapshot(`
      BigUint64Array {
        "0": 10329645580010919621n,
        "1": 7247237130181548213n,
        "2": 0n,
      }
    `);
  });

  it('tell a hundred thousand rows apart', () => {
    const many = tableOf({
      a: Float64Array.from({ length: 100_000 }, (_, row) => row % 1000),
      b: Float64Array.from({ length: 100_000 }, (_, row) => Math.floor(row / 1000)),
    });

    expect(new Set(hashRows(many)).size).toBe(100_000);
  });

  it('give an id one hash in whichever column kind it was read', () => {
    expect(hashCells(numberColumn([12]))).toEqual(hashCells(textColumn(['12'])));
  });
});
