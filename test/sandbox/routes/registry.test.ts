import { describe, expect, it } from 'vitest';

import { addApp, install } from '../access/keys.ts';
import { commitFiles } from '../history.ts';
import { newWorld } from '../world.ts';

const REPO = '/repos/owner/repo';
const TAGS = ['churn#production#7', 'churn@v1.0.0'] as const;
const encoded = (tag: string) => encodeURIComponent(tag);

/** A repository whose log and tags only one App may move, as the registry wants it. */
function guarded() {
  const world = newWorld();
  const oid = commitFiles(world, { 'a.txt': 'a' });
  const { app, jwt } = addApp(world.sandbox.core, 'slipway', { contents: 'write', issues: 'write' });
  const { id } = install(world.sandbox.core, app, 'owner');
  const token = (body: object = {}) =>
    world.call({ token: jwt() }, `POST /app/installations/${id}/access_tokens`, body);
  const bot = { token: token().body.token as string };
  const guard = (name: string, target: string, include: string[], rules: string[], bypass = true) => {
    const made = world.call('owner', `POST ${REPO}/rulesets`, {
      name,
      target,
      enforcement: 'active',
      ...(bypass
        ? { bypass_actors: [{ actor_id: app.id, actor_type: 'Integration', bypass_mode: 'always' }] }
        : {}),
      conditions: { ref_name: { include, exclude: [] } },
      rules: rules.map((type) => ({ type })),
    });
    expect(made.status).toBe(201);
    return made.body.id as number;
  };
  const log = guard('log', 'branch', ['refs/heads/slipway/**'], ['creation', 'update', 'deletion']);
  guard('append', 'branch', ['refs/heads/slipway/**'], ['non_fast_forward', 'deletion'], false);
  guard('tags', 'tag', ['refs/tags/*@v*', 'refs/tags/*#*'], ['creation', 'update', 'deletion']);
  return { world, oid, app, bot, token, log };
}

describe('a log that one App writes', () => {
  it('is made and appended to by the App alone, and moved back or deleted by nobody', () => {
    const { world, oid, bot } = guarded();
    const make = (as: Parameters<typeof world.call>[0]) =>
      world.call(as, `POST ${REPO}/git/refs`, { ref: 'refs/heads/slipway/log', sha: oid }).status;
    expect([make('writer'), make('owner'), make(bot)]).toEqual([422, 422, 201]);
    const { tree } = world.call('reader', `GET ${REPO}/git/commits/${oid}`).body;
    const entry = world.call(bot, `POST ${REPO}/git/commits`, {
      message: 'e',
      tree: tree.sha,
      parents: [oid],
    }).body.sha as string;
    const move = (as: Parameters<typeof world.call>[0], sha: string, force = false) =>
      world.call(as, `PATCH ${REPO}/git/refs/heads/slipway/log`, { sha, force }).status;
    expect([move('writer', entry), move('owner', entry, true), move(bot, entry)]).toEqual([422, 422, 200]);
    expect(move(bot, oid, true)).toBe(422);
    for (const as of [bot, 'owner'] as const)
      expect(world.call(as, `DELETE ${REPO}/git/refs/heads/slipway/log`).status).toBe(422);
  });

  it('shows its rules to readers, and who passes over them to administrators', () => {
    const { world, app, bot, log } = guarded();
    const rules = world.call('reader', `GET ${REPO}/rules/branches/slipway%2Flog`).body;
    expect(rules.map(({ type }: { type: string }) => type)).toEqual([
      'creation',
      'update',
      'deletion',
      'non_fast_forward',
      'deletion',
    ]);
    expect(rules[0]).toMatchObject({ ruleset_id: log, ruleset_source: 'owner/repo' });
    const seen = (as: Parameters<typeof world.call>[0]) => world.call(as, `GET ${REPO}/rulesets/${log}`).body;
    expect(seen('owner').bypass_actors).toEqual([
      { actor_id: app.id, actor_type: 'Integration', bypass_mode: 'always' },
    ]);
    expect(seen('owner').current_user_can_bypass).toBe('never');
    expect(seen('reader').bypass_actors).toBeUndefined();
    expect(seen(bot).current_user_can_bypass).toBe('always');
    expect(world.call('reader', `GET ${REPO}/rulesets`).body).toHaveLength(3);
  });
});

