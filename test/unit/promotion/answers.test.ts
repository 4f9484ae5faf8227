import { describe, expect, test } from 'vitest';

import { answerText, explain, requestKey } from '../../../src/promotion/index.ts';
import type { Answer, Request } from '../../../src/promotion/index.ts';
import { HOUR, person, REPOSITORY, stage, Story } from './story.ts';
import type { Name } from './story.ts';

const config = {
  churn: { staging: stage(), production: stage({ after: 'staging', soakMs: HOUR, approvals: 2 }) },
};

function text(answer: Answer): string {
  const { headline, lines } = answerText(answer);
  return [headline, ...lines].join('\n');
}

function story(): Story {
  return new Story(config).register('churn', 'v1.0.0', { pull: 7 });
}

describe('answers in words', () => {
  test('a promotion: granted, recorded, waiting, refused', () => {
    const one = story().say('/promote churn staging', 'writer', { issue: 7 });
    expect(text(one.answer())).toBe('Granted: `churn@v1.0.0` goes to staging next.');
    expect(text(one.run().answer())).toBe('Done: `churn@v1.0.0` goes to staging (entry 2).');
    expect(text(one.say('/promote churn production', 'writer', { issue: 7 }).answer())).toBe(
      [
        'Waiting: `churn@v1.0.0` to production.',
        '`v1.0.0` has run in staging since 2026-03-01 12:02:00 UTC, it must for 1 h.',
        '→ This goes on by itself at 2026-03-01 13:02:00 UTC.',
        '0 of 2 approvals.',
        '→ 2 more: `/approve churn@v1.0.0 production` by anybody with write access.',
      ].join('\n'),
    );
    expect(text(one.say('/promote churn staging', 'reader').answer())).toBe(
      [
        'Not done: `churn@v1.0.0` to staging.',
        'reader has the role read in this repository; this takes write access.',
        '→ Ask somebody with write access to do it.',
        '`churn@v1.0.0` is already in staging (entry 2).',
        '→ Nothing to do: `/status` shows what runs where.',
      ].join('\n'),
    );
  });

  test('an approval says how many there are', () => {
    const one = story().say('/approve churn@v1.0.0 production', 'owner');
    expect(text(one.answer())).toBe('Approved: `churn@v1.0.0` for production.\n1 of 2 approvals (owner).');
    one.say('/approve churn@v1.0.0 staging', 'writer');
    expect(text(one.answer())).toBe(
      'Approved: `churn@v1.0.0` for staging.\nThis stage asks for no approvals.',
    );
    one.say('/approve churn@v1.0.0 production', 'reader');
    expect(text(one.answer())).toMatch(
      /^Not done: `churn@v1.0.0` for production\.\nreader has the role read/u,
    );
    const single = new Story({ churn: { staging: stage({ approvals: 1 }) } }).register('churn', 'v1.0.0');
    expect(text(single.say('/approve churn@v1.0.0 staging', 'owner').answer())).toContain(
      '1 of 1 approval (owner).',
    );
  });

  test.each<[string, string, string]>([
    [
      '/freeze churn staging "audit"',
      'Granted: staging of `churn` is frozen next.',
      'Done: staging of `churn` is frozen (entry 4).',
    ],
    [
      '/rollback churn staging',
      'Not done: rollback of `churn` in staging.',
      'Not done: rollback of `churn` in staging.',
    ],
    ['/rollback churn staging v9.0.0', 'Not done: rollback of `churn` in staging to `v9.0.0`.', ''],
    ['/unfreeze churn staging', 'Not done: unfreeze of `churn` in staging.', ''],
    ['/accept churn "x"', 'Waiting: accepting the evaluation of `churn`.', ''],
    ['/accept-test churn', 'Waiting: accepting the new test set of `churn`.', ''],
    ['/freeze nothing staging "x"', 'Not done: freeze of `nothing` in staging.', ''],
  ])('%s', (body, before, after) => {
    const one = story().verified('churn', 'v1.0.0', 'staging').say(body, 'owner', { issue: 7 });
    expect(answerText(one.answer()).headline).toBe(before);
    if (after !== '') expect(answerText(one.run().answer()).headline).toBe(after);
  });

  test('a rollback that is done names the version it went to, as long as that is there', () => {
    const one = story().register('churn', 'v2.0.0').verified('churn', 'v1.0.0', 'staging');
    one.verified('churn', 'v2.0.0', 'staging').say('/rollback churn staging', 'owner');
    expect(text(one.answer())).toBe('Granted: staging of `churn` goes back to `v1.0.0` next.');
    expect(text(one.run().answer())).toBe('Done: staging of `churn` goes back to `v1.0.0` (entry 7).');
    one.verified('churn', 'v2.0.0', 'staging');
    expect(text(one.answer())).toBe('Done: staging of `churn` goes back (entry 7).');
  });

  test('of accepting and unfreezing', () => {
    const judged = {
      digest: 'e'.repeat(64),
      decision: 'inconclusive',
      reason: 'X',
      judged: '2026-01-01T00:00:00Z',
    };
    const one = story().pull(7, 'writer', { churn: judged }).say('/accept churn "x"', 'owner', { issue: 7 });
    expect(text(one.answer())).toBe('Granted: the evaluation of `churn` is accepted next.');
    one.pull(7, 'writer', { churn: { ...judged, reason: 'TEST_CHANGED' } });
    expect(text(one.say('/accept-test churn', 'owner', { issue: 7 }).answer())).toBe(
      'Granted: the new test set of `churn` is accepted next.',
    );
    one.say('/freeze churn staging "x"', 'owner').run().say('/unfreeze churn staging', 'owner');
    expect(text(one.answer())).toBe('Granted: staging of `churn` takes promotions again next.');
  });

  test('a label that speaks of nothing yet', () => {
    const one = new Story(config).pull(9, 'writer').label('promote:staging', 'writer', 9);
    expect(text(one.answer())).toBe(
      [
        'Waiting: every model of this pull request to staging.',
        'No version of pull request 9 is registered yet.',
        '→ Merge the pull request: its version is registered then, and this request goes on by itself.',
      ].join('\n'),
    );
  });

  test('text of people does nothing in it', () => {
    const one = story().change('reader', { login: 'a\u202eb' }).say('/promote churn staging', 'reader');
    expect(text(one.answer())).toContain('a\\u202eb has the role read');
    const answer = {
      ...one.answer(),
      version: 'v1\n# x',
      unmet: [{ rule: 'soak', message: 'a\nb', satisfy: 'c\u0007' } as const],
    };
    expect(answerText(answer)).toEqual({
      headline: 'Not done: `churn@v1 # x` to staging.',
      lines: ['a b', '→ c\\u0007'],
    });
  });
});

