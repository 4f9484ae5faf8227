import { describe, expect, it } from 'vitest';

import { approvals } from '../../../sandbox/pulls/approvals.ts';
import { pullWorld } from './world.ts';

const PULLS = '/repos/owner/repo/pulls';

function opened() {
  const w = pullWorld();
  w.push('feature', { 'a.txt': 'one\n2\nthree\nfour\nfive\n', 'b.txt': 'new\n' });
  w.open('feature');
  w.told();
  const review = (as: Parameters<typeof w.call>[0], body: unknown) =>
    w.call(as, `POST ${PULLS}/1/reviews`, body);
  const pull = () => w.core.tables.pulls.find('number', `${w.repository.id}/1`)!;
  return { ...w, review, pull };
}

describe('reviews (docs: REST API endpoints for pull request reviews)', () => {
  it('approves, with an event and the commit that was reviewed', () => {
    const w = opened();
    const { status, body } = w.review('writer-2', { event: 'APPROVE', body: 'Good' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      state: 'APPROVED',
      body: 'Good',
      user: { login: 'writer-2' },
      commit_id: w.tip('feature'),
    });
    const told = w.told();
    expect(told.map(({ name }) => name)).toEqual(['pull_request_review.submitted']);
    expect(told[0]!.body).toMatchObject({ review: { state: 'approved' } });
    expect(approvals(w.core, w.pull()).map(({ counts, current }) => [counts, current])).toEqual([
      [true, true],
    ]);
  });

  it('keeps the reviewed commit when the head moves on', () => {
    const w = opened();
    const before = w.tip('feature');
    w.review('writer-2', { event: 'APPROVE' });
    w.push('feature', { 'b.txt': 'newer\n' });
    expect(w.call('reader', `GET ${PULLS}/1/reviews`).body[0]).toMatchObject({
      state: 'APPROVED',
      commit_id: before,
    });
    expect(approvals(w.core, w.pull()).map(({ current }) => current)).toEqual([false]);
  });

  it('an author has no verdict on an own pull request', () => {
    const w = opened();
    const approve = w.review('writer', { event: 'APPROVE' });
    expect([approve.status, approve.body.message, approve.body.errors]).toEqual([
      422,
      'Unprocessable Entity',
      ['Can not approve your own pull request'],
    ]);
    const change = w.review('writer', { event: 'REQUEST_CHANGES', body: 'No' });
    expect(change.body.errors).toEqual(['Can not request changes on your own pull request']);
    expect(w.review('writer', { event: 'COMMENT', body: 'Look' }).status).toBe(200);
  });

  it('a reader’s approval is there and does not count', () => {
    const w = opened();
    expect(w.review('reader', { event: 'APPROVE' }).status).toBe(200);
    expect(approvals(w.core, w.pull()).map(({ counts }) => counts)).toEqual([false]);
  });

  it('the last verdict of each person decides, comments do not', () => {
    const w = opened();
    w.review('writer-2', { event: 'APPROVE' });
    w.review('writer-2', { event: 'COMMENT', body: 'A thought' });
    expect(approvals(w.core, w.pull())).toHaveLength(1);
    w.review('writer-2', { event: 'REQUEST_CHANGES', body: 'Wait' });
    expect(approvals(w.core, w.pull())).toHaveLength(0);
  });

  it('wants words where changes are requested or something is commented', () => {
    const w = opened();
    expect(w.review('writer-2', { event: 'REQUEST_CHANGES' }).status).toBe(422);
    expect(w.review('writer-2', { event: 'COMMENT' }).status).toBe(422);
  });

  it('a pending review is its writer’s alone until it is submitted', () => {
    const w = opened();
    const begun = w.review('writer-2', { comments: [{ path: 'a.txt', line: 2, body: 'Why?' }] });
    expect(begun.body.state).toBe('PENDING');
    expect(begun.body.submitted_at).toBeUndefined();
    expect(w.told()).toEqual([]);
    expect(w.call('reader', `GET ${PULLS}/1/reviews`).body).toEqual([]);
    expect(w.call('writer-2', `GET ${PULLS}/1/reviews`).body).toHaveLength(1);
    expect(w.call('reader', `GET ${PULLS}/1/reviews/${begun.body.id}`).status).toBe(404);
    expect(w.call('reader', `GET ${PULLS}/1/comments`).body).toEqual([]);
    const again = w.review('writer-2', {});
    expect(again.body.errors).toEqual(['User can only have one pending review per pull request']);
    const sent = w.call('writer-2', `POST ${PULLS}/1/reviews/${begun.body.id}/events`, { event: 'COMMENT' });
    expect(sent.body).toMatchObject({ state: 'COMMENTED' });
    expect(w.told().map(({ name }) => name)).toEqual([
      'pull_request_review.submitted',
      'pull_request_review_comment.created',
    ]);
    expect(w.call('reader', `GET ${PULLS}/1/comments`).body).toHaveLength(1);
    expect(w.call('reader', `GET ${PULLS}/1/reviews/${begun.body.id}/comments`).body).toHaveLength(1);
  });

  it('a pending review can be thrown away, a submitted one cannot', () => {
    const w = opened();
    const begun = w.review('writer-2', { comments: [{ path: 'a.txt', line: 2, body: 'Why?' }] });
    expect(w.call('writer-2', `DELETE ${PULLS}/1/reviews/${begun.body.id}`).status).toBe(200);
    expect(w.core.tables.reviewComments.size).toBe(0);
    const done = w.review('writer-2', { event: 'APPROVE' });
    expect(w.call('writer-2', `DELETE ${PULLS}/1/reviews/${done.body.id}`).status).toBe(422);
  });

  it('edits the words of a review', () => {
    const w = opened();
    const { body } = w.review('writer-2', { event: 'COMMENT', body: 'Teh' });
    w.told();
    const route = `PUT ${PULLS}/1/reviews/${body.id}`;
    expect(w.call('reader', route, { body: 'No' }).status).toBe(403);
    expect(w.call('writer-2', route, { body: 'The' }).body.body).toBe('The');
    expect(w.told()[0]).toMatchObject({
      name: 'pull_request_review.edited',
      body: { changes: { body: { from: 'Teh' } } },
    });
  });

  it('dismisses a verdict with a reason; readers may not', () => {
    const w = opened();
    const { body } = w.review('writer-2', { event: 'APPROVE' });
    w.told();
    const route = `PUT ${PULLS}/1/reviews/${body.id}/dismissals`;
    expect(w.call('reader', route, { message: 'No' }).status).toBe(403);
    expect(w.call('writer', route, { message: 'Too early' }).body.state).toBe('DISMISSED');
    expect(w.told().map(({ name }) => name)).toEqual(['pull_request_review.dismissed']);
    expect(approvals(w.core, w.pull())).toEqual([]);
    expect(w.call('writer', route, { message: 'Again' }).status).toBe(422);
    const comment = w.review('writer-2', { event: 'COMMENT', body: 'Hm' });
    const none = w.call('writer', `PUT ${PULLS}/1/reviews/${comment.body.id}/dismissals`, { message: 'x' });
    expect([none.status, none.body.message]).toEqual([
      422,
      'Can not dismiss a commented pull request review',
    ]);
  });

  it('who has reviewed is no longer asked to', () => {
    const w = opened();
    w.call('writer', `POST ${PULLS}/1/requested_reviewers`, { reviewers: ['writer-2', 'reader'] });
    w.review('writer-2', { event: 'COMMENT', body: 'Seen' });
    const { body } = w.call('reader', `GET ${PULLS}/1/requested_reviewers`);
    expect(body.users.map(({ login }: { login: string }) => login)).toEqual(['reader']);
  });

  it('refuses a commit of something else', () => {
    const w = opened();
    const { status, body } = w.review('writer-2', { event: 'APPROVE', commit_id: w.tip('main') });
    expect([status, body.errors]).toEqual([422, ['commit_id is not part of the pull request']]);
  });
});

