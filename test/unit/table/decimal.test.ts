import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseDecimal } from '../../../src/table/decimal.ts';

function parse(text: string): number {
  const bytes = Buffer.from(`,${text},`);
  return parseDecimal(bytes, 1, bytes.length - 1);
}

describe('parseDecimal', () => {
  it('reads every float64 back from its shortest text', () => {
    const any = fc.double({ noNaN: true, noDefaultInfinity: true });

    fc.assert(
      fc.property(any, (value) => {
        expect(parse(String(value))).toBe(value === 0 ? 0 : value);
      }),
      { numRuns: 5000 },
    );
  });

  it('rounds any digits as Number does', () => {
    const digits = (max: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[0-9]{0,${max}}$`));
    const decimal = fc.tuple(
      fc.constantFrom('', '-', '+'),
      digits(24),
      digits(24),
      fc.integer({ min: -40, max: 40 }),
      fc.boolean(),
    );

    fc.assert(
      fc.property(decimal, ([sign, whole, fraction, exponent, withExponent]) => {
        fc.pre(whole.length + fraction.length > 0);
        const text = `${sign}${whole}.${fraction}${withExponent ? `e${exponent}` : ''}`;
        expect(parse(text)).toBe(Number(text));
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    ['9007199254740993', 9007199254740992],
    ['0.30000000000000004', 0.1 + 0.2],
    ['179769313486231580793e289', Number('179769313486231580793e289')],
    ['4.9406564584124654e-324', 5e-324],
    ['1e400', Infinity],
    ['inf', Infinity],
    ['-Infinity', -Infinity],
    ['.5', 0.5],
    ['5.', 5],
  ])('reads %s', (text, value) => {
    expect(parse(text)).toBe(value);
  });

  it.each([
    '',
    '-',
    '.',
    'e5',
    '1e',
    '1e+',
    '1.2.3',
    '0x10',
    '1_000',
    '1,5',
    'nan',
    'information',
    '12a',
    '--1',
  ])('refuses %j', (text) => {
    expect(parse(text)).toBeNaN();
  });
});
