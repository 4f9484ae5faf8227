import { describe, expect, it } from 'vitest';
import { addRepository } from '../../../sandbox/seed.ts';
import { refKey } from '../../../sandbox/state/repositories.ts';
import { type Answer, newWorld, type Who, type World } from '../world.ts';

const REPO = '/repos/owner/repo';

/** Writes a file by the contents API; the commit's id. */
function write(
  w: World,
  path: string,
  text: string,
  branch = 'main',
  repo = REPO,
  as: Who = 'owner',
): string {
  const content = Buffer.from(text).toString('base64');
  const old = w.call(as, `GET ${repo}/contents/${path}?ref=${branch}`).body as { sha?: string };
  const sha = old.sha === undefined ? {} : { sha: old.sha };
  const { body } = w.call(as, `PUT ${repo}/contents/${path}`, { message: path, content, branch, ...sha });
  return (body as { commit: { sha: string } }).commit.sha;
}

function branch(w: World, name: string, sha: string): void {
  expect(w.call('owner', `POST ${REPO}/git/refs`, { ref: `refs/heads/${name}`, sha }).status).toBe(201);
}

const rule = (w: World, rules: object[], include = ['refs/heads/release/*']): Answer =>
  w.call('owner', `POST ${REPO}/rulesets`, {
    name: 'release',
    enforcement: 'active',
    conditions: { ref_name: { include, exclude: [] } },
    rules,
  });

describe('branches and tags (REST: branches)', () => {
  it('are listed by name, page by page, with what protects them', () => {
    const w = newWorld();
    const first = write(w, 'a', '1');
    for (const name of ['b', 'release/1', 'c']) branch(w, name, first);
    expect(rule(w, [{ type: 'deletion' }]).status).toBe(201);
    const names = (query = ''): string[] =>
      (w.call(undefined, `GET ${REPO}/branches${query}`).body as { name: string }[]).map(({ name }) => name);
    expect(names()).toEqual(['b', 'c', 'main', 'release/1']);
    expect(names('?per_page=2&page=2')).toEqual(['main', 'release/1']);
    expect(names('?protected=true')).toEqual(['release/1']);
    expect(names('?protected=false')).toEqual(['b', 'c', 'main']);
  });

  it('are read one by one, also with slashes in their names', () => {
    const w = newWorld();
    const first = write(w, 'a', '1');
    branch(w, 'release/1', first);
    expect(w.call(undefined, `GET ${REPO}/branches/release/1`).body).toMatchObject({
      name: 'release/1',
      commit: { sha: first, commit: { message: 'a' } },
      protected: false,
      protection: { enabled: false, required_status_checks: { enforcement_level: 'off', contexts: [] } },
    });
    expect(w.call(undefined, `GET ${REPO}/branches/none`)).toMatchObject({
      status: 404,
      body: { message: 'Branch not found' },
    });
  });

  it('have tags beside them, annotated ones with their commit', () => {
    const w = newWorld();
    const first = write(w, 'a', '1');
    const tag = w.call('owner', `POST ${REPO}/git/tags`, {
      tag: 'v2',
      message: 'two',
      object: first,
      type: 'commit',
    });
    const { sha } = tag.body as { sha: string };
    w.call('owner', `POST ${REPO}/git/refs`, { ref: 'refs/tags/v1', sha: first });
    w.call('owner', `POST ${REPO}/git/refs`, { ref: 'refs/tags/v2', sha });
    expect(w.call(undefined, `GET ${REPO}/tags`).body).toMatchObject([
      { name: 'v2', commit: { sha: first } },
      { name: 'v1', commit: { sha: first } },
    ]);
  });
});

