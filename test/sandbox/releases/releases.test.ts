import { describe, expect, it } from 'vitest';

import { commitFiles, plantRef } from '../history.ts';
import { newWorld, type World } from '../world.ts';

const RELEASES = '/repos/owner/repo/releases';

function withCommit(): { world: World; oid: string } {
  const world = newWorld();
  return { world, oid: commitFiles(world, { 'a.txt': 'a' }) };
}

function create(world: World, tag: string, more: Record<string, unknown> = {}) {
  return world.call('writer', `POST ${RELEASES}`, { tag_name: tag, ...more });
}

function actions(world: World): string[] {
  const seen: string[] = [];
  world.sandbox.core.listeners.push((_core, event) => {
    if (event.name === 'release') seen.push(event.action!);
  });
  return seen;
}

describe('a release', () => {
  it('is published at once and makes its tag at the default branch', () => {
    const { world, oid } = withCommit();
    const seen = actions(world);
    const made = create(world, 'v1.0.0', { name: 'One', body: 'notes' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      tag_name: 'v1.0.0',
      target_commitish: 'main',
      draft: false,
      prerelease: false,
      immutable: false,
      name: 'One',
      body: 'notes',
      author: { login: 'writer' },
    });
    expect(made.headers['location']).toBe(made.body.url);
    const { tables } = world.sandbox.core;
    expect(tables.refs.get(`${world.repository.id}:refs/tags/v1.0.0`)?.oid).toBe(oid);
    expect(seen).toEqual(['created', 'published', 'released']);
    expect(world.call('reader', `GET ${RELEASES}/tags/v1.0.0`).body.id).toBe(made.body.id);
  });

  it('uses a tag that is there, and has the time of its commit', () => {
    const { world, oid } = withCommit();
    plantRef(world, 'refs/tags/model@v1.0.0', oid);
    world.clock.advance(3_600_000);
    const made = create(world, 'model@v1.0.0');
    expect(made.body).toMatchObject({
      created_at: '2026-01-01T00:00:00Z',
      published_at: '2026-01-01T01:00:00Z',
    });
    expect(made.body.html_url).toMatch(/releases\/tag\/model%40v1\.0\.0$/);
  });

  it('is refused for a tag that has one already', () => {
    const { world } = withCommit();
    create(world, 'v1');
    expect(create(world, 'v1').body.errors).toEqual([
      { resource: 'Release', code: 'already_exists', field: 'tag_name' },
    ]);
  });

  it.each([
    ['a branch that is not there', 'nothing'],
    ['a tag', 'v0'],
    ['a short commit id', (oid: string) => oid.slice(0, 7)],
  ])('is refused at %s', (_title, target) => {
    const { world, oid } = withCommit();
    plantRef(world, 'refs/tags/v0', oid);
    const target_commitish = typeof target === 'string' ? target : target(oid);
    const made = create(world, 'v1', { target_commitish });
    expect(made.status).toBe(422);
    expect(made.body.errors).toEqual([
      { resource: 'Release', code: 'custom', field: 'tag_name', message: 'tag_name is not a valid tag' },
      { resource: 'Release', code: 'custom', message: 'Published releases must have a valid tag' },
      { resource: 'Release', code: 'invalid', field: 'target_commitish' },
    ]);
  });

  it('is refused in a repository without commits', () => {
    expect(create(newWorld(), 'v1')).toMatchObject({
      status: 422,
      body: { message: 'Repository is empty.' },
    });
  });

  it('is refused to readers and to nobody', () => {
    const { world } = withCommit();
    expect(world.call('reader', `POST ${RELEASES}`, { tag_name: 'v1' }).status).toBeGreaterThanOrEqual(403);
    expect(world.call(undefined, `POST ${RELEASES}`, { tag_name: 'v1' }).status).toBe(401);
  });
});

