import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Action } from '../../src/entry/actions/action.ts';
import { ACTIONS, type ActionName } from '../../src/entry/actions/list.ts';
import { COMMON_OUTPUTS } from '../../src/entry/actions/perform.ts';
import { createStand, type Stand } from './stand.ts';

let stand: Stand;
beforeAll(() => {
  stand = createStand();
}, 120_000);
afterAll(() => stand[Symbol.dispose]());

const NAMES = Object.keys(ACTIONS) as ActionName[];

describe.each(NAMES)('the bundle’s %s', (name) => {
  test('starts where no package is in reach, and refuses an input that it does not have', async () => {
    const action: Action = await ACTIONS[name]();

    const ended = await stand.action(name, { inputs: { 'no-such-thing': 'x' } });

    expect(ended.code, ended.log).toBe(2);
    expect(ended.result).toMatchObject({
      schema: 'slipway.error/1',
      command: name,
      decision: 'error',
      reason: 'USAGE',
    });
    expect(ended.commands[0]).toMatch(/^::error title=USAGE::there is no input "no-such-thing"%0Anext: /u);
    expect(Object.keys(ended.outputs).sort()).toEqual([...COMMON_OUTPUTS, ...action.outputs].sort());
    process.stdout.write(`start of ${name}: ${Math.round(ended.milliseconds)} ms\n`);
  });

  test('has a post step if it says so, which never fails a job', async () => {
    const action: Action = await ACTIONS[name]();

    expect(existsSync(join(stand.dist, `${name}-post.js`))).toBe(action.post !== undefined);
    if (action.post === undefined) return;
    const ended = await stand.action(name, { inputs: { 'no-such-thing': 'x' } }, 'post');

    expect(ended.code, ended.log).toBe(0);
    expect(ended.commands).toEqual([expect.stringMatching(/^::warning title=slipway /u)]);
  });
});

describe('the bundle', () => {
  test('says what is wrong outside of a workflow', async () => {
    const ended = await stand.action('setup', { env: { GITHUB_REPOSITORY: '', RUNNER_TEMP: '' } });

    expect(ended.code).toBe(2);
    expect(ended.log).toContain('GITHUB_REPOSITORY, RUNNER_TEMP are not set');
  });

  test('names the actions there are to whoever starts another', async () => {
    const ended = await stand.step({ program: [join(stand.dist, 'index.js'), 'toString', 'main'] });

    expect(ended.code).toBe(2);
    expect(ended.log).toContain(`expected one of ${NAMES.join(', ')}`);
  });

  test('holds nothing but programs, licences and the parts they share', () => {
    const names = readdirSync(stand.dist).filter((name) => !/-[\w-]{8}\.js$/u.test(name));

    const stubs = names.filter((name) =>
      NAMES.some((action) => name === `${action}.js` || name === `${action}-post.js`),
    );
    expect(names.filter((name) => !stubs.includes(name))).toEqual([
      'cli.js',
      'index.js',
      'judge.js',
      'licenses.txt',
      'onnx.worker.js',
      'package.json',
    ]);
  });
});
