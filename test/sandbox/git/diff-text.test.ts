import { describe, expect, it } from 'vitest';

import { diffText } from '../../../sandbox/git/diff-text.ts';
import { patchText } from '../../../sandbox/git/mail-patch.ts';
import { node } from '../../../sandbox/git/graph.ts';
import { bareRepository, commitTree, filesTree, git, temporary, type Files } from './repository.ts';

const BEFORE: Files = {
  'a.txt': 'one\ntwo\nthree\n',
  'with space.txt': 'x\n',
  'ä.txt': 'y\n',
  'no-end.txt': 'last',
  'tool.sh': '#!/bin/sh\n',
  'picture.bin': Buffer.from([0, 1, 2]),
  'gone/deep.txt': 'gone\n',
  'old/name.txt': 'l1\nl2\nl3\nl4\nl5\nl6\nl7\nl8\n',
  'moved.txt': 'moved as it is\n',
};
const AFTER: Files = {
  'a.txt': 'one\nzwei\nthree\n',
  'with space.txt': 'x\nmore\n',
  'ä.txt': 'z\n',
  'no-end.txt': 'last\n',
  'tool.sh': { mode: '100755', text: '#!/bin/sh\n' },
  'picture.bin': Buffer.from([0, 1, 3]),
  'gone/deep.txt': null,
  'old/name.txt': null,
  'new/name.txt': 'l1\nl2\nl3\nl4\nl5\nl6\nl7\nchanged\n',
  'moved.txt': null,
  'sub/moved.txt': 'moved as it is\n',
  'empty.txt': '',
  'added.txt': 'new\n',
};

function history() {
  const { directory, store } = bareRepository();
  const first = commitTree(store, filesTree(store, BEFORE), [], 1000);
  const tree = filesTree(store, AFTER, node(store, first).tree);
  const second = commitTree(store, tree, [first], 2000, 'Change it all\n\nWith a reason.\n');
  return { directory, store, first, second };
}

describe('differences as git prints them', () => {
  it('is what git diff prints, renames, modes, binaries and odd names included', () => {
    const { directory, store, first, second } = history();
    const theirs = git(directory, ['diff', '-M', '--abbrev=7', first, second]);
    expect(diffText(store, node(store, first).tree, node(store, second).tree)).toBe(theirs);
  });

  it('a commit as a mail is taken by git am and gives the same tree', () => {
    const { directory, store, first } = history();
    const third = commitTree(
      store,
      filesTree(
        store,
        { 'ü.md': 'text\n' },
        filesTree(store, { 'picture.bin': Buffer.from([0, 1, 2]) }, node(store, first).tree),
      ),
      [first],
      3000,
      'Grüße in the subject\n',
    );
    const clone = temporary();
    git(clone, ['clone', '-q', directory, 'work', '--no-checkout']);
    const work = `${clone}/work`;
    git(directory, ['update-ref', 'refs/heads/base', first]);
    git(work, ['fetch', '-q', 'origin', 'base']);
    git(work, ['checkout', '-q', 'FETCH_HEAD']);
    git(work, ['am', '-q'], patchText(store, [third]));
    expect(git(work, ['rev-parse', 'HEAD^{tree}']).trim()).toBe(node(store, third).tree);
    expect(git(work, ['log', '-1', '--format=%s']).trim()).toBe('Grüße in the subject');
  });

  it('the mail of one commit is git format-patch’s', () => {
    const { directory, store, first } = history();
    const tree = filesTree(
      store,
      { 'a.txt': 'one\nzwei\nthree\n', 'added.txt': 'new\n' },
      node(store, first).tree,
    );
    const commit = commitTree(store, tree, [first], 2000, 'Change it\n\nWith a reason.\n');
    const theirs = git(directory, ['format-patch', '--stdout', '-1', '--abbrev=7', commit]);
    const ours = patchText(store, [commit]);
    expect(ours.replace(/-- \n.*\n\n$/, '')).toBe(theirs.replace(/-- \n.*\n\n$/, ''));
  });
});
