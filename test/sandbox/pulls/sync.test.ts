import { describe, expect, it } from 'vitest';

import { pullWorld, type PullWorld } from './world.ts';

const PULLS = '/repos/owner/repo/pulls';

const get = (w: PullWorld, number: number) => w.call('reader', `GET ${PULLS}/${number}`).body;
const names = (w: PullWorld) => w.told().map(({ name }) => name);
const timeline = (w: PullWorld, number: number) => {
  const { id } = w.core.tables.pulls.find('number', `${w.repository.id}/${number}`)!;
  return w.core.tables.timeline.where('issue', id).map(({ data }) => data.kind);
};

describe('pull requests follow their branches', () => {
  it('a push to the head is told as synchronize, with before and after', () => {
    const w = pullWorld();
    const before = w.push('feature', { 'b.txt': '1\n' });
    const number = w.open('feature');
    w.told();
    const after = w.push('feature', { 'b.txt': '2\n' }, { as: 'writer-2' });
    const told = w.told().find(({ name }) => name === 'pull_request.synchronize')!;
    expect(told.body).toMatchObject({ before, after, number, sender: { login: 'writer-2' } });
    expect(get(w, number)).toMatchObject({ head: { sha: after }, commits: 2 });
    expect(w.core.tables.refs.get(`${w.repository.id}:refs/pull/1/head`)?.oid).toBe(after);
  });

  it('the trial merge is the same commit whenever it is made', () => {
    const one = pullWorld();
    const two = pullWorld();
    const made = [one, two].map((w) => {
      w.push('feature', { 'b.txt': '1\n' });
      if (w === two) w.clock.advance(1e9);
      return get(w, w.open('feature')).merge_commit_sha as string;
    });
    expect(made[0]).toBe(made[1]);
  });

  it('a base that moves is looked at again when somebody asks', () => {
    const w = pullWorld();
    w.push('feature', { 'a.txt': 'ONE\ntwo\nthree\nfour\nfive\n' });
    const number = w.open('feature');
    const first = get(w, number);
    w.push('main', { 'z.txt': 'z\n' });
    const second = get(w, number);
    expect(second.mergeable).toBe(true);
    expect(second.merge_commit_sha).not.toBe(first.merge_commit_sha);
    expect(second.base.sha).toBe(first.base.sha);
    w.push('main', { 'a.txt': 'uno\ntwo\nthree\nfour\nfive\n' });
    expect(get(w, number)).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
    expect(w.core.tables.refs.get(`${w.repository.id}:refs/pull/1/merge`)).toBeUndefined();
  });

  it('a force push is one line of the conversation, and drops commits from it', () => {
    const w = pullWorld();
    w.push('feature', { 'b.txt': '1\n' });
    const number = w.open('feature');
    w.move('feature', w.commit({ 'b.txt': '9\n' }, [w.tip('main')]));
    expect(timeline(w, number)).toEqual(['head_ref_force_pushed', 'committed']);
    expect(get(w, number).commits).toBe(1);
  });

  it('what arrives on the base by hand is merged', () => {
    const w = pullWorld();
    const head = w.push('feature', { 'b.txt': '1\n' });
    const number = w.open('feature');
    w.told();
    const before = w.tip('main');
    const by = w.commit({ 'b.txt': '1\n' }, [before, head], 'Merge by hand\n');
    w.move('main', by, { as: 'owner' });
    expect(names(w)).toContain('pull_request.closed');
    expect(get(w, number)).toMatchObject({
      merged: true,
      merged_by: { login: 'owner' },
      merge_commit_sha: by,
      commits: 1,
      changed_files: 1,
    });
    w.push('second', { 'c.txt': '1\n' });
    const second = w.open('second');
    w.move('main', w.tip('second'));
    expect(get(w, second)).toMatchObject({ merged: true, merge_commit_sha: w.tip('second') });
  });

  it('is closed with its branch, and can be reopened once that is back', () => {
    const w = pullWorld();
    const head = w.push('feature', { 'b.txt': '1\n' });
    const number = w.open('feature');
    w.told();
    w.move('feature', null);
    expect(names(w)).toContain('pull_request.closed');
    expect(get(w, number)).toMatchObject({ state: 'closed', merged: false, head: { sha: head } });
    const gone = w.call('writer', `PATCH ${PULLS}/${number}`, { state: 'open' });
    expect(gone.status).toBe(422);
    expect(gone.body.errors[0]).toEqual({
      resource: 'PullRequest',
      code: 'invalid',
      field: 'state',
      message: 'state cannot be changed. The feature branch has been deleted.',
    });
    expect(get(w, number).state).toBe('closed');
    w.move('feature', head);
    const back = w.call('writer', `PATCH ${PULLS}/${number}`, { state: 'open' });
    expect(back.body).toMatchObject({ state: 'open', mergeable: true });
    expect(names(w)).toContain('pull_request.reopened');
  });

  it('cannot be reopened after a force push, a merge or with another open one', () => {
    const w = pullWorld();
    const head = w.push('feature', { 'b.txt': '1\n' });
    const number = w.open('feature');
    const reopen = (of: number) =>
      w.call('writer', `PATCH ${PULLS}/${of}`, { state: 'open' }).body.errors?.[0].message;
    w.call('writer', `PATCH ${PULLS}/${number}`, { state: 'closed' });
    w.move('feature', w.commit({ 'b.txt': '2\n' }, [w.tip('main')]));
    expect(reopen(number)).toBe('state cannot be changed. The feature branch was force-pushed or recreated.');
    w.move('feature', head);
    const second = w.open('feature');
    expect(reopen(number)).toBe(
      'state cannot be changed. There is already an open pull request from owner:feature to main.',
    );
    w.call('writer', `PUT ${PULLS}/${second}/merge`, {});
    expect(reopen(second)).toBe('state cannot be changed. The pull request cannot be reopened.');
  });

  it('a head without anything new is closed', () => {
    const w = pullWorld();
    w.push('feature', { 'b.txt': '1\n' });
    const number = w.open('feature');
    w.move('feature', w.tip('main'));
    expect(get(w, number)).toMatchObject({ state: 'closed', merged: false });
  });

  it('goes on to the next base when the one below was merged and deleted, else is closed', () => {
    const w = pullWorld();
    w.push('lower', { 'b.txt': '1\n' });
    w.push('upper', { 'c.txt': '1\n' }, { from: 'lower' });
    const lower = w.open('lower');
    const upper = w.open('upper', { base: 'lower' });
    w.call('writer', `PUT ${PULLS}/${lower}/merge`, {});
    w.told();
    w.move('lower', null);
    expect(names(w)).toContain('pull_request.edited');
    expect(get(w, upper)).toMatchObject({ state: 'open', base: { ref: 'main' } });
    w.push('other', { 'd.txt': '1\n' });
    w.push('last', { 'e.txt': '1\n' }, { from: 'other' });
    const last = w.open('last', { base: 'other' });
    w.move('other', null);
    expect(get(w, last)).toMatchObject({ state: 'closed', merged: false });
  });
});

