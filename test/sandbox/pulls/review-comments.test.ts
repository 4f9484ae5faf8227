import { describe, expect, it } from 'vitest';

import { pullWorld } from './world.ts';

const PULLS = '/repos/owner/repo/pulls';
const LINES = Array.from({ length: 20 }, (_, at) => `line ${at + 1}`);
const text = (change: Record<number, string> = {}) =>
  `${LINES.map((line, at) => change[at + 1] ?? line).join('\n')}\n`;

function opened() {
  const w = pullWorld();
  w.push('main', { 'long.txt': text() });
  const head = w.push('feature', { 'long.txt': text({ 10: 'changed' }), 'new.txt': 'a\nb\n' });
  w.open('feature');
  w.told();
  const comment = (body: Record<string, unknown>, as: 'writer-2' | 'reader' = 'writer-2') =>
    w.call(as, `POST ${PULLS}/1/comments`, { body: 'Hm', commit_id: head, path: 'long.txt', ...body });
  const present = (id: number) => w.call('reader', `GET ${PULLS}/comments/${id}`).body;
  return { ...w, head, comment, present };
}

describe('review comments (docs: create a review comment for a pull request)', () => {
  it('stands on a line of one side, with the hunk down to it', () => {
    const w = opened();
    const { status, body } = w.comment({ line: 10, side: 'RIGHT' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      path: 'long.txt',
      line: 10,
      original_line: 10,
      side: 'RIGHT',
      start_line: null,
      position: 5,
      original_position: 5,
      commit_id: w.head,
      original_commit_id: w.head,
      subject_type: 'line',
      diff_hunk: '@@ -7,7 +7,7 @@ line 6\n line 7\n line 8\n line 9\n-line 10\n+changed',
    });
    expect(w.told().map(({ name }) => name)).toEqual([
      'pull_request_review.submitted',
      'pull_request_review_comment.created',
    ]);
    const left = w.comment({ line: 10, side: 'LEFT' });
    expect(left.body).toMatchObject({ side: 'LEFT', line: 10, position: 4 });
  });

  it('stands on several lines, a whole file, or a position as the older form counts', () => {
    const w = opened();
    expect(w.comment({ start_line: 8, line: 11 }).body).toMatchObject({
      start_line: 8,
      start_side: 'RIGHT',
      line: 11,
    });
    expect(w.comment({ subject_type: 'file' }).body).toMatchObject({ subject_type: 'file', line: null });
    expect(w.comment({ position: 4 }).body).toMatchObject({ side: 'LEFT', line: 10 });
  });

  it('refuses places that the changes do not show', () => {
    const w = opened();
    const outside = w.comment({ line: 1 });
    expect([outside.status, outside.body.message]).toEqual([422, 'Validation Failed']);
    expect(outside.body.errors[0]).toEqual({
      resource: 'PullRequestReviewComment',
      code: 'custom',
      field: 'pull_request_review_thread.line',
      message: 'pull_request_review_thread.line must be part of the diff',
    });
    expect(w.comment({ path: 'README.md', line: 1 }).body.errors[0]).toMatchObject({
      code: 'invalid',
      field: 'pull_request_review_thread.path',
    });
    expect(w.comment({ start_line: 11, line: 8 }).body.errors[0].message).toMatch(/precede the end line/);
    expect(w.comment({ line: 10, commit_id: w.tip('main') }).status).toBe(422);
    const review = w.call('writer-2', `POST ${PULLS}/1/reviews`, {
      event: 'COMMENT',
      comments: [{ path: 'long.txt', line: 1, body: 'x' }],
    });
    expect(review.body.errors).toEqual([
      "Pull request review thread line must be part of the diff and Pull request review thread diff hunk can't be blank",
    ]);
  });

  it('answers join a thread; answers to answers are refused', () => {
    const w = opened();
    const first = w.comment({ line: 10 }).body;
    const route = (id: number) => `POST ${PULLS}/1/comments/${id}/replies`;
    const answer = w.call('writer', route(first.id), { body: 'Because' });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ in_reply_to_id: first.id, path: 'long.txt', line: 10 });
    expect(w.call('writer', route(answer.body.id), { body: 'More' }).status).toBe(422);
    const other = w.comment({ in_reply_to: first.id });
    expect(other.body.in_reply_to_id).toBe(first.id);
    expect(w.call('writer', route(9999), { body: 'x' }).status).toBe(404);
  });

  it('moves with its line, and is outdated once the line changes', () => {
    const w = opened();
    const onNew = w.comment({ line: 10 }).body;
    const onOld = w.comment({ line: 10, side: 'LEFT' }).body;
    const next = w.push('feature', { 'long.txt': `top\n${text({ 10: 'changed' })}` });
    expect(w.present(onNew.id)).toMatchObject({ line: 11, original_line: 10, commit_id: next });
    expect(w.present(onOld.id)).toMatchObject({ line: 10, side: 'LEFT' });
    w.push('feature', { 'long.txt': text({ 10: 'otherwise' }) });
    expect(w.present(onNew.id)).toMatchObject({
      line: null,
      position: null,
      original_line: 10,
      original_commit_id: w.head,
    });
  });

  it('is outdated after a force push that takes its change away', () => {
    const w = opened();
    const { id } = w.comment({ line: 10 }).body;
    w.move('feature', w.commit({ 'new.txt': 'c\n' }, [w.tip('main')]));
    expect(w.present(id)).toMatchObject({ position: null, line: null, commit_id: w.head });
  });

  it('is edited and deleted by its writer and by who may write', () => {
    const w = opened();
    const { id } = w.comment({ line: 10 }, 'reader').body;
    w.told();
    const route = `${PULLS}/comments/${id}`;
    expect(w.call('outsider', `PATCH ${route}`, { body: 'No' }).status).toBe(403);
    expect(w.call('reader', `PATCH ${route}`, { body: 'Yes' }).body.body).toBe('Yes');
    expect(w.call('outsider', `DELETE ${route}`).status).toBe(403);
    expect(w.call('owner', `DELETE ${route}`).status).toBe(204);
    expect(w.told().map(({ name }) => name)).toEqual([
      'pull_request_review_comment.edited',
      'pull_request_review_comment.deleted',
    ]);
    expect(w.call('reader', `GET ${route}`).status).toBe(404);
  });

  it('lists comments of a pull request and of the repository', () => {
    const w = opened();
    const ids = [w.comment({ line: 10 }).body.id, w.comment({ line: 11 }).body.id];
    const listed = (route: string) => w.call('reader', route).body.map(({ id }: { id: number }) => id);
    expect(listed(`GET ${PULLS}/1/comments`)).toEqual(ids);
    expect(listed(`GET ${PULLS}/comments?sort=created&direction=desc`)).toEqual(ids.toReversed());
    w.clock.advance(60_000);
    w.call('writer-2', `PATCH ${PULLS}/comments/${ids[0]!}`, { body: 'Later' });
    expect(listed(`GET ${PULLS}/1/comments?since=2026-01-01T00:00:30Z`)).toEqual([ids[0]]);
  });

  it('cannot be made alone while a review is pending', () => {
    const w = opened();
    w.call('writer-2', `POST ${PULLS}/1/reviews`, {});
    expect(w.comment({ line: 10 }).body.errors[0].message).toBe(
      'user_id can only have one pending review per pull request',
    );
  });
});
