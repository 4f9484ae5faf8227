import { describe, expect, test } from 'vitest';

import { RULES } from '../../../src/promotion/index.ts';
import type { StagePolicy } from '../../../src/promotion/index.ts';
import { PASS, one, person, stage, Story } from './story.ts';
import type { Registered } from './story.ts';

describe('what a version must be', () => {
  const verdict = (
    decision: 'pass' | 'fail' | 'inconclusive' | 'skipped' | 'error',
    reason: string,
  ): Registered => ({
    verdict: { decision, reason, holdout: 'visible' },
    pull: 7,
    evaluation: 'e'.repeat(64),
  });
  const accepted = (story: Story, op: 'accept' | 'accept-test', evaluation = 'e'.repeat(64)): Story => {
    story.append({
      op,
      model: 'churn',
      evaluation,
      request: 'd'.repeat(64),
      actor: person('owner'),
      approvals: [],
      mode: 'app',
      config: null,
      reason: 'x',
    });
    return story;
  };

  test.each([
    ['pass', 'ALL_GATES_PASS', 'granted', null],
    ['inconclusive', 'GATE_INCONCLUSIVE', 'waiting', 'accept'],
    ['skipped', 'NO_GATES', 'granted', null],
    ['skipped', 'NOTHING_TO_DO', 'waiting', 'accept'],
    ['inconclusive', 'TEST_CHANGED', 'waiting', 'accept-test'],
    ['fail', 'TEST_CHANGED', 'waiting', 'accept-test'],
    ['fail', 'GATE_FAILED', 'refused', null],
    ['error', 'PREDICTIONS_INCOMPLETE', 'refused', null],
    ['error', 'TEST_CHANGED', 'refused', null],
  ] as const)('judged %s (%s): %s', (decision, reason, status, command) => {
    const facts = verdict(decision, reason);
    const story = one({}, facts).say('/promote churn target', 'writer');
    expect(story.answer().status).toBe(status);
    expect(story.answer().unmet.map(({ rule }) => rule)).toEqual(status === 'granted' ? [] : ['verdict']);
    for (const op of ['accept', 'accept-test'] as const) {
      const after = accepted(one({}, facts), op).say('/promote churn target', 'writer');
      expect([op, after.answer().status]).toEqual([op, op === command ? 'granted' : status]);
      const other = accepted(one({}, facts), op, 'a'.repeat(64)).say('/promote churn target', 'writer');
      expect(other.answer().status).toBe(status);
    }
  });

  test('the words say which command, where and by whom', () => {
    const of = (decision: 'inconclusive' | 'fail', reason: string, pull: number | null): unknown =>
      one({}, { ...verdict(decision, reason), pull })
        .say('/promote churn target', 'writer')
        .answer().unmet[0];
    expect(of('inconclusive', 'GATE_INCONCLUSIVE', 7)).toEqual({
      rule: 'verdict',
      message: '`churn@v1.0.0` was judged inconclusive (GATE_INCONCLUSIVE).',
      satisfy: '`/accept churn "reason"` in pull request 7, by an approver who did not make it.',
    });
    expect(of('fail', 'TEST_CHANGED', null)).toMatchObject({
      satisfy: '`/accept-test churn` in its pull request, by an approver who did not make it.',
    });
    expect(of('fail', 'GATE_FAILED', 7)).toMatchObject({
      satisfy: 'Improve the model in a pull request and promote the version it gives.',
    });
  });

  test('an inconclusive verdict without a record cannot be accepted, and no verdict is none', () => {
    const lost = one({}, { ...verdict('inconclusive', 'X'), evaluation: null }).say(
      '/promote churn target',
      'writer',
    );
    expect(lost.verdict()).toEqual(['refused', 'verdict']);
    const never = one({}, { verdict: null }).say('/promote churn target', 'writer');
    expect(never.answer().unmet).toEqual([
      {
        rule: 'verdict',
        message: '`churn@v1.0.0` was never judged.',
        satisfy: 'Train and evaluate it in a pull request.',
      },
    ]);
  });

  test('hidden holdout', () => {
    const visible = one({ holdout: 'hidden' }).say('/promote churn target', 'writer');
    expect(visible.verdict()).toEqual(['refused', 'holdout']);
    const hidden = one({ holdout: 'hidden' }, { verdict: { ...PASS, holdout: 'hidden' } });
    expect(hidden.say('/promote churn target', 'writer').verdict()).toEqual(['granted']);
    expect(
      one({ holdout: 'hidden' }, { verdict: null }).say('/promote churn target', 'writer').verdict(),
    ).toEqual(['refused', 'verdict', 'holdout']);
  });

  test('adopted versions go to stages without a target only', () => {
    const ask = (policy: Partial<StagePolicy>): string[] =>
      new Story({ churn: { target: stage(policy) } })
        .adopt('churn', 'v1.0.0')
        .say('/promote churn target', 'writer')
        .verdict();
    const story = new Story({ churn: { target: stage() } }).adopt('churn', 'v1.0.0');
    story.say('/promote churn target', 'writer').run();
    expect(story.holds('churn', 'target')).toBe('v1.0.0 verified');
    expect(story.entries.at(-2)).not.toHaveProperty('manifest');
    expect(story.entries.at(-2)).not.toHaveProperty('evaluation');
    expect(ask({})).toEqual(['granted']);
    expect(ask({ deploys: true })).toEqual(['refused', 'not-registered']);
    expect(ask({ holdout: 'hidden' })).toEqual(['refused', 'holdout']);
  });
});

