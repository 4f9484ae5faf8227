import { describe, expect, it } from 'vitest';

import { commitFiles } from '../history.ts';
import { newWorld } from '../world.ts';

const DISPATCHES = 'POST /repos/owner/repo/dispatches';

describe('repository_dispatch', () => {
  it('tells what it was given, of the default branch', () => {
    const world = newWorld();
    const sha = commitFiles(world, { 'a.txt': 'a' });
    const seen: unknown[] = [];
    world.sandbox.core.listeners.push((_core, event) => {
      seen.push({ ...event.facts, action: event.action, client: event.body()['client_payload'] });
    });
    const sent = world.call('writer', DISPATCHES, {
      event_type: 'retrain',
      client_payload: { model: 'churn' },
    });
    expect(sent.status).toBe(204);
    expect(seen).toEqual([{ ref: 'refs/heads/main', sha, action: 'retrain', client: { model: 'churn' } }]);
  });

  it.each([
    ['no name', {}],
    ['a name of more than 100 characters', { event_type: 'x'.repeat(101) }],
    [
      'more than 10 members',
      {
        event_type: 'x',
        client_payload: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`k${n}`, n])),
      },
    ],
    ['64 KB', { event_type: 'x', client_payload: { text: 'x'.repeat(64 * 1024) } }],
  ])('is refused with %s', (_title, body) => {
    expect(newWorld().call('writer', DISPATCHES, body).status).toBe(422);
  });

  it('takes write access', () => {
    expect(newWorld().call('reader', DISPATCHES, { event_type: 'x' }).status).toBeGreaterThanOrEqual(403);
  });
});
