import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bareObjects } from '../../../sandbox/git/bare.ts';
import { log } from '../../../sandbox/git/history.ts';
import { importRepository } from '../../../sandbox/git/import.ts';
import type { MirrorTarget } from '../../../sandbox/git/mirror.ts';
import { git, temporary } from './repository.ts';

function target(): MirrorTarget {
  const root = temporary();
  return { directory: join(root, '1.git'), objectDirectory: join(root, 'network', 'objects') };
}

function project(commits: number): string {
  const directory = join(temporary(), 'project');
  mkdirSync(directory);
  git(directory, ['init', '-q', '-b', 'trunk']);
  for (let n = 0; n < commits; n++) {
    writeFileSync(join(directory, 'a.txt'), `${String(n)}\n`.repeat(200));
    git(directory, ['add', '-A']);
    git(directory, ['commit', '-q', '-m', String(n)]);
  }
  return directory;
}

describe('an imported repository', () => {
  it.each([3, 60])('of %i commits has its branches, tags, default branch and history', (commits) => {
    const source = project(commits);
    git(source, ['branch', 'topic', 'HEAD~1']);
    git(source, ['tag', '-a', '-m', 'first', 'v1']);
    const into = target();
    const imported = importRepository(source, into);
    expect(imported).toMatchObject({ name: 'project', defaultBranch: 'trunk' });
    expect([...imported.refs.keys()]).toEqual(['refs/heads/topic', 'refs/heads/trunk', 'refs/tags/v1']);
    const store = bareObjects(into.objectDirectory);
    const tip = imported.refs.get('refs/heads/trunk')!;
    expect([...log(store, tip)]).toEqual(git(source, ['rev-list', 'HEAD']).trim().split('\n'));
    expect(store.read(imported.refs.get('refs/tags/v1')!)?.type).toBe('tag');
  });

  it('may be bare, and may be empty', () => {
    const bare = join(temporary(), 'tool.git');
    git(temporary(), ['init', '-q', '--bare', '-b', 'main', bare]);
    const imported = importRepository(bare, target());
    expect(imported).toEqual({ name: 'tool', refs: new Map(), defaultBranch: 'main' });
  });

  it('that is none is refused with what to do', () => {
    expect(() => importRepository(join(temporary(), 'none'), target())).toThrow('there is nothing at');
    expect(() => importRepository(temporary(), target())).toThrow('git finds no repository there');
    const shallow = join(temporary(), 'shallow');
    git(temporary(), ['clone', '-q', '--depth=1', `file://${project(3)}`, shallow]);
    expect(() => importRepository(shallow, target())).toThrow('shallow clone');
  });
});
