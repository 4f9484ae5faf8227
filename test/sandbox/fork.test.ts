import { describe, expect, it } from 'vitest';

import { memoryObjects } from '../../sandbox/git/objects.ts';
import { createSandbox, type Sandbox } from '../../sandbox/index.ts';
import { manualClock, seededRandomness } from '../../sandbox/kernel/environment.ts';
import { Port } from '../../sandbox/port.ts';
import { inMemoryDispatch } from '../../sandbox/webhooks/index.ts';
import { commitFiles } from './history.ts';
import { newWorld, type Who } from './world.ts';

function ground() {
  const world = newWorld();
  const oid = commitFiles(world, { 'a.txt': 'a' });
  const config = { url: 'http://127.0.0.1/hook', content_type: 'json', secret: 's' };
  world.call('owner', 'POST /repos/owner/repo/hooks', { config, events: ['issues', 'release'] });
  const port = (sandbox: Sandbox, who: Who = 'writer') =>
    new Port(sandbox.core, { token: world.tokens[who], owner: 'owner', repo: 'repo' });
  port(world.sandbox).createIssue({ title: 'one' });
  const fork = (seed = 2) =>
    world.sandbox.fork({ clock: manualClock('2027-01-01T00:00:00Z'), random: seededRandomness(seed) });
  return { world, oid, port, fork };
}

/** What a simulation does in a world: refs, objects, blobs, issues. */
function live(port: Port, oid: string, text: string) {
  const tree = port.createTree(undefined, { 'entry.json': text });
  const commit = port.createCommit({ message: text, tree, parents: [oid] });
  port.createRef('refs/heads/log', commit);
  const { number } = port.createIssue({ title: text });
  const release = port.createRelease({ tag_name: 'v1', draft: true });
  const asset = port.uploadAsset(release.id, 'model.bin', Buffer.from(text));
  return { commit, number, release: release.id, asset: asset.id };
}

describe('a fork of a sandbox', () => {
  it('begins as its origin is: people, tokens, refs, objects, numbers', () => {
    const { oid, port, fork } = ground();
    const forked = port(fork());
    expect(forked.ref('heads/main')?.object.sha).toBe(oid);
    expect(forked.file('a.txt', 'main')).toBe('a');
    expect(forked.issue(1).title).toBe('one');
    expect(forked.createIssue({ title: 'two' })).toMatchObject({
      number: 2,
      created_at: '2027-01-01T00:00:00Z',
    });
  });

  it('does not see what its origin or another fork writes, nor they what it writes', () => {
    const { world, oid, port, fork } = ground();
    const [one, other] = [fork(), fork()];
    const here = live(port(one), oid, 'here');
    const there = live(port(world.sandbox), oid, 'there');
    for (const [sandbox, mine, foreign] of [
      [one, here, there],
      [world.sandbox, there, here],
    ] as const) {
      const seen = port(sandbox);
      expect(seen.ref('heads/log')?.object.sha).toBe(mine.commit);
      expect(seen.issues({ state: 'all' })).toHaveLength(2);
      expect(Buffer.from(seen.readAsset(mine.asset)).toString()).toBe(seen.issue(2).title);
      expect(() => seen.commit(foreign.commit)).toThrow();
    }
    const untouched = port(other);
    expect(untouched.ref('heads/log')).toBeUndefined();
    expect(untouched.issues({ state: 'all' })).toHaveLength(1);
    expect(untouched.releases()).toEqual([]);
    expect(() => untouched.commit(here.commit)).toThrow();
    // The sequence of ids goes on where the fork began.
    expect(live(untouched, oid, 'here')).toMatchObject({ number: 2, release: here.release });
  });

  it('has tokens and undelivered webhooks of its own', async () => {
    const { world, port, fork } = ground();
    const pending = (sandbox: Sandbox) => sandbox.core.tables.deliveries.count('outbox', 'pending');
    const forked = fork();
    expect(pending(forked)).toBe(pending(world.sandbox));
    port(forked).createIssue({ title: 'two' });
    expect(pending(forked)).toBe(pending(world.sandbox) + 1);
    const got: string[] = [];
    const dispatch = inMemoryDispatch(forked.core);
    dispatch.onDelivery(({ event }) => {
      got.push(event);
      return 200;
    });
    await dispatch.flush();
    expect(got).toEqual(['ping', 'issues', 'issues']);
    expect(pending(world.sandbox)).toBe(2);
    const { tokens } = forked.core.tables;
    forked.core.store.transaction(() => {
      for (const { id } of [...tokens.all()]) tokens.remove(id);
    });
    expect(() => port(forked).issue(1)).toThrow('Bad credentials');
    expect(port(world.sandbox).issue(1).title).toBe('one');
  });

  it('follows its clock and its seed alone', () => {
    const { oid, port, fork } = ground();
    const story = (seed: number) => {
      const sandbox = fork(seed);
      const made = live(port(sandbox), oid, 'x');
      const guids = [...sandbox.core.tables.deliveries.all()].map(({ guid }) => guid);
      return { made, guids };
    };
    expect(story(3)).toEqual(story(3));
    expect(story(3).guids).not.toEqual(story(4).guids);
  });

  it('can be forked again, many times over', () => {
    const { oid, port, fork } = ground();
    let sandbox = fork();
    for (let n = 0; n < 20; n++) {
      const seen = port(sandbox);
      seen.createRef(`refs/tags/t${n}`, seen.createTag({ tag: `t${n}`, message: `${n}`, object: oid }));
      sandbox = sandbox.fork({ clock: manualClock(), random: seededRandomness(n) });
    }
    const refs = port(sandbox).refs('tags/t');
    expect(refs).toHaveLength(20);
    for (const { object } of refs) expect(port(sandbox).tag(object.sha).object.sha).toBe(oid);
  });

  it('is only for sandboxes in memory', () => {
    const options = { clock: manualClock(), random: seededRandomness(1) };
    const sandbox = createSandbox({ objects: () => memoryObjects() });
    expect(() => sandbox.fork(options)).toThrow('all in memory');
  });
});
