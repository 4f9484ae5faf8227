import { describe, expect, test } from 'vitest';

import { stage, Story } from './story.ts';

describe('names', () => {
  const story = (): Story =>
    new Story({
      churn: { staging: stage(), production: stage() },
      fraud: { canary: stage() },
      'nlp/topic': {},
    })
      .register('churn', 'v1.0.0', { pull: 7 })
      .register('churn', 'v1.1.0', { pull: 7 })
      .register('churn', 'v2.0.0', { pull: 8 });

  test.each([
    ['/promote chrun staging', 'unknown-model', 'No model `chrun`', 'Did you mean `churn`?'],
    [
      '/promote constructor staging',
      'unknown-model',
      'No model `constructor`',
      'Known here: `churn`, `fraud`, `nlp/topic`.',
    ],
    [
      '/promote churn stagin',
      'unknown-stage',
      'Model `churn` has no stage `stagin`',
      'Did you mean `staging`?',
    ],
    [
      '/promote churn Staging',
      'unknown-stage',
      'Model `churn` has no stage `Staging`',
      'Did you mean `staging`?',
    ],
    [
      '/promote churn toString',
      'unknown-stage',
      'has no stage `toString`',
      'Known here: `staging`, `production`.',
    ],
    [
      '/promote nlp/topic staging',
      'unknown-stage',
      'has no stage',
      'Declare the stage in slipway.yaml first.',
    ],
    [
      '/promote churn@v1.1.1 staging',
      'unknown-version',
      'No version `churn@v1.1.1`',
      'Did you mean `v1.1.0`?',
    ],
    ['/promote fraud@v1.1.1 canary', 'unknown-version', 'No version `fraud@v1.1.1`', 'Merge a pull request'],
    [
      '/promote fraud canary',
      'not-registered',
      'had no registered version',
      '`/promote fraud@v1.0.0 canary`',
    ],
    ['/accept fruad "x"', 'unknown-model', 'No model `fruad`', 'Did you mean `fraud`?'],
  ])('%s', (body, rule, message, satisfy) => {
    const { status, unmet } = story().say(body, 'writer').answer();
    expect(status).toBe('refused');
    expect(unmet).toHaveLength(1);
    expect(unmet[0]?.rule).toBe(rule);
    expect(unmet[0]?.message).toContain(message);
    expect(unmet[0]?.satisfy).toContain(satisfy);
  });

  test('no version named: that of the pull request, or the newest there was', () => {
    const asked = story().say('/promote churn staging', 'writer', { issue: 7 });
    expect(asked.answer().version).toBe('v1.1.0');
    asked.say('/promote churn production', 'writer', { issue: 1 });
    expect(asked.answer()).toMatchObject({ version: 'v2.0.0', status: 'granted' });
    asked.register('churn', 'v3.0.0', { pull: 9 });
    expect(asked.decide().answers[1]?.version).toBe('v2.0.0');
  });

  test('in a pull request whose version is not there yet, a request waits for it and takes no other', () => {
    const asked = story().pull(11, 'writer').say('/promote churn staging', 'writer', { issue: 11 });
    expect(asked.answer()).toMatchObject({
      status: 'waiting',
      unmet: [{ rule: 'not-registered' }],
      version: null,
    });
    expect(asked.answer().unmet[0]?.message).toBe('No version of pull request 11 is registered yet.');
    asked.register('churn', 'v3.0.0', { pull: 11 });
    expect(asked.answer()).toMatchObject({ status: 'granted', version: 'v3.0.0' });
  });

  test('labels: of any case, of stages that some model has, on pull requests', () => {
    const asked = story();
    expect(asked.label('PROMOTE:Staging', 'writer', 7).answer()).toMatchObject({
      status: 'granted',
      model: 'churn',
      version: 'v1.1.0',
    });
    expect(asked.decide().next).toMatchObject({ draft: { stage: 'staging' } });
    expect(asked.label('promote:prod', 'writer', 7).answer()).toMatchObject({
      status: 'refused',
      model: null,
      unmet: [
        {
          rule: 'unknown-stage',
          message: 'No model has a stage `prod`.',
          satisfy: 'Known here: `staging`, `production`, `canary`.',
        },
      ],
    });
    expect(asked.label('promote:canary', 'writer', 7).answer().unmet[0]?.rule).toBe('not-registered');
    expect(
      asked
        .label('promote:canary', 'reader', 7)
        .answer()
        .unmet.map(({ rule }) => rule),
    ).toEqual(['not-registered', 'no-rights']);
    expect(asked.label('promote:staging', 'writer', 55).answer()).toMatchObject({
      status: 'refused',
      unmet: [{ rule: 'syntax', satisfy: 'Write `/promote MODEL@VERSION staging` in a comment.' }],
    });
  });

  test('two stages that differ by case only are never guessed at', () => {
    const asked = new Story({ churn: { Prod: stage(), prod: stage() } }).register('churn', 'v1.0.0', {
      pull: 7,
    });
    expect(asked.label('promote:PROD', 'writer', 7).answer().unmet[0]?.rule).toBe('unknown-stage');
    expect(asked.label('promote:prod', 'writer', 7).decide().next).toMatchObject({
      draft: { stage: 'prod' },
    });
  });

  test('a comment of the second in which the version was registered names it', () => {
    const asked = new Story({ churn: { staging: stage() } });
    asked.now += 700;
    const { now } = asked;
    asked.register('churn', 'v1.0.0');
    asked.now = now - 700;
    expect(asked.say('/promote churn@v1.0.0 staging', 'writer').verdict()).toEqual(['granted']);
  });

  test('of many names the ten newest are shown', () => {
    const versions = (count: number): string => {
      const asked = new Story({ churn: { staging: stage() } });
      for (let major = 1; major <= count; major += 1) asked.register('churn', `v${major}.0.0`);
      return asked.say('/promote churn@v900.900.900 staging', 'writer').answer().unmet[0]!.satisfy;
    };
    expect(versions(10)).toMatch(/^Known here: `v1\.0\.0`, /u);
    expect(versions(11)).toMatch(/^Known here: …, `v2\.0\.0`, .*`v11\.0\.0`\.$/u);
  });
});
