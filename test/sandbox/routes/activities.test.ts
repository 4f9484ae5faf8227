import { describe, expect, it } from 'vitest';

import { commitFiles } from '../history.ts';
import { newWorld } from '../world.ts';

const GIT = '/repos/owner/repo/git';
const ACTIVITY = '/repos/owner/repo/activity';

function busy() {
  const world = newWorld();
  const oid = commitFiles(world, { 'a.txt': 'a' });
  const { tree } = world.call('reader', `GET ${GIT}/commits/${oid}`).body;
  // Its author is whoever the client says; who pushed it is not.
  const author = { name: 'owner', email: 'owner@example.com', date: '2026-01-01T00:00:00Z' };
  const commit = (parents: readonly string[], message: string) =>
    world.call('writer', `POST ${GIT}/commits`, { message, tree: tree.sha, parents, author }).body
      .sha as string;
  const [one, other] = [commit([oid], 'one'), commit([oid], 'other')];
  world.call('writer', `POST ${GIT}/refs`, { ref: 'refs/heads/log', sha: oid });
  world.clock.advance(2 * 86_400_000);
  world.call('writer-2', `PATCH ${GIT}/refs/heads/log`, { sha: one });
  world.call('owner', `PATCH ${GIT}/refs/heads/log`, { sha: other, force: true });
  world.call('writer', `POST ${GIT}/refs`, { ref: 'refs/tags/v1', sha: oid });
  world.call('writer', `POST ${GIT}/refs`, { ref: 'refs/heads/gone', sha: oid });
  world.call('writer', `DELETE ${GIT}/refs/heads/gone`);
  const list = (query = '') => world.call('reader', `GET ${ACTIVITY}${query}`);
  const told = (query = '') =>
    list(query).body.map((row: { activity_type: string; actor: { login: string } }) => [
      row.activity_type,
      row.actor.login,
    ]);
  return { world, oid, one, other, list, told };
}

describe('activities of a repository', () => {
  it('tell who moved a branch, from where to where', () => {
    const { oid, one, other, list, told } = busy();
    expect(told('?ref=log')).toEqual([
      ['force_push', 'owner'],
      ['push', 'writer-2'],
      ['branch_creation', 'writer'],
    ]);
    expect(list('?ref=refs/heads/log&direction=asc').body).toMatchObject([
      { before: '0'.repeat(40), after: oid, ref: 'refs/heads/log', timestamp: '2026-01-01T00:00:00Z' },
      { before: oid, after: one, timestamp: '2026-01-03T00:00:00Z' },
      { before: one, after: other },
    ]);
  });

  it('are about branches only, and chosen by actor, kind and time', () => {
    const { told } = busy();
    expect(told()).toHaveLength(5);
    expect(told('?actor=writer&activity_type=branch_deletion')).toEqual([['branch_deletion', 'writer']]);
    expect(told('?actor=nobody')).toEqual([]);
    expect(told('?time_period=day')).toHaveLength(4);
  });

  it('tell merges of pull requests', () => {
    const { world, told, one } = busy();
    world.call('writer', `POST ${GIT}/refs`, { ref: 'refs/heads/topic', sha: one });
    commitFiles(world, { 'b.txt': 'b' }, 'topic');
    const pull = { title: 't', head: 'topic', base: 'main' };
    const { number } = world.call('writer', 'POST /repos/owner/repo/pulls', pull).body;
    expect(world.call('writer-2', `PUT /repos/owner/repo/pulls/${number}/merge`, {}).status).toBe(200);
    expect(told('?ref=main')).toEqual([['pr_merge', 'writer-2']]);
  });

  it('are paged by cursors in both directions', () => {
    const { world, list } = busy();
    const ids = (rows: readonly { id: number }[]) => rows.map(({ id }) => id);
    const all = ids(list().body);
    const link = (headers: Readonly<Record<string, string>>, rel: string) =>
      new RegExp(`<[^>]*(/repos/[^>]*)>; rel="${rel}"`).exec(headers['link'] ?? '')?.[1];
    const first = list('?per_page=2');
    const second = world.call('reader', `GET ${link(first.headers, 'next')!}`);
    const third = world.call('reader', `GET ${link(second.headers, 'next')!}`);
    expect([first, second, third].flatMap(({ body }) => ids(body))).toEqual(all);
    expect(link(third.headers, 'next')).toBeUndefined();
    expect(world.call('reader', `GET ${link(third.headers, 'prev')!}`).body).toEqual(second.body);
    expect(list('?after=x').status).toBe(422);
  });
});
