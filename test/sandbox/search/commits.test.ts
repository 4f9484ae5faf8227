import { expect, it } from 'vitest';

import { pullWorld } from '../pulls/world.ts';

// https://docs.github.com/search-github/searching-on-github/searching-commits
it('finds commits of the default branch by message, person, date and hash', () => {
  const w = pullWorld();
  const { accounts } = w.core.tables;
  w.core.store.transaction(() =>
    accounts.put({ ...accounts.find('login', 'writer-2')!, email: 'writer-2@example.com' }),
  );
  const first = w.tip('main');
  const fix = w.commit({ 'b.txt': '1\n' }, [first], 'Fix the colour\n', 'writer-2');
  w.move('main', fix);
  w.push('feature', { 'c.txt': '1\n' }, { message: 'Fix elsewhere\n' });
  const search = (query: string, more = '') => {
    const { status, body } = w.call('reader', `GET /search/commits?q=${encodeURIComponent(query)}${more}`);
    if (status !== 200) return status;
    return (body.items as { sha: string }[]).map(({ sha }) => sha);
  };
  expect(search('fix')).toEqual([fix]);
  expect(search('repo:owner/repo author:writer-2')).toEqual([fix]);
  expect(search(`hash:${fix}`)).toEqual([fix]);
  expect(search('repo:owner/repo merge:false', '&sort=author-date&order=asc')).toEqual([first, fix]);
  expect(search('repo:owner/repo author-date:>2027-01-01')).toEqual([]);
  expect(search('repo:owner/none x')).toBe(422);
});

// https://docs.github.com/search-github/searching-on-github/searching-issues-and-pull-requests#search-by-commit-sha
it('finds the pull requests of a commit by its id', () => {
  const w = pullWorld();
  const oid = w.push('feature', { 'b.txt': '1\n' });
  w.call('writer', 'POST /repos/owner/repo/issues', { title: 'no' });
  const number = w.open('feature');
  for (const word of [oid, oid.slice(0, 7), `sha:${oid}`]) {
    const { body } = w.call('reader', `GET /search/issues?q=repo:owner/repo+${word}`);
    expect(body.items.map((item: { number: number }) => item.number)).toEqual([number]);
  }
  expect(w.call('reader', `GET /search/issues?q=repo:owner/repo+${oid.slice(0, 6)}`).body.items).toEqual([]);
});