describe('op × status of the stage × frozen', () => {
  const outcomes: Record<string, Record<string, string[]>> = {
    promote: {
      empty: ['granted'],
      verified: ['granted'],
      pending: ['waiting', 'deploying'],
      failed: ['granted'],
      same: ['refused', 'already-there'],
      coming: ['refused', 'already-there'],
    },
    rollback: {
      empty: ['refused', 'nothing-to-roll-back'],
      verified: ['refused', 'nothing-to-roll-back'],
      pending: ['refused', 'nothing-to-roll-back'],
      failed: ['refused', 'nothing-to-roll-back'],
      same: ['granted'],
      coming: ['granted'],
    },
  };
  const prepare: Record<string, (story: Story) => void> = {
    empty: () => undefined,
    verified: (story) => story.verified('churn', 'v1.0.0', 'target'),
    pending: (story) => story.say('/promote churn@v1.0.0 target', 'writer').run(),
    failed: (story) =>
      story.say('/promote churn@v1.0.0 target', 'writer').run({ status: 'failed', reason: 'x' }),
    same: (story) => story.verified('churn', 'v1.0.0', 'target').verified('churn', 'v2.0.0', 'target'),
    coming: (story) =>
      story.verified('churn', 'v1.0.0', 'target').say('/promote churn@v2.0.0 target', 'writer').run(),
  };
  for (const [status, make] of Object.entries(prepare)) {
    for (const frozen of [false, true]) {
      test(`${status}${frozen ? ', frozen' : ''}`, () => {
        for (const op of ['promote', 'rollback'] as const) {
          const story = one({ deploys: true }).register('churn', 'v2.0.0');
          make(story);
          if (frozen) story.say('/freeze churn target "audit"', 'writer').run();
          story.say(op === 'promote' ? '/promote churn@v2.0.0 target' : '/rollback churn target', 'writer');
          const [expected, ...rules] = outcomes[op]![status]!;
          const wanted =
            op === 'promote' && frozen
              ? [
                  expected === 'granted' ? 'waiting' : expected,
                  ...rules.filter((rule) => rule === 'already-there'),
                  'frozen',
                  ...rules.filter((rule) => rule === 'deploying'),
                ]
              : [expected, ...rules];
          expect([op, ...story.verdict()]).toEqual([op, ...wanted]);
        }
      });
    }
  }

  test('a version that is on its way says so', () => {
    const story = one({ deploys: true }).say('/promote churn target', 'writer').run();
    expect(story.say('/promote churn target', 'writer').answer().unmet[0]?.message).toBe(
      '`churn@v1.0.0` is on its way to target (entry 2).',
    );
  });

  test('frozen says by whom, why, and how it ends', () => {
    const story = one()
      .say('/freeze churn target the audit  runs', 'owner')
      .run()
      .say('/promote churn target', 'writer');
    expect(story.answer().unmet).toEqual([
      {
        rule: 'frozen',
        message: 'target is frozen by owner: the audit runs (entry 2).',
        satisfy: '`/unfreeze churn target`; `/rollback` works all the same.',
      },
    ]);
    expect(story.entries.at(-1)).toMatchObject({ op: 'freeze', stage: 'target', reason: 'the audit runs' });
  });

  test('a model without versions has nothing to freeze', () => {
    const story = new Story({ churn: { target: stage() } }).say('/freeze churn target "x"', 'writer');
    expect(story.verdict()).toEqual(['waiting', 'not-registered']);
    expect(story.say('/unfreeze churn target', 'writer').verdict()).toEqual(['refused', 'not-frozen']);
  });

  test('rollback to a named version: only to what ran verified there', () => {
    const story = one().register('churn', 'v2.0.0').register('churn', 'v3.0.0');
    story.verified('churn', 'v1.0.0', 'target').verified('churn', 'v2.0.0', 'target');
    const ask = (body: string): unknown => story.say(body, 'writer').answer();
    expect(ask('/rollback churn target v1.0.0')).toMatchObject({ status: 'granted', version: 'v1.0.0' });
    expect(ask('/rollback churn target v3.0.0')).toMatchObject({
      status: 'refused',
      unmet: [
        {
          rule: 'nothing-to-roll-back',
          message: '`v3.0.0` did not run verified in target, or was rolled back from.',
          satisfy: '`/promote churn@v3.0.0 target` asks for it with its approvals.',
        },
      ],
    });
    expect(ask('/rollback churn target v1.0.1')).toMatchObject({
      unmet: [{ rule: 'unknown-version', satisfy: 'Did you mean `v1.0.0`?' }],
    });
    expect(ask('/rollback churn target v2.0.0')).toMatchObject({ unmet: [{ rule: 'already-there' }] });
    expect(ask('/rollback churn first v1.0.0')).toMatchObject({
      unmet: [
        {
          rule: 'nothing-to-roll-back',
          message: 'Nothing was promoted to first of `churn` yet.',
          satisfy: '`/promote churn first` promotes a version.',
        },
      ],
    });
  });

  test('rollback to the very version that failed is none', () => {
    const story = one({ deploys: true })
      .say('/promote churn target', 'writer')
      .run({ status: 'failed', reason: 'x' });
    expect(story.say('/rollback churn target v1.0.0', 'writer').verdict()).toEqual([
      'refused',
      'nothing-to-roll-back',
    ]);
    expect(story.say('/rollback churn target', 'writer').answer().unmet[0]).toMatchObject({
      message: 'No other version than `v1.0.0` ran verified in target.',
      satisfy: '`/promote churn@VERSION target` promotes another one.',
    });
  });
});

