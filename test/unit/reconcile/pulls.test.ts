import { expect, it } from 'vitest';

import { newMemory, type HeardConversation } from '../../../src/reconcile/memory.ts';
import type { RepositoryReads } from '../../../src/reconcile/ports.ts';
import { readWorld, type WorldParts } from '../../../src/reconcile/world.ts';
import type { RequestKind } from '../../../src/promotion/index.ts';

const AUTHOR = { id: 2, login: 'writer' };
const MAKER = { id: 3, login: 'writer-2' };

function asking(kind: RequestKind): HeardConversation {
  const source = { via: 'comment', event: 1, issue: 7, pull: true, line: 1 } as const;
  const asked = { kind, model: 'churn', version: null, stage: null, reason: null, source };
  const request = { ...asked, key: 'k', actor: MAKER, at: '2026-03-01T12:00:00Z' };
  const facts = {
    number: 7,
    isPull: true,
    open: true,
    merged: false,
    author: AUTHOR,
    title: '',
    comments: 1,
  };
  const heard = { requests: [request], refused: [], asked: [], help: [], unheard: [], own: [] };
  return { ...facts, ...heard, labels: [], updated: '2026-03-01T12:00:00Z', settled: true };
}

async function authorsAt(kind: RequestKind) {
  const reads: Partial<RepositoryReads> = {
    makersOf: () => Promise.resolve([MAKER]),
    role: () => Promise.resolve('read'),
    now: () => new Date(0),
  };
  const parts = { repository: 1, reads, mode: 'app', self: AUTHOR, evaluations: () => ({}) };
  const memory = newMemory();
  memory.conversations.set(7, asking(kind));
  const log = { head: null, repository: 1, n: 0, models: new Map(), mode: null, writer: null, trouble: null };
  const config = { commit: null, status: 'good', promotion: {}, adopt: null, notify: null, problem: null };
  const world = await readWorld(parts as unknown as WorldParts, memory, log, config as never);
  return world.pulls.get(7)?.authors;
}

it('whoever made commits of a pull request is known where its evaluation is to be accepted', async () => {
  expect(await authorsAt('accept')).toEqual([MAKER]);
  expect(await authorsAt('accept-test')).toEqual([MAKER]);
  expect(await authorsAt('promote')).toEqual([]);
});
