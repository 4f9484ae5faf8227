import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { branchTip } from '../../../sandbox/pulls/comparison.ts';
import { pullWorld, type PullWorld } from './world.ts';

const PULLS = '/repos/owner/repo/pulls';
const BRANCHES = ['main', 'one', 'two', 'three'];

const branch = fc.constantFrom(...BRANCHES);
const number = fc.integer({ min: 1, max: 6 });
const step = fc.oneof(
  fc.record({
    do: fc.constant('push' as const),
    branch,
    file: fc.constantFrom('a', 'b', 'c'),
    text: fc.nat(3),
  }),
  fc.record({ do: fc.constant('force' as const), branch, text: fc.nat(3) }),
  fc.record({ do: fc.constant('delete' as const), branch }),
  fc.record({ do: fc.constant('open' as const), head: branch, base: branch, draft: fc.boolean() }),
  fc.record({ do: fc.constant('edit' as const), number, state: fc.constantFrom('open', 'closed') }),
  fc.record({ do: fc.constant('base' as const), number, base: branch }),
  fc.record({ do: fc.constant('merge' as const), number, how: fc.constantFrom('merge', 'squash', 'rebase') }),
  fc.record({ do: fc.constant('update' as const), number }),
  fc.record({ do: fc.constant('approve' as const), number }),
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

function take(w: PullWorld, one: Step): void {
  const tip = 'branch' in one ? branchTip(w.core, w.repository.id, one.branch) : undefined;
  switch (one.do) {
    case 'push':
      w.push(one.branch, { [one.file]: `${one.text}\n` });
      return;
    case 'force':
      if (tip !== undefined) w.move(one.branch, w.commit({ f: `${one.text}\n` }, [w.tip('main')]));
      return;
    case 'delete':
      if (tip !== undefined && one.branch !== 'main') w.move(one.branch, null);
      return;
    case 'open':
      w.call('writer', `POST ${PULLS}`, { title: 'x', head: one.head, base: one.base, draft: one.draft });
      return;
    case 'edit':
      w.call('writer', `PATCH ${PULLS}/${one.number}`, { state: one.state });
      return;
    case 'base':
      w.call('writer', `PATCH ${PULLS}/${one.number}`, { base: one.base });
      return;
    case 'merge':
      w.call('writer', `PUT ${PULLS}/${one.number}/merge`, { merge_method: one.how });
      return;
    case 'update':
      w.call('writer', `PUT ${PULLS}/${one.number}/update-branch`, {});
      return;
    case 'approve':
      w.call('owner', `POST ${PULLS}/${one.number}/reviews`, { event: 'APPROVE' });
  }
}

/** Three pull requests, one on top of another. */
function begun(): PullWorld {
  const w = pullWorld();
  w.push('one', { a: '9\n' });
  w.push('two', { b: '9\n' }, { from: 'one' });
  w.push('three', { a: '8\n' });
  w.open('one');
  w.open('two', { base: 'one' });
  w.open('three', { draft: true });
  return w;
}

/** What holds of every pull request whatever happened. */
function check(w: PullWorld): void {
  const { core, repository } = w;
  const open = new Set<string>();
  for (const pull of core.tables.pulls.all()) {
    const issue = core.tables.issues.require(pull.id);
    expect(issue.state).toBe(pull.open ? 'open' : 'closed');
    expect(core.tables.refs.get(`${repository.id}:refs/pull/${pull.number}/head`)?.oid).toBe(pull.head.oid);
    if (pull.merged !== null) expect(pull.open).toBe(false);
    if (!pull.open) continue;
    const pair = `${pull.head.ref} ${pull.base.ref}`;
    expect(open.has(pair)).toBe(false);
    open.add(pair);
    expect(branchTip(core, repository.id, pull.head.ref)).toBe(pull.head.oid);
    expect(branchTip(core, repository.id, pull.base.ref)).toBeDefined();
    const { status, body } = w.call('reader', `GET ${PULLS}/${pull.number}`);
    expect([status, body.commits > 0, body.merged]).toEqual([200, true, false]);
    const trial = core.tables.refs.get(`${repository.id}:refs/pull/${pull.number}/merge`)?.oid ?? null;
    expect(body.merge_commit_sha).toBe(trial);
    expect(body.mergeable).toBe(trial !== null);
  }
}

describe('pull requests under whatever happens to them', () => {
  it('agree with their issue, their branches and their refs', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 15, maxLength: 30 }), (steps) => {
        const w = begun();
        for (const one of steps) {
          take(w, one);
          check(w);
        }
      }),
      { numRuns: 25 },
    );
  });
});
