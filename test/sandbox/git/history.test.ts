import { describe, expect, it } from 'vitest';
import {
  aheadBehind,
  commitsBetween,
  isAncestor,
  log,
  mergeBase,
  mergeBases,
  wholeLog,
} from '../../../sandbox/git/history.ts';
import { memoryObjects, type ObjectStore } from '../../../sandbox/git/objects.ts';
import { bareRepository, commitTree, filesTree, git, numbers } from './repository.ts';

/** A history with branches and merges; many commits share a second, as in a fast script. */
function history(store: ObjectStore, seed: number, size: number): string[] {
  const random = numbers(seed);
  const commits: string[] = [];
  for (let n = 0; n < size; n++) {
    const recent = commits.slice(-6);
    const parents = recent.length === 0 ? [] : [random.pick(recent)];
    const other = recent.length > 2 && random.below(4) === 0 ? random.pick(recent) : undefined;
    if (other !== undefined && !parents.includes(other)) parents.push(other);
    const files = { [random.pick(['a', 'b', 'dir/c', 'dir/d'])]: String(random.below(5)), n: String(n) };
    commits.push(
      commitTree(
        store,
        filesTree(store, files),
        parents,
        1_700_000_000 + Math.floor(n / 3),
        `${String(n)}\n`,
      ),
    );
  }
  return commits;
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

describe('a history', () => {
  it('is listed as git log lists it: whole, by first parents, by path, by time, by author', () => {
    for (const seed of [1, 2, 3]) {
      const { directory, store } = bareRepository();
      const tip = history(store, seed, 60).at(-1)!;
      const logged = (...args: string[]): string[] => lines(git(directory, ['rev-list', ...args]));
      expect([...log(store, tip)]).toEqual(logged(tip));
      expect([...log(store, tip, { firstParent: true })]).toEqual(logged('--first-parent', tip));
      for (const path of ['a', 'dir', 'dir/c', 'none'])
        expect([...log(store, tip, { path })]).toEqual(logged(tip, '--', path));
      expect([...log(store, tip, { since: 1_700_000_005, until: 1_700_000_012 })]).toEqual(
        logged('--since=1700000005 +0000', '--until=1700000012 +0000', tip),
      );
      expect([...log(store, tip, { author: ({ name }) => name === 'reader' })]).toEqual([]);
    }
  });

  it('has the ancestors, common ancestors and distances that git finds', () => {
    for (const seed of [4, 5, 6]) {
      const { directory, store } = bareRepository();
      const commits = history(store, seed, 40);
      const random = numbers(seed);
      for (let n = 0; n < 12; n++) {
        const [a, b] = [random.pick(commits), random.pick(commits)];
        const found = lines(git(directory, ['rev-list', '--count', '--left-right', `${a}...${b}`]))[0]!;
        const [ahead, behind] = found.split('\t').map(Number);
        expect(aheadBehind(store, b, a)).toEqual({ ahead, behind });
        expect(new Set(mergeBases(store, a, b))).toEqual(
          new Set(lines(safe(() => git(directory, ['merge-base', '--all', a, b])))),
        );
        expect(isAncestor(store, a, b)).toBe(ahead === 0);
        const between = commitsBetween(store, [a], b);
        expect(new Set(between)).toEqual(new Set(lines(git(directory, ['rev-list', `${a}..${b}`]))));
        const place = new Map(between.map((id, i) => [id, i]));
        for (const id of between)
          for (const parent of lines(
            git(directory, ['rev-list', '--parents', '-1', id]).replaceAll(' ', '\n'),
          ))
            expect(place.get(parent) ?? -1).toBeLessThanOrEqual(place.get(id)!);
      }
    }
  });

  it('may go backwards in time: distances stay right', () => {
    const store = memoryObjects();
    const tree = filesTree(store, { a: '1' });
    let base = commitTree(store, tree, [], 1_700_000_000);
    for (let n = 1; n < 5; n++) base = commitTree(store, tree, [base], 1_700_000_000 + n * 60);
    const left = commitTree(store, tree, [base], 1_700_000_000 - 3000);
    const right = commitTree(store, tree, [base], 1_700_009_000);
    expect(aheadBehind(store, left, right)).toEqual({ ahead: 1, behind: 1 });
    expect(mergeBase(store, left, right)).toBe(base);
    expect(isAncestor(store, base, left)).toBe(true);
  });

  it('of two unrelated roots has nothing in common', () => {
    const store = memoryObjects();
    const tree = filesTree(store, { a: '1' });
    const [a, b] = [commitTree(store, tree, [], 1), commitTree(store, tree, [], 2)];
    expect(mergeBase(store, a, b)).toBeUndefined();
    expect(aheadBehind(store, a, b)).toEqual({ ahead: 1, behind: 1 });
  });

  it('made within one second is compared without a walk through all', () => {
    const store = memoryObjects();
    const tree = filesTree(store, { a: '1' });
    const ids = [commitTree(store, tree, [], 1)];
    for (let n = 1; n < 5000; n++) ids.push(commitTree(store, tree, [ids.at(-1)!], 1));
    const [before, tip] = ids.slice(-2) as [string, string];
    const sibling = commitTree(store, filesTree(store, { a: '2' }), [before], 1);
    let reads = 0;
    const counted: ObjectStore = { ...store, read: (id) => (reads++, store.read(id)) };
    expect(isAncestor(counted, before, tip)).toBe(true);
    expect(isAncestor(counted, tip, before)).toBe(false);
    expect(isAncestor(counted, sibling, tip)).toBe(false);
    expect(aheadBehind(counted, sibling, tip)).toEqual({ ahead: 1, behind: 1 });
    expect(reads).toBeLessThan(100);
    expect(isAncestor(store, ids[0]!, tip)).toBe(true);
  });

  it('is kept whole and grows by what is put on top of it', () => {
    const store = memoryObjects();
    const tree = filesTree(store, { a: '1' });
    const root = commitTree(store, tree, [], 5);
    const [left, right] = [commitTree(store, tree, [root], 6), commitTree(store, tree, [root], 4)];
    const tips = [root, left, right, commitTree(store, tree, [left, right], 7)];
    tips.push(commitTree(store, tree, [tips.at(-1)!], 3));
    tips.push(commitTree(store, tree, [tips.at(-1)!], 9));
    for (const tip of [...tips, ...tips]) expect(wholeLog(store, tip)).toEqual([...log(store, tip)]);
  });

  it('of ten thousand commits is asked for its newest ones without a walk through all', () => {
    const store = memoryObjects();
    const tree = filesTree(store, { a: '1' });
    let tip = commitTree(store, tree, [], 1);
    for (let n = 2; n <= 10_000; n++) tip = commitTree(store, tree, [tip], n * 100_000);
    let reads = 0;
    const counted: ObjectStore = { ...store, read: (id) => (reads++, store.read(id)) };
    const walk = log(counted, tip);
    for (let n = 0; n < 30; n++) expect(walk.next().done).toBe(false);
    const before = store.read(tip)!.body.toString().slice(53, 93);
    expect(aheadBehind(counted, before, tip)).toEqual({ ahead: 1, behind: 0 });
    expect(reads).toBeLessThan(50);
  });
});

function safe(action: () => string): string {
  try {
    return action();
  } catch {
    return '';
  }
}
