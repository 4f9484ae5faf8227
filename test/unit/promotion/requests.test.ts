import { describe, expect, test } from 'vitest';

import { inOrder, recordableKeys, requestKey, requestsFrom } from '../../../src/promotion/index.ts';
import type { Heard, LabelEvent, Request } from '../../../src/promotion/index.ts';
import { person, stage, Story } from './story.ts';
import type { Name } from './story.ts';

const config = {
  churn: { staging: stage(), production: stage({ after: 'staging' }) },
  'nlp/topic': { canary: stage() },
};
const AT = '2026-03-01T12:00:00Z';

describe('labels', () => {
  const events = (...list: [string, 'labeled' | 'unlabeled', Name?][]): LabelEvent[] =>
    list.map(([label, action, by = 'writer'], index) => ({
      id: 10 + index,
      label,
      action,
      actor: person(by),
      bot: by === 'app',
      at: AT,
    }));
  const labels = (labelEvents: LabelEvent[]): Heard =>
    requestsFrom({ repository: 1, issue: { number: 5, isPull: true }, labelEvents, comments: [] });

  test('ask by the newest event of a label that is still there', () => {
    const heard = labels(
      events(
        ['promote:staging', 'labeled'],
        ['approve:production', 'labeled', 'owner'],
        ['Promote:Staging', 'unlabeled'],
        ['PROMOTE: staging', 'labeled', 'reader'],
        ['promote:canary', 'labeled'],
        ['promote:canary', 'unlabeled', 'owner'],
        ['bug', 'labeled'],
        ['no-promote:x', 'labeled'],
        ['promote:staging', 'labeled', 'writer-2'],
      ),
    );
    expect(
      heard.requests.map(({ kind, stage: where, actor, source }) => [kind, where, actor.login, source.event]),
    ).toEqual([
      ['promote', 'staging', 'writer-2', 18],
      ['approve', 'production', 'owner', 11],
      ['promote', 'staging', 'reader', 13],
    ]);
    expect(heard.requests[0]).toMatchObject({
      model: null,
      version: null,
      reason: null,
      at: AT,
      source: { via: 'label', issue: 5, pull: true, line: 0 },
    });
    expect(heard.refused).toEqual([]);
  });

  test('in any order of events; putting it on again is a new request', () => {
    const first = events(['promote:staging', 'labeled']);
    const again = events(
      ['promote:staging', 'labeled'],
      ['promote:staging', 'unlabeled'],
      ['promote:staging', 'labeled'],
    );
    expect(labels(again.toReversed())).toEqual(labels(again));
    expect(labels(again).requests[0]?.key).not.toBe(labels(first).requests[0]?.key);
    expect(labels(again.slice(0, 2)).requests).toEqual([]);
  });

  test('of bots are not heard, also in the place of a person', () => {
    expect(
      labels(events(['promote:staging', 'labeled'], ['promote:staging', 'labeled', 'app'])),
    ).toMatchObject({
      requests: [],
      refused: [],
    });
  });

  test('without a stage say what to write', () => {
    for (const label of ['promote:', 'approve: ', 'promote:a b']) {
      const heard = labels(events([label, 'labeled']));
      const kind = label.startsWith('promote') ? 'promote' : 'approve';
      expect(heard.requests).toEqual([]);
      expect(heard.refused).toMatchObject([
        {
          keys: [],
          source: { via: 'label', event: 10 },
          unmet: {
            rule: 'syntax',
            message: `A label \`${kind}:\` names a stage.`,
            satisfy: `Put the label \`${kind}:STAGE\` on the pull request, with a stage of slipway.yaml.`,
          },
        },
      ]);
    }
  });
});

