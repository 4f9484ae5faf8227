import { describe, expect, test } from 'vitest';

import { decide } from '../../../src/promotion/index.ts';
import { HOUR, stage, Story } from './story.ts';

const config = {
  churn: {
    staging: stage({ deploys: true }),
    production: stage({
      after: 'staging',
      soakMs: 24 * HOUR,
      approvals: 2,
      approvers: ['Owner', '@acme/ml', 'writer'],
      deploys: true,
    }),
  },
  fraud: { staging: stage() },
};

describe('from a label to production', () => {
  test('staging by label, a day of soak, two approvals, production', () => {
    const story = new Story(config).change('maintainer', { teams: ['@Acme/ML'] });
    story.label('promote:staging', 'writer', 7).pull(7, 'writer');
    expect(story.verdict()).toEqual(['waiting', 'not-registered']);
    expect(story.decide().next).toBeNull();
    story.register('churn', 'v1.0.0', { pull: 7 });
    story.run({ status: 'verified' });
    expect(story.holds('churn', 'staging')).toBe('v1.0.0 verified');

    story.say('/promote churn production', 'writer', { issue: 7 });
    expect(story.verdict()).toEqual(['waiting', 'soak', 'approvals']);
    story
      .say('/approve churn@v1.0.0 production', 'writer')
      .say('/approve churn@1.0.0 production', 'maintainer');
    expect(story.decide().answers.map(({ status }) => status)).toEqual([
      'recorded',
      'waiting',
      'granted',
      'granted',
    ]);
    const { wake } = story.decide();
    story.now = wake!.getTime() - 1;
    expect(story.decide().next).toBeNull();
    story.now = wake!.getTime();
    story.run({ status: 'verified' });
    expect(story.holds('churn', 'production')).toBe('v1.0.0 verified');
    expect(story.entries.at(-2)).toMatchObject({
      op: 'promote',
      version: 'v1.0.0',
      stage: 'production',
      actor: { id: 2, login: 'writer' },
      approvals: [
        { id: 2, login: 'writer', via: 'comment', event: 1002 },
        { id: 4, login: 'maintainer', via: 'comment', event: 1003 },
      ],
      mode: 'app',
      manifest: story.entries[0]!.manifest,
      evaluation: story.entries[0]!.evaluation,
    });
    expect(story.entries.at(-1)).toMatchObject({
      op: 'verified',
      of: story.entries.at(-2)!.n,
      approvals: [],
    });
    expect(story.decide()).toMatchObject({ next: null, wake: null, stuck: [] });
  });

  test('a label that speaks of two models makes one entry for each', () => {
    const story = new Story(config).pull(7, 'writer').label('promote:staging', 'writer', 7);
    story.register('churn', 'v1.0.0', { pull: 7 }).register('fraud', 'v3.0.0', { pull: 7 });
    story.register('churn', 'v1.1.0', { pull: 8 });
    expect(story.decide().answers.map(({ model, version }) => `${model}@${version}`)).toEqual([
      'churn@v1.0.0',
      'fraud@v3.0.0',
    ]);
    story.run({ status: 'verified' });
    expect(story.ops().slice(3)).toEqual([
      'promote v1.0.0 staging',
      'verified v1.0.0 staging',
      'promote v3.0.0 staging',
      'verified v3.0.0 staging',
    ]);
    expect(new Set(story.decide().answers.map(({ status }) => status))).toEqual(new Set(['recorded']));
  });
});

