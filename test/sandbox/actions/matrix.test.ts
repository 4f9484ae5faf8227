import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandStrategy, legName, MatrixError } from '../../../sandbox/actions/matrix.ts';

const legs = (matrix: unknown) => expandStrategy({ matrix }).legs.map((leg) => leg.matrix);
const names = (matrix: unknown) => expandStrategy({ matrix }).legs.map((leg) => legName('test', leg.shown));

// https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
describe('a matrix', () => {
  it('is the product of its vectors, the first one varying slowest', () => {
    expect(legs({ os: ['a', 'b'], node: [20, 22] })).toEqual([
      { os: 'a', node: 20 },
      { os: 'a', node: 22 },
      { os: 'b', node: 20 },
      { os: 'b', node: 22 },
    ]);
  });

  it('leaves out what exclude names, wholly or in part, case and type loosely', () => {
    expect(legs({ os: ['Linux', 'mac'], node: [20, 22], exclude: [{ os: 'linux', node: '20' }] })).toEqual([
      { os: 'Linux', node: 22 },
      { os: 'mac', node: 20 },
      { os: 'mac', node: 22 },
    ]);
    expect(legs({ os: ['linux', 'mac'], node: [20, 22], exclude: [{ os: 'mac' }] })).toHaveLength(2);
  });

  it('the documented include example: fruit and animal', () => {
    expect(
      legs({
        fruit: ['apple', 'pear'],
        animal: ['cat', 'dog'],
        include: [
          { color: 'green' },
          { color: 'pink', animal: 'cat' },
          { fruit: 'apple', shape: 'circle' },
          { fruit: 'banana' },
          { fruit: 'banana', animal: 'cat' },
        ],
      }),
    ).toEqual([
      { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
      { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
      { fruit: 'pear', animal: 'cat', color: 'pink' },
      { fruit: 'pear', animal: 'dog', color: 'green' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ]);
  });

  it('may consist of includes only', () => {
    expect(legs({ include: [{ site: 'production', datacenter: 'a' }, { site: 'staging' }] })).toEqual([
      { site: 'production', datacenter: 'a' },
      { site: 'staging' },
    ]);
  });

  it('compares objects leaf by leaf', () => {
    const node = [{ version: 20 }, { version: 22, env: 'x' }];
    expect(legs({ node, exclude: [{ node: { version: 22 } }] })).toEqual([{ node: { version: 20 } }]);
    expect(legs({ node, include: [{ node: { version: 20 }, extra: 1 }] })[0]).toEqual({
      node: { version: 20 },
      extra: 1,
    });
  });

  it('with everything excluded runs once without values', () => {
    expect(legs({ os: ['a'], exclude: [{ os: 'a' }] })).toEqual([null]);
    expect(expandStrategy(undefined).legs).toEqual([{ matrix: null, shown: [] }]);
  });

  it.each([
    [{ os: [] }, "Matrix vector 'os' does not contain any values"],
    [{ os: 'linux' }, "Unexpected value 'linux'"],
    [{}, 'Matrix must define at least one vector'],
    [{ include: [] }, 'Matrix must define at least one vector'],
    [
      { os: ['a'], exclude: [{ node: 1 }] },
      "Matrix exclude key 'node' does not match any key within the matrix",
    ],
    [{ os: ['a'], include: [{}] }, 'Matrix include mapping does not contain any values'],
    ['', "Unexpected value ''"],
  ])('refuses %j', (matrix, message) => {
    expect(() => legs(matrix)).toThrow(MatrixError);
    expect(() => legs(matrix)).toThrow(message);
  });

  it('has at most 256 legs', () => {
    const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
    expect(legs({ a: numbers(16), b: numbers(16) })).toHaveLength(256);
    expect(() => legs({ a: numbers(257) })).toThrow(MatrixError);
    expect(() => expandStrategy({ matrix: { a: [1, 2, 3] } }, 2)).toThrow(MatrixError);
    const letters = Object.fromEntries(numbers(10).map((key) => [`v${key}`, numbers(100)]));
    expect(() => legs(letters)).toThrow(MatrixError);
  });

  it('fail-fast is on and max-parallel unbounded unless said otherwise', () => {
    expect(expandStrategy({})).toMatchObject({ failFast: true, maxParallel: undefined });
    expect(expandStrategy({ 'fail-fast': false, 'max-parallel': 2 })).toMatchObject({
      failFast: false,
      maxParallel: 2,
    });
    expect(() => expandStrategy({ 'max-parallel': 'many' })).toThrow(MatrixError);
  });
});

describe('names of legs', () => {
  it('show the values of the combination, not what include added', () => {
    expect(names({ os: ['a', 'b'], include: [{ os: 'a', extra: 'x' }, { os: 'c' }] })).toEqual([
      'test (a)',
      'test (b)',
      'test (c)',
    ]);
    expect(names({ n: [1.5], flag: [true], empty: [''], object: [{ x: 1, y: ['z'] }] })).toEqual([
      'test (1.5, true, 1, z)',
    ]);
  });

  it('are cut at 100 characters', () => {
    expect(legName('j'.repeat(150), [])).toBe(`${'j'.repeat(97)}...`);
  });
});

describe('any matrix (property)', () => {
  it('has the product of its sizes and no leg twice', () => {
    const vectors = fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 }),
      { minKeys: 1 },
    );
    fc.assert(
      fc.property(vectors, (matrix) => {
        const found = legs(matrix).map((leg) => JSON.stringify(leg));
        expect(found).toHaveLength(Object.values(matrix).reduce((size, values) => size * values.length, 1));
        expect(new Set(found).size).toBe(found.length);
      }),
    );
  });
});