describe('renaming a branch', () => {
  it('moves the default branch and pull requests into it along, and closes those from it', () => {
    const w = newWorld();
    const first = write(w, 'a', '1');
    branch(w, 'topic', first);
    write(w, 'b', '2', 'topic');
    const pull = w.call('owner', `POST ${REPO}/pulls`, { title: 'Topic', head: 'topic', base: 'main' });
    expect(pull.status).toBe(201);
    expect(w.call('writer', `POST ${REPO}/branches/main/rename`, { new_name: 'trunk' }).status).toBe(403);
    const renamed = w.call('owner', `POST ${REPO}/branches/main/rename`, { new_name: 'trunk' });
    expect(renamed).toMatchObject({ status: 201, body: { name: 'trunk' } });
    expect(w.call('writer', `POST ${REPO}/branches/topic/rename`, { new_name: 'subject' }).status).toBe(201);
    expect(w.call('owner', `GET ${REPO}`).body).toMatchObject({ default_branch: 'trunk' });
    expect(w.call('owner', `GET ${REPO}/pulls/1`).body).toMatchObject({
      state: 'closed',
      head: { ref: 'topic' },
      base: { ref: 'trunk' },
    });
  });

  it('is refused for bad and taken names, and by rules', () => {
    const w = newWorld();
    const first = write(w, 'a', '1');
    branch(w, 'topic', first);
    const rename = (to: string): number =>
      w.call('owner', `POST ${REPO}/branches/topic/rename`, { new_name: to }).status;
    expect([rename('main'), rename('a..b'), rename('main/x')]).toEqual([422, 422, 422]);
    rule(w, [{ type: 'creation' }]);
    expect(rename('release/2')).toBe(422);
    expect(rename('topic/deeper')).toBe(201);
  });
});

describe('merging a branch', () => {
  it('makes a merge commit, finds nothing to do, or a conflict', () => {
    const w = newWorld();
    const first = write(w, 'a', '1');
    branch(w, 'topic', first);
    const head = write(w, 'b', '2', 'topic');
    write(w, 'c', '3');
    const merge = (body: object): Answer => w.call('writer', `POST ${REPO}/merges`, body);
    const merged = merge({ base: 'main', head: 'topic', commit_message: 'Join' });
    expect(merged).toMatchObject({
      status: 201,
      body: { commit: { message: 'Join', author: { name: 'writer' }, committer: { name: 'GitHub' } } },
    });
    const parents = (merged.body as { parents: { sha: string }[] }).parents;
    expect(parents.map(({ sha }) => sha)[1]).toBe(head);
    expect(merge({ base: 'main', head: 'topic' }).status).toBe(204);
    write(w, 'a', 'ours');
    write(w, 'a', 'theirs', 'topic');
    expect(merge({ base: 'main', head: 'topic' })).toMatchObject({
      status: 409,
      body: { message: 'Merge conflict' },
    });
    expect(merge({ base: 'none', head: 'topic' })).toMatchObject({
      body: { message: 'Base does not exist' },
    });
    expect(merge({ base: 'main', head: 'none' })).toMatchObject({ body: { message: 'Head does not exist' } });
  });
});

describe('syncing a fork', () => {
  it('goes forward, merges, or has nothing to do', () => {
    const w = newWorld();
    const first = write(w, 'a', '1');
    const { core } = w.sandbox;
    const outsider = core.tables.accounts.find('login', 'outsider')!;
    core.store.transaction(() => {
      const made = addRepository(core, outsider.id, 'repo', {
        forkOf: w.repository.id,
        networkId: w.repository.networkId,
      });
      core.tables.refs.put({
        key: refKey(made.id, 'refs/heads/main'),
        repositoryId: made.id,
        name: 'refs/heads/main',
        oid: first,
      });
    });
    const sync = (): Answer =>
      w.call('outsider', 'POST /repos/outsider/repo/merge-upstream', { branch: 'main' });
    expect(sync().body).toMatchObject({ merge_type: 'none' });
    write(w, 'b', '2');
    expect(sync().body).toEqual({
      message: 'Successfully fetched and fast-forwarded from upstream owner:main.',
      merge_type: 'fast-forward',
      base_branch: 'owner:main',
    });
    write(w, 'own', 'x', 'main', '/repos/outsider/repo', 'outsider');
    write(w, 'c', '3');
    expect(sync().body).toMatchObject({ merge_type: 'merge' });
    write(w, 'a', 'ours', 'main', '/repos/outsider/repo', 'outsider');
    write(w, 'a', 'theirs');
    expect(sync().status).toBe(409);
    expect(w.call('owner', `POST ${REPO}/merge-upstream`, { branch: 'main' }).status).toBe(422);
  });
});
