import { describe, expect, it } from 'vitest';

import { newWorld, type Answer } from '../world.ts';
import { pullWorld } from '../pulls/world.ts';

const ISSUES = '/repos/owner/repo/issues';

const kinds = ({ body }: Answer) => (body as { event: string }[]).map(({ event }) => event);

describe('the timeline of an issue (docs: rest/issues/timeline)', () => {
  it('tells everything in the order in which it happened', () => {
    const w = newWorld();
    w.call('owner', 'POST /repos/owner/repo/milestones', { title: 'v1' });
    w.call('writer', `POST ${ISSUES}`, { title: 'one', labels: ['a'] });
    w.call('reader', `POST ${ISSUES}/1/comments`, { body: 'hello @outsider' });
    w.call('writer', `PATCH ${ISSUES}/1`, { title: 'two', assignees: ['writer'], milestone: 1, labels: [] });
    w.call('writer', `PUT ${ISSUES}/1/lock`, { lock_reason: 'resolved' });
    w.call('writer', `DELETE ${ISSUES}/1/lock`);
    w.call('writer', `PATCH ${ISSUES}/1`, { state: 'closed', state_reason: 'not_planned' });
    w.call('writer', `PATCH ${ISSUES}/1`, { state: 'open', milestone: null, assignees: [] });
    w.call('reader', `POST ${ISSUES}`, { title: 'another', body: 'like #1, and #1 again' });
    const answer = w.call('reader', `GET ${ISSUES}/1/timeline`);
    expect(kinds(answer)).toEqual([
      'labeled',
      'commented',
      'mentioned',
      'subscribed',
      'renamed',
      'unlabeled',
      'assigned',
      'milestoned',
      'locked',
      'unlocked',
      'closed',
      'unassigned',
      'demilestoned',
      'reopened',
      'cross-referenced',
    ]);
    const of = (event: string) => answer.body.find((row: { event: string }) => row.event === event);
    expect(of('labeled')).toMatchObject({
      label: { name: 'a', color: 'ededed' },
      actor: { login: 'writer' },
    });
    expect(of('commented')).toMatchObject({ body: 'hello @outsider', user: { login: 'reader' } });
    expect(of('renamed').rename).toEqual({ from: 'one', to: 'two' });
    expect(of('locked').lock_reason).toBe('resolved');
    expect(of('closed')).toMatchObject({ state_reason: 'not_planned', commit_id: null });
    expect(of('cross-referenced').source).toMatchObject({ type: 'issue', issue: { number: 2 } });
  });

  it('of a pull request has its commits, reviews, requests and merge', () => {
    const w = pullWorld();
    const oid = w.push('feature', { 'b.txt': '1\n' });
    const number = w.open('feature');
    w.call('writer', `POST /repos/owner/repo/pulls/${number}/requested_reviewers`, {
      reviewers: ['writer-2'],
    });
    w.call('writer-2', `POST /repos/owner/repo/pulls/${number}/reviews`, { event: 'APPROVE', body: 'good' });
    w.call('writer', `PUT /repos/owner/repo/pulls/${number}/merge`, {});
    w.move('feature', null);
    const answer = w.call('reader', `GET ${ISSUES}/${number}/timeline`);
    expect(kinds(answer)).toEqual(
      expect.arrayContaining([
        'committed',
        'review_requested',
        'reviewed',
        'merged',
        'closed',
        'head_ref_deleted',
      ]),
    );
    expect(answer.body[0]).toMatchObject({ event: 'committed', sha: oid });
    const review = answer.body.find((row: { event: string }) => row.event === 'reviewed');
    expect(review).toMatchObject({ state: 'approved', user: { login: 'writer-2' }, body: 'good' });
    expect(kinds(w.call('reader', `GET ${ISSUES}/${number}/events`))).not.toContain('reviewed');
  });
});

describe('issue events (docs: rest/issues/events)', () => {
  it('of one issue come oldest first, of the repository newest first with their issue', () => {
    const w = newWorld();
    w.call('writer', `POST ${ISSUES}`, { title: 'one', labels: ['a'] });
    w.call('writer', `POST ${ISSUES}`, { title: 'two', assignees: ['writer-2'] });
    w.call('writer', `PATCH ${ISSUES}/1`, { state: 'closed' });
    expect(kinds(w.call('reader', `GET ${ISSUES}/1/events`))).toEqual(['labeled', 'closed']);
    const all = w.call('reader', `GET ${ISSUES}/events`);
    expect(kinds(all)).toEqual(['closed', 'assigned', 'labeled']);
    expect(all.body[1]).toMatchObject({
      issue: { number: 2 },
      assignee: { login: 'writer-2' },
      assigner: { login: 'writer' },
    });
    expect(w.call('reader', `GET ${ISSUES}/events/${all.body[0].id as number}`).body).toMatchObject({
      event: 'closed',
      issue: { number: 1 },
    });
    expect(w.call('reader', `GET ${ISSUES}/events/1`).status).toBe(404);
  });
});
