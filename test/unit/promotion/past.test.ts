import { describe, expect, test } from 'vitest';

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

describe('what was refused once does not come true by itself later', () => {
  const twoVersions = (): Story =>
    new Story(config)
      .register('fraud', 'v1.0.0')
      .register('fraud', 'v2.0.0')
      .say('/promote fraud@v1.0.0 staging', 'writer')
      .run();

  test('a second promotion to where the version was already, after a rollback', () => {
    const story = twoVersions();
    story.say('/promote fraud@v2.0.0 staging', 'writer').run();
    story.say('/promote fraud@v2.0.0 staging', 'writer-2').run();
    expect(story.verdict()).toEqual(['refused', 'already-there']);
    story.say('/rollback fraud staging', 'owner').run();
    expect(story.holds('fraud', 'staging')).toBe('v1.0.0 verified');
    const duplicate = story.decide().answers.at(-2)!;
    expect(duplicate).toMatchObject({
      status: 'refused',
      unmet: [
        {
          rule: 'superseded',
          message: 'staging got `v1.0.0` (rollback, entry 7) after this was asked.',
          satisfy: 'If it is still meant, ask again: `/promote fraud@v2.0.0 staging`.',
        },
      ],
    });
    story.say('/promote fraud@v2.0.0 staging', 'writer-2').run();
    expect(story.holds('fraud', 'staging')).toBe('v2.0.0 verified');
  });

  test('a promotion back to an older version, once a newer one is there and its request is gone', () => {
    const story = twoVersions().say('/promote fraud@v1.0.0 staging', 'writer-2').run();
    expect(story.verdict()).toEqual(['refused', 'already-there']);
    story.say('/promote fraud@v2.0.0 staging', 'writer', { issue: 9 }).run();
    story.comments.delete(9);
    expect(story.run().holds('fraud', 'staging')).toBe('v2.0.0 verified');
    expect(story.verdict()).toEqual(['refused', 'superseded']);
  });

  test('two people ask for the rollback of the same version: it goes back once', () => {
    const story = twoVersions().register('fraud', 'v3.0.0');
    story.verified('fraud', 'v2.0.0', 'staging').verified('fraud', 'v3.0.0', 'staging');
    story.say('/rollback fraud staging', 'writer').say('/rollback fraud staging', 'owner').run();
    expect(story.holds('fraud', 'staging')).toBe('v2.0.0 verified');
    expect(story.answer().unmet).toEqual([
      {
        rule: 'superseded',
        message: 'staging was rolled back to `v2.0.0` (entry 10) after this was asked.',
        satisfy: 'To go back further: `/rollback fraud staging VERSION`.',
      },
    ]);
    story.say('/rollback fraud staging v1.0.0', 'owner').run();
    expect(story.holds('fraud', 'staging')).toBe('v1.0.0 verified');
  });

  test('a rollback that had nothing to go back to', () => {
    const story = twoVersions().say('/rollback fraud staging', 'writer').run();
    expect(story.verdict()).toEqual(['refused', 'nothing-to-roll-back']);
    story.say('/promote fraud@v2.0.0 staging', 'writer').run();
    expect(story.holds('fraud', 'staging')).toBe('v2.0.0 verified');
    story.comments.set(1, story.comments.get(1)!.slice(0, 2));
    expect(story.run().holds('fraud', 'staging')).toBe('v2.0.0 verified');
  });

  test('a rollback asked after a promotion that was recorded later still goes through', () => {
    const story = twoVersions()
      .say('/promote fraud@v2.0.0 staging', 'writer')
      .say('/rollback fraud staging', 'owner')
      .run();
    expect(story.ops().slice(4)).toEqual([
      'promote v2.0.0 staging',
      'verified v2.0.0 staging',
      'rollback v1.0.0 staging',
      'verified v1.0.0 staging',
    ]);
  });

  test('a promotion asked after the rollback that is recorded first goes through', () => {
    const story = twoVersions().register('fraud', 'v3.0.0').verified('fraud', 'v2.0.0', 'staging');
    story.say('/rollback fraud staging\n/promote fraud@v3.0.0 staging', 'writer').run();
    expect(story.holds('fraud', 'staging')).toBe('v3.0.0 verified');
  });

  test('a second freeze, after the first one was ended', () => {
    const story = twoVersions().say('/freeze fraud staging "bad data"', 'writer').run();
    story.say('/freeze fraud staging "me too"', 'owner').run();
    expect(story.verdict()).toEqual(['refused', 'frozen']);
    story.say('/unfreeze fraud staging', 'writer').run();
    expect(story.models.get('fraud')!.stages['staging']!.frozen).toBeNull();
    expect(story.decide().answers.at(-2)).toMatchObject({
      status: 'refused',
      unmet: [
        { rule: 'superseded', satisfy: 'If it is still meant, ask again: `/freeze fraud staging "reason"`.' },
      ],
    });
    story.say('/unfreeze fraud staging', 'writer').run();
    expect(story.verdict()).toEqual(['refused', 'not-frozen']);
  });

  test('a freeze and its end in one comment are done in their order', () => {
    const story = twoVersions().say('/freeze fraud staging "x"\n/unfreeze fraud staging', 'writer').run();
    expect(story.ops().slice(4)).toEqual(['freeze staging', 'unfreeze staging']);
  });

  test('two rollbacks in one comment are two, when the second one names its version', () => {
    const story = twoVersions().register('fraud', 'v3.0.0');
    story.verified('fraud', 'v2.0.0', 'staging').verified('fraud', 'v3.0.0', 'staging');
    story.say('/rollback fraud staging\n/rollback fraud staging v1.0.0', 'writer').run();
    expect(story.holds('fraud', 'staging')).toBe('v1.0.0 verified');
  });

  test('of what was asked before the stage moved on, by a request that is not seen any more, every promotion and rollback is void', () => {
    const story = twoVersions().register('fraud', 'v3.0.0').register('fraud', 'v4.0.0');
    const asked = story.now;
    story.wait().verified('fraud', 'v3.0.0', 'staging');
    const later = story.now;
    story.now = asked;
    const verdictOf = (body: string): string[] => {
      const one = story.say(body, 'writer', { issue: 3 });
      one.now = later;
      const [status, ...rules] = one.verdict();
      one.comments.delete(3);
      one.now = asked;
      return [status ?? '', ...rules];
    };
    expect(verdictOf('/promote fraud@v4.0.0 staging')).toEqual(['refused', 'superseded']);
    expect(verdictOf('/promote fraud@v3.0.0 staging')).toEqual(['refused', 'already-there']);
    expect(verdictOf('/promote fraud@v2.0.0 staging')).toEqual(['refused', 'superseded']);
    expect(verdictOf('/promote fraud@v9.0.0 staging')).toEqual(['refused', 'unknown-version']);
    expect(verdictOf('/rollback fraud staging v1.0.0')).toEqual(['refused', 'superseded']);
    expect(verdictOf('/freeze fraud staging "x"')).toEqual(['granted']);
    expect(verdictOf('/approve fraud@v2.0.0 staging')).toEqual(['granted']);
    story.now = later;
    expect(story.say('/promote fraud@v2.0.0 staging', 'writer').verdict()).toEqual(['granted']);
  });

  test('what is void says how to ask again', () => {
    const story = twoVersions().register('fraud', 'v3.0.0').say('/rollback fraud staging', 'writer');
    story.append({
      op: 'promote',
      model: 'fraud',
      stage: 'staging',
      version: 'v3.0.0',
      request: 'f'.repeat(64),
      actor: { id: 2, login: 'writer' },
      approvals: [],
      mode: 'app',
      config: null,
    });
    expect(story.answer().unmet).toEqual([
      {
        rule: 'superseded',
        message: 'staging got `v3.0.0` (promote, entry 6) after this was asked.',
        satisfy: 'If it is still meant, ask again: `/rollback fraud staging`.',
      },
    ]);
  });

  test('a freeze that nobody may ask for is not answered with another one', () => {
    const story = twoVersions()
      .say('/freeze fraud staging "x"', 'reader')
      .say('/freeze fraud staging "y"', 'writer');
    expect(
      story
        .decide()
        .answers.at(-2)
        ?.unmet.map(({ rule }) => rule),
    ).toEqual(['no-rights']);
  });

  test('an end of a freeze that came too early, when the request of the next freeze is gone', () => {
    const story = twoVersions().say('/unfreeze fraud staging', 'owner').run();
    story.say('/freeze fraud staging "incident"', 'owner', { issue: 9 }).run();
    story.comments.delete(9);
    expect(story.verdict()).toEqual(['refused', 'superseded']);
    expect(story.decide().next).toBeNull();
    expect(story.answer().unmet[0]).toEqual({
      rule: 'superseded',
      message: 'staging was frozen (entry 5) after this was asked.',
      satisfy: 'If it is still meant, ask again: `/unfreeze fraud staging`.',
    });
    story.say('/unfreeze fraud staging', 'owner').run();
    expect(story.models.get('fraud')?.stages['staging']?.frozen).toBeNull();
  });

  test('a second promotion of a version that fails, where there is nothing to go back to', () => {
    const story = new Story(config).register('churn', 'v1.0.0');
    story.say('/promote churn@v1.0.0 staging', 'writer').run();
    story.say('/promote churn@v1.0.0 staging', 'writer-2');
    story.deployments.set(2, { status: 'failed', reason: 'no disk' });
    expect(story.run().holds('churn', 'staging')).toBe('v1.0.0 failed');
    expect(story.verdict()).toEqual(['refused', 'superseded']);
    expect(story.answer().unmet[0]?.message).toBe(
      'staging saw `v1.0.0` fail (entry 3) after this was asked.',
    );
    story.say('/promote churn@v1.0.0 staging', 'writer-2').run({ status: 'verified' });
    expect(story.holds('churn', 'staging')).toBe('v1.0.0 verified');
  });

  test('an end of a freeze that came too early does not end the next one', () => {
    const story = twoVersions().say('/unfreeze fraud staging', 'owner').run();
    expect(story.verdict()).toEqual(['refused', 'not-frozen']);
    story.say('/freeze fraud staging "audit"', 'writer').run();
    expect(story.models.get('fraud')!.stages['staging']!.frozen).not.toBeNull();
    expect(story.decide().answers.at(-2)?.unmet[0]?.satisfy).toBe(
      'If it is still meant, ask again: `/unfreeze fraud staging`.',
    );
  });
});
