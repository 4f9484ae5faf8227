import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createStand, type Stand } from './stand.ts';

/** Images are built where Docker is; what their builds run is tried here. */

let stand: Stand;
let env: Readonly<Record<string, string>>;
const native = (): string => join(stand.folder, 'image', 'native');

function run(script: string, args: readonly string[], more = {}): string {
  return execFileSync('bash', [join('runner-images', script), ...args], {
    encoding: 'utf8',
    env: { ...env, ...more },
    stdio: 'pipe',
  });
}

beforeAll(() => {
  stand = createStand();
  env = { PATH: `${join(process.execPath, '..')}:${stand.path}`, HOME: stand.folder };
  run('native.sh', [stand.dist, native()]);
}, 120_000);
afterAll(() => stand[Symbol.dispose]());

describe('a runner image', () => {
  test('gets the native parts that setup provides, and they stand its own trial', () => {
    const tables = join('test', 'golden', 'data', 'tables');

    expect(run('cpu/smoke.sh', [stand.dist, tables], { SLIPWAY_NATIVE: native() })).toContain('smoke: ok');
  });

  test('without them fails its trial', () => {
    const tables = join('test', 'golden', 'data', 'tables');

    expect(() => run('cpu/smoke.sh', [stand.dist, tables])).toThrow('not the image');
  });

  test.each(['cpu', 'cuda'])('is built of what its versions.lock pins: %s', (flavour) => {
    const folder = join('runner-images', flavour);
    const locked = readFileSync(join(folder, 'versions.lock'), 'utf8').matchAll(/^([A-Z_]+)=(\S+)$/gmu);
    const versions = new Map([...locked].map(([, name = '', value = '']) => [name, value]));
    const dockerfile = readFileSync(join(folder, 'Dockerfile'), 'utf8');
    const wanted = [...dockerfile.matchAll(/^ARG ([A-Z_]+)$/gmu)].map(([, name = '']) => name);

    expect([...versions.keys()].sort()).toEqual(wanted.sort());
    for (const version of versions.values())
      expect(version).toMatch(/^[^:\s]+:\d[\w.-]*(@sha256:[0-9a-f]{64})?$/u);
    for (const [, image = ''] of dockerfile.matchAll(/^FROM (\S+)/gmu))
      expect(image).toMatch(/^\$\{[A-Z_]+\}$/u);
    for (const [, file = ''] of dockerfile.matchAll(/^COPY (runner-images\S+)/gmu))
      expect(existsSync(file)).toBe(true);
  });
});