describe('a draft', () => {
  it('has no tag, no archives and is for people with push access', () => {
    const { world } = withCommit();
    const seen = actions(world);
    const draft = create(world, 'v1', { draft: true }).body;
    expect(draft).toMatchObject({ draft: true, published_at: null, tarball_url: null });
    expect(draft.html_url).toMatch(/\/tag\/untagged-[0-9a-f]{20}$/);
    expect(world.sandbox.core.tables.refs.size).toBe(1);
    expect(world.call('reader', `GET ${RELEASES}/${draft.id}`).status).toBe(404);
    expect(world.call('reader', `GET ${RELEASES}`).body).toEqual([]);
    expect(world.call('writer', `GET ${RELEASES}`).body).toHaveLength(1);
    expect(world.call('writer', `GET ${RELEASES}/tags/v1`).status).toBe(404);
    expect(seen).toEqual(['created']);
  });

  it('may share its tag with other drafts, of which one can be published', () => {
    const { world } = withCommit();
    const [one, two] = [create(world, 'v1', { draft: true }), create(world, 'v1', { draft: true })];
    const publish = (id: number) => world.call('writer', `PATCH ${RELEASES}/${id}`, { draft: false }).status;
    expect([publish(one.body.id), publish(two.body.id)]).toEqual([200, 422]);
  });

  it.each([
    [false, ['published', 'released']],
    [true, ['published']],
  ])('tells that it was published (prerelease %s)', (prerelease, expected) => {
    const { world } = withCommit();
    const { id } = create(world, 'v1', { draft: true, prerelease }).body;
    const seen = actions(world);
    world.call('writer', `PATCH ${RELEASES}/${id}`, { draft: false });
    expect(seen).toEqual(expected);
  });
});

describe('changing a release', () => {
  it('tells edits, promotions, unpublishing and deletion', () => {
    const { world } = withCommit();
    const { id } = create(world, 'v1', { prerelease: true, body: 'old' }).body;
    const seen = actions(world);
    const patch = (body: Record<string, unknown>) => world.call('writer', `PATCH ${RELEASES}/${id}`, body);
    patch({ body: 'new' });
    patch({ prerelease: false });
    patch({ draft: true });
    expect(world.call('writer', `DELETE ${RELEASES}/${id}`).status).toBe(204);
    expect(seen).toEqual(['edited', 'edited', 'released', 'unpublished', 'deleted']);
    expect(world.sandbox.core.tables.refs.get(`${world.repository.id}:refs/tags/v1`)).toBeDefined();
  });
});

describe('the latest release', () => {
  const latest = (world: World) => world.call('reader', `GET ${RELEASES}/latest`).body.tag_name as string;

  it('is the newest that was made so, never a draft or prerelease', () => {
    const { world } = withCommit();
    expect(world.call('reader', `GET ${RELEASES}/latest`).status).toBe(404);
    create(world, 'v1');
    create(world, 'v2');
    create(world, 'v3', { make_latest: 'false' });
    create(world, 'v4', { prerelease: true });
    create(world, 'v5', { draft: true });
    expect(latest(world)).toBe('v2');
  });

  it('goes by the date of the commit and the version where it is left to that', () => {
    const { world } = withCommit();
    create(world, 'v1.10.0', { make_latest: 'legacy' });
    create(world, 'v1.9.0', { make_latest: 'legacy' });
    expect(latest(world)).toBe('v1.10.0');
    world.clock.advance(1000);
    commitFiles(world, { 'b.txt': 'b' });
    create(world, 'v1.2.0', { make_latest: 'legacy' });
    expect(latest(world)).toBe('v1.2.0');
  });

  it('falls back when it goes', () => {
    const { world } = withCommit();
    create(world, 'v1');
    const { id } = create(world, 'v2').body;
    world.call('writer', `DELETE ${RELEASES}/${id}`);
    expect(latest(world)).toBe('v1');
  });
});

describe('immutable releases', () => {
  function immutable() {
    const { world } = withCommit();
    expect(world.call('owner', 'GET /repos/owner/repo/immutable-releases').status).toBe(404);
    expect(world.call('owner', 'PUT /repos/owner/repo/immutable-releases').status).toBe(204);
    return { world, id: create(world, 'v1').body.id as number };
  }

  it('say so, and let only title and notes change', () => {
    const { world, id } = immutable();
    const patch = (body: Record<string, unknown>) => world.call('writer', `PATCH ${RELEASES}/${id}`, body);
    expect(patch({ name: 'A name', body: 'notes' }).body).toMatchObject({ immutable: true, name: 'A name' });
    expect(patch({ draft: true }).status).toBe(422);
    expect(patch({ tag_name: 'v2' }).status).toBe(422);
  });

  it('burn the name of their tag', () => {
    const { world, id } = immutable();
    world.call('writer', `DELETE ${RELEASES}/${id}`);
    const again = create(world, 'v1');
    expect(again.status).toBe(422);
    expect(again.body.errors).toContainEqual({
      resource: 'Release',
      code: 'custom',
      field: 'tag_name',
      message: 'tag_name was used by an immutable release',
    });
    const draft = create(world, 'v1', { draft: true });
    expect(draft.status).toBe(201);
    expect(world.call('writer', `PATCH ${RELEASES}/${draft.body.id}`, { draft: false }).status).toBe(422);
  });
});

