import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { nvidiaSmi, type FakeGpu } from '../support/nvidia-smi.ts';
import { createStand, type Stand } from './stand.ts';

let stand: Stand;
let server: Server;
/** Seconds that the server's clock is behind. */
let behind = 0;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  server = createServer((_, response) => {
    response.setHeader('Date', new Date(Date.now() - behind * 1000).toUTCString());
    response.statusCode = 403;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  env = { GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
});
afterAll(() => server.close());
beforeEach(() => {
  stand = createStand();
  behind = 0;
}, 120_000);
afterEach(() => stand[Symbol.dispose]());

/** Puts a program in the place of nvidia-smi. */
function driver(gpus: readonly FakeGpu[], versions = {}): void {
  const report = join(stand.folder, 'report.xml');
  writeFileSync(report, nvidiaSmi(gpus, versions));
  writeFileSync(join(stand.folder, 'bin', 'nvidia-smi'), `#!/bin/sh\ncat '${report}'\n`);
  chmodSync(join(stand.folder, 'bin', 'nvidia-smi'), 0o755);
}

describe('preflight', () => {
  test('says plainly that there is no GPU, and passes', async () => {
    const ended = await stand.action('preflight', { env });

    expect(ended.code, ended.log).toBe(0);
    expect(ended.outputs).toMatchObject({
      decision: 'pass',
      gpus: '0',
      gpu: '',
      driver: '',
      'gpu-memory-free': '0',
    });
    expect(ended.log).toContain('this machine has no NVIDIA GPU');
    expect(Math.abs(Number(ended.outputs['clock-skew']))).toBeLessThan(3);
    expect(ended.commands).toEqual([]);
  });

  test('fails a job that needs a GPU where there is none', async () => {
    const ended = await stand.action('preflight', { env, inputs: { 'require-gpu': 'true' } });

    expect(ended.code).toBe(1);
    expect(ended.outputs).toMatchObject({ decision: 'fail', reason: 'CHECK_FAILED' });
    expect(ended.commands[0]).toMatch(/^::error title=MACHINE_UNFIT::gpu: this machine has no NVIDIA GPU/u);
  });

  test('tells what a GPU job finds, in outputs, result and summary', async () => {
    driver([{}, { free: 1000 }]);

    const inputs = { 'require-gpu': 'true', cuda: '12.4', 'gpu-memory': '60000' };
    const ended = await stand.action('preflight', { env, inputs });

    expect(ended.code, ended.log).toBe(0);
    expect(ended.outputs).toMatchObject({
      decision: 'pass',
      gpus: '2',
      gpu: 'NVIDIA H100 80GB HBM3',
      driver: '570.133.20',
      cuda: '12.8',
      'gpu-memory-free': '81079',
    });
    expect(ended.result).toMatchObject({
      schema: 'slipway.preflight/1',
      machine: { gpus: { kind: 'found' } },
    });
    expect(ended.summary).toContain('NVIDIA H100 80GB HBM3');
  });

  test('names everything that is wrong at once', async () => {
    driver([{ ecc: '<dram_uncorrectable>2</dram_uncorrectable>', free: 10 }]);
    behind = 600;

    const inputs = { cuda: '13.0', 'gpu-memory': '1000', disk: '100000', mig: 'on' };
    const ended = await stand.action('preflight', { env, inputs });

    expect(ended.code).toBe(1);
    expect(ended.commands.map((command) => /::error [^:]*::([\w ]+):/u.exec(command)?.[1])).toEqual([
      'driver',
      'gpu 0',
      'gpu 0',
      'gpu memory',
      'disk',
      'clock',
    ]);
  });

  test('reaches GitHub through the proxy of the runner, but not what that leaves out', async () => {
    const asked: string[] = [];
    const proxy = createServer().on('connect', ({ url = '' }, socket) => {
      asked.push(url);
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const https_proxy = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const GITHUB_API_URL = 'https://ghe.acme.test/api/v3';

    const through = await stand.action('preflight', { env: { https_proxy, GITHUB_API_URL } });
    const around = await stand.action('preflight', {
      env: { https_proxy, GITHUB_API_URL, no_proxy: 'acme.test,.acme.test' },
    });
    proxy.close();

    expect(asked).toEqual(['ghe.acme.test:443']);
    for (const ended of [through, around]) expect(ended.code, ended.log).toBe(0);
  });

  test('takes words of a driver for words', async () => {
    driver([
      { name: '::error::owned]]', processes: [{ pid: 1, type: 'C', name: '::add-path::/tmp', memory: 'x' }] },
    ]);

    const ended = await stand.action('preflight', { env });

    expect(ended.commands).toEqual([
      expect.stringMatching(/^::warning title=MACHINE_UNFIT::gpu 0: process 1/u),
    ]);
    expect(ended.paths).toEqual([]);
  });
});
