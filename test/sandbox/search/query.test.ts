import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { holdsWords, inRange, readQuery } from '../../../sandbox/search/query.ts';

const KNOWN = new Set(['label', 'is', 'author']);

// https://docs.github.com/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax
describe('queries', () => {
  it('are words, phrases and qualifiers, each possibly negated', () => {
    const query = readQuery(
      'Fix "exact phrase" -label:"good first" is:open NOT old sort:updated-asc http://x',
      KNOWN,
    );
    expect(query.terms).toEqual([
      { name: 'label', value: 'good first', negated: true },
      { name: 'is', value: 'open', negated: false },
    ]);
    expect(
      query.words.map(({ text, phrase, negated }) => `${negated ? '-' : ''}${phrase ? '"' : ''}${text}`),
    ).toEqual(['fix', '"exact phrase', '-old', 'http://x']);
    expect(query.sort).toEqual({ by: 'updated', descending: false });
  });

  it('are refused blank and too long; what the sandbox cannot do is refused by name', () => {
    expect(() => readQuery('  ', KNOWN)).toThrow('Validation Failed');
    expect(() => readQuery('word '.repeat(60), KNOWN)).toThrow('Validation Failed');
    expect(() => readQuery('a OR b', KNOWN)).toThrow('The sandbox does not support OR in a search');
  });

  it('never lose a qualifier, whatever its value', () => {
    const value = fc.string({ minLength: 1 }).filter((text) => !text.includes('"'));
    fc.assert(
      fc.property(value, fc.boolean(), (text, negated) => {
        const { terms } = readQuery(`${negated ? '-' : ''}label:"${text}" is:open`, KNOWN);
        expect(terms[0]).toEqual({ name: 'label', value: text, negated });
        expect(terms[1]?.value).toBe('open');
      }),
    );
  });

  it('find whole words in any order, phrases as they stand', () => {
    const holds = (text: string) =>
      holdsWords(readQuery(text, KNOWN).words, ['Fix the loader', null, 'It was slow.']);
    expect(holds('slow fix')).toBe(true);
    expect(holds('load')).toBe(false);
    expect(holds('"fix the"')).toBe(true);
    expect(holds('"the fix"')).toBe(false);
    expect(holds('fix -slow')).toBe(false);
  });
});

describe('ranges', () => {
  it.each([
    ['>10', 10, false],
    ['>=10', 10, true],
    ['5..10', 7, true],
    ['5..*', 4, false],
    ['10', 10, true],
    ['<10', 9, true],
  ])('%s of %i', (range, value, expected) => expect(inRange(range, value)).toBe(expected));

  it.each([
    ['2026-01-02', '2026-01-02T23:00:00Z', true],
    ['>2026-01-02', '2026-01-02T23:00:00Z', false],
    ['>=2026-01-02', '2026-01-02T00:00:00Z', true],
    ['2026-01-01..2026-01-02', '2026-01-02T12:00:00Z', true],
    ['*..2026-01-01', '2026-01-02T12:00:00Z', false],
    ['<2026-01-02T12:00:00Z', '2026-01-02T11:59:59Z', true],
  ])('%s of %s', (range, value, expected) => expect(inRange(range, value)).toBe(expected));

  it('of nothing are never met, and nonsense is refused', () => {
    expect(inRange('>2026-01-01', null)).toBe(false);
    expect(() => inRange('yesterday', '2026-01-02T11:59:59Z')).toThrow('Validation Failed');
  });
});
