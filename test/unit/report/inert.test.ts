import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { oneLine, shorten, visible } from '../../../src/report/index.ts';
import { safeHref, visibleLines } from '../../../src/report/inert.ts';
import { NASTY_STRINGS } from './nasty-strings.ts';

/** Control, format (bidi, zero width), surrogate, line and paragraph separators. */
const UNSEEN =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\ufeff\u2060\u061c]|[\u{e0000}-\u{e007f}]/u;

describe('visible', () => {
  it('writes line ends, tabs and hidden characters out', () => {
    expect(visible('a\nb\tc\r\u0000')).toBe('a\\nb\\tc\\r\\0');
    expect(visible('\u202eevil\u2066\u200b\ufeff\u001b[31m')).toBe(
      '\\u202eevil\\u2066\\u200b\\ufeff\\u001b[31m',
    );
    expect(visible('\u{e0041}\ud800')).toBe('\\u{e0041}\\ud800');
  });

  it('keeps joiners where they belong to the writing', () => {
    expect(visible('👩‍🚀')).toBe('👩‍🚀');
    expect(visible('می‌خواهم')).toBe('می‌خواهم');
    expect(visible('क्‍ष')).toBe('क्‍ष');
    expect(visible('a\u200db')).toBe('a\\u200db');
  });

  it('keeps at most four marks on a letter', () => {
    expect(visible('e\u0301')).toBe('e\u0301');
    expect(visible(`z${'\u0301'.repeat(50)}`)).toBe(`z${'\u0301'.repeat(4)}`);
  });

  it('leaves nothing unseen of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(text).replace(/(?<=.)[\u200c\u200d](?=.)/gu, '')).not.toMatch(UNSEEN);
      }),
      { numRuns: 500, seed: 3 },
    );
    for (const text of NASTY_STRINGS) expect(oneLine(text)).not.toMatch(UNSEEN);
  });
});

describe('oneLine', () => {
  it('makes white space of any kind one space, and keeps no-break spaces', () => {
    expect(oneLine('  a \n\r\n\t b\u2028c ')).toBe('a b c');
    expect(oneLine('95\u00a0%')).toBe('95\u00a0%');
  });
});

describe('visibleLines', () => {
  it('splits at every kind of line end', () => {
    expect(visibleLines('a\r\nb\rc\nd\te')).toEqual(['a', 'b', 'c', 'd  e']);
  });
});

describe('shorten', () => {
  it('keeps both ends and the limit, never cutting inside a character', () => {
    expect(shorten('abcdefghij', 10)).toBe('abcdefghij');
    expect(shorten('abcdefghijk', 10)).toBe('abcdef…ijk');
    expect(shorten('👩‍🚀'.repeat(20), 5)).toBe('👩‍🚀👩‍🚀👩‍🚀…👩‍🚀');
    expect(Array.from(shorten('x'.repeat(1e6), 40))).toHaveLength(40);
  });

  it('is at most as long as the limit for any text', () => {
    const count = (text: string): number => [...new Intl.Segmenter('en').segment(text)].length;
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 80 }),
        fc.integer({ min: 2, max: 40 }),
        (text, limit) => {
          expect(count(shorten(text, limit))).toBeLessThanOrEqual(limit);
        },
      ),
      { numRuns: 500, seed: 5 },
    );
  });
});

describe('safeHref', () => {
  it('lets http, fragments and relative paths through, nothing else', () => {
    for (const href of ['https://a.b/c', 'http://a', '#x', 'report.html', './a/b', '../a?b=c', '/abs'])
      expect(safeHref(href)).toBe(href);
    for (const href of [
      'javascript:x',
      'JaVaScRiPt:x',
      'java\tscript:x',
      'data:x',
      'file:///etc',
      '//evil',
      '',
      ' ',
      'https:',
      'a:b',
      'https://a"b',
      'x\u202ey',
      "a'b",
      'a`b',
      'a b',
      '\\\\x',
    ])
      expect(safeHref(href)).toBeNull();
  });
});
