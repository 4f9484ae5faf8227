import { describe, expect, it } from 'vitest';

import { pullWorld } from './world.ts';

const PULLS = '/repos/owner/repo/pulls';

describe('lists of pull requests (docs: list pull requests)', () => {
  function several() {
    const w = pullWorld();
    w.move('release', w.tip('main'));
    for (const name of ['one', 'two', 'three']) w.push(name, { [`${name}.txt`]: '1\n' });
    w.open('one');
    w.clock.advance(60_000);
    w.open('two', { base: 'release' });
    w.clock.advance(60_000);
    w.open('three');
    const numbers = (query: string) =>
      w.call('reader', `GET ${PULLS}${query}`).body.map(({ number }: { number: number }) => number);
    return { ...w, numbers };
  }

  it('newest first and open unless asked otherwise', () => {
    const w = several();
    expect(w.numbers('')).toEqual([3, 2, 1]);
    expect(w.numbers('?direction=asc')).toEqual([1, 2, 3]);
    w.call('writer', `PATCH ${PULLS}/2`, { state: 'closed' });
    expect(w.numbers('')).toEqual([3, 1]);
    expect(w.numbers('?state=closed')).toEqual([2]);
    expect(w.numbers('?state=all')).toEqual([3, 2, 1]);
  });

  it('by head and base', () => {
    const w = several();
    expect(w.numbers('?base=main')).toEqual([3, 1]);
    expect(w.numbers('?base=nothing')).toEqual([]);
    expect(w.numbers('?head=owner:one')).toEqual([1]);
    expect(w.numbers('?head=owner:one&base=release')).toEqual([]);
    expect(w.numbers('?head=outsider:one')).toEqual([]);
    expect(w.numbers('?head=one')).toEqual([3, 2, 1]);
  });

  it('by the last change', () => {
    const w = several();
    w.clock.advance(60_000);
    w.call('writer', `PATCH ${PULLS}/1`, { title: 'Changed' });
    expect(w.numbers('?sort=updated&direction=desc')).toEqual([1, 3, 2]);
    expect(w.numbers('?sort=updated')).toEqual([2, 3, 1]);
    expect(w.numbers('?sort=updated&direction=desc&base=main')).toEqual([1, 3]);
  });

  it('in pages with links', () => {
    const w = several();
    const first = w.call('reader', `GET ${PULLS}?per_page=2`);
    expect(first.body).toHaveLength(2);
    expect(first.headers['link']).toContain('rel="next"');
    expect(w.numbers('?per_page=2&page=2')).toEqual([1]);
    expect(w.numbers('?per_page=1&page=2&sort=updated&base=main')).toEqual([3]);
  });
});

describe('files and commits (docs: list pull requests files, list commits)', () => {
  function changed() {
    const w = pullWorld();
    w.push('main', { 'old.txt': '1\n2\n3\n4\n5\n6\n7\n8\n' });
    w.push('feature', { 'old.txt': null, 'new.txt': '1\n2\n3\n4\n5\n6\n7\n9\n', 'b.txt': 'b\n' });
    const tip = w.push('feature', { 'a.txt': null }, { message: 'Second\n' });
    w.open('feature');
    return { ...w, head: tip };
  }

  it('lists files with their patches, moved ones once', () => {
    const w = changed();
    const { body } = w.call('reader', `GET ${PULLS}/1/files`);
    expect(
      body.map(({ filename, status }: { filename: string; status: string }) => [filename, status]),
    ).toEqual([
      ['a.txt', 'removed'],
      ['b.txt', 'added'],
      ['new.txt', 'renamed'],
    ]);
    expect(body[2]).toMatchObject({ previous_filename: 'old.txt', additions: 1, deletions: 1, changes: 2 });
    expect(body[1].patch).toBe('@@ -0,0 +1 @@\n+b');
    expect(w.call('reader', `GET ${PULLS}/1/files?per_page=1&page=2`).body[0].filename).toBe('b.txt');
  });

  it('lists commits, oldest first', () => {
    const w = changed();
    const { body } = w.call('reader', `GET ${PULLS}/1/commits`);
    expect(body.map(({ commit }: { commit: { message: string } }) => commit.message)).toEqual([
      'Change',
      'Second',
    ]);
    expect(body[1].sha).toBe(w.head);
  });

  it('answers as diff and as patch', () => {
    const w = changed();
    const as = (kind: string) =>
      w.call('reader', `GET ${PULLS}/1`, undefined, { accept: `application/vnd.github.${kind}` });
    expect(as('diff').body).toMatch(/^diff --git a\/a\.txt b\/a\.txt\ndeleted file mode 100644\n/);
    expect(as('patch').body.match(/^From [0-9a-f]{40} /gm)).toHaveLength(2);
    expect(as('diff').headers['content-type']).toBe('application/vnd.github.v3.diff; charset=utf-8');
  });
});
