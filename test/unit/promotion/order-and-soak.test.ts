import { describe, expect, test } from 'vitest';

import { HOUR, stage, Story } from './story.ts';

describe('order and soak', () => {
  const story = (soakMs = HOUR): Story =>
    new Story({
      churn: {
        staging: stage(),
        slow: stage({ deploys: true }),
        target: stage({ after: 'staging', soakMs }),
        last: stage({ after: 'slow' }),
      },
    })
      .register('churn', 'v1.0.0')
      .register('churn', 'v2.0.0');

  test('the stage before comes first', () => {
    const { status, unmet } = story().say('/promote churn@v1.0.0 target', 'writer').answer();
    expect([status, unmet]).toEqual([
      'waiting',
      [
        {
          rule: 'order',
          message: '`v1.0.0` has not run verified in staging.',
          satisfy: '`/promote churn@v1.0.0 staging` comes first.',
        },
      ],
    ]);
    const other = story(0).verified('churn', 'v1.0.0', 'staging');
    expect(other.say('/promote churn@v2.0.0 target', 'writer').verdict()).toEqual(['waiting', 'order']);
    expect(other.say('/promote churn@v1.0.0 target', 'writer').verdict()).toEqual(['granted']);
  });

  test('what is on its way there is waited for', () => {
    const asked = story().say('/promote churn@v1.0.0 slow', 'writer').run();
    expect(asked.say('/promote churn@v1.0.0 last', 'writer').answer().unmet).toEqual([
      {
        rule: 'order',
        message: '`v1.0.0` is not verified in slow yet.',
        satisfy: 'This goes on by itself when it is.',
      },
    ]);
    expect(asked.say('/promote churn@v2.0.0 last', 'writer').answer().unmet[0]?.satisfy).toMatch(
      'comes first',
    );
    asked.deployments.set(3, { status: 'failed', reason: 'x' });
    asked.run();
    expect(asked.say('/promote churn@v1.0.0 last', 'writer').answer().unmet[0]?.satisfy).toMatch(
      'comes first',
    );
  });

  test('the time is counted from verified, to the millisecond, and said', () => {
    const asked = story();
    const since = asked.now;
    asked.verified('churn', 'v1.0.0', 'staging').say('/promote churn@v1.0.0 target', 'writer');
    asked.now = since + HOUR - 1000;
    expect(asked.answer().unmet).toEqual([
      {
        rule: 'soak',
        message: '`v1.0.0` has run in staging since 2026-03-01 12:02:00 UTC, it must for 1 h.',
        satisfy: 'This goes on by itself at 2026-03-01 13:02:00 UTC.',
      },
    ]);
    expect(asked.decide().wake).toEqual(new Date(since + HOUR));
    asked.now = since + HOUR - 1;
    expect(asked.verdict()).toEqual(['waiting', 'soak']);
    asked.now = since + HOUR;
    expect(asked.verdict()).toEqual(['granted']);
    expect(asked.decide().wake).toBeNull();
    asked.now = since - HOUR;
    expect(asked.verdict()).toEqual(['waiting', 'soak']);
  });

  test('a version that was replaced before its time must run again; one that had its time may go on', () => {
    const asked = story()
      .verified('churn', 'v1.0.0', 'staging')
      .wait(HOUR / 2)
      .verified('churn', 'v2.0.0', 'staging');
    asked.wait(HOUR).say('/promote churn@v1.0.0 target', 'writer');
    expect(asked.answer().unmet).toEqual([
      {
        rule: 'soak',
        message: '`v1.0.0` ran in staging for 31 min of the 1 h it must, and was replaced.',
        satisfy: '`/promote churn@v1.0.0 staging`, and let it run there for 1 h.',
      },
    ]);
    expect(asked.decide().wake).toBeNull();
    asked.verified('churn', 'v1.0.0', 'staging');
    expect(asked.say('/promote churn@v2.0.0 target', 'writer').verdict()).toEqual(['granted']);
  });

  test('the earliest of several times wakes; what is refused anyway wakes nobody', () => {
    const asked = new Story({
      churn: {
        staging: stage(),
        target: stage({ after: 'staging', soakMs: HOUR }),
        later: stage({ after: 'staging', soakMs: 2 * HOUR }),
      },
    }).register('churn', 'v1.0.0');
    const since = asked.now;
    asked.verified('churn', 'v1.0.0', 'staging').say('/promote churn later', 'writer');
    expect(asked.decide().wake).toEqual(new Date(since + 2 * HOUR));
    asked.say('/promote churn target', 'reader');
    expect(asked.decide().wake).toEqual(new Date(since + 2 * HOUR));
    asked.say('/promote churn target', 'writer');
    expect(asked.decide().wake).toEqual(new Date(since + HOUR));
  });

  test('a span without a time never soaks', () => {
    const asked = story()
      .verified('churn', 'v1.0.0', 'staging')
      .say('/promote churn@v1.0.0 target', 'writer');
    const state = asked.models.get('churn')!;
    const { staging } = state.stages;
    const verified = staging!.verified.map((span) => ({ ...span, at: 'once' }));
    asked.models.set('churn', { ...state, stages: { ...state.stages, staging: { ...staging!, verified } } });
    expect(asked.wait(99 * HOUR).answer().unmet).toMatchObject([
      {
        rule: 'soak',
        message: '`v1.0.0` ran in staging for an unknown part of the 1 h it must, and was replaced.',
      },
    ]);
    expect(asked.decide().wake).toBeNull();
  });
});
