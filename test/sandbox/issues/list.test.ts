import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { newWorld, type World } from '../world.ts';
import { pullWorld } from '../pulls/world.ts';

const ISSUES = '/repos/owner/repo/issues';

function numbers(w: World, query: string, path = ISSUES, as: 'reader' | 'writer' = 'reader'): number[] {
  const { status, body } = w.call(as, `GET ${path}?${query}`);
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return (body as { number: number }[]).map(({ number }) => number);
}

/** Four issues a minute apart: 1 labelled a and b, 2 labelled b, 3 assigned, 4 closed and in a milestone. */
function sample(): World {
  const w = newWorld();
  w.call('owner', 'POST /repos/owner/repo/milestones', { title: 'v1' });
  const make = (who: 'writer' | 'writer-2', body: Record<string, unknown>) => {
    w.clock.advance(60_000);
    w.call(who, `POST ${ISSUES}`, body);
  };
  make('writer', { title: 'one', labels: ['a', 'b'], body: 'ask @reader' });
  make('writer-2', { title: 'two', labels: ['b'] });
  make('writer', { title: 'three', assignees: ['writer-2'] });
  make('writer', { title: 'four', milestone: 1 });
  w.call('writer', `PATCH ${ISSUES}/4`, { state: 'closed' });
  w.clock.advance(60_000);
  w.call('reader', `POST ${ISSUES}/2/comments`, { body: 'me too' });
  return w;
}

describe('listing issues (docs: rest/issues/issues#list-repository-issues)', () => {
  it.each([
    ['', [3, 2, 1]],
    ['state=all', [4, 3, 2, 1]],
    ['state=closed', [4]],
    ['direction=asc', [1, 2, 3]],
    ['sort=updated', [2, 3, 1]],
    ['sort=updated&direction=asc&state=all', [1, 3, 4, 2]],
    ['sort=comments', [2, 3, 1]],
    ['labels=b', [2, 1]],
    ['labels=B,a', [1]],
    ['labels=none-such', []],
    ['assignee=writer-2', [3]],
    ['assignee=none', [2, 1]],
    ['assignee=*', [3]],
    ['creator=writer-2', [2]],
    ['mentioned=reader', [1]],
    ['milestone=1&state=all', [4]],
    ['milestone=*&state=all', [4]],
    ['milestone=none', [3, 2, 1]],
    ['since=2026-01-01T00:04:30Z&state=all', [2]],
    ['per_page=2&page=2', [1]],
    ['type=none', [3, 2, 1]],
  ])('%s gives %j', (query, expected) => {
    expect(numbers(sample(), query)).toEqual(expected);
  });

  it.each(['milestone=9', 'assignee=nobody-here', 'state=ajar', 'sort=name'])('refuses %s', (query) => {
    expect(sample().call('reader', `GET ${ISSUES}?${query}`).status).toBe(422);
  });

  it('includes pull requests and says so', () => {
    const w = pullWorld();
    w.push('feature', { 'b.txt': '1\n' });
    w.call('writer', `POST ${ISSUES}`, { title: 'x' });
    w.open('feature', { draft: true });
    const { body } = w.call('reader', `GET ${ISSUES}`);
    expect(body[0]).toMatchObject({
      number: 2,
      draft: true,
      html_url: 'http://github.localhost/owner/repo/pull/2',
      pull_request: { url: 'http://api.github.localhost/repos/owner/repo/pulls/2', merged_at: null },
    });
    expect(body[1]).not.toHaveProperty('pull_request');
  });

  it('links the pages', () => {
    const { headers } = sample().call('reader', `GET ${ISSUES}?per_page=1&page=2`);
    expect(headers['link']).toContain('page=3>; rel="next"');
    expect(headers['link']).toContain('page=1>; rel="prev"');
  });

  it('answers any filter as going through all issues would', () => {
    const w = newWorld();
    const labels = ['a', 'b'];
    fc.assert(
      fc.property(
        fc.record({
          labels: fc.subarray(labels),
          closed: fc.boolean(),
          assigned: fc.boolean(),
        }),
        ({ labels: own, closed, assigned }) => {
          const made = w.call('writer', `POST ${ISSUES}`, {
            title: 'x',
            labels: own,
            assignees: assigned ? ['writer'] : [],
          });
          if (closed) w.call('writer', `PATCH ${ISSUES}/${made.body.number as number}`, { state: 'closed' });
        },
      ),
      { numRuns: 25 },
    );
    type Row = { number: number; state: string; labels: { name: string }[]; assignees: unknown[] };
    const all = w.call('reader', `GET ${ISSUES}?state=all&per_page=100`).body as Row[];
    for (const state of ['open', 'closed', 'all'])
      for (const label of ['', 'a', 'b', 'a,b'])
        for (const assignee of ['', 'none', '*', 'writer']) {
          const wanted = all.filter(
            (row) =>
              (state === 'all' || row.state === state) &&
              label.split(',').every((name) => name === '' || row.labels.some((one) => one.name === name)) &&
              (assignee === '' || (assignee === 'none') === (row.assignees.length === 0)),
          );
          const query = `per_page=100&state=${state}&labels=${label}&assignee=${assignee}`;
          expect(numbers(w, query)).toEqual(wanted.map((row) => row.number));
        }
  });
});

describe('issues of a person (docs: rest/issues/issues#list-issues-assigned-to-the-authenticated-user)', () => {
  it.each([
    ['', 'writer-2', [3]],
    ['filter=created', 'writer-2', [2]],
    ['filter=mentioned', 'reader', [1]],
    ['filter=subscribed', 'reader', [2, 1]],
    ['filter=all&state=all', 'reader', [4, 3, 2, 1]],
    ['filter=created&labels=a', 'writer', [1]],
  ] as const)('%s of %s gives %j', (query, as, expected) => {
    const w = sample();
    for (const path of ['/issues', '/user/issues']) {
      const { body } = w.call(as, `GET ${path}?${query}`);
      expect(body.map(({ number }: { number: number }) => number)).toEqual(expected);
      expect(body[0].repository).toMatchObject({ full_name: 'owner/repo' });
    }
  });
});
