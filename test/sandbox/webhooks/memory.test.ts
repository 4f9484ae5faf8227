import { createHmac } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { Faults, type FaultConfigInput } from '../../../sandbox/faults/index.ts';
import { manualClock, seededRandomness } from '../../../sandbox/kernel/environment.ts';
import { Port } from '../../../sandbox/port.ts';
import { createApp, installApp } from '../../../sandbox/seed.ts';
import { inMemoryDispatch } from '../../../sandbox/webhooks/index.ts';
import { publicPem, signJwt } from '../access/keys.ts';
import { commitFiles } from '../history.ts';
import { newWorld } from '../world.ts';

const START = Date.parse('2026-02-01T00:00:00Z');
const HOUR = 3_600_000;

function ground() {
  const world = newWorld();
  commitFiles(world, { 'a.txt': 'a' });
  const { core } = world.sandbox;
  core.store.transaction(() => {
    const ownerId = core.tables.accounts.find('login', 'owner')!.id;
    const { app } = createApp(core, {
      ownerId,
      name: 'slipway',
      permissions: { issues: 'write' },
      events: ['issues', 'issue_comment'],
      webhookUrl: 'http://127.0.0.1/hook',
      webhookSecret: 'a secret',
      publicKey: publicPem,
    });
    installApp(core, app.id, ownerId, { repositories: 'all' });
  });
  return world;
}

type World = ReturnType<typeof newWorld>;

/** One schedule in a fork: twenty comments, ten seconds apart, and what a bot hears of them until the next hour. */
async function schedule(world: World, deliveries: FaultConfigInput['deliveries'], seed = 1) {
  const clock = manualClock('2026-02-01T00:00:00Z');
  const sandbox = world.sandbox.fork({ clock, random: seededRandomness(seed) });
  const faults = new Faults(sandbox.core);
  faults.configure({ seed, deliveries });
  const dispatch = inMemoryDispatch(sandbox.core, faults.fates);
  const port = new Port(sandbox.core, { token: world.tokens.writer, owner: 'owner', repo: 'repo' });
  const heard: { n: number; at: number; guid: string }[] = [];
  dispatch.onDelivery(({ event, guid, body, headers, payload }) => {
    const signature = createHmac('sha256', 'a secret').update(body).digest('hex');
    expect(headers).toMatchObject({
      'X-GitHub-Event': event,
      'X-GitHub-Delivery': guid,
      'X-Hub-Signature-256': `sha256=${signature}`,
    });
    expect(payload).toEqual(JSON.parse(body));
    const comment = payload['comment'] as { body: string } | undefined;
    if (comment !== undefined) heard.push({ n: Number(comment.body), at: clock.now(), guid });
    return 200;
  });
  const { number } = port.createIssue({ title: 'one' });
  let delivered = 0;
  for (let n = 0; n < 20; n++) {
    port.createComment(number, String(n));
    delivered += await dispatch.flushUntil(START + (n + 1) * 10_000, clock);
  }
  delivered += await dispatch.flushUntil(START + HOUR, clock);
  return { heard, delivered, clock, left: dispatch.nextDue() };
}

const numbers = (heard: readonly { n: number }[]) => heard.map(({ n }) => n);
const ALL = [...Array(20).keys()];

describe('webhooks in memory', () => {
  it('come signed, in order and at once where nothing goes wrong', async () => {
    const { heard, delivered, clock, left } = await schedule(ground(), {});
    expect(numbers(heard)).toEqual(ALL);
    expect(heard.map(({ at }) => (at - START) / 10_000)).toEqual(ALL);
    expect(delivered).toBe(21);
    expect(clock.now()).toBe(START + HOUR);
    expect(left).toBeUndefined();
  });

  it('are late and overtake each other in virtual time, and none is missing', async () => {
    const { heard } = await schedule(ground(), { reordered: 0.5, reorderMs: 60_000 });
    expect(numbers(heard)).not.toEqual(ALL);
    expect(numbers(heard).toSorted((a, b) => a - b)).toEqual(ALL);
    expect(heard.map(({ at }) => at)).toEqual(heard.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(heard.some(({ at }) => (at - START) % 10_000 !== 0)).toBe(true);
  });

  it('are lost, and come twice under the same or a new id', async () => {
    const lost = await schedule(ground(), { lost: 0.5 });
    expect(lost.heard.length).toBeLessThan(20);
    expect(lost.left).toBeUndefined();
    const doubled = await schedule(ground(), { doubled: 1 });
    expect(doubled.heard).toHaveLength(40);
    expect(new Set(numbers(doubled.heard)).size).toBe(20);
    const ids = new Set(doubled.heard.map(({ guid }) => guid)).size;
    expect(ids).toBeGreaterThan(20);
    expect(ids).toBeLessThan(40);
  });

  it('wait beyond the end where they are later than that', async () => {
    const { heard, left } = await schedule(ground(), { late: 1, lateMs: 10 * HOUR });
    expect(heard.length).toBeLessThan(20);
    expect(left).toBeGreaterThan(START + HOUR);
  });

  it('tell the same story for the same seed in every fork, another for another', async () => {
    const world = ground();
    const config = { lost: 0.1, doubled: 0.2, late: 0.1, reordered: 0.3 };
    const first = await schedule(world, config, 3);
    expect((await schedule(world, config, 3)).heard).toEqual(first.heard);
    expect((await schedule(world, config, 4)).heard).not.toEqual(first.heard);
    expect(world.sandbox.core.tables.deliveries.size).toBe(0);
  });
});

describe('the log of an App', () => {
  it('tells which deliveries failed, and delivers them again on request', async () => {
    const world = ground();
    const { core } = world.sandbox;
    const app = core.tables.apps.find('slug', 'slipway')!;
    const jwt = () => {
      const now = Math.floor(core.clock.now() / 1000);
      return { token: signJwt({ iss: String(app.id), iat: now, exp: now + 60 }) };
    };
    const dispatch = inMemoryDispatch(core);
    const heard: [string, boolean][] = [];
    dispatch.onDelivery(({ guid, redelivery }) => {
      heard.push([guid, redelivery]);
      return heard.length === 1 ? 503 : 200;
    });
    world.call('writer', 'POST /repos/owner/repo/issues', { title: 'one' });
    await dispatch.flush();
    const list = (query = '') => world.call(jwt(), `GET /app/hook/deliveries${query}`).body;
    const [failed] = list('?status=failure');
    expect(failed).toMatchObject({ event: 'issues', action: 'opened', status_code: 503, redelivery: false });
    expect(world.call(jwt(), `GET /app/hook/deliveries/${failed.id}`).body.request.payload.issue.title).toBe(
      'one',
    );
    expect(world.call(jwt(), `POST /app/hook/deliveries/${failed.id}/attempts`).status).toBe(202);
    await dispatch.flush();
    expect(heard).toEqual([
      [failed.guid, false],
      [failed.guid, true],
    ]);
    expect(list().map(({ redelivery }: { redelivery: boolean }) => redelivery)).toEqual([true, false]);
    expect(world.call('owner', 'GET /app/hook/deliveries').status).toBe(401);
  });
});
