import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { InputError } from '../../../../src/contracts/errors.ts';
import { evaluateExpression, rowsOfMask } from '../../../../src/evaluation/slices/evaluate.ts';
import { columnsOf, parseExpression } from '../../../../src/evaluation/slices/expression.ts';
import { numberColumn, tableOf, textColumn, timeColumn } from '../../../../src/table/index.ts';

const table = tableOf([
  ['tenure', numberColumn([1, 6, 12, Number.NaN])],
  ['region', textColumn(['NE', 'NW', 'NE', null])],
  ['is new', textColumn(['true', 'false', 'true', 'false'])],
  ['zip', textColumn(['01', '2', '10', '9'])],
  ['ts', timeColumn([Date.UTC(2024, 0, 1), Date.UTC(2024, 1, 1), Date.UTC(2025, 0, 1), Number.NaN])],
]);

const rows = (text: string) => [...rowsOfMask(evaluateExpression(parseExpression(text), table))];

describe('slice expressions', () => {
  it.each([
    ['tenure < 6', [0]],
    ['tenure <= 6', [0, 1]],
    ['tenure > 6', [2]],
    ['tenure >= 6', [1, 2]],
    ['tenure == 6', [1]],
    ['tenure = 6', [1]],
    ['tenure != 6', [0, 2]],
    ["region == 'NE'", [0, 2]],
    ['region == "NE" and tenure >= 6', [2]],
    ["region == 'NW' or tenure < 6", [0, 1]],
    ["region == 'NW' or region == 'NE' and tenure > 6", [1, 2]],
    ["(region == 'NW' or region == 'NE') and tenure > 6", [2]],
    ["not region == 'NE'", [1, 3]],
    ["region in ['NE', 'S']", [0, 2]],
    ["region not in ('NE')", [1, 3]],
    ['region is missing', [3]],
    ['tenure is not missing', [0, 1, 2]],
    ['`is new` == true', [0, 2]],
    ['zip > 2', [2, 3]],
    ["ts >= '2024-02-01'", [1, 2]],
    ['tenure > -1e3 && tenure < .6e1', [0]],
  ])('%s', (text, expected) => {
    expect(rows(text)).toEqual(expected);
  });

  it('names the columns that an expression reads, each once', () => {
    expect(columnsOf(parseExpression("a < 1 and (b == 'x' or not a in [2])"))).toEqual(['a', 'b']);
  });

  it.each([
    ['tenure <', 'position 9: expected a number'],
    ['tenure 6', 'expected a comparison'],
    ['< 6', 'position 1: expected a column'],
    ['(tenure < 6', 'expected )'],
    ['tenure < 6 tenure', 'expected and, or, or the end'],
    ['tenure < NE', 'expected a number or a text in quotes'],
    ['tenure ; 1', 'position 8: unexpected ;'],
    ['region in []', 'expected a number'],
    ['region is NE', 'expected missing'],
    ["region == 'NE", "unexpected '"],
  ])('refuses %s with the position', (text, message) => {
    expect(() => parseExpression(text)).toThrow(InputError);
    expect(() => parseExpression(text)).toThrow(message);
  });

  it('never throws anything but InputError, and refuses endless nesting', () => {
    expect(() => parseExpression('('.repeat(5000))).toThrow(InputError);
    const piece = fc.constantFrom(
      'tenure',
      'region',
      '<',
      '==',
      "'a'",
      '1',
      'and',
      'or',
      'not',
      '(',
      ')',
      'in',
      '[',
      ']',
      ',',
      'is',
      'missing',
      '`',
      '"',
      '\\',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(' ')),
        ),
        (text) => {
          try {
            parseExpression(text);
          } catch (error) {
            expect(error).toBeInstanceOf(InputError);
          }
        },
      ),
    );
  });

  it('splits the rows between an expression and its negation', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -20, max: 20, noNaN: true }),
        fc.constantFrom('<', '<=', '>', '>=', '==', '!='),
        (value, operator) => {
          const text = `tenure ${operator} ${value}`;
          expect([...rows(text), ...rows(`not (${text})`)].sort()).toEqual([0, 1, 2, 3]);
        },
      ),
    );
  });
});