describe('keys', () => {
  const base = {
    kind: 'promote',
    source: { via: 'comment', event: 1 },
    model: 'churn',
    version: null,
    stage: 'staging',
    at: AT,
  } as const;

  test('differ with everything that was asked, and with nothing else', () => {
    const key = requestKey(1, base);
    expect(key).toMatch(/^[0-9a-f]{64}$/u);
    expect(requestKey(1, { ...base, at: 'later' })).toBe(key);
    expect(requestKey(1, { ...base, stage: 'Staging' })).not.toBe(key);
    const others = [
      requestKey(2, base),
      requestKey(1, { ...base, kind: 'approve' }),
      requestKey(1, { ...base, source: { via: 'label', event: 1 } }),
      requestKey(1, { ...base, source: { via: 'comment', event: 2 } }),
      requestKey(1, { ...base, model: null }),
      requestKey(1, { ...base, version: 'v1.0.0' }),
      requestKey(1, { ...base, stage: null }),
    ];
    expect(new Set([key, ...others]).size).toBe(8);
  });

  test('of labels ignore case, of command lines heed the time', () => {
    const label = { ...base, source: { via: 'label', event: 1 } } as const;
    expect(requestKey(1, { ...label, stage: 'STAGING' })).toBe(requestKey(1, label));
    const line = { ...base, source: { via: 'command', event: 0 } } as const;
    expect(requestKey(1, { ...line, at: 'later' })).not.toBe(requestKey(1, line));
  });

  test('that may be recorded: one for each model a label speaks of, none for approvals', () => {
    const story = new Story(config)
      .register('churn', 'v1.0.0', { pull: 7 })
      .register('nlp/topic', 'v1.0.0', { pull: 7 });
    story.register('other', 'v1.0.0', { pull: 8 }).label('promote:staging', 'writer', 7);
    story.say('/promote churn staging\n/approve churn@v1.0.0 staging', 'writer');
    const { requests, log, repository } = story.world();
    const keys = recordableKeys(repository, requests, log.models);
    expect(keys).toHaveLength(3);
    const answered = story.decide().answers.filter(({ request }) => request.kind !== 'approve');
    for (const { key } of answered) expect(keys).toContain(key);
  });
});

describe('order', () => {
  const request = (via: 'label' | 'comment' | 'command', event: number, at: string, line = 0): Request => ({
    key: `${via}${event}.${line}.${at}`,
    kind: 'promote',
    model: 'churn',
    version: null,
    stage: 'staging',
    reason: null,
    actor: person('writer'),
    source: { via, event, issue: 1, pull: false, line },
    at,
  });

  test('ids within a kind, whatever the clock says; times across kinds; lines within a comment', () => {
    const list = [
      request('label', 5, '2026-01-01T00:00:05Z'),
      request('comment', 1, '2026-01-01T00:00:05Z', 1),
      request('comment', 1, '2026-01-01T00:00:05Z', 2),
      request('comment', 2, '2026-01-01T00:00:01Z'),
      request('command', 0, '2026-01-01T00:00:05Z'),
      request('label', 6, '2026-01-01T00:00:06Z'),
      request('command', 0, '2026-01-01T00:00:07Z'),
      request('label', 7, 'never'),
    ];
    expect(inOrder(list.toReversed())).toEqual(list);
    expect(inOrder([list[3]!, list[0]!, list[7]!, list[4]!, list[1]!, list[6]!, list[2]!, list[5]!])).toEqual(
      list,
    );
    expect(inOrder([])).toEqual([]);
  });

  test('command lines go by time, comments of one line by their keys', () => {
    const line = (key: string, at: string): Request => ({ ...request('command', 0, at), key });
    const lines = [
      line('z', '2026-01-01T00:00:01Z'),
      line('y', '2026-01-01T00:00:02Z'),
      line('a', '2026-01-01T00:00:03Z'),
    ];
    expect(inOrder([lines[1]!, lines[2]!, lines[0]!])).toEqual(lines);
    const same = ['a', 'b', 'c'].map((key, index) => ({
      ...request('comment', 4, `2026-01-0${3 - index}T00:00:00Z`),
      key,
    }));
    expect(inOrder([same[1]!, same[2]!, same[0]!])).toEqual(same);
  });

  test('a key stands once', () => {
    const one = request('comment', 1, AT);
    expect(inOrder([one, { ...one, reason: 'again' }])).toEqual([one]);
  });
});
