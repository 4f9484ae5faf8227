import { describe, expect, it } from 'vitest';

import type { PersonNow, Request } from '../../../src/promotion/index.ts';
import { newMemory } from '../../../src/reconcile/memory.ts';
import { accountsThatMatter, askPeople, newestOf, requestsToLookFor } from '../../../src/reconcile/people.ts';
import type { Role } from '../../../src/reconcile/ports.ts';

function request(event: number, id: number, facts: Partial<Request> = {}): Request {
  return {
    key: `${event}`,
    kind: 'promote',
    model: 'churn',
    version: null,
    stage: 'staging',
    reason: null,
    actor: { id, login: `account-${id}` },
    source: { via: 'comment', event, issue: 1, pull: false, line: 1 },
    at: new Date(event * 1000).toISOString(),
    ...facts,
  };
}

function asker(role: Role) {
  const state = { now: 0, asked: 0 };
  const memory = newMemory();
  const reads = {
    role: () => {
      state.asked++;
      return Promise.resolve(role);
    },
    isMember: () => Promise.resolve(false),
    now: () => new Date(state.now),
  };
  const ask = async (now: number, event = 0, fresh: readonly number[] = []) => {
    state.now = now;
    const askers = accountsThatMatter([request(event, 1)], new Map());
    await askPeople(reads, memory, askers, {}, new Set(fresh));
    return state.asked;
  };
  return ask;
}

describe('people are asked about', () => {
  it('each minute where they may do something', async () => {
    const ask = asker('write');
    expect([await ask(0), await ask(59_999), await ask(60_000)]).toEqual([1, 1, 2]);
  });

  it('each ten minutes where they may not, and at once when they ask for something new', async () => {
    const ask = asker('read');
    expect([await ask(0), await ask(60_000), await ask(599_999), await ask(600_000)]).toEqual([1, 1, 1, 2]);
    expect(await ask(700_000, 601)).toBe(3);
  });

  it('always at the last look', async () => {
    const ask = asker('read');
    expect([await ask(0), await ask(1, 0, [1])]).toEqual([1, 2]);
  });

  it('under the login of their newest request', () => {
    const renamed = request(9, 1, { actor: { id: 1, login: 'renamed' } });
    for (const requests of [
      [renamed, request(5, 1)],
      [request(5, 1), renamed],
    ])
      expect(accountsThatMatter(requests, new Map()).map(({ person }) => person.login)).toEqual(['renamed']);
  });

  it('only where a request is open, and where approvals are waited for', () => {
    const approval = request(2, 2, { kind: 'approve' });
    const rollback = request(3, 3, { kind: 'rollback' });
    const ids = (requests: Request[], recorded: string[] = []) =>
      accountsThatMatter(requests, new Map(recorded.map((key) => [key, 1]))).map(({ person }) => person.id);
    expect(ids([request(1, 1), approval, rollback])).toEqual([1, 3, 2]);
    expect(ids([approval, rollback])).toEqual([3]);
    expect(ids([request(1, 1), approval], ['1'])).toEqual([]);
  });
});

describe('a flood of comments', () => {
  const flood = Array.from({ length: 2000 }, (_, at) => request(at + 1, 7));
  const honest = [request(5, 1), request(1500, 1)];

  it('leaves the newest requests of its account, and all of the others', () => {
    const kept = newestOf([...flood, ...honest]);
    expect(kept.filter(({ actor }) => actor.id === 7).map(({ source }) => source.event)).toEqual(
      Array.from({ length: 500 }, (_, at) => at + 1501),
    );
    expect(kept.filter(({ actor }) => actor.id === 1)).toEqual(honest);
  });

  it('costs a handful of looks into the log', () => {
    const people = new Map<number, PersonNow>([
      [1, { id: 1, login: 'writer', role: 'write', teams: [], bot: false }],
      [7, { id: 7, login: 'outsider', role: 'read', teams: [], bot: false }],
    ]);
    const looked = requestsToLookFor([...flood, ...honest], people);
    expect(looked.filter(({ actor }) => actor.id === 7)).toHaveLength(10);
    expect(looked.filter(({ actor }) => actor.id === 1)).toEqual(honest);
  });
});