describe('trust', () => {
  test('mode open: a stage with approvals refuses everything, others go on', () => {
    for (const body of [
      '/promote churn@v1.0.0 target',
      '/approve churn@v1.0.0 target',
      '/rollback churn target',
      '/freeze churn target "x"',
      '/unfreeze churn target',
    ]) {
      const story = one({ approvals: 1 });
      story.mode = 'open';
      const { status, unmet } = story.say(body, 'owner').answer();
      expect([body, status, unmet[0]?.rule]).toEqual([body, 'refused', 'mode']);
      expect(unmet[0]?.message).toBe(
        'target asks for approvals, but any writer can write the log of this repository (mode open).',
      );
      expect(story.decide().next).toBeNull();
    }
    const story = one({ approvals: 1 });
    story.mode = 'open';
    story.say('/promote churn first', 'writer').run();
    expect(story.entries.at(-1)).toMatchObject({ op: 'verified', mode: 'open' });
    story.mode = 'deploy-key';
    expect(story.say('/promote churn target', 'writer').verdict()).toEqual(['waiting', 'approvals']);
  });

  test('a blocked log finishes nothing either', () => {
    const story = one({ deploys: true }).say('/promote churn target', 'writer').run();
    story.deployments.set(2, { status: 'failed', reason: 'crash' });
    story.blocked = { message: 'The log was rewritten.', repair: 'git push …' };
    expect(story.decide()).toMatchObject({ next: null, stuck: [] });
    story.blocked = null;
    expect(story.decide().next).toMatchObject({ draft: { op: 'failed' } });
  });

  test('a blocked log grants nothing, and says how to repair it', () => {
    const story = one().say('/promote churn first', 'writer').run().say('/promote churn target', 'writer');
    story
      .say('/promote churn target', 'reader')
      .say('/frobnicate', 'reader')
      .label('promote:nowhere', 'writer', 1);
    story.blocked = { message: 'The log was rewritten.', repair: 'git push …' };
    const { next, answers, wake, stuck } = story.decide();
    expect([next, wake, stuck]).toEqual([null, null, []]);
    expect(answers.map(({ status }) => status)).toEqual(['recorded', 'waiting', 'waiting', 'waiting']);
    expect(answers.at(-1)?.unmet).toEqual([
      { rule: 'blocked', message: 'The log was rewritten.', satisfy: 'git push …' },
    ]);
  });
});

test('the list of rules has no doubles', () => {
  expect(new Set(RULES).size).toBe(RULES.length);
});
