import { request as requestHttp } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readBotConfig } from '../../bot/config.ts';
import { startBot, type RunningBot } from '../../bot/main.ts';
import { WEBHOOK_PATH } from '../../bot/server.ts';
import { deliver, signed, STAGED, stories, UNTIL } from './looks.ts';
import { SECRET, stand, type Stand } from './stand.ts';

const page = async (bot: Pick<RunningBot, 'url'>, path: string) => {
  const response = await fetch(`${bot.url}${path}`);
  return [response.status, await response.text()] as const;
};

/** Makes every call of GitHub take a while, or ends that. */
async function slow(here: Stand, ms: number | null): Promise<void> {
  const init =
    ms === null
      ? { method: 'DELETE' }
      : { method: 'PUT', body: JSON.stringify({ seed: 1, calls: { slow: 1 }, slowMs: ms }) };
  const response = await fetch(`${here.sandbox.url}/_sandbox/faults`, init);
  expect([response.status, await response.text()][0]).toBeLessThan(300);
}

describe('a bot’s life', () => {
  let here: Stand;
  beforeAll(async () => {
    here = await stand();
  });
  afterAll(() => here.close());

  /** A bot with more in its environment than the stand’s. */
  const started = async (more: Readonly<Record<string, string>>) => {
    const environment = { ...here.environment, PORT: '0', LOG_LEVEL: 'error', ...more };
    return await startBot(readBotConfig(environment), { out: { write: () => undefined } });
  };

  it('takes deliveries of both secrets while they are being changed, and of no third', async () => {
    const bot = await started({
      WEBHOOK_SECRET: 'the new secret of it',
      WEBHOOK_SECRET_PREVIOUS: SECRET,
    });
    const statuses = ['the new secret of it', SECRET, 'another secret of it'].map((secret) =>
      deliver(bot, signed('{}', secret)),
    );
    expect(await Promise.all(statuses)).toEqual([202, 202, 401]);
    await bot.stop();
  });

  it('refuses bodies that are too large, too deep or no payload, before they cost anything', async () => {
    const bot = await here.bot({ deaf: true });
    expect(await deliver(bot, signed(`{"a":${'['.repeat(64)}${']'.repeat(64)}}`))).toBe(400);
    expect(await deliver(bot, signed(`{"a":${'['.repeat(63)}${']'.repeat(63)}}`))).toBe(202);
    expect(await deliver(bot, signed('[1]'))).toBe(400);
    expect(await deliver(bot, signed('{'))).toBe(400);
    expect(await deliver(bot, signed('{}'), { event: '' })).toBe(400);
    // The length that is declared suffices: not a byte of the body is waited for.
    const status = await new Promise((resolve, reject) => {
      const request = requestHttp(`${bot.url}${WEBHOOK_PATH}`, {
        method: 'POST',
        headers: { 'content-length': 26 * 2 ** 20 },
      });
      request.on('response', ({ statusCode }) => resolve(statusCode)).on('error', reject);
      request.flushHeaders();
    });
    expect(status).toBe(413);
    expect((await page(bot, WEBHOOK_PATH))[0]).toBe(404);
    expect((await fetch(`${bot.url}/metrics`, { method: 'POST' })).status).toBe(405);
    const [, metrics] = await page(bot, '/metrics');
    for (const [status, times] of [
      [202, 1],
      [400, 4],
      [413, 1],
    ])
      expect(metrics).toContain(`slipway_deliveries_total{status="${status}"} ${times}`);
    for (const name of [
      'slipway_ack_seconds_bucket',
      'slipway_passes_total',
      'slipway_pass_seconds_bucket',
      'slipway_github_calls_total',
      'slipway_queue_waiting',
      'slipway_queue_oldest_seconds',
    ])
      expect(metrics).toContain(name);
    await bot.stop();
  });

  it('is alive and not ready while GitHub gives no answer, and gives up when it is told to', async () => {
    const stop = new AbortController();
    const free = await here.bot({ deaf: true });
    const { port } = new URL(free.url);
    await free.stop();
    const starting = startBot(
      readBotConfig({ ...here.environment, PORT: port, GITHUB_API_URL: 'http://127.0.0.1:9' }),
      { out: { write: () => undefined }, signal: stop.signal },
    );
    const bot = { url: `http://127.0.0.1:${port}` };
    await expect.poll(() => page(bot, '/readyz').catch(() => null), UNTIL).toEqual([503, 'starting']);
    expect(await page(bot, '/healthz')).toEqual([200, 'ok']);
    stop.abort();
    await expect(starting).rejects.toThrow();
    await expect(page(bot, '/healthz')).rejects.toThrow();
  });

  it('stopped with a pass under way: takes nothing more, ends the pass, and nothing is lost', async () => {
    const place = await here.repository('stopped');
    const bot = await here.bot();
    await expect.poll(() => here.lines.some(({ msg }) => msg === 'all repositories woken'), UNTIL).toBe(true);
    await slow(here, 150);
    await here.label('writer', place, 'promote:staging');
    await expect
      .poll(() => page(bot, '/metrics').then(([, text]) => text), UNTIL)
      .toMatch(/slipway_deliveries_total\{status="202"\} [1-9]/);
    const began = performance.now();
    const stopping = bot.stop();
    expect(await page(bot, '/readyz')).toEqual([503, 'stopping']);
    expect(await deliver(bot, signed('{}'))).toBe(503);
    await stopping;
    await slow(here, null);
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(here.lines.findLast(({ msg }) => msg === 'stopped')).toMatchObject({ passesEnded: true });
    await expect(page(bot, '/healthz')).rejects.toThrow();
    await here.bot({ deaf: true });
    await expect.poll(() => stories(here, place), UNTIL).toEqual(STAGED);
  }, 40_000);

  it('does nothing in an installation with a permission that it must not have, whatever wakes it', async () => {
    const place = await here.repository('forbidden');
    const { installations } = here.sandbox.sandbox.core.tables;
    const { core } = here.sandbox.sandbox;
    const installation = [...installations.all()][0]!;
    const grant = (permissions: object) =>
      core.store.transaction(() =>
        installations.put({ ...installation, permissions } as typeof installation),
      );
    grant({ ...installation.permissions, workflows: 'write' });
    const bot = await here.bot();
    await here.label('writer', place, 'promote:staging');
    const said = () =>
      here.lines.find(
        ({ msg, repository }) => msg === 'repository parked' && repository === 'owner/forbidden',
      );
    await expect.poll(said, UNTIL).toMatchObject({ reason: expect.stringContaining('workflows') as unknown });
    expect(await stories(here, place)).toEqual(['register']);
    grant(installation.permissions);
    await bot.stop();
  });
});