describe('a deployment that fails', () => {
  const running = (): Story =>
    new Story(config)
      .register('churn', 'v1.0.0')
      .register('churn', 'v2.0.0')
      .verified('churn', 'v1.0.0', 'staging')
      .say('/promote churn@v2.0.0 staging', 'writer');

  test('is recorded with its reason and rolled back by itself', () => {
    const story = running();
    story.do(story.decide().next!);
    expect(story.decide().next).toMatchObject({ do: 'deploy', n: 5, version: 'v2.0.0', stage: 'staging' });
    story.do(story.decide().next!);
    expect(story.decide().next).toBeNull();
    story.deployments.set(5, { status: 'failed', reason: `${'x'.repeat(998)}\n🚀` });
    story.do(story.decide().next!);
    expect(story.entries.at(-1)).toMatchObject({ op: 'failed', of: 5, actor: { id: 99 }, version: 'v2.0.0' });
    expect(story.entries.at(-1)!.reason).toBe(`${'x'.repeat(998)} \ufffd`);
    story.run({ status: 'verified' });
    expect(story.ops().slice(4)).toEqual([
      'promote v2.0.0 staging',
      'failed v2.0.0 staging',
      'rollback v1.0.0 staging',
      'verified v1.0.0 staging',
    ]);
    expect(story.entries[6]).toMatchObject({
      actor: { id: 99 },
      reason: 'entry 5 (v2.0.0) failed',
      manifest: story.entries[0]!.manifest,
    });
  });

  test('is not followed by ever older versions when the rollback fails too', () => {
    const story = new Story(config)
      .register('churn', 'v1.0.0')
      .register('churn', 'v2.0.0')
      .register('churn', 'v3.0.0')
      .verified('churn', 'v1.0.0', 'staging')
      .verified('churn', 'v2.0.0', 'staging')
      .say('/promote churn@v3.0.0 staging', 'writer')
      .run({ status: 'failed', reason: 'no cluster' });
    expect(story.holds('churn', 'staging')).toBe('v2.0.0 failed');
    expect(story.decide()).toMatchObject({ next: null });
    expect(story.decide().stuck).toEqual([
      {
        model: 'churn',
        stage: 'staging',
        n: 10,
        version: 'v2.0.0',
        message: 'v2.0.0 failed in staging (entry 10), and it was the automatic rollback itself.',
        satisfy: 'Look at the deployment; then `/rollback churn staging v1.0.0`.',
      },
    ]);
    story.say('/rollback churn staging', 'writer').run({ status: 'verified' });
    expect(story.holds('churn', 'staging')).toBe('v1.0.0 verified');
  });

  test('a rollback that a person asked for and that fails goes on to the version before', () => {
    const story = new Story(config)
      .register('churn', 'v1.0.0')
      .register('churn', 'v2.0.0')
      .register('churn', 'v3.0.0')
      .verified('churn', 'v1.0.0', 'staging')
      .verified('churn', 'v2.0.0', 'staging')
      .verified('churn', 'v3.0.0', 'staging')
      .say('/rollback churn staging', 'writer');
    story.do(story.decide().next!);
    story.deployments.set(10, { status: 'failed', reason: 'crash' });
    story.run({ status: 'verified' });
    expect(story.ops().slice(9)).toEqual([
      'rollback v2.0.0 staging',
      'failed v2.0.0 staging',
      'rollback v1.0.0 staging',
      'verified v1.0.0 staging',
    ]);
  });

  test('a promotion that this account itself asked for is rolled back too', () => {
    const story = running();
    story.do(story.decide().next!);
    story.deployments.set(5, { status: 'failed', reason: 'crash' });
    story.do(story.decide().next!);
    const world = { ...story.world(), self: { id: 2, login: 'writer' } };
    expect(decide(world, config, new Date(story.now)).next).toMatchObject({ draft: { op: 'rollback' } });
  });

  test('the first version has nothing to go back to: it stays failed and says so', () => {
    const story = new Story(config)
      .register('churn', 'v1.0.0')
      .say('/promote churn staging', 'writer')
      .run({ status: 'failed', reason: 'crash' });
    expect(story.ops().slice(1)).toEqual(['promote v1.0.0 staging', 'failed v1.0.0 staging']);
    expect(story.decide().stuck).toMatchObject([
      {
        message: 'v1.0.0 failed in staging (entry 2), and no version ran verified there before.',
        satisfy: 'Look at the deployment; then `/promote churn@VERSION staging`.',
      },
    ]);
  });

  test('an adopted version has no files, so a stage that deploys never goes back to it', () => {
    const story = new Story(config)
      .adopt('churn', 'v0.9.0', 'staging')
      .register('churn', 'v1.0.0')
      .say('/promote churn staging', 'writer')
      .run({ status: 'failed', reason: 'crash' });
    expect(story.holds('churn', 'staging')).toBe('v1.0.0 failed');
    expect(story.say('/rollback churn staging', 'writer').verdict()).toEqual([
      'refused',
      'nothing-to-roll-back',
    ]);
  });

  test('a person rolls back while a deployment runs, and the running one is forgotten', () => {
    const story = running().run();
    expect(story.holds('churn', 'staging')).toBe('v2.0.0 pending');
    story.say('/freeze churn staging "stop"', 'writer').run();
    story.say('/rollback churn staging', 'writer').run({ status: 'verified' });
    expect(story.holds('churn', 'staging')).toBe('v1.0.0 verified');
    story.deployments.set(5, { status: 'verified' });
    expect(story.decide().next).toBeNull();
  });

  test('a stage that is declared no more, or that any writer could have written, is left as it is', () => {
    const story = running();
    story.do(story.decide().next!);
    const gone = new Story({ churn: { production: stage() } });
    const elsewhere = new Story({ fraud: { staging: stage() } });
    const open = new Story({ churn: { staging: stage({ deploys: true, approvals: 1 }) } });
    open.mode = 'open';
    for (const other of [gone, elsewhere, open]) {
      for (const [model, state] of story.models) other.models.set(model, state);
      expect(other.decide()).toMatchObject({ next: null, stuck: [] });
    }
    const trusted = new Story({ churn: { staging: stage({ deploys: true }) } });
    trusted.mode = 'open';
    for (const [model, state] of story.models) trusted.models.set(model, state);
    expect(trusted.decide().next).toMatchObject({ do: 'deploy' });
  });

  test('what was begun first is finished first, in whatever order models are listed', () => {
    const story = new Story(config)
      .register('churn', 'v1.0.0')
      .register('fraud', 'v1.0.0')
      .say('/promote fraud staging', 'writer')
      .say('/promote churn staging', 'writer');
    story.do(story.decide().next!);
    story.append({
      op: 'promote',
      model: 'churn',
      stage: 'staging',
      version: 'v1.0.0',
      request: 'f'.repeat(64),
      actor: { id: 2, login: 'writer' },
      approvals: [],
      mode: 'app',
      config: null,
    });
    expect(story.decide().next).toMatchObject({
      do: 'append',
      draft: { op: 'verified', model: 'fraud', of: 3 },
    });
  });
});

