import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../../src/contracts/errors.ts';
import { parseExpression } from '../../../../src/evaluation/metrics/expression.ts';

describe('parseExpression', () => {
  it.each([
    ['2 * tp / (2 * tp + fp + fn)', { tp: 6, fp: 2, fn: 4 }, 12 / 18],
    ['mean(cost)', { cost: 30 }, 3],
    ['sum("the cost") / n', { 'the cost': 30 }, 3],
    ['exp(min(0, 1 - ref / len)) * sqrt(m / t)', { ref: 12, len: 10, m: 4, t: 9 }, Math.exp(-0.2) * (2 / 3)],
    ['-a ** 2 + max(a, b, 1)', { a: 3, b: 5 }, 14],
    ['abs(a - b) + log(b)', { a: 1, b: 5 }, 4 + Math.log(5)],
  ])('%s', (text, sums, expected) => {
    const expression = parseExpression(text, 'm');

    const { value } = expression.evaluate(
      expression.columns.map((name) => (sums as Record<string, number>)[name]!),
      10,
    );

    expect(value).toBeCloseTo(expected, 12);
  });

  it('has the partial derivatives of finite differences', () => {
    const expression = parseExpression(
      'exp(a / b) * sqrt(c) + max(a, c) ** 2 / (1 + abs(b - 3 * c)) - log(b) * mean(a)',
      'm',
    );
    const positive = fc.double({ min: 0.5, max: 5, noNaN: true });

    fc.assert(
      fc.property(fc.tuple(positive, positive, positive), (sums) => {
        fc.pre(Math.abs(sums[0] - sums[2]) > 1e-3 && Math.abs(sums[1] - 3 * sums[2]) > 1e-3);
        const { value, slopes } = expression.evaluate(sums, 7);
        for (let k = 0; k < 3; k++) {
          const moved = [...sums];
          moved[k]! += 1e-6;
          const slope = (expression.evaluate(moved, 7).value - value) / 1e-6;
          expect(Math.abs(slopes[k]! - slope)).toBeLessThan(1e-3 * (1 + Math.abs(slope)));
        }
      }),
    );
  });

  it.each([
    ['a +', 'Expected'],
    ['1 + 2', 'names no column'],
    ['a.b', 'MemberExpression'],
    ['process.exit(1)', 'function'],
    ['a ? b : c', 'ConditionalExpression'],
    ['a; b', 'Compound'],
    ['constructor(a)', 'no function "constructor"'],
    ['a && b', '&&'],
    ['sqrt(a, b)', 'one argument'],
    ['sum(a + b)', 'one column'],
    ['[a]', 'ArrayExpression'],
    ['this', 'ThisExpression'],
    ['true', 'not a number'],
  ])('refuses %s', (text, found) => {
    expect(() => parseExpression(text, 'm')).toThrow(InputError);
    expect(() => parseExpression(text, 'm')).toThrow(found);
  });
});
