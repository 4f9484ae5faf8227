import { expect, it } from 'vitest';

import type { Person } from '../../../../src/contracts/entry.ts';
import { originOf } from '../../../../src/reconcile/merging/origin.ts';

const SELF = { id: 99, login: 'slipway[bot]' };
const MERGE = '1'.repeat(40);

function person(id: number): Person {
  return { id, login: `account-${id}` };
}

async function authorsOf(commit: readonly Person[], makers: readonly Person[] | null): Promise<number[]> {
  const pull = {
    number: 7,
    author: person(1),
    open: false,
    draft: false,
    merged: true,
    head: { commit: '2'.repeat(40), branch: 'change', here: true },
    base: { branch: 'main', commit: '3'.repeat(40) },
    mergeCommit: MERGE,
  };
  const repository = {
    pullsOf: () => Promise.resolve(makers === null ? [] : [pull]),
    authorsOf: () => Promise.resolve(commit),
    makersOf: () => Promise.resolve(makers ?? []),
    conversation: () => Promise.resolve(null),
  };
  const { authors } = await originOf({ repository, self: SELF } as never, MERGE, 'main');
  return authors.map(({ id }) => id);
}

it('whoever made a commit of the pull request is an author of its version, also where commits were squashed', async () => {
  expect(await authorsOf([person(1)], [person(2), person(1), person(3)])).toEqual([1, 2, 3]);
  expect(await authorsOf([person(4)], null)).toEqual([4]);
  expect(await authorsOf([], null)).toEqual([99]);
});

it('at most as many as an entry holds, the author of the pull request first', async () => {
  const many = Array.from({ length: 150 }, (_, at) => person(at + 100));
  const authors = await authorsOf([], many);
  expect(authors).toHaveLength(100);
  expect(authors[0]).toBe(1);
});
