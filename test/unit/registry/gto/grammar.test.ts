import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseGtoTag, printGtoTag, type GtoTag } from '../../../../src/registry/gto/grammar.ts';
import { Gto, hasGto } from '../../../support/gto.ts';

const TAKEN: readonly (readonly [string, GtoTag])[] = [
  ['m@v1.2.3', { kind: 'register', artifact: 'm', version: 'v1.2.3' }],
  ['m@v1.2.3#4', { kind: 'register', artifact: 'm', version: 'v1.2.3', counter: 4n }],
  ['m@v1.2.3!#2', { kind: 'deregister', artifact: 'm', version: 'v1.2.3', counter: 2n }],
  ['m#prod', { kind: 'assign', artifact: 'm', stage: 'prod' }],
  ['m#prod!#7', { kind: 'unassign', artifact: 'm', stage: 'prod', counter: 7n }],
  ['m#prod/eu#1', { kind: 'assign', artifact: 'm', stage: 'prod/eu', counter: 1n }],
  ['cv=seg@v0.1.0', { kind: 'register', artifact: 'cv:seg', version: 'v0.1.0' }],
  ['a/b=seg#prod#2', { kind: 'assign', artifact: 'a/b:seg', stage: 'prod', counter: 2n }],
  ['x.y=m@v1.0.0', { kind: 'register', artifact: 'x.y:m', version: 'v1.0.0' }],
  ['a@v1.0.0', { kind: 'register', artifact: 'a', version: 'v1.0.0' }],
  ['m@v1.2.3-rc.1+gpu', { kind: 'register', artifact: 'm', version: 'v1.2.3-rc.1+gpu' }],
  ['m@deprecated#1', { kind: 'deprecate', artifact: 'm', counter: 1n }],
  ['m@created', { kind: 'create', artifact: 'm' }],
  ['m#p#99999999999999999999', { kind: 'assign', artifact: 'm', stage: 'p', counter: 99999999999999999999n }],
];
const REFUSED = [
  'm@1.2.3',
  'm@v1.2',
  'm@v01.2.3',
  'm.x@v1.0.0',
  'm#prod#x',
  'm#pro d',
  'm@deprecated!',
  'm@v1.0.0!!',
  'a=b=c#p',
  '=m#p',
  'v1.2.3',
  'release-2026',
  '',
];

const word = fc.stringMatching(/^[a-z0-9]([a-z0-9/_-]{0,6}[a-z0-9])?$/);
const tagged = {
  artifact: fc.oneof(
    word,
    fc.tuple(fc.stringMatching(/^[a-z0-9/._-]{1,6}$/), word).map((parts) => parts.join(':')),
  ),
  counter: fc.option(fc.bigInt({ min: 0n, max: 10n ** 30n }), { nil: undefined }),
};
const version = fc
  .tuple(fc.nat(), fc.nat(), fc.nat(), fc.constantFrom('', '-rc.1', '-0-1', '+b.01'))
  .map(([major, minor, patch, rest]) => `v${major}.${minor}.${patch}${rest}`);
const tag: fc.Arbitrary<GtoTag> = fc
  .oneof(
    fc.record({ kind: fc.constantFrom('register' as const, 'deregister' as const), version, ...tagged }),
    fc.record({ kind: fc.constantFrom('assign' as const, 'unassign' as const), stage: word, ...tagged }),
    fc.record({ kind: fc.constantFrom('deprecate' as const, 'create' as const), ...tagged }),
  )
  .map(({ counter, ...said }) => (counter === undefined ? said : { ...said, counter }));

/** Names that are tags of GTO's, or nearly: pieces of its grammar in any order, and tags with a character changed. */
const nearly = fc.oneof(
  fc
    .array(
      fc.constantFrom(
        ...['m', 'cv=', 'a/b', '.', '@', '#', '!', 'v', '0', '1', '01', '-', '_', '+', ':', 'é', '٣', ' '],
        ...['@v1.0.0', '@v1.2.3-rc.1', '@v٣1.0.0', '@v1٣.0.0', '#prod', '#1', '@deprecated', '@created'],
      ),
      { maxLength: 6 },
    )
    .map((pieces) => pieces.join('')),
  fc
    .tuple(
      tag,
      fc.nat(),
      fc.constantFrom('', '!', '#', '@', '.', '=', '/', 'v', '0', '-', 'Z', '~'),
      fc.nat(2),
    )
    .map(([said, place, letter, cut]) => {
      const name = printGtoTag(said);
      const at = place % (name.length + 1);
      return name.slice(0, at) + letter + name.slice(at + cut);
    }),
);

describe("tags of GTO's grammar", () => {
  test.each(TAKEN)('%s is read and written', (name, said) => {
    expect(parseGtoTag(name)).toEqual(said);
    expect(printGtoTag(said)).toBe(name);
  });

  test.each(REFUSED)('%j is foreign', (name) => {
    expect(parseGtoTag(name)).toBeNull();
  });

  test('what is written is read back', () => {
    fc.assert(
      fc.property(tag, (said) => {
        expect(parseGtoTag(printGtoTag(said))).toEqual(said);
      }),
    );
  });

  test('what is read is written back, but for leading zeros of the counter', () => {
    const check = (name: string): void => {
      const said = parseGtoTag(name);
      if (said !== null) expect(printGtoTag(said)).toBe(name.replace(/#0+(?=\d+$)/, '#'));
    };
    check('m#prod#007');
    fc.assert(fc.property(fc.oneof(nearly, fc.string()), check), { numRuns: 2000 });
  });

  test.runIf(hasGto)("GTO's own parser agrees on thousands of names that are nearly tags", async () => {
    await using gto = new Gto();
    const names = [...TAKEN.map(([name]) => name), ...REFUSED, ...fc.sample(nearly, 6000)];
    const theirs = await gto.parse(names);
    const ours = names.map((name) => {
      const said = parseGtoTag(name);
      if (said === null) return null;
      return { version: null, stage: null, ...said, counter: said.counter?.toString() ?? null };
    });
    expect(ours).toEqual(theirs);
    const taken = ours.filter((said) => said !== null).length;
    expect(taken / names.length).toBeGreaterThan(0.1);
    expect(taken / names.length).toBeLessThan(0.8);
  });
});
