import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { node } from '../../../sandbox/git/graph.ts';
import { type Conflict, mergeCommits, mergeLines, mergeTrees } from '../../../sandbox/git/merge.ts';
import { memoryObjects, type ObjectStore } from '../../../sandbox/git/objects.ts';
import { findEntry } from '../../../sandbox/git/tree.ts';
import { bareRepository, commitTree, type Files, filesTree, numbers } from './repository.ts';

const text = (...lines: (number | string)[]): string => lines.map((line) => `${String(line)}\n`).join('');
const TEN = text(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

/** Merges changes of two sides over a base of files; gives the files' reader or the conflicts. */
function merge(base: Files, ours: Files, theirs: Files): { read(path: string): string; conflicts: unknown } {
  const store = memoryObjects();
  const root = filesTree(store, base);
  const result = mergeTrees(store, root, filesTree(store, ours, root), filesTree(store, theirs, root));
  const read = (path: string): string => {
    if (!('tree' in result)) throw new Error('there is no tree');
    const entry = findEntry(store, result.tree, path);
    return entry === undefined ? '' : store.read(entry.id)!.body.toString();
  };
  return { read, conflicts: result.conflicts };
}

describe('a merge', () => {
  it('joins changes of different lines and takes equal changes once', () => {
    const result = merge(
      { a: TEN, b: 'x\n' },
      { a: TEN.replace('2', 'two'), b: 'y\n' },
      { a: TEN.replace('9', 'nine'), b: 'y\n', c: 'new\n' },
    );
    expect(result.read('a')).toBe(text(1, 'two', 3, 4, 5, 6, 7, 8, 'nine', 10));
    expect([result.read('b'), result.read('c')]).toEqual(['y\n', 'new\n']);
  });

  it('refuses changes of the same and of adjacent lines', () => {
    for (const line of ['3', '4'])
      expect(
        merge({ a: TEN }, { a: TEN.replace('3', 'three') }, { a: TEN.replace(line, 'x') }).conflicts,
      ).toEqual([{ path: 'a', kind: 'content' }]);
  });

  it('follows a file moved on one side and changed on the other', () => {
    const result = merge({ a: TEN }, { a: null, 'dir/b': TEN }, { a: TEN.replace('9', 'nine') });
    expect(result.read('dir/b')).toBe(TEN.replace('9', 'nine'));
    expect(result.read('a')).toBe('');
  });

  const bytes = (last: number): Buffer => Buffer.from([0, 1, 2, last]);
  const clashes: [Conflict['kind'], string, Files, Files, Files][] = [
    ['add/add', 'n', { a: TEN }, { n: 'x\n' }, { n: 'y\n' }],
    ['modify/delete', 'a', { a: TEN, k: 'k' }, { a: null }, { a: `${TEN}x\n` }],
    ['modify/delete', 'a', { a: TEN, k: 'k' }, { a: `${TEN}x\n` }, { a: null }],
    ['binary', 'a', { a: bytes(0) }, { a: bytes(1) }, { a: bytes(2) }],
    ['rename/delete', 'b', { a: TEN, k: 'k' }, { a: null, b: TEN }, { a: null }],
    ['rename/rename', 'a', { a: TEN }, { a: null, b: TEN }, { a: null, c: TEN }],
    ['rename/add', 'b', { a: TEN }, { a: null, b: TEN }, { b: 'own\n' }],
    ['directory/file', 'd', { a: TEN }, { d: 'file\n' }, { 'd/x': 'below\n' }],
    ['directory/file', 'd', { a: TEN, 'd/x': '1\n' }, { 'd/x': null, d: 'other\n' }, { 'd/y': 'z\n' }],
    [
      'content',
      'l',
      { l: { mode: '120000', text: 'a' } },
      { l: { mode: '120000', text: 'b' } },
      { l: { mode: '120000', text: 'c' } },
    ],
  ];
  it.each(clashes)('lists a conflict: %s of %s', (kind, path, base, ours, theirs) => {
    expect(merge(base, ours, theirs).conflicts).toEqual([{ path, kind }]);
  });

  it('joins a new mode of one side with new lines of the other', () => {
    const store = memoryObjects();
    const root = filesTree(store, { a: TEN });
    const executable = filesTree(store, { a: { mode: '100755', text: TEN } });
    const result = mergeTrees(store, root, executable, filesTree(store, { a: `${TEN}11\n` }));
    expect('tree' in result && findEntry(store, result.tree, 'a')?.mode).toBe('100755');
  });

  it('keeps bytes that are no UTF-8', () => {
    const latin = (line: string): Buffer => Buffer.from(`caf\xe9\n${TEN}${line}\n`, 'latin1');
    const store = memoryObjects();
    const root = filesTree(store, { a: latin('end') });
    const ours = filesTree(store, { a: Buffer.concat([Buffer.from('top\n'), latin('end')]) });
    const result = mergeTrees(store, root, ours, filesTree(store, { a: latin('END') }));
    const merged = 'tree' in result ? store.read(findEntry(store, result.tree, 'a')!.id)!.body : undefined;
    expect(merged?.toString('latin1')).toBe(`top\ncaf\xe9\n${TEN}END\n`);
  });

  it('of histories without a common commit is refused', () => {
    const store = memoryObjects();
    const [a, b] = [1, 2].map((n) => commitTree(store, filesTree(store, { a: TEN }), [], n));
    expect(mergeCommits(store, a!, b!)).toBeUndefined();
  });
});

describe('a merge after criss-cross merges', () => {
  it('takes both common ancestors together, as git does', () => {
    const { directory, store } = bareRepository();
    let time = 1;
    const commit = (files: Files, ...parents: string[]): string => {
      const base = parents[0] === undefined ? undefined : node(store, parents[0]).tree;
      return commitTree(store, filesTree(store, files, base), parents, time++);
    };
    const root = commit({ a: TEN, b: TEN });
    const [left, right] = [
      commit({ a: TEN.replace('2', 'two') }, root),
      commit({ b: TEN.replace('2', 'two') }, root),
    ];
    const both = { a: TEN.replace('2', 'two'), b: TEN.replace('2', 'two') };
    const [ours, theirs] = [commit(both, left, right), commit(both, right, left)];
    const last = [
      commit({ b: TEN.replace('2', 'zwei') }, ours),
      commit({ a: TEN.replace('2', 'deux') }, theirs),
    ];
    const result = mergeCommits(store, last[0]!, last[1]!)!;
    const args = ['merge-tree', '--write-tree', ...last];
    const expected = spawnSync('git', args, { cwd: directory, encoding: 'utf8' }).stdout.trim();
    expect('tree' in result && result.tree).toBe(expected);
  });
});

describe('merged lines', () => {
  it('are the other side where one side changed nothing', () => {
    const base = ['1\n', '2\n'];
    expect(mergeLines(base, base, ['0\n', ...base])).toEqual(['0\n', ...base]);
    expect(mergeLines(base, [], base)).toEqual([]);
  });
});

/** A base and two sides that edit, move, remove and add files. */
function sides(store: ObjectStore, seed: number): [string, string, string] {
  const random = numbers(seed);
  const word = (): string => `${random.pick(['let', 'if', 'end', ''])} ${String(random.below(40))}\n`;
  const files: Record<string, string> = {};
  for (let n = 0; n < 6; n++)
    files[`${random.pick(['src', 'test'])}/${String(n)}.txt`] = Array.from({ length: 40 }, word).join('');
  const root = filesTree(store, files);
  const side = (): string => {
    const edits: Record<string, string | null> = {};
    for (const [path, old] of Object.entries(files)) {
      const lines = old.split(/(?<=\n)/);
      if (random.below(2) === 0)
        lines.splice(random.below(40), random.below(3), ...Array.from({ length: random.below(3) }, word));
      const action = random.below(12);
      if (action === 0) edits[path] = null;
      else if (action === 1) Object.assign(edits, { [path]: null, [`moved/${path}`]: lines.join('') });
      else if (action < 7) edits[path] = lines.join('');
    }
    if (random.below(3) === 0) edits[random.pick(['new', 'src/new', 'src'])] = word();
    return filesTree(store, edits, root);
  };
  const base = commitTree(store, root, [], 1);
  return [base, commitTree(store, side(), [base], 2), commitTree(store, side(), [base], 3)];
}

describe('a merge of random sides', () => {
  it('is clean where git merge-tree is clean, with the same tree', () => {
    const { directory, store } = bareRepository();
    let clean = 0;
    for (let seed = 1; seed <= 120; seed++) {
      const [, ours, theirs] = sides(store, seed);
      const args = [
        '-c',
        'merge.directoryRenames=false',
        'merge-tree',
        '--write-tree',
        '--no-messages',
        ours,
        theirs,
      ];
      const theirResult = spawnSync('git', args, { cwd: directory, encoding: 'utf8' });
      const result = mergeCommits(store, ours, theirs)!;
      const tree = 'tree' in result ? result.tree : 'conflict';
      expect([seed, tree]).toEqual([seed, theirResult.status === 0 ? theirResult.stdout.trim() : 'conflict']);
      if ('tree' in result) clean++;
    }
    expect(clean).toBeGreaterThan(20);
    expect(clean).toBeLessThan(100);
  });
});
