import { describe, expect, it } from 'vitest';
import { encodeTag } from '../../../sandbox/git/commit-object.ts';
import { checkWebhook } from '../../../sandbox/contract/index.ts';
import { followRefs, refusalError, requireRefUpdate, updateRefs } from '../../../sandbox/refs/update.ts';
import { makeWorld, type World } from './world.ts';

/** How an update ended: 'ok', or git's reason and REST's message. */
function end(outcome: ReturnType<World['update']>): string {
  return outcome.ok
    ? 'ok'
    : `${outcome.refused.reason} | ${outcome.refused.status} ${outcome.refused.message}`;
}

describe('a ref', () => {
  it('is created, moved and deleted, each told by its events', () => {
    const w = makeWorld();
    const { write } = w.people;
    const main = w.tip('main')!;
    const next = w.commit({ 'b.txt': 'two\n' }, [main]);
    expect(end(w.update(write, { ref: 'refs/heads/topic', before: null, after: main }))).toBe('ok');
    expect(end(w.update(write, { ref: 'refs/heads/topic', before: main, after: next }))).toBe('ok');
    expect(end(w.update(write, { ref: 'refs/heads/topic', before: next, after: null }))).toBe('ok');
    expect(w.tip('topic')).toBeUndefined();
    expect(w.events.map(({ name, facts }) => [name, facts?.ref, facts?.sha])).toEqual([
      ['create', 'refs/heads/topic', main],
      ['push', 'refs/heads/topic', main],
      ['push', 'refs/heads/topic', next],
      ['delete', 'refs/heads/topic', undefined],
      ['push', 'refs/heads/topic', undefined],
    ]);
  });

  it.each([
    ['refs/heads/main', 'not-an-id', 'Object does not exist'],
    ['refs/heads/main', '1'.repeat(40), 'Object does not exist'],
    ['refs/heads/a..b', 'tip', 'refs/heads/a..b is not a valid ref name.'],
    ['heads/main', 'tip', 'heads/main is not a valid ref name.'],
    ['refs/main', 'tip', 'refs/main is not a valid ref name.'],
    ['refs/pull/1/head', 'tip', 'deny updating a hidden ref'],
    ['refs/heads/main/deeper', 'tip', "cannot lock ref 'refs/heads/main/deeper'"],
    ['refs/heads/dir', 'tip', "'refs/heads/dir/x' exists; cannot create 'refs/heads/dir'"],
    [`refs/heads/${'a'.repeat(40)}`, 'tip', 'pre-receive hook declined'],
  ])('%s to %s is impossible: %s', (ref, after, words) => {
    const w = makeWorld();
    const tip = w.tip('main')!;
    w.update(w.people.write, { ref: 'refs/heads/dir/x', after: tip });
    expect(end(w.update(w.people.admin, { ref, after: after === 'tip' ? tip : after }))).toContain(words);
  });

  it('is not moved by somebody who believes it elsewhere', () => {
    const w = makeWorld();
    const { write } = w.people;
    const main = w.tip('main')!;
    const next = w.commit({ b: '2' }, [main]);
    const ref = 'refs/heads/main';
    expect(end(w.update(write, { ref, before: next, after: next }))).toContain(
      `is at ${main} but expected ${next}`,
    );
    expect(end(w.update(write, { ref, before: null, after: next }))).toContain('Reference already exists');
    expect(end(w.update(write, { ref: 'refs/heads/x', before: main, after: next }))).toContain(
      'Reference does not exist',
    );
  });

  it('goes only forward for the API unless forced, and anywhere for git', () => {
    const w = makeWorld();
    const { write } = w.people;
    const other = w.commit({ 'x.txt': 'unrelated\n' });
    const ref = 'refs/heads/main';
    expect(end(w.update(write, { ref, after: other, force: false }))).toContain(
      'Update is not a fast forward',
    );
    expect(end(w.update(write, { ref, after: other }))).toBe('ok');
  });

  it('of the default branch is not deleted', () => {
    const w = makeWorld();
    expect(end(w.update(w.people.admin, { ref: 'refs/heads/main', after: null }))).toContain(
      'refusing to delete the current branch: refs/heads/main',
    );
  });

  it('of an empty repository becomes its default branch', () => {
    const w = makeWorld();
    w.core.store.transaction(() => {
      w.core.tables.refs.remove(`${String(w.repository.id)}:refs/heads/main`);
    });
    const first = w.commit({ a: '1' });
    w.update(w.people.write, { ref: 'refs/heads/trunk', after: first });
    expect(w.core.tables.repositories.require(w.repository.id).defaultBranch).toBe('trunk');
  });

  it('that is a branch names a commit, a tag may name a tag object', () => {
    const w = makeWorld();
    const store = w.core.objects(w.repository);
    const tag = store.write(
      'tag',
      encodeTag({ object: w.tip('main')!, type: 'commit', tag: 'v1', message: 'v1\n' }),
    );
    expect(end(w.update(w.people.write, { ref: 'refs/heads/x', after: tag }))).toContain('non-commit object');
    expect(end(w.update(w.people.write, { ref: 'refs/tags/v1', after: tag }))).toBe('ok');
    expect(w.events.at(-1)?.facts?.sha).toBe(w.tip('main'));
  });
});

