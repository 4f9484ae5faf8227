import { describe, expect, test } from 'vitest';

import { explain, requestKey } from '../../../src/promotion/index.ts';
import type { Request } from '../../../src/promotion/index.ts';
import { HEARD, PEOPLE, WRITERS, one, REPOSITORY } from './story.ts';

describe('who may ask', () => {
  const bodies = {
    promote: '/promote churn target',
    rollback: '/rollback churn target',
    freeze: '/freeze churn target "x"',
    unfreeze: '/unfreeze churn target',
  };

  for (const [kind, body] of Object.entries(bodies)) {
    for (const listed of [false, true]) {
      for (const approvals of [0, 1]) {
        test(`${kind}, ${listed ? 'two people listed' : 'nobody listed'}, ${approvals} approvals`, () => {
          for (const name of HEARD) {
            const story = one({ approvals, approvers: listed ? ['@Writer', 'reader', '@acme/ml'] : [] });
            story.register('churn', 'v2.0.0');
            story.change('maintainer', { teams: ['@acme/ml'] }).change('owner', { teams: ['@acme/other'] });
            if (kind === 'rollback') {
              story.verified('churn', 'v1.0.0', 'target').verified('churn', 'v2.0.0', 'target');
            }
            if (kind === 'unfreeze') {
              story.say('/freeze churn target "x"', 'writer').run();
              expect(story.verdict()[0]).toBe('recorded');
            }
            const [status, ...rules] = story.say(body, name).verdict();
            const writes = WRITERS.includes(name);
            const needsListing = listed && (kind !== 'promote' || approvals === 0);
            const may = writes && (!needsListing || name === 'writer' || name === 'maintainer');
            const unmet = kind === 'promote' && approvals === 1 ? ['approvals'] : [];
            const expected = may
              ? [unmet.length === 0 ? 'granted' : 'waiting', unmet]
              : ['refused', ['no-rights', ...unmet]];
            expect([name, status, rules]).toEqual([name, ...expected]);
          }
        });
      }
    }
  }

  test('a bot, or an account that nobody knows, has no rights even when a request says it is there', () => {
    const story = one();
    const asked = (id: number): Request => {
      const base = {
        kind: 'promote',
        model: 'churn',
        version: null,
        stage: 'target',
        reason: null,
        actor: { id, login: 'x' },
        source: { via: 'comment', event: id, issue: 1, pull: false, line: 1 },
        at: new Date(story.now).toISOString(),
      } as const;
      return { ...base, key: requestKey(REPOSITORY, base) };
    };
    const answer = (id: number): string[] =>
      explain(story.world(), story.config, new Date(story.now), asked(id)).unmet.map(
        ({ rule, message, satisfy }) => `${rule}: ${message} ${satisfy}`,
      );
    expect(answer(PEOPLE.app.id)).toEqual([
      'is-bot: some-app[bot] is a bot, and bots ask for nothing. Ask somebody with write access to do it.',
    ]);
    expect(answer(12345)).toEqual([
      'no-rights: x has no role in this repository; this takes write access. Ask somebody with write access to do it.',
    ]);
    expect(answer(PEOPLE.outsider.id)[0]).toMatch('outsider has no role');
    expect(answer(PEOPLE.triager.id)[0]).toMatch('triager has the role triage');
    expect(answer(PEOPLE.writer.id)).toEqual([]);
  });

  test('what is not met is said with whom to ask', () => {
    const story = one({ approvers: ['owner', '@acme/ml'] }).say('/promote churn target', 'writer');
    expect(story.answer().unmet).toEqual([
      {
        rule: 'no-rights',
        message: 'writer is not an approver of this stage.',
        satisfy: 'Ask owner or @acme/ml to do it.',
      },
    ]);
    story.say('/promote churn target', 'reader');
    expect(story.answer().unmet[0]?.satisfy).toBe('Ask owner or @acme/ml to do it.');
  });
});
