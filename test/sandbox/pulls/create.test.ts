import { describe, expect, it } from 'vitest';

import { pullWorld } from './world.ts';

const PULLS = '/repos/owner/repo/pulls';

describe('opening a pull request (docs: create a pull request)', () => {
  it('answers with the whole pull request and tells pull_request.opened', () => {
    const w = pullWorld();
    const head = w.push('feature', { 'b.txt': 'new\n', 'a.txt': 'one\n2\nthree\nfour\nfive\n' });
    w.told();
    const answer = w.call('writer', `POST ${PULLS}`, {
      title: 'A change',
      head: 'feature',
      base: 'main',
      body: 'Why',
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      number: 1,
      state: 'open',
      title: 'A change',
      body: 'Why',
      user: { login: 'writer' },
      head: { label: 'owner:feature', ref: 'feature', sha: head },
      base: { label: 'owner:main', ref: 'main', sha: w.tip('main') },
      draft: false,
      merged: false,
      mergeable: true,
      rebaseable: true,
      mergeable_state: 'clean',
      commits: 1,
      additions: 2,
      deletions: 1,
      changed_files: 2,
      author_association: 'COLLABORATOR',
      maintainer_can_modify: false,
    });
    expect(answer.headers['location']).toBe(answer.body.url);
    expect(w.told().map(({ name }) => name)).toEqual(['pull_request.opened']);
    expect(w.core.tables.refs.get(`${w.repository.id}:refs/pull/1/head`)?.oid).toBe(head);
    expect(w.core.tables.refs.get(`${w.repository.id}:refs/pull/1/merge`)?.oid).toBe(
      answer.body.merge_commit_sha,
    );
  });

  it('shares its numbers with issues', () => {
    const w = pullWorld();
    w.push('one', { 'b.txt': '1' });
    w.push('two', { 'b.txt': '2' });
    expect([w.open('one'), w.open('two')]).toEqual([1, 2]);
  });

  it('refuses branches that are not there', () => {
    const w = pullWorld();
    w.push('feature', { 'b.txt': '1' });
    const { status, body } = w.call('writer', `POST ${PULLS}`, {
      title: 'x',
      head: 'nowhere',
      base: 'never',
    });
    expect(status).toBe(422);
    expect(body.message).toBe('Validation Failed');
    expect(body.errors).toEqual([
      { resource: 'PullRequest', field: 'head', code: 'invalid' },
      { resource: 'PullRequest', field: 'base', code: 'invalid' },
    ]);
  });

  it('refuses when there is nothing to merge, and a second one for the same branches', () => {
    const w = pullWorld();
    w.push('feature', { 'b.txt': '1' });
    w.move('same', w.tip('main'));
    const none = w.call('writer', `POST ${PULLS}`, { title: 'x', head: 'same', base: 'main' });
    expect(none.body.errors[0]).toEqual({
      resource: 'PullRequest',
      code: 'custom',
      message: 'No commits between main and same',
    });
    w.open('feature');
    const twice = w.call('writer', `POST ${PULLS}`, { title: 'x', head: 'owner:feature', base: 'main' });
    expect(twice.status).toBe(422);
    expect(twice.body.errors[0].message).toBe('A pull request already exists for owner:feature.');
  });

  it('refuses an empty title and histories with nothing in common', () => {
    const w = pullWorld();
    w.push('feature', { 'b.txt': '1' });
    const empty = w.call('writer', `POST ${PULLS}`, { head: 'feature', base: 'main' });
    expect(empty.body.errors[0]).toMatchObject({ code: 'missing_field', field: 'title' });
    w.move('other', w.commit({ 'z.txt': 'z' }, []));
    const apart = w.call('writer', `POST ${PULLS}`, { title: 'x', head: 'other', base: 'main' });
    expect(apart.body.errors[0].message).toBe(
      'The owner:other branch has no history in common with owner:main',
    );
  });

  it('takes a branch of a fork from somebody who may only read', () => {
    const w = pullWorld();
    const fork = w.fork('outsider');
    w.push('main', { 'b.txt': '1' }, { as: 'outsider', into: fork });
    const number = w.open('outsider:main', {}, 'outsider');
    const { body } = w.call('reader', `GET ${PULLS}/${number}`);
    expect(body).toMatchObject({
      head: { label: 'outsider:main', repo: { full_name: 'outsider/repo', fork: true } },
      author_association: 'FIRST_TIME_CONTRIBUTOR',
      maintainer_can_modify: true,
      mergeable: true,
    });
  });

  it('lets nobody open one from a branch of a repository they may not write to', () => {
    const w = pullWorld();
    w.push('feature', { 'b.txt': '1' });
    const answer = w.call('outsider', `POST ${PULLS}`, { title: 'x', head: 'feature', base: 'main' });
    expect(answer.status).toBe(403);
  });

  it('makes a pull request of an issue', () => {
    const w = pullWorld();
    w.push('feature', { 'b.txt': '1' });
    const issue = w.call('owner', 'POST /repos/owner/repo/issues', { title: 'Do it' });
    const { status, body } = w.call('writer', `POST ${PULLS}`, {
      issue: issue.body.number,
      head: 'feature',
      base: 'main',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ number: issue.body.number, title: 'Do it', user: { login: 'owner' } });
  });

  it('says what conflicts', () => {
    const w = pullWorld();
    w.push('feature', { 'a.txt': 'ONE\ntwo\nthree\nfour\nfive\n' });
    w.push('main', { 'a.txt': 'uno\ntwo\nthree\nfour\nfive\n' });
    const number = w.open('feature');
    expect(w.call('reader', `GET ${PULLS}/${number}`).body).toMatchObject({
      mergeable: false,
      rebaseable: false,
      mergeable_state: 'dirty',
      merge_commit_sha: null,
    });
  });

  it('asks the owners of the changed code, never of a draft', () => {
    const w = pullWorld();
    w.push('main', { CODEOWNERS: '*.txt @writer-2 @reader\n' });
    w.push('feature', { 'b.txt': '1' });
    w.told();
    w.open('feature', { draft: true });
    expect(w.told().map(({ name }) => name)).toEqual(['pull_request.opened']);
    w.push('second', { 'b.txt': '2' });
    w.told();
    const second = w.open('second');
    const told = w.told();
    expect(told.map(({ name }) => name)).toEqual(['pull_request.opened', 'pull_request.review_requested']);
    expect(told[1]!.body).toMatchObject({ requested_reviewer: { login: 'writer-2' } });
    const { body } = w.call('reader', `GET ${PULLS}/${second}/requested_reviewers`);
    expect(body.users.map(({ login }: { login: string }) => login)).toEqual(['writer-2']);
  });
});