describe('tags that one App writes', () => {
  it.each(TAGS)('%s is made, moved and deleted by the App alone', (tag) => {
    const { world, oid, bot } = guarded();
    const object = world.call(bot, `POST ${REPO}/git/tags`, {
      tag,
      message: 'm',
      object: oid,
      type: 'commit',
    }).body.sha as string;
    const make = (as: Parameters<typeof world.call>[0]) =>
      world.call(as, `POST ${REPO}/git/refs`, { ref: `refs/tags/${tag}`, sha: object });
    expect([make('writer').status, make('owner').status]).toEqual([422, 422]);
    expect(make(bot).body).toMatchObject({ ref: `refs/tags/${tag}`, object: { type: 'tag', sha: object } });
    expect(make(bot).body.message).toBe('Reference already exists');
    expect(world.call('reader', `GET ${REPO}/git/ref/tags/${encoded(tag)}`).body.object.sha).toBe(object);
    const found = world.call('reader', `GET ${REPO}/git/matching-refs/tags/churn`).body;
    expect(found.map(({ ref }: { ref: string }) => ref)).toEqual([`refs/tags/${tag}`]);
    const remove = (as: Parameters<typeof world.call>[0]) =>
      world.call(as, `DELETE ${REPO}/git/refs/tags/${encoded(tag)}`).status;
    expect([remove('writer'), remove(bot), remove(bot)]).toEqual([422, 204, 422]);
  });

  it('are released by drafts that only people with push access see, one published', () => {
    const { world, oid, bot } = guarded();
    const tag = 'churn@v1.0.0';
    world.call(bot, `POST ${REPO}/git/refs`, { ref: `refs/tags/${tag}`, sha: oid });
    const draft = () => world.call(bot, `POST ${REPO}/releases`, { tag_name: tag, draft: true }).body.id;
    const [one, other] = [draft(), draft()];
    const byTag = () => world.call(bot, `GET ${REPO}/releases/tags/${encoded(tag)}`);
    expect(byTag().status).toBe(404);
    const listed = (as: Parameters<typeof world.call>[0]) =>
      world.call(as, `GET ${REPO}/releases`).body.length;
    expect([listed(bot), listed('writer'), listed('reader'), listed(undefined)]).toEqual([2, 2, 0, 0]);
    const publish = (id: number) => world.call(bot, `PATCH ${REPO}/releases/${id}`, { draft: false }).status;
    expect([publish(one), publish(other)]).toEqual([200, 422]);
    expect(byTag().body.id).toBe(one);
  });
});

describe('an installation token', () => {
  it('does no more than it was asked to be given', () => {
    const { world, oid, token } = guarded();
    const { id } = world.repository;
    const made = token({ repository_ids: [id], permissions: { issues: 'read' } });
    expect(made.body).toMatchObject({
      permissions: { metadata: 'read', issues: 'read' },
      repository_selection: 'selected',
      repositories: [{ id }],
    });
    const small = { token: made.body.token as string };
    expect(world.call(small, `GET ${REPO}/issues`).status).toBe(200);
    expect(world.call(small, `POST ${REPO}/issues`, { title: 'x' }).status).toBe(403);
    expect(world.call(small, `POST ${REPO}/git/refs`, { ref: 'refs/heads/x', sha: oid }).status).toBe(403);
    expect(token({ permissions: { administration: 'write' } }).status).toBe(422);
    expect(token({ permissions: { contents: 'admin' } }).status).toBe(422);
    expect(token({ repository_ids: [id + 1000] }).status).toBe(422);
  });
});

describe('polling', () => {
  it('of a ref costs nothing while it stands still', () => {
    const { world, bot } = guarded();
    const get = (etag?: string) =>
      world.call(
        bot,
        `GET ${REPO}/git/ref/heads/main`,
        undefined,
        etag === undefined ? {} : { 'if-none-match': etag },
      );
    const first = get();
    const still = get(first.headers['etag']);
    expect([still.status, still.body]).toEqual([304, undefined]);
    expect(still.headers['x-ratelimit-used']).toBe(first.headers['x-ratelimit-used']);
    commitFiles(world, { 'b.txt': 'b' });
    expect(get(first.headers['etag']).status).toBe(200);
  });

  it('of a comment tells edits by updated_at: reactions do not change it', () => {
    const { world, bot } = guarded();
    const { number } = world.call('writer', `POST ${REPO}/issues`, { title: 't' }).body;
    const made = world.call('writer', `POST ${REPO}/issues/${number}/comments`, { body: '/promote' }).body;
    const seen = () => world.call(bot, `GET ${REPO}/issues/comments/${made.id}`).body;
    world.clock.advance(60_000);
    world.call(bot, `POST ${REPO}/issues/comments/${made.id}/reactions`, { content: 'eyes' });
    expect(seen()).toMatchObject({ updated_at: made.created_at, reactions: { eyes: 1 } });
    world.call('writer', `PATCH ${REPO}/issues/comments/${made.id}`, { body: '/rollback' });
    expect(seen()).toMatchObject({ created_at: made.created_at, updated_at: '2026-01-01T00:01:00Z' });
    const since = (time: string) =>
      world.call(bot, `GET ${REPO}/issues?since=${time}&state=all&sort=updated`).body.length;
    expect([since('2026-01-01T00:01:00Z'), since('2026-01-01T00:01:01Z')]).toEqual([1, 0]);
  });
});
