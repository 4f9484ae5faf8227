import { describe, expect, it } from 'vitest';
import { diffCounts, diffTrees, type FileDiff } from '../../../sandbox/git/diff.ts';
import { memoryObjects, type ObjectStore } from '../../../sandbox/git/objects.ts';
import { bareRepository, filesTree, git, numbers } from './repository.ts';

const poem = Array.from({ length: 12 }, (_, i) => `line ${String(i)}\n`).join('');

function only(store: ObjectStore, before: string, after: string): FileDiff {
  const files = diffTrees(store, before, after);
  expect(files).toHaveLength(1);
  return files[0]!;
}

describe('a diff', () => {
  it('has the fields of GitHub’s files (REST: get a commit)', () => {
    const store = memoryObjects();
    const before = filesTree(store, { 'a.txt': poem });
    const after = filesTree(store, { 'a.txt': poem.replace('line 5\n', 'five\nfive and a half\n') });
    const { sha, ...file } = only(store, before, after);
    expect(sha).toHaveLength(40);
    expect(file).toEqual({
      filename: 'a.txt',
      status: 'modified',
      additions: 2,
      deletions: 1,
      changes: 3,
      patch: [
        '@@ -3,7 +3,8 @@ line 1',
        ' line 2',
        ' line 3',
        ' line 4',
        '-line 5',
        '+five',
        '+five and a half',
        ' line 6',
        ' line 7',
        ' line 8',
      ].join('\n'),
    });
  });

  it('says where a file has no newline at its end', () => {
    const store = memoryObjects();
    const [open, closed] = [filesTree(store, { a: 'x\ny' }), filesTree(store, { a: 'x\ny\n' })];
    expect(only(store, open, closed).patch).toBe('@@ -1,2 +1,2 @@\n x\n-y\n\\ No newline at end of file\n+y');
    expect(only(store, closed, open).patch).toBe('@@ -1,2 +1,2 @@\n x\n-y\n+y\n\\ No newline at end of file');
  });

  it('of added, removed, emptied and binary files', () => {
    const store = memoryObjects();
    const empty = filesTree(store, {});
    const one = filesTree(store, { a: 'x\n' });
    expect(only(store, empty, one)).toMatchObject({ status: 'added', patch: '@@ -0,0 +1 @@\n+x' });
    expect(only(store, one, empty)).toMatchObject({ status: 'removed', patch: '@@ -1 +0,0 @@\n-x' });
    const binary = filesTree(store, { a: Buffer.from([0, 1, 2]) });
    const file = only(store, one, binary);
    expect(file).toMatchObject({ status: 'modified', additions: 0, deletions: 0, changes: 0 });
    expect(file).not.toHaveProperty('patch');
  });

  it('of modes: an executable is modified without lines, a link is changed', () => {
    const store = memoryObjects();
    const plain = filesTree(store, { a: 'x\n' });
    const executable = filesTree(store, { a: { mode: '100755', text: 'x\n' } });
    const link = filesTree(store, { a: { mode: '120000', text: 'y' } });
    expect(only(store, plain, executable)).toMatchObject({ status: 'modified', changes: 0 });
    expect(only(store, plain, link)).toMatchObject({ status: 'changed', additions: 1, deletions: 1 });
  });

  it('of a submodule names its commits', () => {
    const store = memoryObjects();
    const at = (digit: string): string => filesTree(store, { m: { mode: '160000', text: digit.repeat(40) } });
    expect(only(store, at('1'), at('2'))).toMatchObject({
      sha: '2'.repeat(40),
      additions: 1,
      deletions: 1,
      patch: `@@ -1 +1 @@\n-Subproject commit ${'1'.repeat(40)}\n+Subproject commit ${'2'.repeat(40)}`,
    });
  });

  it('finds a moved file, unchanged or changed by less than half', () => {
    const store = memoryObjects();
    const before = filesTree(store, { 'old/name.txt': poem });
    const moved = only(store, before, filesTree(store, { 'new.txt': poem }));
    expect(moved).toMatchObject({ status: 'renamed', previous_filename: 'old/name.txt', changes: 0 });
    expect(moved).not.toHaveProperty('patch');
    const edited = filesTree(store, { 'new.txt': `${poem}more\n` });
    expect(only(store, before, edited)).toMatchObject({ status: 'renamed', additions: 1, deletions: 0 });
    const rewritten = filesTree(store, { 'new.txt': 'all\nnew\n' });
    expect(diffTrees(store, before, rewritten).map(({ status }) => status)).toEqual(['added', 'removed']);
  });
});

/** A tree of text files, and the same after moves, edits, removals and additions. */
function evolve(store: ObjectStore, seed: number): [string, string] {
  const random = numbers(seed);
  const word = (): string =>
    `${random.pick(['let', 'if', 'return', 'end', ''])} ${String(random.below(60))}\n`;
  const files: Record<string, string> = {};
  for (let n = 0; n < 12; n++) {
    const path = `${random.pick(['src', 'test', 'src/deep'])}/${String(n)}.txt`;
    files[path] = Array.from({ length: 10 + random.below(60) }, word).join('');
  }
  const before = filesTree(store, files);
  const edits: Record<string, string | null> = {};
  for (const [path, text] of Object.entries(files)) {
    const lines = text.split(/(?<=\n)/);
    for (let n = random.below(8); n > 0; n--)
      lines.splice(
        random.below(lines.length),
        random.below(3),
        ...Array.from({ length: random.below(3) }, word),
      );
    const action = random.below(6);
    if (action === 0) edits[path] = null;
    else if (action === 1) Object.assign(edits, { [path]: null, [`moved/${path}`]: lines.join('') });
    else if (action < 5) edits[path] = lines.join('');
  }
  edits['added.txt'] = Array.from({ length: 20 }, word).join('');
  return [before, filesTree(store, edits, before)];
}

describe('the counts', () => {
  it('are those of git diff --numstat -M on generated trees', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const { directory, store } = bareRepository();
      const [before, after] = evolve(store, seed);
      const out = git(directory, ['diff-tree', '-r', '-M', '-z', '--numstat', before, after]);
      const fields = out.split('\0');
      const expected: string[] = [];
      for (let i = 0; i < fields.length - 1; i++) {
        const [added, removed, path] = fields[i]!.split('\t');
        if (path === '') expected.push(`${added!} ${removed!} ${fields[++i]!} ${fields[++i]!}`);
        else expected.push(`${added!} ${removed!} ${path!}`);
      }
      const ours = diffTrees(store, before, after).map((file) =>
        [file.additions, file.deletions, file.previous_filename, file.filename]
          .filter((field) => field !== undefined)
          .join(' '),
      );
      expect(ours.sort()).toEqual(expected.sort());
      const sum = diffCounts(store, before, after);
      expect(sum.files).toBe(ours.length);
    }
  });
});