describe('a dry run', () => {
  const asked = (one: Story, by: Name, more: Partial<Request> = {}): Request => {
    const base = {
      kind: 'promote',
      model: 'churn',
      version: 'v1.0.0',
      stage: 'staging',
      reason: null,
      actor: person(by),
      source: { via: 'command', event: 0, issue: null, pull: false, line: 0 },
      at: new Date(one.now).toISOString(),
      ...more,
    } as const;
    return { ...base, key: requestKey(REPOSITORY, base) };
  };
  const dry = (one: Story, request: Request): Answer =>
    explain(one.world(), one.config, new Date(one.now), request);

  test('answers as if it had been asked, and changes nothing', () => {
    const one = story();
    expect(dry(one, asked(one, 'writer')).status).toBe('granted');
    expect(dry(one, asked(one, 'reader')).status).toBe('refused');
    expect(dry(one, asked(one, 'writer', { stage: 'production' })).unmet.map(({ rule }) => rule)).toEqual([
      'order',
      'approvals',
    ]);
    expect(one.decide().answers).toEqual([]);
  });

  test('a command line speaks of what is there now, by whatever clock', () => {
    const one = story();
    expect(dry(one, asked(one, 'writer', { at: '2020-01-01T00:00:00Z' })).status).toBe('granted');
    expect(dry(one, asked(one, 'writer', { at: '2020-01-01T00:00:00Z', version: null }))).toMatchObject({
      status: 'granted',
      version: 'v1.0.0',
    });
  });

  test('of a request that is there already, and of a label', () => {
    const one = story().say('/promote churn staging', 'writer', { issue: 7 }).run();
    expect(dry(one, one.requests()[0]!)).toMatchObject({ status: 'recorded', n: 2 });
    const label = asked(one, 'writer', {
      model: null,
      version: null,
      source: { via: 'label', event: 1, issue: 7, pull: true, line: 0 },
    });
    expect(dry(one, label)).toMatchObject({ status: 'refused', model: 'churn' });
  });
});
