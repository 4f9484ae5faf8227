import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import manifest from '../../package.json' with { type: 'json' };
import { createStand, type Stand } from './stand.ts';

let stand: Stand;
beforeEach(() => {
  stand = createStand();
}, 120_000);
afterEach(() => stand[Symbol.dispose]());

const LOCK = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly integrity: string }>>;
};

/** The one big library of ONNX Runtime. */
const LIBRARY = 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1';

/** Adds a byte and leaves size aside: as something that changed the file by accident. */
const damage = (folder: string): void => appendFileSync(join(folder, LIBRARY), 'x');

describe('setup', () => {
  test('puts the command line on the PATH, and nothing native where nothing is asked for', async () => {
    const ended = await stand.action('setup', { inputs: { native: 'false' } });

    expect(ended.code, ended.log).toBe(0);
    expect(ended.outputs).toMatchObject({ decision: 'pass', version: manifest.version, native: 'none' });
    expect(ended.variables).toEqual({});
    const [folder = ''] = ended.paths;
    const said = execFileSync(join(folder, 'slipway'), ['--version'], { encoding: 'utf8', env: {} });
    expect(said.trim()).toBe(manifest.version);
    expect(stand.npmCalls()).toEqual([]);
  });

  test('installs what is native once, pinned, without scripts and without other platforms', async () => {
    const first = await stand.action('setup');
    const second = await stand.action('setup');

    expect(first.outputs['native'], first.log).toBe('installed');
    expect(second.outputs['native'], second.log).toBe('tool-cache');
    expect(second.variables).toEqual(first.variables);
    const folder = first.variables['SLIPWAY_NATIVE'] ?? '';
    expect(folder.startsWith(join(stand.tools, 'slipway-native'))).toBe(true);
    const [call, ...more] = stand.npmCalls();
    expect(more).toEqual([]);
    expect(call?.args).toEqual(expect.arrayContaining(['ci', '--ignore-scripts']));
    for (const [path, pinned] of Object.entries(call?.lock ?? {})) {
      if (path === '') continue;
      const { version, integrity } = LOCK.packages[path]!;
      expect(pinned, path).toEqual({ version, integrity });
    }
    expect(readdirSync(join(folder, 'node_modules/onnxruntime-node/bin/napi-v6/linux'))).toContain('x64');
    expect(
      existsSync(join(folder, 'node_modules/onnxruntime-node/bin/napi-v6/linux/arm64/libonnxruntime.so.1')),
    ).toBe(false);
    expect(first.log).toContain('installing ONNX Runtime');
  });

  test('installs one part where one is asked for', async () => {
    const ended = await stand.action('setup', { inputs: { native: 'onnx' } });

    expect(ended.outputs['native'], ended.log).toBe('installed');
    expect(Object.keys(stand.npmCalls()[0]?.lock ?? {})).toEqual([
      '',
      'node_modules/onnxruntime-node',
      'node_modules/onnxruntime-common',
    ]);
  });

  test('by two jobs at once: both get whole parts', async () => {
    const both = await Promise.all([stand.action('setup'), stand.action('setup')]);

    for (const ended of both) {
      expect(ended.code, ended.log).toBe(0);
      expect(ended.variables).toEqual(both[0].variables);
    }
    const home = join(both[0].variables['SLIPWAY_NATIVE'] ?? '', '..');
    expect(readdirSync(home)).toEqual([process.arch]);
  });

  test('finds changed files in the tool cache, whatever the stamp says, and installs them again', async () => {
    const folder = (await stand.action('setup')).variables['SLIPWAY_NATIVE'] ?? '';
    const library = join(folder, LIBRARY);
    const { atime, mtime, size } = statSync(library);
    const bytes = readFileSync(library);
    bytes[size - 1]! ^= 1;
    writeFileSync(library, bytes);
    utimesSync(library, atime, mtime);

    const ended = await stand.action('setup');

    expect(ended.outputs['native'], ended.log).toBe('installed');
    expect(ended.log).toContain('the tool cache is not used');
    expect(ended.commands).toEqual([expect.stringMatching(/^::warning title=DIGEST_MISMATCH::/u)]);
  });

  test('takes the parts of the runner’s image, and refuses them if they are not what is pinned', async () => {
    const folder = (await stand.action('setup')).variables['SLIPWAY_NATIVE'] ?? '';
    const image = join(stand.folder, 'image');
    renameSync(folder, image);
    rmSync(join(image, 'onnx.verified.json'));
    const env = { SLIPWAY_NATIVE: image };

    const taken = await stand.action('setup', { env });
    damage(image);
    const refused = await stand.action('setup', { env });

    expect(taken.outputs['native'], taken.log).toBe('image');
    expect(taken.variables).toEqual(env);
    expect(refused.code).toBe(4);
    expect(refused.result).toMatchObject({ reason: 'DIGEST_MISMATCH' });
    expect(refused.variables).toEqual({});
  });

  test('says what is missing where there is no npm, and where it fails', async () => {
    const without = await stand.action('setup', { env: { PATH: '/nowhere' } });
    writeFileSync(
      join(stand.folder, 'bin', 'npm'),
      '#!/bin/sh\necho "npm error 404 Not Found" >&2\nexit 1\n',
    );
    const failing = await stand.action('setup');

    expect(without.result).toMatchObject({
      reason: 'NATIVE_MISSING',
      message: expect.stringContaining('npm') as string,
    });
    expect(failing.result).toMatchObject({
      reason: 'NETWORK',
      message: expect.stringContaining('404 Not Found') as string,
    });
    for (const { code } of [without, failing]) expect(code).toBe(4);
    expect(
      readdirSync(join(stand.tools, 'slipway-native')).flatMap((name) =>
        readdirSync(join(stand.tools, 'slipway-native', name)),
      ),
    ).toEqual([]);
  });

  test('installs for this job alone where the tool cache cannot be written', async () => {
    const ended = await stand.action('setup', {
      inputs: { native: 'onnx' },
      env: { RUNNER_TOOL_CACHE: '/proc/nothing' },
    });

    expect(ended.outputs['native'], ended.log).toBe('installed');
    expect(ended.variables['SLIPWAY_NATIVE']?.startsWith(stand.temp)).toBe(true);
  });

  test('leaves nothing behind when it is cancelled', async () => {
    writeFileSync(join(stand.folder, 'bin', 'npm'), '#!/bin/sh\nexec sleep 60\n');

    const ended = await stand.action('setup', { stopAt: 'installing' });

    expect(ended.code, ended.log).toBe(130);
    expect(ended.result).toMatchObject({ reason: 'CANCELLED' });
    expect(
      readdirSync(join(stand.tools, 'slipway-native')).flatMap((name) =>
        readdirSync(join(stand.tools, 'slipway-native', name)),
      ),
    ).toEqual([]);
  });
});
