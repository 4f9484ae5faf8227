import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { CommandSpec } from '../../../../src/contracts/command.ts';
import { runCommand } from '../../../../src/pipeline/run-command.ts';
import { createCompute } from '../../../../src/platform/compute/index.ts';

let dir = '';
const { processes, host } = createCompute();

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-processes-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function specOf(command: string, more: Partial<CommandSpec> = {}): CommandSpec {
  const signal = new AbortController().signal;
  return { command, cwd: dir, env: host.environment, timeoutMs: null, logFile: null, signal, ...more };
}

const run = (command: string, more: Partial<CommandSpec> = {}) =>
  runCommand(specOf(command, more), { processes });

/** Pids that a command has written, one a line, to a file of its folder. */
function pidsIn(file: string): number[] {
  const text = existsSync(join(dir, file)) ? readFileSync(join(dir, file), 'utf8') : '';
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
}

/** True while a process exists and is no zombie. */
function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  const giveUp = Date.now() + 20_000;
  while (!condition() && Date.now() < giveUp) await delay(10);
  expect(condition()).toBe(true);
}

/** Three ways to live on: in the background, in a session of its own, and there with an emptied environment. */
const FAMILY = [
  'sleep 300 & echo $! >> pids',
  "setsid sh -c 'echo $$ >> pids; exec sleep 300' &",
  "setsid env -i /bin/sh -c 'echo $$ >> pids; exec /bin/sleep 300' &",
].join('\n');
const FAMILY_SIZE = 3;

describe('a command', () => {
  test('gives its exit code, lines of both streams, and a log', async () => {
    const lines: string[] = [];

    const outcome = await run('echo out; echo err >&2; exit 3', {
      logFile: join(dir, 'logs', 'a.log'),
      onLine: (line, stream) => lines.push(`${stream}: ${line}`),
    });

    expect(outcome).toMatchObject({ exitCode: 3, signal: null, timedOut: false });
    expect(lines.toSorted()).toEqual(['stderr: err', 'stdout: out']);
    expect(outcome.lastLines.toSorted()).toEqual(['err', 'out']);
    expect(
      readFileSync(join(dir, 'logs', 'a.log'), 'utf8')
        .split('\n')
        .toSorted(),
    ).toEqual(['', 'err', 'out']);
  });

  test('that a signal ended names the signal', async () => {
    expect(await run('kill -KILL $$')).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
    expect(await run('exec sh -c "kill -SEGV \\$\\$"')).toMatchObject({ exitCode: null, signal: 'SIGSEGV' });
  });

  test('sees the environment it is given and no other', async () => {
    const { lastLines } = await run('env', { env: { PATH: '/usr/bin:/bin', ONLY: 'this' } });

    const names = lastLines
      .map((line) => line.split('=')[0])
      .filter((name) => name !== '_' && name !== 'PWD' && name !== 'OLDPWD' && name !== 'SHLVL');
    expect(names.toSorted()).toEqual(['ONLY', 'PATH', 'SLIPWAY_TREE']);
  });

  test('finds no input to wait for', async () => {
    expect((await run('cat; echo done')).lastLines).toEqual(['done']);
  });

  test('that is not found exits with 127', async () => {
    expect(await run('no-such-command-anywhere')).toMatchObject({ exitCode: 127 });
  });

  test('in a folder that does not exist cannot be started', async () => {
    await expect(run('true', { cwd: join(dir, 'none') })).rejects.toMatchObject({
      code: 'COMMAND_NOT_STARTED',
    });
  });

  test('is measured: processor time and peak memory of the whole tree', async () => {
    const burn =
      'const bytes = Buffer.alloc(4e7, 1); let n = bytes[0]; for (let i = 0; i < 2e8; i++) n += i;';

    const outcome = await run(`sh -c '"${process.execPath}" -e "${burn}"; exit $?'`);

    expect(outcome.exitCode).toBe(0);
    expect(outcome.cpuMs).toBeGreaterThan(20);
    expect(outcome.peakMemoryBytes).toBeGreaterThan(30_000_000);
  });

  test('that floods a line is survived', async () => {
    const { lastLines } = await run('head -c 30000000 /dev/zero | tr "\\0" x; echo; echo end');

    expect(lastLines.at(-1)).toBe('end');
    expect(lastLines[0]).toMatch(/^x+ … \(\d+ more characters\)$/);
  });

  test('keeps only the last lines', async () => {
    const { lastLines } = await run('seq 1 1000');

    expect(lastLines).toHaveLength(40);
    expect(lastLines.at(-1)).toBe('1000');
  });
});

describe.runIf(process.platform === 'linux')('nothing of a command lives on', () => {
  test('after it has ended', async () => {
    await run(`${FAMILY}\nuntil [ "$(wc -l < pids)" = ${FAMILY_SIZE} ]; do sleep 0.05; done; sleep 0.6`);

    expect(pidsIn('pids')).toHaveLength(FAMILY_SIZE);
    expect(pidsIn('pids').filter(isAlive)).toEqual([]);
  });

  test('after its timeout', async () => {
    const outcome = await run(`${FAMILY}\nsleep 300`, { timeoutMs: 1500 });

    expect(outcome).toMatchObject({ timedOut: true });
    expect(outcome.durationMs).toBeLessThan(9_000);
    expect(pidsIn('pids').filter(isAlive)).toEqual([]);
  });

  test('after an abort, and the abort waits for that', async () => {
    const abort = new AbortController();
    const running = run(`${FAMILY}\nwhile :; do sleep 1; done`, { signal: abort.signal });
    await until(() => pidsIn('pids').length === FAMILY_SIZE);
    await delay(600);

    abort.abort();

    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(pidsIn('pids').filter(isAlive)).toEqual([]);
  });

  test('an abort before the start starts nothing', async () => {
    await expect(run('touch started', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });

    expect(existsSync(join(dir, 'started'))).toBe(false);
  });

  test('a command may clean up before it ends', async () => {
    const outcome = await run(`trap 'echo saved > checkpoint; exit 0' TERM; echo ready; sleep 300 & wait`, {
      timeoutMs: 500,
    });

    expect(outcome).toMatchObject({ timedOut: true, exitCode: 0 });
    expect(readFileSync(join(dir, 'checkpoint'), 'utf8')).toBe('saved\n');
  });

  test('one that ignores SIGTERM is killed after the grace', async () => {
    const running = await processes.start({
      command: "trap '' TERM; echo $$ >> pids; while :; do sleep 0.1; done",
      cwd: dir,
      env: host.environment,
      onOutput: () => undefined,
    });
    await until(() => pidsIn('pids').length === 1);

    running.stop(200);

    expect(await running.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(pidsIn('pids').filter(isAlive)).toEqual([]);
  });

  test('after Slipway itself was killed with kill -9', async () => {
    const stubborn = "(trap '' TERM; sh -c 'echo $PPID >> pids'; while :; do sleep 0.1; done) &";
    const marked = FAMILY.split('\n').slice(0, 2).join('\n');
    const child = fork(
      join(import.meta.dirname, 'killed-runner.ts'),
      [dir, `${marked}\n${stubborn}\nwhile :; do sleep 1; done`],
      { stdio: 'ignore' },
    );
    await until(() => pidsIn('pids').length === 3);
    const before = pidsIn('pids').filter(isAlive);

    child.kill('SIGKILL');
    await once(child, 'exit');

    expect(before).toHaveLength(3);
    await until(() => pidsIn('pids').filter(isAlive).length === 0);
  });
});