describe('the next base of a pull request', () => {
  it('is never its own head', () => {
    const w = pullWorld();
    w.push('one', { 'b.txt': '1\n' });
    w.push('two', { 'c.txt': '1\n' }, { from: 'one' });
    w.call('writer', `PUT ${PULLS}/${w.open('two', { base: 'one' })}/merge`, {});
    const back = w.open('one', { base: 'two' });
    w.move('two', null);
    expect(get(w, back)).toMatchObject({ state: 'closed', base: { ref: 'two' } });
  });
});

describe('renaming a branch (docs: renaming a branch)', () => {
  it('takes pull requests into it along and closes those from it', () => {
    const w = pullWorld();
    w.push('feature', { 'b.txt': '1\n' });
    w.push('other', { 'c.txt': '1\n' });
    const [from, into] = [w.open('feature'), w.open('other')];
    w.call('owner', 'POST /repos/owner/repo/branches/main/rename', { new_name: 'trunk' });
    expect(get(w, into)).toMatchObject({ state: 'open', base: { ref: 'trunk' }, mergeable: true });
    w.call('owner', 'POST /repos/owner/repo/branches/feature/rename', { new_name: 'better' });
    expect(get(w, from)).toMatchObject({ state: 'closed', head: { ref: 'feature' } });
  });
});

describe('editing a pull request (docs: update a pull request)', () => {
  it('changes title, body and base, each told', () => {
    const w = pullWorld();
    w.push('feature', { 'b.txt': '1\n' });
    w.move('release', w.tip('main'));
    const number = w.open('feature');
    w.told();
    const { body } = w.call('writer', `PATCH ${PULLS}/${number}`, {
      title: 'Better',
      body: 'Why',
      base: 'release',
    });
    expect(body).toMatchObject({ title: 'Better', body: 'Why', base: { ref: 'release' } });
    const told = w.told();
    expect(told.map(({ name }) => name)).toEqual(['pull_request.edited', 'pull_request.edited']);
    expect(told[0]!.body).toMatchObject({ changes: { base: { ref: { from: 'main' } } } });
  });

  it('refuses a base that is not there, the same one twice, and one of a closed pull request', () => {
    const w = pullWorld();
    w.push('feature', { 'b.txt': '1\n' });
    const number = w.open('feature');
    const change = (body: unknown) => w.call('writer', `PATCH ${PULLS}/${number}`, body);
    expect(change({ base: 'nowhere' }).body.errors[0]).toMatchObject({ field: 'base', code: 'invalid' });
    expect(w.call('reader', `PATCH ${PULLS}/${number}`, { title: 'x' }).status).toBe(403);
    change({ state: 'closed' });
    w.move('release', w.tip('main'));
    expect(change({ base: 'release' }).body.errors[0].message).toBe(
      'Cannot change the base branch of a closed pull request.',
    );
  });
});
