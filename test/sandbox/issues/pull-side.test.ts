import { expect, it } from 'vitest';

import { pullWorld } from '../pulls/world.ts';

const ISSUES = '/repos/owner/repo/issues';

// https://docs.github.com/rest/issues/issues: every pull request is an issue
it('what happens to the issue side of a pull request is told of the pull request', () => {
  const w = pullWorld();
  w.call('owner', 'POST /repos/owner/repo/milestones', { title: 'v1' });
  w.push('feature', { 'b.txt': '1\n' });
  const at = `${ISSUES}/${w.open('feature')}`;
  w.told();
  const told = (body: Record<string, unknown>) => {
    const { status } = w.call('writer', `PATCH ${at}`, body);
    return [status, ...w.told().map(({ name }) => name)];
  };
  expect(told({ title: 'New', body: 'text' })).toEqual([200, 'pull_request.edited']);
  expect(told({ milestone: 1 })).toEqual([200, 'pull_request.milestoned']);
  expect(told({ milestone: null })).toEqual([200, 'pull_request.demilestoned']);
  expect(told({ state: 'closed', state_reason: 'not_planned' })).toEqual([200, 'pull_request.closed']);
  expect(w.call('reader', `GET ${at}`).body).toMatchObject({ state: 'closed', state_reason: null });
  expect(told({ state: 'open' })).toEqual([200, 'pull_request.reopened']);
  expect(told({ title: '' })).toEqual([422]);
  w.call('writer', `PUT ${at}/lock`, {});
  w.call('writer', `DELETE ${at}/lock`);
  expect(w.told().map(({ name }) => name)).toEqual(['pull_request.locked', 'pull_request.unlocked']);
});

it('a merged pull request is a closed issue that cannot be opened again', () => {
  const w = pullWorld();
  w.push('feature', { 'b.txt': '1\n' });
  const number = w.open('feature');
  w.call('writer', `PUT /repos/owner/repo/pulls/${number}/merge`, {});
  const { body } = w.call('reader', `GET ${ISSUES}/${number}`);
  expect(body).toMatchObject({ state: 'closed', closed_by: { login: 'writer' } });
  expect(body.pull_request.merged_at).toBe('2026-01-01T00:00:00Z');
  expect(w.call('writer', `PATCH ${ISSUES}/${number}`, { state: 'open' }).status).toBe(422);
});
