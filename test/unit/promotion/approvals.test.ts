import { describe, expect, test } from 'vitest';

import { explain } from '../../../src/promotion/index.ts';
import type { StagePolicy } from '../../../src/promotion/index.ts';
import { NAMES, PEOPLE, WRITERS, one, stage, Story } from './story.ts';
import type { Name } from './story.ts';

describe('approvals', () => {
  test('role × listed × author × by label or command: who counts', () => {
    for (const name of NAMES) {
      for (const listed of ['nobody', 'by login', 'by team', 'others'] as const) {
        for (const author of [false, true]) {
          for (const via of ['label', 'command'] as const) {
            const approvers = {
              nobody: [],
              'by login': [PEOPLE[name].login.toUpperCase()],
              'by team': ['@acme/ml'],
              others: ['somebody-else', '@acme/other'],
            }[listed];
            const by: Name[] = author ? [name] : ['writer'];
            const story = one({ approvals: 1, approvers }, { pull: 7, by });
            story.change(name, { teams: ['@acme/ml'] });
            story.say('/promote churn@v1.0.0 target', 'owner');
            if (via === 'label') story.label('approve:target', name, 7);
            else story.say('/approve churn@v1.0.0 target', name);
            const counts = WRITERS.includes(name) && listed !== 'others';
            const { unmet, approvals } = story
              .decide()
              .answers.find(({ request }) => request.kind === 'promote')!;
            const rules = unmet.map(({ rule }) => rule);
            const isAuthor = author || name === 'writer';
            expect([name, listed, via, rules]).toEqual([
              name,
              listed,
              via,
              counts ? (isAuthor ? ['author-only'] : []) : ['approvals'],
            ]);
            expect(approvals.map(({ id, via: how }) => [id, how])).toEqual(
              counts ? [[PEOPLE[name].id, via === 'label' ? 'label' : 'comment']] : [],
            );
          }
        }
      }
    }
  });

  const waiting = (policy: Partial<StagePolicy> = {}): Story =>
    one({ approvals: 2, ...policy }, { pull: 7 }).say('/promote churn@v1.0.0 target', 'writer');
  const promotion = (story: Story): string[] =>
    story
      .decide()
      .answers.find(({ request }) => request.kind === 'promote')!
      .unmet.map(({ rule }) => rule);

  test('say how many there are, how many are missing and who may give them', () => {
    const story = waiting({ approvers: ['owner', 'maintainer'] }).say(
      '/approve churn@v1.0.0 target',
      'owner',
    );
    expect(story.decide().answers[0]).toMatchObject({
      needed: 2,
      status: 'waiting',
      unmet: [
        {
          rule: 'approvals',
          message: '1 of 2 approvals (owner).',
          satisfy: '1 more: `/approve churn@v1.0.0 target` by owner or maintainer.',
        },
      ],
    });
    const single = waiting({ approvals: 1 });
    expect(single.answer().unmet).toEqual([
      {
        rule: 'approvals',
        message: '0 of 1 approval.',
        satisfy: '1 more: `/approve churn@v1.0.0 target` by anybody with write access.',
      },
    ]);
  });

  test('of one account count once, by comment and label alike', () => {
    const story = waiting().say('/approve churn@v1.0.0 target', 'owner').label('approve:target', 'owner', 7);
    story.say('/approve churn@v1.0.0 target', 'owner');
    expect(promotion(story)).toEqual(['approvals']);
    expect(promotion(story.label('approve:target', 'maintainer', 7))).toEqual([]);
    const relabelled = waiting().label('approve:target', 'owner', 7).label('approve:TARGET', 'maintainer', 7);
    expect(promotion(relabelled)).toEqual(['approvals']);
  });

  test('of authors count, but somebody else must be among them', () => {
    const story = one({ approvals: 2 }, { by: ['writer', 'writer-2'] }).say('/promote churn target', 'owner');
    story.say('/approve churn@v1.0.0 target', 'writer').say('/approve churn@v1.0.0 target', 'writer-2');
    expect(promotion(story)).toEqual(['author-only']);
    expect(story.decide().answers[0]?.unmet[0]).toEqual({
      rule: 'author-only',
      message: 'Everybody who approved made this version.',
      satisfy: '`/approve churn@v1.0.0 target` by somebody who did not: anybody with write access.',
    });
    expect(promotion(story.say('/approve churn@v1.0.0 target', 'owner'))).toEqual([]);
  });

  test('the request itself is none', () => {
    expect(waiting({ approvals: 1, approvers: ['writer'] }).verdict()).toEqual(['waiting', 'approvals']);
  });

  test('of another version, another stage or another model count for nothing', () => {
    const story = new Story({
      churn: { first: stage({ approvals: 1 }), target: stage({ approvals: 1 }) },
      fraud: { target: stage({ approvals: 1 }) },
    });
    story.register('churn', 'v1.0.0', { pull: 7 }).register('churn', 'v2.0.0', { pull: 8 });
    story.register('fraud', 'v1.0.0', { pull: 9 }).say('/promote churn@v1.0.0 target', 'owner');
    story.say('/approve churn@v2.0.0 target', 'owner').say('/approve churn@v1.0.0 first', 'owner');
    story.say('/approve fraud@v1.0.0 target', 'owner').label('approve:target', 'owner', 8);
    story.label('approve:target', 'owner', 9).label('approve:first', 'owner', 7);
    story.say('/approve churn@v1.0.0 nowhere', 'owner');
    expect(promotion(story)).toEqual(['approvals']);
    expect(promotion(story.label('approve:target', 'owner', 7))).toEqual([]);
  });

  test('from before the version was registered mean nothing', () => {
    const story = new Story({ churn: { target: stage({ approvals: 1 }) } }).pull(7, 'writer');
    story.label('approve:target', 'owner', 7).say('/approve churn@v1.0.0 target', 'owner');
    story.label('promote:target', 'writer', 7).register('churn', 'v1.0.0', { pull: 7 });
    expect(promotion(story)).toEqual(['approvals']);
    const approvals = story.decide().answers.filter(({ request }) => request.kind === 'approve');
    expect(approvals.map(({ status, unmet }) => [status, unmet[0]?.rule])).toEqual([
      ['refused', 'not-registered'],
      ['refused', 'unknown-version'],
    ]);
    expect(approvals[0]?.unmet[0]).toMatchObject({
      message: 'This approval is not newer than `churn@v1.0.0`, so it cannot mean its bytes.',
      satisfy: 'Approve again: `/approve churn@v1.0.0 target`, or take the label off and put it on again.',
    });
    expect(approvals[1]?.unmet[0]).toMatchObject({
      message: '`churn@v1.0.0` was registered only after this was asked.',
      satisfy: 'If it is still meant, ask again: `/approve churn@v1.0.0 target`.',
    });
    story.label('approve:target', 'owner', 7, 'unlabeled');
    expect(promotion(story.label('approve:target', 'owner', 7))).toEqual([]);
  });

  test('of the same moment as the registration mean nothing either', () => {
    const story = new Story({ churn: { target: stage({ approvals: 1 }) } });
    const { now } = story;
    story.register('churn', 'v1.0.0', { pull: 7 });
    story.now = now;
    story.say('/promote churn@v1.0.0 target\n/approve churn@v1.0.0 target', 'owner');
    expect(promotion(story)).toEqual(['approvals']);
  });

  describe('are for one time in the stage', () => {
    const policy = stage({ approvals: 1, deploys: true });
    const approved = (): Story =>
      new Story({ churn: { target: policy } })
        .register('churn', 'v1.0.0')
        .register('churn', 'v2.0.0')
        .verified('churn', 'v1.0.0', 'target')
        .say('/promote churn@v2.0.0 target', 'writer')
        .say('/approve churn@v2.0.0 target', 'owner');
    const again = (story: Story): string[] => {
      story.say('/promote churn@v2.0.0 target', 'writer');
      return story.verdict();
    };

    test('after a rollback the version is approved anew', () => {
      const story = approved().run({ status: 'verified' }).say('/rollback churn target', 'owner');
      expect(again(story.run({ status: 'verified' }))).toEqual(['waiting', 'approvals']);
      const approval = story.decide().answers.find(({ request }) => request.kind === 'approve')!;
      expect(approval.unmet).toEqual([
        {
          rule: 'used-up',
          message: '`churn@v2.0.0` left target after this approval, which was for that time only.',
          satisfy:
            'Approve again: `/approve churn@v2.0.0 target`, or take the label off and put it on again.',
        },
      ]);
      story.say('/approve churn@v2.0.0 target', 'owner').run({ status: 'verified' });
      expect(story.holds('churn', 'target')).toBe('v2.0.0 verified');
    });

    test('after it failed, and also where approvals came in while it was deployed', () => {
      const story = approved().run();
      story.say('/approve churn@v2.0.0 target', 'maintainer');
      story.deployments.set(story.entries.at(-1)!.n, { status: 'failed', reason: 'no disk' });
      expect(again(story.run({ status: 'verified' }))).toEqual(['waiting', 'approvals']);
    });

    test('after another version took its place', () => {
      const story = approved().run({ status: 'verified' });
      story.say('/promote churn@v1.0.0 target\n/approve churn@v1.0.0 target', 'owner');
      expect(again(story.run({ status: 'verified' }))).toEqual(['waiting', 'approvals']);
    });

    test('while it is there they stay as they are', () => {
      const story = approved().run({ status: 'verified' });
      expect(story.decide().answers.map(({ status }) => status)).toEqual(['recorded', 'granted']);
    });

    test('the newest time it left is the one that counts', () => {
      const story = approved().run({ status: 'verified' }).say('/rollback churn target', 'owner');
      story.run({ status: 'verified' }).say('/approve churn@v2.0.0 target', 'maintainer');
      story.say('/promote churn@v2.0.0 target', 'writer').run({ status: 'verified' });
      story.say('/promote churn@v1.0.0 target\n/approve churn@v1.0.0 target', 'owner');
      story.run({ status: 'verified' });
      expect(story.holds('churn', 'target')).toBe('v1.0.0 verified');
      expect(again(story)).toEqual(['waiting', 'approvals']);
    });
  });

  test('are asked for again at each look: taken back, rights lost, renamed', () => {
    const story = waiting({ approvals: 1, approvers: ['owner'] }).label('approve:target', 'owner', 7);
    expect(promotion(story)).toEqual([]);
    expect(promotion(story.change('owner', { role: 'triage' }))).toEqual(['approvals']);
    expect(promotion(story.change('owner', { role: 'admin', login: 'renamed' }))).toEqual(['approvals']);
    expect(promotion(story.change('owner', { login: 'OWNER' }))).toEqual([]);
    expect(promotion(story.label('approve:target', 'reader', 7, 'unlabeled'))).toEqual(['approvals']);
  });

  test('are kept in the entry with the current login', () => {
    const story = waiting({ approvals: 1 }).say('/approve churn@v1.0.0 target', 'owner');
    story.change('owner', { login: 'new-name' }).change('writer', { login: 'new-writer' }).run();
    expect(story.entries.at(-2)).toMatchObject({
      approvals: [{ id: 1, login: 'new-name', via: 'comment', event: 1001 }],
      actor: { id: 2, login: 'new-writer' },
    });
  });

  test('more than an entry holds are cut', () => {
    const story = waiting({ approvals: 1 });
    const world = story.world();
    const crowd = Array.from({ length: 150 }, (_, index) => ({
      ...world.requests[0]!,
      kind: 'approve' as const,
      version: 'v1.0.0',
      actor: { id: 5000 + index, login: `writer-${index}` },
      key: `${index}`,
      source: { ...world.requests[0]!.source, event: 5000 + index },
    }));
    const people = new Map(
      crowd.map(({ actor }) => [actor.id, { ...actor, role: 'write' as const, teams: [], bot: false }]),
    );
    const all = {
      ...world,
      requests: [...world.requests, ...crowd],
      people: new Map([...world.people, ...people]),
    };
    const answer = explain(all, story.config, new Date(story.now), world.requests[0]!);
    expect(answer.approvals).toHaveLength(100);
  });
});
