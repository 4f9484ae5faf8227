import { describe, expect, it } from 'vitest';

import { identify } from '../../../bot/identity.ts';
import { PERMISSIONS } from '../../../bot/permissions.ts';
import { Refused, unclear, type Api } from '../../../src/platform/github/api.ts';
import { linesOf } from './lines.ts';

const permissions = Object.fromEntries(Object.entries(PERMISSIONS).map(([name, { level }]) => [name, level]));
const signal = new AbortController().signal;

function app(more: object = {}): Api {
  const data = {
    slug: 'slipway',
    html_url: 'https://github.com/apps/slipway',
    permissions: { ...permissions, ...more },
  };
  return () => Promise.resolve({ status: 200, data, headers: {} });
}

describe('who the bot is', () => {
  it('is told by GitHub, with the root of its pages', async () => {
    const { log, lines } = linesOf();
    await expect(identify(app(), log, signal)).resolves.toEqual({
      slug: 'slipway',
      web: 'https://github.com',
    });
    expect(lines).toEqual([]);
  });

  it('is nobody who may write workflows', async () => {
    const { log } = linesOf();
    await expect(identify(app({ workflows: 'write' }), log, signal)).rejects.toMatchObject({
      code: 'PERMISSION',
    });
  });

  it('may lack a permission: a line says what it costs', async () => {
    const { log, lines } = linesOf();
    await identify(app({ checks: 'read' }), log, signal);
    expect(lines.map(({ msg }) => msg).join()).toContain('slipway/gate');
  });

  it('is refused with the next step where the key does not fit, and asked again where there is no answer', async () => {
    const { log, lines } = linesOf();
    const refused: Api = () => Promise.reject(new Refused('GET /app', 401, 'bad credentials'));
    await expect(identify(refused, log, signal)).rejects.toMatchObject({ code: 'GITHUB_REFUSED' });
    let asked = 0;
    const away: Api = (...call) =>
      asked++ === 0 ? Promise.reject(unclear('GET /app', 'no answer')) : app()(...call);
    await expect(identify(away, log, signal)).resolves.toMatchObject({ slug: 'slipway' });
    expect(lines.at(-1)).toMatchObject({ level: 'warn', retryMs: 500 });
  });
});
