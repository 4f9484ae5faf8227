import { describe, expect, it } from 'vitest';

import { addRepository } from '../../../sandbox/repositories/create.ts';
import { pullWorld } from '../pulls/world.ts';

// https://docs.github.com/rest/search/search
describe('searching pull requests', () => {
  it('finds by state, author, review, branch, draft and date, newest first', () => {
    const world = pullWorld();
    world.push('one', { a: '1' });
    world.push('two', { b: '2' });
    world.open('one', { title: 'First of all' });
    world.clock.advance(86_400_000);
    world.open('two', { title: 'Second', draft: true }, 'writer-2');
    world.call('owner', 'POST /repos/owner/repo/pulls/1/reviews', { event: 'APPROVE' });
    world.call('writer', 'POST /repos/owner/repo/pulls/1/requested_reviewers', { reviewers: ['writer-2'] });
    const found = (query: string, more = ''): string[] => {
      const { status, body } = world.call(
        'writer',
        `GET /search/issues?q=${encodeURIComponent(`repo:owner/repo ${query}`)}${more}`,
      );
      if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
      expect(body.incomplete_results).toBe(false);
      return (body.items as { title: string }[]).map(({ title }) => title);
    };
    expect(found('is:pr is:open')).toEqual(['Second', 'First of all']);
    expect(found('is:pr', '&sort=created&order=asc')).toEqual(['First of all', 'Second']);
    expect(found('author:@me')).toEqual(['First of all']);
    expect(found('-author:@me')).toEqual(['Second']);
    expect(found('draft:true')).toEqual(['Second']);
    expect(found('head:one base:main')).toEqual(['First of all']);
    expect(found('review:approved')).toEqual(['First of all']);
    expect(found('review-requested:writer-2 state:open')).toEqual(['First of all']);
    expect(found('reviewed-by:owner')).toEqual(['First of all']);
    expect(found('created:>=2026-01-02')).toEqual(['Second']);
    expect(found('is:merged')).toEqual([]);
    expect(found('no:label no:assignee second')).toEqual(['Second']);
  });

  it('refuses places that cannot be seen and qualifiers it does not have', () => {
    const world = pullWorld({ private: true });
    const ask = (as: 'outsider' | 'writer', query: string) =>
      world.call(as, `GET /search/issues?q=${encodeURIComponent(query)}`);
    expect(ask('outsider', 'repo:owner/repo x')).toMatchObject({
      status: 422,
      body: { message: 'Validation Failed', errors: [{ resource: 'Search', field: 'q', code: 'invalid' }] },
    });
    expect(ask('outsider', 'x').body.total_count).toBe(0);
    expect(ask('writer', 'project:1').status).toBe(501);
    expect(ask('writer', 'x is:open').headers['x-ratelimit-resource']).toBe('search');
  });
});

it('repositories, people and labels are found by what they are called', () => {
  const world = pullWorld();
  world.core.store.transaction(() => {
    const owner = world.core.tables.accounts.find('login', 'owner')!;
    addRepository(world.core, owner.id, 'secret', { private: true });
    addRepository(world.core, owner.id, 'drift-monitor', {
      description: 'Watches models',
      topics: ['mlops'],
    });
  });
  const names = (path: string, key = 'name', as: 'owner' | 'outsider' = 'outsider') =>
    (world.call(as, `GET ${path}`).body.items as Record<string, string>[]).map((one) => one[key]);
  expect(names('/search/repositories?q=models')).toEqual(['drift-monitor']);
  expect(names('/search/repositories?q=topic:mlops')).toEqual(['drift-monitor']);
  expect(names('/search/repositories?q=user:owner+secret', 'name', 'owner')).toEqual(['secret']);
  expect(names('/search/repositories?q=secret')).toEqual([]);
  expect(names('/search/users?q=writer', 'login')).toEqual(['writer', 'writer-2']);
});
