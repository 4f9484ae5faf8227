import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { parse } from 'parse5';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startBot } from '../../bot/main.ts';
import { readBotConfig } from '../../bot/config.ts';
import { permissionProblems, PERMISSIONS } from '../../bot/permissions.ts';
import { LAUNCHER, slipway } from '../support/cli.ts';
import { serve, type Served } from '../sandbox/e2e/server.ts';

interface Node {
  readonly nodeName: string;
  readonly attrs?: readonly { readonly name: string; readonly value: string }[];
  readonly childNodes?: readonly Node[];
}

/** The form of a page: where it goes and what it carries. */
function formOf(text: string): { action: string; values: Record<string, string> } {
  const values: Record<string, string> = {};
  let action = '';
  const walk = (node: Node): void => {
    const of = (name: string) => node.attrs?.find((one) => one.name === name)?.value;
    if (node.nodeName === 'form' && (of('action') ?? '').includes('/settings/apps/'))
      action = of('action') ?? '';
    if (node.nodeName === 'input' && of('name') !== undefined) values[of('name')!] = of('value') ?? '';
    if (node.nodeName === 'option' && of('value') !== undefined) values['owner'] ??= of('value')!;
    node.childNodes?.forEach(walk);
  };
  walk(parse(text));
  return { action, values };
}

describe('slipway bot setup', () => {
  let sandbox: Served;
  beforeAll(async () => {
    sandbox = await serve();
  });
  afterAll(() => sandbox.close());

  function start(folder: string) {
    const args = [
      'bot',
      'setup',
      '--webhook-url',
      'http://127.0.0.1:3000',
      '--github-url',
      sandbox.url,
      '--name',
      'shipper',
    ];
    const child = spawn(process.execPath, [LAUNCHER, ...args, '--json'], { cwd: folder });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    const opened = new Promise<string>((resolve) =>
      child.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk.toString();
        const url = /http:\/\/127\.0\.0\.1:\d+/.exec(stderr)?.[0];
        if (url !== undefined) resolve(url);
      }),
    );
    const closed = once(child, 'close') as Promise<[number | null]>;
    return { child, opened, closed, stdout: () => stdout };
  }

  /** Goes on to GitHub, confirms, and gives the address that GitHub sends the browser back to. */
  async function confirm(page: string): Promise<string> {
    const asked = formOf(await (await fetch(page)).text());
    const shown = await fetch(asked.action, { method: 'POST', body: new URLSearchParams(asked.values) });
    const { values } = formOf(await shown.text());
    const done = await fetch(`${sandbox.url}/settings/apps/register`, {
      method: 'POST',
      headers: { origin: sandbox.url },
      body: new URLSearchParams(values),
      redirect: 'manual',
    });
    return done.headers.get('location') ?? `no redirect: ${await done.text()}`;
  }

  it('makes an App that starts, and keeps its key for its owner alone', async () => {
    const folder = mkdtempSync(join(sandbox.folder, 'setup-'));
    const running = start(folder);
    const back = await confirm(await running.opened);
    const forged = new URL(back);
    forged.searchParams.set('state', 'x'.repeat(32));
    expect((await fetch(forged)).status).toBe(403);
    expect((await fetch(back)).status).toBe(200);
    expect(await running.closed).toEqual([0, null]);
    expect(JSON.parse(running.stdout())).toMatchObject({ decision: 'pass', slug: 'shipper' });
    const kept = join(folder, '.slipway', 'bot');
    expect(readdirSync(kept).sort()).toEqual(['.gitignore', 'app.env', 'private-key.pem']);
    expect(readdirSync(join(folder, '.slipway'))).toEqual(['bot']);
    for (const name of ['app.env', 'private-key.pem'])
      expect(statSync(join(kept, name)).mode & 0o777).toBe(0o600);
    const environment = parseEnv(readFileSync(join(kept, 'app.env'), 'utf8'));
    const bot = await startBot(readBotConfig({ ...environment, PORT: '0' }), {
      out: { write: () => undefined },
    });
    await bot.stop();
    const app = sandbox.sandbox.core.tables.apps.find('slug', 'shipper')!;
    expect(permissionProblems(app.permissions)).toEqual([]);
    expect(Object.keys(app.permissions).sort()).toEqual(Object.keys(PERMISSIONS).sort());
    const again = await slipway(folder, ['bot', 'setup', '--webhook-url', 'https://bot.example.com']);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('EXISTS');
  });

  it('leaves nothing behind when it is given up', async () => {
    const folder = mkdtempSync(join(sandbox.folder, 'given-up-'));
    const running = start(folder);
    await running.opened;
    running.child.kill('SIGINT');
    expect((await running.closed)[0]).toBe(130);
    expect(existsSync(join(folder, '.slipway'))).toBe(false);
    rmSync(folder, { recursive: true });
  });

  it('takes no address that GitHub could not deliver to', async () => {
    const { code, stderr } = await slipway(sandbox.folder, [
      'bot',
      'setup',
      '--webhook-url',
      'http://bot.example.com',
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('https');
  });
});
