import { describe, expect, it } from 'vitest';

import {
  callSites,
  CrashFault,
  Faults,
  faultyHandle,
  TransportFault,
  type FaultConfigInput,
} from '../../../sandbox/faults/index.ts';
import { commitFiles } from '../history.ts';
import { newWorld, type World } from '../world.ts';

const RELEASES = '/repos/owner/repo/releases';

function faulty(config: FaultConfigInput = {}) {
  const world = newWorld();
  commitFiles(world, { 'a.txt': 'a' });
  const faults = new Faults(world.sandbox.core);
  faults.configure(config);
  const handle = faultyHandle(faults, (request) => world.sandbox.handle(request));
  const call = (route: string, body?: unknown) => {
    const [method, path] = route.split(' ') as [string, string];
    const response = handle({
      method,
      url: `http://api.github.localhost${path}`,
      headers: { 'user-agent': 'test', authorization: `Bearer ${world.tokens.writer}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json = response.headers['content-type']?.startsWith('application/json') === true;
    return { ...response, body: json ? JSON.parse(response.body as string) : response.body };
  };
  const make = (tag: string) => call(`POST ${RELEASES}`, { tag_name: tag });
  return { world, faults, call, make, tags: () => tagsOf(world) };
}

function tagsOf(world: World): string[] {
  return [...world.sandbox.core.tables.releases.all()].map(({ tag }) => tag);
}

describe('faults of calls', () => {
  it('leave everything alone until they are configured, and keep a log', () => {
    const { call, make, faults } = faulty();
    expect(make('v1').status).toBe(201);
    expect(call(`GET ${RELEASES}`).body).toHaveLength(1);
    expect(faults.log.list()).toMatchObject([
      { n: 1, call: 1, operation: 'repos/create-release', writes: true, status: 201, fault: null },
      { n: 2, call: 1, operation: 'repos/list-releases', writes: false, status: 200, fault: null },
    ]);
  });

  it('fail a write before its effect, or after it', () => {
    const { make, tags } = faulty({
      errorStatus: 502,
      plan: [
        { operation: 'repos/create-release', call: 1, fault: 'error-before' },
        { operation: 'repos/create-release', call: 2, fault: 'error-after' },
      ],
    });
    expect([make('v1').status, make('v2').status, make('v3').status]).toEqual([502, 502, 201]);
    expect(tags()).toEqual(['v2', 'v3']);
  });

  it('end the caller, or its connection', () => {
    const plan = (['crash-before', 'crash-after', 'reset-before', 'reset-after', 'cut'] as const).map(
      (fault, at) => ({ operation: 'repos/create-release', call: at + 1, fault }),
    );
    const { make, tags } = faulty({ plan });
    expect(() => make('v1')).toThrow(CrashFault);
    expect(() => make('v2')).toThrow(CrashFault);
    expect(() => make('v3')).toThrow(TransportFault);
    expect(() => make('v4')).toThrow(TransportFault);
    expect(() => make('v5')).toThrow(TransportFault);
    expect(tags()).toEqual(['v2', 'v4', 'v5']);
  });

  it('limit a token for a while: all its calls, or its writes', () => {
    const { make, call, world } = faulty({
      limitMs: 60_000,
      plan: [
        { operation: 'repos/create-release', call: 1, fault: 'secondary-limit' },
        { operation: 'repos/create-release', call: 4, fault: 'primary-limit' },
      ],
    });
    expect([403, 429]).toContain(make('v1').status);
    expect(call(`GET ${RELEASES}`).status).toBe(200);
    expect([403, 429]).toContain(make('v2').status);
    world.clock.advance(60_000);
    expect(make('v3').status).toBe(201);
    expect(make('v4').headers['x-ratelimit-remaining']).toBe('0');
    expect(call(`GET ${RELEASES}`).status).toBe(403);
  });

  it('answer a read from the state some transactions ago, of which nothing stays', () => {
    const { make, call, tags } = faulty({
      staleTransactions: 1,
      plan: [{ operation: 'repos/list-releases', call: 1, fault: 'stale' }],
    });
    make('v1');
    make('v2');
    const list = () => call(`GET ${RELEASES}`).body.map((one: { tag_name: string }) => one.tag_name);
    expect(list()).toEqual(['v1']);
    expect(list()).toEqual(['v2', 'v1']);
    expect(tags()).toEqual(['v1', 'v2']);
  });

  it('are not stale any more after some time', () => {
    const { make, call, world } = faulty({ staleMs: 1000, calls: { stale: 1 } });
    make('v1');
    world.clock.advance(1001);
    expect(call(`GET ${RELEASES}`).body).toHaveLength(1);
  });

  it('leave holes in lists, and shift pages', () => {
    const { make, call } = faulty({
      plan: [
        { operation: 'repos/list-releases', call: 1, fault: 'hole' },
        { operation: 'repos/list-releases', call: 2, fault: 'shift' },
        { operation: 'repos/list-releases', call: 3, fault: 'shift' },
        { operation: 'repos/list-releases', call: 4, fault: 'shift' },
      ],
    });
    for (const tag of ['v1', 'v2', 'v3', 'v4']) make(tag);
    const list = (query: string) =>
      call(`GET ${RELEASES}?${query}`).body.map((one: { tag_name: string }) => one.tag_name);
    expect(list('')).toHaveLength(3);
    const pages = [list('per_page=2&page=2'), list('per_page=2&page=2'), list('per_page=2&page=2')];
    for (const page of pages) expect([['v1'], ['v3', 'v2']]).toContainEqual(page);
    expect(list('per_page=2&page=2')).toEqual(['v2', 'v1']);
  });

  it('follow from the seed', () => {
    const run = (seed: number) => {
      const { make, faults } = faulty({ seed, calls: { 'error-before': 0.3, 'error-after': 0.3 } });
      for (let n = 0; n < 30; n++) make(`v${n}`);
      return faults.log.list().map(({ fault, status }) => `${fault} ${status}`);
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    expect(new Set(run(3)).size).toBeGreaterThan(3);
  });

  it('happen where the route says, to reads or writes', () => {
    const { make, call } = faulty({
      errorStatus: 500,
      calls: { 'error-before': 1 },
      routes: [
        { operations: 'repos/*', calls: {} },
        { operations: 'repos/*-release', only: 'writes', calls: { 'error-before': 1 } },
      ],
    });
    expect(make('v1').status).toBe(500);
    expect(call(`GET ${RELEASES}`).status).toBe(200);
    expect(call('GET /user').status).toBe(500);
  });

  it('give the matrix of call sites', () => {
    const { make, call, faults } = faulty();
    make('v1');
    make('v2');
    call(`GET ${RELEASES}`);
    const sites = callSites(faults.log.list());
    expect(sites).toEqual([
      { operation: 'repos/create-release', call: 1, writes: true },
      { operation: 'repos/create-release', call: 2, writes: true },
      { operation: 'repos/list-releases', call: 1, writes: false },
    ]);
  });
});
