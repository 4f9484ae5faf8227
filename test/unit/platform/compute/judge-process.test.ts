import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createJudge, type JudgeLimits } from '../../../../src/platform/compute/judge-process.ts';

const REQUEST = { artifact: 'a', archive: 'a.zip', base: 'b.zip', baseline: null, looks: [], seed: 1 };
const LIMITS: JudgeLimits = { milliseconds: 20_000, memoryBytes: 300 * 1024 ** 2, answerBytes: 1000 };

let home: string;

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-judge-test-')));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Lets a program of a few lines judge; it is called as the real one is. */
async function judgedBy(program: string, limits: Partial<JudgeLimits> = {}, signal?: AbortSignal) {
  const main = join(home, 'main.mjs');
  writeFileSync(main, program);
  const judge = createJudge({ main, readable: [home] }, { ...LIMITS, ...limits });
  let folder = '';
  const answer = judge.withFolder((made) => {
    folder = made;
    return judge.run(made, REQUEST, signal);
  });
  await answer.catch(() => undefined);
  expect(existsSync(folder)).toBe(false);
  return await answer;
}

const JUDGE_FAILED = (message: RegExp) => ({
  code: 'JUDGE_FAILED',
  message: expect.stringMatching(message) as string,
});

describe('the process that judges', () => {
  test('is given the request in its folder, and answers with JSON', async () => {
    const answer = await judgedBy(`
      import { readFileSync } from 'node:fs';
      const [command, folder] = process.argv.slice(2);
      const { artifact } = JSON.parse(readFileSync(folder + '/request.json', 'utf8'));
      console.log(JSON.stringify({ command, artifact, here: process.cwd() === folder }));
    `);
    expect(answer).toEqual({ command: 'judge-artifact', artifact: 'a', here: true });
  });

  test('knows nothing of this one’s environment', async () => {
    process.env['SLIPWAY_TEST_TOKEN'] = 'secret';
    const answer = (await judgedBy('console.log(JSON.stringify(process.env))')) as Record<string, string>;
    delete process.env['SLIPWAY_TEST_TOKEN'];
    expect(Object.keys(answer).sort()).toEqual(['HOME', 'TEMP', 'TMP', 'TMPDIR', 'TZ']);
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  test('writes nowhere else, reads no secrets of the machine, starts nothing', async () => {
    const elsewhere = join(home, 'written');
    const answer = await judgedBy(`
      import { writeFileSync, readFileSync } from 'node:fs';
      import { spawnSync } from 'node:child_process';
      import { Worker } from 'node:worker_threads';
      const tried = (what) => { try { what(); return 'done'; } catch (error) { return error.code; } };
      console.log(JSON.stringify([
        tried(() => writeFileSync(${JSON.stringify(elsewhere)}, 'x')),
        tried(() => readFileSync('/proc/' + process.ppid + '/environ')),
        tried(() => readFileSync('/etc/passwd')),
        tried(() => spawnSync('true')),
        tried(() => new Worker('1', { eval: true })),
        tried(() => writeFileSync('inside', 'x')),
      ]));
    `);
    const denied = 'ERR_ACCESS_DENIED';
    expect(answer).toEqual([denied, denied, denied, denied, denied, 'done']);
    expect(readdirSync(home)).toEqual(['main.mjs']);
  });

  test('is killed when it hangs, also where it ignores signals', async () => {
    const hanging = `process.on('SIGTERM', () => {}); for (;;) {}`;
    await expect(judgedBy(hanging, { milliseconds: 500 })).rejects.toMatchObject(
      JUDGE_FAILED(/took longer than 0.5 s/),
    );
  });

  test('is killed when it eats memory, inside or outside of the heap', async () => {
    const eating = `const kept = []; setInterval(() => kept.push(Buffer.alloc(50_000_000, 1)), 5);`;
    await expect(judgedBy(eating)).rejects.toMatchObject(JUDGE_FAILED(/bytes of memory/));
  });

  test('is killed when it says too much', async () => {
    const talking = `for (;;) process.stdout.write('x'.repeat(10_000));`;
    await expect(judgedBy(talking)).rejects.toMatchObject(JUDGE_FAILED(/answered more than 1000 bytes/));
  });

  test('is stopped with whoever asked', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 200);
    await expect(judgedBy('setInterval(() => {}, 1000)', {}, stop.signal)).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  test('that crashes or babbles is an error with its last words', async () => {
    await expect(judgedBy(`throw new Error('no such column')`)).rejects.toMatchObject(
      JUDGE_FAILED(/exit code 1.*no such column/),
    );
    await expect(judgedBy(`console.log('hello')`)).rejects.toMatchObject(JUDGE_FAILED(/not JSON/));
    await expect(judgedBy(`process.kill(process.pid, 'SIGSEGV')`)).rejects.toMatchObject(
      JUDGE_FAILED(/SIGSEGV|exit code/),
    );
  });
});
