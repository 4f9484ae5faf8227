import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { sha256 } from '../../../../src/contracts/digest.ts';
import type { Entry } from '../../../../src/contracts/entry.ts';
import { entryMessage, isUnreadable, parseEntryMessage } from '../../../../src/registry/index.ts';
import { entry } from '../../../support/log-entries.ts';

const HOSTILE = [
  '@owner',
  '@org/team',
  '#12',
  'GH-12',
  'gh-7',
  'fixes #1',
  'owner/repo#3',
  'https://example.com/',
  'HTTP://example.com',
  'www.example.com',
  'WWW.example.com',
  'writer@example.com',
  '<!-- hidden -->',
  '<script>',
  '\n\nCo-authored-by: owner <owner@example.com>',
  '\n\n{"schema":"slipway.entry/1"}',
  '\u202Eevil\u2066',
  '\u200B\uFEFF\u{E0041}',
  '\u0000\u001b[31m',
  '\u2028\u2029',
  '"\\"\\u0040',
  '`code` **bold**',
];
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 5 })), { maxLength: 12 })
    .map((parts) => parts.join('').slice(0, 900)),
);

/** Entries with any text where a text of a person's may stand. */
const entries: fc.Arbitrary<Entry> = fc
  .record({ reason: texts, login: texts, verdict: texts })
  .map(({ reason, login, verdict }) => ({
    ...entry(3, 'register', {
      reason,
      pull: 12,
      verdict: { decision: 'pass', reason: verdict.slice(0, 60), holdout: 'hidden' },
      actor: { id: 5, login: login.slice(0, 90) || 'x' },
      request: sha256('request'),
    }),
  }));

describe('a message', () => {
  test('begins with a line for people', () => {
    const line = (one: Entry) => entryMessage(one).split('\n')[0];
    expect(line(entry(1, 'register', { pull: 12 }))).toBe('register churn v1.0.0 (#12)');
    expect(line(entry(2, 'promote', { version: 'v1.0.0', stage: 'production' }))).toBe(
      'promote churn v1.0.0 to production',
    );
    expect(line(entry(3, 'verified', { of: 2, stage: 'production' }))).toBe(
      'verified churn in production (entry 2)',
    );
  });

  test('gives back the entry, whatever texts it holds', () => {
    fc.assert(
      fc.property(entries, (one) => {
        expect(parseEntryMessage(entryMessage(one))).toEqual(one);
      }),
    );
  });

  test('never mentions, refers, links or hides anything', () => {
    fc.assert(
      fc.property(entries, (one) => {
        const [, body = ''] = entryMessage(one).split('\n\n');
        expect(body).not.toMatch(/[@#<>\p{Cf}\u2028\u2029]|:\/\/|\bgh-\d|www\./iu);
        expect(body.trimEnd()).not.toMatch(/\p{Cc}/u);
        expect(entryMessage(one).split('\n')).toHaveLength(4);
      }),
    );
  });

  test('that git or GitHub gives back without its last line break is the same', () => {
    const one = entry(1, 'register');
    expect(parseEntryMessage(entryMessage(one).trimEnd())).toEqual(one);
    expect(parseEntryMessage(`${entryMessage(one)}\n`)).toEqual(one);
  });

  test('of which one character of the entry differs is no entry, or another one', () => {
    const one = entry(1, 'register');
    const message = entryMessage(one);
    const from = message.indexOf('\n\n') + 2;
    fc.assert(
      fc.property(
        fc.integer({ min: from, max: message.length - 2 }),
        fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
        (at, char) => {
          fc.pre(message[at] !== char);
          const found = parseEntryMessage(message.slice(0, at) + char + message.slice(at + 1));
          if (!isUnreadable(found)) expect(found).not.toEqual(one);
        },
      ),
    );
  });

  test('is never larger than 64 KiB', () => {
    const authors = Array.from({ length: 100 }, (_, id) => ({ id, login: '@'.repeat(100) }));
    const approvals = authors.map((one) => ({ ...one, via: 'label' as const, event: 1 }));
    const large = entry(1, 'register', { authors, approvals });
    expect(() => entryMessage(large)).toThrow(/larger than 65536 bytes/u);
    expect(parseEntryMessage('x'.repeat(70_000))).toMatchObject({ kind: 'tampered' });
  });

  const body = (change: (value: Record<string, unknown>) => object) => {
    const value = JSON.parse(entryMessage(entry(1, 'register')).split('\n\n')[1]!) as Record<string, unknown>;
    return `register\n\n${JSON.stringify(change(value))}\n`;
  };
  const strangers: [string, string, string, string][] = [
    ['prose', 'Update README', 'tampered', 'holds no entry'],
    ['JSON that is no object', 'x\n\n12', 'tampered', 'holds no entry'],
    ['an unknown member', body((value) => ({ ...value, extra: 1 })), 'tampered', 'invalid at the top'],
    ['a bad member', body((value) => ({ ...value, n: 0 })), 'tampered', 'invalid at n'],
    ['another order of members', body(({ at, ...value }) => ({ ...value, at })), 'tampered', 'canonical'],
    [
      'a newer schema',
      body((value) => ({ ...value, schema: 'slipway.entry/2', more: 1 })),
      'unknown-schema',
      'slipway.entry/2',
    ],
    [
      'a schema of somebody else',
      body((value) => ({ ...value, schema: 'other/2' })),
      'tampered',
      'invalid at schema',
    ],
  ];
  test.each(strangers)('%s is none', (_, text, kind, problem) => {
    expect(parseEntryMessage(text)).toEqual({ kind, problem: expect.stringContaining(problem) });
  });
});
