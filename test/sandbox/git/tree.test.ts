import { describe, expect, it } from 'vitest';
import { EMPTY_TREE, memoryObjects } from '../../../sandbox/git/objects.ts';
import { editTree, findEntry, walkTree } from '../../../sandbox/git/tree.ts';
import { bareRepository, filesTree, git, numbers } from './repository.ts';

describe('a tree', () => {
  it('is listed with directories, links, submodules and executables as git ls-tree lists it', () => {
    const { directory, store } = bareRepository();
    const tree = filesTree(store, {
      'README.md': 'read\n',
      'run.sh': { mode: '100755', text: '#!/bin/sh\n' },
      link: { mode: '120000', text: 'README.md' },
      'a/b/c.txt': 'deep\n',
      'a.txt': 'beside\n',
      module: { mode: '160000', text: '1'.repeat(40) },
    });
    const listed = git(directory, ['ls-tree', '-r', '-t', tree]);
    const ours = [...walkTree(store, tree)].map(({ mode, id, path }) => {
      const type = { '040000': 'tree', '160000': 'commit' }[mode as string] ?? 'blob';
      return `${mode} ${type} ${id}\t${path}\n`;
    });
    expect(ours.join('')).toBe(listed);
  });

  it('finds what stands at a path and nothing below a file', () => {
    const store = memoryObjects();
    const tree = filesTree(store, { 'a/b/c': 'x' });
    expect(findEntry(store, tree, 'a/b/c')).toMatchObject({ path: 'a/b/c', mode: '100644' });
    expect(findEntry(store, tree, '/a/b/')).toMatchObject({ path: 'a/b', mode: '040000' });
    expect(findEntry(store, tree, '')).toMatchObject({ path: '', id: tree });
    expect(findEntry(store, tree, 'a/b/c/d')).toBeUndefined();
    expect(findEntry(store, tree, 'a/x')).toBeUndefined();
  });

  it('changed by edits is the tree of the files that result', () => {
    const store = memoryObjects();
    const random = numbers(11);
    const names = ['a', 'b/c', 'b/d', 'b/e/f', 'g/h/i/j', 'k'];
    const files = new Map<string, string>();
    let tree = EMPTY_TREE;
    for (let round = 0; round < 200; round++) {
      const edits = new Map<string, string | null>();
      for (let n = 0; n < 3; n++)
        edits.set(random.pick(names), random.below(2) === 0 ? null : String(random.below(9)));
      for (const [path, text] of edits) {
        if (text === null) files.delete(path);
        else files.set(path, text);
      }
      tree = filesTree(store, Object.fromEntries(edits), tree);
      expect(tree).toBe(filesTree(store, Object.fromEntries(files)));
    }
  });

  it('gets a directory where a file was, and a file where a directory was', () => {
    const store = memoryObjects();
    const file = filesTree(store, { a: '1', z: '1' });
    const directory = filesTree(store, { 'a/b': '2' }, file);
    expect([...walkTree(store, directory)].map(({ path }) => path)).toEqual(['a', 'a/b', 'z']);
    expect(filesTree(store, { a: '1' }, directory)).toBe(file);
    expect(editTree(store, file, new Map([['not/there', null]]))).toBe(file);
  });
});