describe('several refs at once', () => {
  it('go each their own way, or all together', () => {
    const w = makeWorld();
    const main = w.tip('main')!;
    const updates = [
      { ref: 'refs/heads/a', after: main },
      { ref: 'refs/heads/a/b', after: main },
      { ref: 'refs/heads/c', after: main },
    ];
    const go = (atomic: boolean): boolean[] =>
      updateRefs(w.core, w.repository, w.people.write, updates, { kind: 'push' }, atomic).map(({ ok }) => ok);
    expect(go(true)).toEqual([false, false, false]);
    expect(w.events).toEqual([]);
    expect(go(false)).toEqual([true, false, true]);
    expect(w.tip('a')).toBe(main);
  });

  it('of more than three tags tell no events (webhook docs: push)', () => {
    const w = makeWorld();
    const updates = ['1', '2', '3', '4'].map((n) => ({ ref: `refs/tags/v${n}`, after: w.tip('main')! }));
    updateRefs(w.core, w.repository, w.people.write, updates, { kind: 'push' });
    expect(w.events).toEqual([]);
  });

  it('are followed inside the transaction: a follower that fails undoes everything', () => {
    const w = makeWorld();
    const main = w.tip('main')!;
    let armed = true;
    followRefs((core) => {
      if (core === w.core && armed) throw new Error('no');
    });
    const update = { ref: 'refs/heads/topic', after: main };
    expect(() => requireRefUpdate(w.core, w.repository, w.people.write, update)).toThrow('no');
    expect(w.tip('topic')).toBeUndefined();
    armed = false;
    requireRefUpdate(w.core, w.repository, w.people.write, update);
    expect(w.tip('topic')).toBe(main);
  });
});

describe('the push event', () => {
  it('fits GitHub’s schema when branches and tags come, move and go', () => {
    const w = makeWorld();
    const { write } = w.people;
    const main = w.tip('main')!;
    const next = w.commit({ 'b.txt': 'two\n', 'a.txt': null }, [main], 'subject\n\nbody\n');
    w.update(write, { ref: 'refs/heads/topic', after: next });
    w.update(write, { ref: 'refs/tags/v1', after: next });
    w.update(write, { ref: 'refs/heads/main', after: next });
    w.update(write, { ref: 'refs/heads/topic', after: null });
    expect(w.events.map(({ name }) => name)).toEqual([
      'create',
      'push',
      'create',
      'push',
      'push',
      'delete',
      'push',
    ]);
    for (const event of w.events) expect(checkWebhook(event.name, event.action, event.body())).toEqual([]);
    const moved = w.events[4]!.body();
    expect(moved).toMatchObject({ created: false, deleted: false, forced: false, before: main, after: next });
    expect(moved['commits']).toMatchObject([
      {
        id: next,
        distinct: false,
        message: 'subject\n\nbody',
        added: ['b.txt'],
        removed: ['a.txt'],
        modified: [],
        timestamp: '2026-01-01T00:00:01Z',
      },
    ]);
    expect(w.events[1]!.body()['commits']).toMatchObject([{ id: next, distinct: true }]);
    expect(w.events[3]!.body()['commits']).toEqual([]);
  });

  it('says when history was rewritten', () => {
    const w = makeWorld();
    const other = w.commit({ 'x.txt': 'unrelated\n' });
    w.update(w.people.write, { ref: 'refs/heads/main', after: other });
    expect(w.events[0]!.body()).toMatchObject({ forced: true, commits: [{ id: other }] });
  });
});

describe('a token without permission for workflows', () => {
  const path = '.github/workflows/ci.yml';
  const bot = (w: World) =>
    ({
      account: w.people.write.account,
      by: {
        kind: 'job',
        repositoryId: w.repository.id,
        runId: 1,
        jobId: 1,
        tokenId: 1,
        permissions: { contents: 'write' },
      },
    }) as const;

  it('brings no new workflow file, and says which', () => {
    const w = makeWorld();
    const next = w.commit({ [path]: 'on: push\n' }, [w.tip('main')!]);
    const outcome = w.update(bot(w), { ref: 'refs/heads/main', after: next });
    expect(end(outcome)).toBe(
      `refusing to allow a GitHub App to create or update workflow \`${path}\` without \`workflows\` permission | 403 Resource not accessible by integration`,
    );
    const classic = {
      ...w.people.write,
      by: { ...w.people.write.by, scopes: ['repo'] },
    } as typeof w.people.write;
    expect(end(w.update(classic, { ref: 'refs/heads/main', after: next }))).toContain(
      'refusing to allow a Personal Access Token to create or update workflow `.github/workflows/ci.yml` without `workflow` scope | 404',
    );
    expect(end(w.update(w.people.write, { ref: 'refs/heads/main', after: next }))).toBe('ok');
  });

  it('may move what stands on a branch already: tags and new branches', () => {
    const w = makeWorld();
    const old = w.commit({ [path]: 'on: push\n' }, [w.tip('main')!]);
    const now = w.commit({ [path]: 'on: [push, release]\n' }, [old]);
    w.update(w.people.write, { ref: 'refs/heads/main', after: old });
    w.update(w.people.write, { ref: 'refs/heads/main', after: now });
    expect(end(w.update(bot(w), { ref: 'refs/tags/v1', after: now }))).toBe('ok');
    expect(end(w.update(bot(w), { ref: 'refs/tags/v0', after: old }))).toContain(
      'without `workflows` permission',
    );
    const more = w.commit({ 'b.txt': '2' }, [now]);
    expect(end(w.update(bot(w), { ref: 'refs/heads/topic', after: more }))).toBe('ok');
  });
});

describe('a refusal', () => {
  it('has the status of the route when rules refuse, its own otherwise', () => {
    const w = makeWorld();
    w.rule([{ type: 'update' }]);
    const outcome = w.update(w.people.write, {
      ref: 'refs/heads/main',
      after: w.commit({ b: '' }, [w.tip('main')!]),
    });
    if (outcome.ok) throw new Error('went through');
    expect(refusalError(outcome.refused, 409)).toMatchObject({
      status: 409,
      message: 'Repository rule violations found\n\nCannot update this protected ref.\n\n',
    });
  });
});
