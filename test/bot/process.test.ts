import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { LAUNCHER, slipway } from '../support/cli.ts';
import { stand, type Stand } from './stand.ts';

const UNTIL = { timeout: 15_000, interval: 50 };

/** `slipway bot` in a process of its own, as far as its one line. */
async function startProcess(here: Stand, args: readonly string[] = []) {
  const child: ChildProcess = spawn(process.execPath, [LAUNCHER, 'bot', '--json', '--port', '0', ...args], {
    cwd: here.sandbox.folder,
    env: { PATH: process.env['PATH'] ?? '', ...here.environment, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close') as Promise<[number | null, string | null]>;
  let log = '';
  child.stderr!.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const [first] = (await Promise.race([once(child.stdout!, 'data'), closed])) as [Buffer | number | null];
  if (!Buffer.isBuffer(first)) throw new Error(`the bot ended: ${log}`);
  const { url } = JSON.parse(first.toString()) as { url: string };
  return { url, child, closed, log: () => log };
}

describe('slipway bot', () => {
  let here: Stand;
  beforeAll(async () => {
    here = await stand();
  });
  afterAll(() => here.close());

  it('says all problems of its environment at once', async () => {
    const { code, stderr } = await slipway(here.sandbox.folder, ['bot'], { PORT: 'x' });
    expect(code).toBe(2);
    for (const name of ['APP_ID', 'WEBHOOK_SECRET', 'PRIVATE_KEY_PATH', 'PORT'])
      expect(stderr).toContain(name);
  });

  it('killed at any moment and started again, records every request once', async () => {
    const places = await Promise.all([1, 2].map((n) => here.repository(`storm-${n}`)));
    let running = await startProcess(here);
    for (const place of places) {
      here.deliverTo(running.url);
      await here.label('writer', place, 'promote:staging');
      // Somewhere within the pass that the label caused: each place has its own moment.
      await expect.poll(async () => (await here.entries(place)).length > 1, UNTIL).toBe(true);
      running.child.kill('SIGKILL');
      await running.closed;
      running = await startProcess(here);
    }
    for (const place of places) {
      await expect
        .poll(async () => (await here.entries(place)).map(({ op }) => op), UNTIL)
        .toEqual(['register', 'promote', 'verified']);
    }
    const taken = await slipway(
      here.sandbox.folder,
      ['bot', '--port', new URL(running.url).port],
      here.environment,
    );
    expect(taken.code).toBe(4);
    expect(taken.stderr).toContain('is taken');
    running.child.kill('SIGTERM');
    expect(await running.closed).toEqual([0, null]);
    expect(running.log()).toContain('"msg":"stopped"');
  });
});
