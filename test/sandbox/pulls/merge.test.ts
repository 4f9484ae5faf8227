import { describe, expect, it } from 'vitest';

import { readCommit } from '../../../sandbox/git/commit-object.ts';
import { pullWorld, type PullWorld } from './world.ts';

const PULLS = '/repos/owner/repo/pulls';

function merge(
  w: PullWorld,
  number: number,
  body: Record<string, unknown> = {},
  as: 'writer' | 'owner' = 'writer',
) {
  return w.call(as, `PUT ${PULLS}/${number}/merge`, body);
}

function settings(w: PullWorld, changes: Partial<PullWorld['repository']>): void {
  w.core.store.transaction(() => {
    const { repositories } = w.core.tables;
    repositories.put({ ...repositories.require(w.repository.id), ...changes });
  });
}

const commitOf = (w: PullWorld, oid: string) => readCommit(w.core.objects(w.repository), oid);

describe('merging (docs: merge a pull request)', () => {
  it('makes a merge commit, closes the pull request and tells what happened', () => {
    const w = pullWorld();
    const head = w.push('feature', { 'b.txt': '1\n' });
    const before = w.tip('main');
    const number = w.open('feature', { title: 'Add b' });
    w.told();
    const { status, body } = merge(w, number);
    expect(status).toBe(200);
    expect(body).toEqual({ sha: w.tip('main'), merged: true, message: 'Pull Request successfully merged' });
    const commit = commitOf(w, w.tip('main'));
    expect(commit.parents).toEqual([before, head]);
    expect(commit.message).toBe('Merge pull request #1 from owner/feature\n\nAdd b');
    expect(commit.committer).toMatchObject({ name: 'GitHub', email: 'noreply@github.com' });
    const told = w.told();
    expect(told.map(({ name }) => name)).toContain('pull_request.closed');
    expect(told.find(({ name }) => name === 'pull_request.closed')!.body['pull_request']).toMatchObject({
      merged: true,
      merged_by: { login: 'writer' },
      merge_commit_sha: body.sha,
    });
    expect(w.call('reader', `GET ${PULLS}/1`).body).toMatchObject({
      state: 'closed',
      merged: true,
      mergeable: null,
      mergeable_state: 'unknown',
      commits: 1,
      changed_files: 1,
      base: { sha: before },
    });
    expect(w.call('reader', `GET ${PULLS}/1/merge`).status).toBe(204);
    expect(w.core.tables.refs.get(`${w.repository.id}:refs/pull/1/merge`)).toBeUndefined();
    expect(w.core.tables.refs.get(`${w.repository.id}:refs/pull/1/head`)?.oid).toBe(head);
  });

  it('squashes into one commit by the author, naming who else wrote', () => {
    const w = pullWorld();
    w.push('feature', { 'b.txt': '1\n' }, { message: 'First part\n\nBecause.\n' });
    w.push('feature', { 'c.txt': '2\n' }, { as: 'writer-2', message: 'Second part\n' });
    const before = w.tip('main');
    const number = w.open('feature', { title: 'Add both' });
    merge(w, number, { merge_method: 'squash' });
    const commit = commitOf(w, w.tip('main'));
    expect(commit.parents).toEqual([before]);
    expect(commit.author.name).toBe('writer');
    expect(commit.message).toBe(
      [
        'Add both (#1)',
        '',
        '* First part',
        '',
        'Because.',
        '',
        '* Second part',
        '',
        '---------',
        '',
        'Co-authored-by: writer <writer@example.com>',
        'Co-authored-by: writer-2 <writer-2@example.com>',
      ].join('\n'),
    );
  });

  it('takes titles and messages of the request, and of the settings', () => {
    const w = pullWorld();
    w.push('one', { 'b.txt': '1\n' });
    w.push('two', { 'c.txt': '1\n' });
    w.push('three', { 'd.txt': '1\n' }, { message: 'Only commit\n\nIts body.\n' });
    const numbers = [w.open('one', { body: 'Body' }), w.open('two', { body: 'Body' }), w.open('three')];
    merge(w, numbers[0]!, { commit_title: 'Mine', commit_message: 'My words' });
    expect(commitOf(w, w.tip('main')).message).toBe('Mine\n\nMy words');
    settings(w, { mergeTitle: 'PR_TITLE', mergeMessage: 'PR_BODY' });
    merge(w, numbers[1]!);
    expect(commitOf(w, w.tip('main')).message).toBe('Change (#2)\n\nBody');
    merge(w, numbers[2]!, { merge_method: 'squash' });
    expect(commitOf(w, w.tip('main')).message).toMatch(/^Only commit \(#3\)\n\nIts body\./);
  });

  it('rebases: new commits by the same authors, without merges', () => {
    const w = pullWorld();
    const one = w.push('feature', { 'b.txt': '1\n' }, { message: 'One\n' });
    w.push('feature', { 'c.txt': '2\n' }, { message: 'Two\n', as: 'writer-2' });
    const base = w.push('main', { 'd.txt': '3\n' });
    const number = w.open('feature');
    merge(w, number, { merge_method: 'rebase' }, 'owner');
    const two = commitOf(w, w.tip('main'));
    const first = commitOf(w, two.parents[0]!);
    expect([first.message, two.message]).toEqual(['One\n', 'Two\n']);
    expect(first.parents).toEqual([base]);
    expect(first.author).toEqual(commitOf(w, one).author);
    expect(first.committer.name).toBe('owner');
    expect(two.parents[0]).not.toBe(one);
  });

  it('refuses a head that moved meanwhile', () => {
    const w = pullWorld();
    const seen = w.push('feature', { 'b.txt': '1\n' });
    const number = w.open('feature');
    w.push('feature', { 'b.txt': '2\n' });
    const { status, body } = merge(w, number, { sha: seen });
    expect([status, body.message]).toEqual([
      409,
      'Head branch was modified. Review and try the merge again.',
    ]);
    expect(merge(w, number, { sha: w.tip('feature') }).status).toBe(200);
  });

  it('refuses conflicts, drafts, merged ones and methods the repository does not allow', () => {
    const w = pullWorld();
    w.push('clash', { 'a.txt': 'ONE\ntwo\nthree\nfour\nfive\n' });
    w.push('draft', { 'b.txt': '1\n' });
    w.push('good', { 'c.txt': '1\n' });
    w.push('main', { 'a.txt': 'uno\ntwo\nthree\nfour\nfive\n' });
    const [clash, draft, good] = [w.open('clash'), w.open('draft', { draft: true }), w.open('good')];
    const refusal = ({ status, body }: { status: number; body: { message: string } }) => [
      status,
      body.message,
    ];
    expect(refusal(merge(w, clash))).toEqual([405, 'Pull Request is not mergeable']);
    expect(refusal(merge(w, draft))).toEqual([405, 'Pull Request is still a draft']);
    settings(w, { allowMergeCommit: false, allowRebaseMerge: false });
    expect(refusal(merge(w, good))).toEqual([405, 'Merge commits are not allowed on this repository.']);
    expect(refusal(merge(w, good, { merge_method: 'rebase' }))).toEqual([
      405,
      'Rebase merges are not allowed on this repository.',
    ]);
    expect(merge(w, good, { merge_method: 'squash' }).status).toBe(200);
    expect(refusal(merge(w, good, { merge_method: 'squash' }))).toEqual([
      405,
      'Pull Request is not mergeable',
    ]);
  });

  it('needs write access', () => {
    const w = pullWorld();
    w.push('feature', { 'b.txt': '1\n' });
    const number = w.open('feature');
    expect(w.call('reader', `PUT ${PULLS}/${number}/merge`, {}).status).toBe(403);
    expect(w.call(undefined, `PUT ${PULLS}/${number}/merge`, {}).status).toBe(401);
  });

  it('deletes the branch where the repository wants that', () => {
    const w = pullWorld();
    settings(w, { deleteBranchOnMerge: true });
    w.push('feature', { 'b.txt': '1\n' });
    merge(w, w.open('feature'));
    expect(w.tip('feature')).toBeUndefined();
  });

  it('closes the issues its text closes', () => {
    const w = pullWorld();
    w.call('owner', 'POST /repos/owner/repo/issues', { title: 'Broken' });
    w.push('feature', { 'b.txt': '1\n' });
    const number = w.open('feature', { body: 'Fixes #1' });
    merge(w, number);
    expect(w.call('reader', 'GET /repos/owner/repo/issues/1').body).toMatchObject({ state: 'closed' });
  });

  it('finds the pull request of a commit', () => {
    const w = pullWorld();
    const head = w.push('feature', { 'b.txt': '1\n' });
    const number = w.open('feature');
    const of = (oid: string) =>
      w
        .call('reader', `GET /repos/owner/repo/commits/${oid}/pulls`)
        .body.map((pull: { number: number }) => pull.number);
    expect(of(head)).toEqual([number]);
    expect(of(w.tip('main'))).toEqual([]);
    merge(w, number, { merge_method: 'squash' });
    expect(of(w.tip('main'))).toEqual([number]);
    expect(of(head)).toEqual([]);
  });
});

describe('updating the branch (docs: update a pull request branch)', () => {
  it('merges the base into the head', () => {
    const w = pullWorld();
    const head = w.push('feature', { 'b.txt': '1\n' });
    const number = w.open('feature');
    const base = w.push('main', { 'c.txt': '1\n' });
    w.told();
    const answer = w.call('writer', `PUT ${PULLS}/${number}/update-branch`, { expected_head_sha: head });
    expect(answer.status).toBe(202);
    expect(answer.body.message).toBe('Updating pull request branch.');
    const commit = commitOf(w, w.tip('feature'));
    expect(commit.parents).toEqual([head, base]);
    expect(commit.message).toBe("Merge branch 'main' into feature");
    expect(w.told().map(({ name }) => name)).toContain('pull_request.synchronize');
    const again = w.call('writer', `PUT ${PULLS}/${number}/update-branch`, {});
    expect([again.status, again.body.message]).toEqual([422, 'There are no new commits on the base branch.']);
  });

  it('refuses another head than expected', () => {
    const w = pullWorld();
    w.push('feature', { 'b.txt': '1\n' });
    const number = w.open('feature');
    w.push('main', { 'c.txt': '1\n' });
    const { status } = w.call('writer', `PUT ${PULLS}/${number}/update-branch`, {
      expected_head_sha: w.tip('main'),
    });
    expect(status).toBe(422);
  });
});