describe('requests for review (docs: review requests)', () => {
  it('asks people once each, and takes it back', () => {
    const w = opened();
    const asked = w.call('writer', `POST ${PULLS}/1/requested_reviewers`, {
      reviewers: ['writer-2', 'reader'],
    });
    expect(asked.status).toBe(201);
    expect(asked.body.requested_reviewers).toHaveLength(2);
    w.call('writer', `POST ${PULLS}/1/requested_reviewers`, { reviewers: ['writer-2'] });
    expect(w.told().map(({ name }) => name)).toEqual([
      'pull_request.review_requested',
      'pull_request.review_requested',
    ]);
    const less = w.call('writer', `DELETE ${PULLS}/1/requested_reviewers`, { reviewers: ['reader'] });
    expect(less.status).toBe(200);
    expect(less.body.requested_reviewers).toHaveLength(1);
    expect(w.told().map(({ name }) => name)).toEqual(['pull_request.review_request_removed']);
  });

  it('refuses the author and who is no collaborator', () => {
    const w = opened();
    const own = w.call('owner', `POST ${PULLS}/1/requested_reviewers`, { reviewers: ['writer'] });
    expect([own.status, own.body.message]).toEqual([
      422,
      'Review cannot be requested from pull request author.',
    ]);
    const stranger = w.call('owner', `POST ${PULLS}/1/requested_reviewers`, { reviewers: ['outsider'] });
    expect(stranger.body.message).toBe(
      'Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the owner/repo repository.',
    );
    expect(w.call('owner', `POST ${PULLS}/1/requested_reviewers`, { team_reviewers: ['x'] }).status).toBe(
      422,
    );
  });
});
