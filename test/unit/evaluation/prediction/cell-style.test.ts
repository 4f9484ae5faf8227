import { describe, expect, it } from 'vitest';

import { inStyleOf, styledColumns } from '../../../../src/evaluation/prediction/cell-style.ts';
import type { Column } from '../../../../src/table/index.ts';
import { tableOf, textAt, timeColumn } from '../../../../src/table/index.ts';

const NOON = Date.UTC(2013, 0, 1, 12, 30, 5, 250);

function cellsOf(column: Column | undefined): (string | null)[] {
  return column?.kind === 'text' ? Array.from(column.codes, (_, row) => textAt(column, row)) : ['not text'];
}

describe('cells look as training saw them', () => {
  it.each([
    ['2012-12-31 05:00:00', '2013-01-01 12:30:05'],
    ['2012-12-31T05:00:00Z', '2013-01-01T12:30:05Z'],
    ['2012-12-31T05:00', '2013-01-01T12:30'],
    ['2012-12-31 05:00:00.123456', '2013-01-01 12:30:05.250000'],
    ['2012-12-31', '2013-01-01'],
  ])('times as in %s', (seen, expected) => {
    const table = tableOf({ when: timeColumn([NOON, NaN]) });

    const styled = inStyleOf(table, tableOf({ when: [null, seen] }));

    expect(cellsOf(styled.columns.get('when'))).toEqual([expected, null]);
  });

  it('times stay as they are where training’s are in no known style, or absent', () => {
    const table = tableOf({ when: timeColumn([NOON]) });

    expect(inStyleOf(table, tableOf({ when: ['31/12/2012'] }))).toBe(table);
    expect(inStyleOf(table, tableOf({}))).toBe(table);
  });

  it.each([
    ['True', ['True', 'False', null]],
    ['FALSE', ['TRUE', 'FALSE', null]],
    ['true', ['true', 'false', null]],
  ])('true and false as in %s', (seen, expected) => {
    const table = tableOf({ flag: ['true', 'false', null] });

    expect(cellsOf(inStyleOf(table, tableOf({ flag: [seen] })).columns.get('flag'))).toEqual(expected);
  });

  it('nothing else is touched', () => {
    const table = tableOf({ when: timeColumn([NOON]), flag: ['true'], city: ['x'], n: [1] });

    expect(styledColumns(table)).toEqual(['when', 'flag']);
  });
});