describe('several promotions to one stage', () => {
  const story = (): Story =>
    new Story({ churn: { staging: stage({ deploys: true }), gated: stage({ approvals: 1 }) } })
      .register('churn', 'v1.0.0', { by: ['owner'] })
      .register('churn', 'v2.0.0', { by: ['owner'] });

  test('the next waits while one is on its way', () => {
    const one = story().say('/promote churn@v1.0.0 staging', 'writer').run();
    one.say('/promote churn@v2.0.0 staging', 'writer').run();
    expect(one.verdict()).toEqual(['waiting', 'deploying']);
    one.deployments.set(3, { status: 'verified' });
    one.run({ status: 'verified' });
    expect(one.holds('churn', 'staging')).toBe('v2.0.0 verified');
  });

  test('two that only wait for a deployment are done in their turn', () => {
    const one = story().register('churn', 'v3.0.0').say('/promote churn@v1.0.0 staging', 'writer').run();
    one.say('/promote churn@v2.0.0 staging', 'writer').say('/promote churn@v3.0.0 staging', 'writer').run();
    expect(one.decide().answers.map(({ status }) => status)).toEqual(['recorded', 'waiting', 'waiting']);
    one.deployments.set(4, { status: 'verified' });
    one.run({ status: 'verified' });
    expect(one.ops().filter((op) => op.startsWith('promote'))).toEqual([
      'promote v1.0.0 staging',
      'promote v2.0.0 staging',
      'promote v3.0.0 staging',
    ]);
  });

  test('a newer one takes the place of an older one that is not granted', () => {
    const one = story()
      .say('/promote churn@v1.0.0 gated', 'writer')
      .say('/promote churn@v2.0.0 gated', 'writer-2');
    expect(one.decide().answers[0]).toMatchObject({
      status: 'refused',
      unmet: [
        { rule: 'approvals' },
        {
          rule: 'superseded',
          message: 'A newer /promote of `churn` in gated was asked for by writer-2 (not recorded yet).',
        },
      ],
    });
    expect(one.verdict()).toEqual(['waiting', 'approvals']);
  });

  test('but nobody without rights, and no request that cannot be granted, takes it', () => {
    for (const [body, by] of [
      ['/promote churn@v2.0.0 gated', 'reader'],
      ['/promote churn@v2.0.0 gated', 'app'],
      ['/promote churn@v7.0.0 gated', 'writer'],
      ['/promote churn@v2.0.0 staging', 'writer'],
    ] as const) {
      const one = story().say('/promote churn@v1.0.0 gated', 'writer').say(body, by);
      expect(one.decide().answers[0]?.unmet.map(({ rule }) => rule)).toEqual(['approvals']);
    }
  });

  test('an older one that is granted goes first', () => {
    const one = story()
      .say('/promote churn@v1.0.0 gated', 'writer')
      .say('/approve churn@v1.0.0 gated', 'writer')
      .say('/promote churn@v2.0.0 gated', 'writer-2')
      .run();
    expect(one.holds('churn', 'gated')).toBe('v1.0.0 verified');
    one.say('/approve churn@v2.0.0 gated', 'writer').run();
    expect(one.holds('churn', 'gated')).toBe('v2.0.0 verified');
  });

  test('once a newer one is recorded, the older one is of the past', () => {
    const one = story()
      .say('/promote churn@v1.0.0 gated', 'writer')
      .say('/promote churn@v2.0.0 gated', 'writer-2')
      .say('/approve churn@v2.0.0 gated', 'writer')
      .run()
      .say('/approve churn@v1.0.0 gated', 'writer')
      .run();
    expect(one.holds('churn', 'gated')).toBe('v2.0.0 verified');
    expect(one.decide().answers[0]?.unmet).toMatchObject([
      {
        rule: 'superseded',
        message: 'A newer /promote of `churn` in gated was asked for by writer-2 (entry 3).',
      },
    ]);
  });
});