describe('generated notes', () => {
  it('tell the comparison with the release before', () => {
    const { world } = withCommit();
    create(world, 'v1');
    commitFiles(world, { 'b.txt': 'b' });
    const notes = world.call('writer', `POST ${RELEASES}/generate-notes`, { tag_name: 'v2' });
    expect(notes.body).toEqual({
      name: 'v2',
      body: expect.stringMatching(/^\*\*Full Changelog\*\*: \S+\/owner\/repo\/compare\/v1\.\.\.v2$/),
    });
  });
});

describe('tags of immutable releases', () => {
  function immutable() {
    const { world, oid } = withCommit();
    world.call('owner', 'PUT /repos/owner/repo/immutable-releases');
    const { id } = create(world, 'v1').body;
    return { world, oid, id: id as number };
  }

  it('neither move nor go while the release is there, whoever asks', () => {
    const { world } = immutable();
    const next = commitFiles(world, { 'b.txt': 'b' });
    const tag = '/repos/owner/repo/git/refs/tags/v1';
    const moved = world.call('owner', `PATCH ${tag}`, { sha: next, force: true });
    expect([moved.status, moved.body.message]).toEqual([422, expect.stringContaining('protected ref')]);
    expect(world.call('owner', `DELETE ${tag}`).status).toBe(422);
  });

  it('may go afterwards and never come back, not even in a new repository of that name', () => {
    const { world, oid, id } = immutable();
    world.call('owner', `DELETE ${RELEASES}/${id}`);
    expect(world.call('owner', 'DELETE /repos/owner/repo/git/refs/tags/v1').status).toBe(204);
    const again = world.call('owner', 'POST /repos/owner/repo/git/refs', { ref: 'refs/tags/v1', sha: oid });
    expect([again.status, again.body.message]).toEqual([
      422,
      expect.stringContaining('Cannot create ref due to creations being restricted.'),
    ]);
    expect(create(world, 'v1').body.errors.map(({ field }: { field?: string }) => field)).toEqual([
      'pre_receive',
      'tag_name',
      undefined,
    ]);
    expect(world.call('owner', 'DELETE /repos/owner/repo').status).toBe(204);
    const { id: newId } = world.call('owner', 'POST /user/repos', { name: 'repo', auto_init: true }).body;
    const { tables } = world.sandbox.core;
    const sha = tables.refs.get(`${newId}:refs/heads/main`)!.oid;
    expect(world.call('owner', 'POST /repos/owner/repo/git/refs', { ref: 'refs/tags/v1', sha }).status).toBe(
      422,
    );
  });
});

describe('a tag that is deleted', () => {
  it('makes its release a draft again', () => {
    const { world } = withCommit();
    const { id } = create(world, 'v1').body;
    world.call('writer', 'DELETE /repos/owner/repo/git/refs/tags/v1');
    expect(world.call('writer', `GET ${RELEASES}/${id}`).body).toMatchObject({ draft: true, tag_name: 'v1' });
  });
});

describe('the text of a release', () => {
  it('comes as markdown, or rendered when asked for', () => {
    const { world } = withCommit();
    const { id } = create(world, 'v1', { body: '**bold** by @writer' }).body;
    const as = (form: string) =>
      world.call('reader', `GET ${RELEASES}/${id}`, undefined, {
        accept: `application/vnd.github.${form}+json`,
      }).body;
    expect(as('raw')).toMatchObject({ body: '**bold** by @writer', mentions_count: 1 });
    expect(as('html').body_html).toContain('<strong>bold</strong>');
    expect(as('html')).not.toHaveProperty('body');
    expect(as('text').body_text).toContain('bold by @writer');
  });

  it('shows what people think of it', () => {
    const { world } = withCommit();
    const { id } = create(world, 'v1').body;
    world.call('reader', `POST ${RELEASES}/${id}/reactions`, { content: 'rocket' });
    expect(world.call('reader', `GET ${RELEASES}/${id}`).body.reactions).toMatchObject({ rocket: 1 });
  });
});
