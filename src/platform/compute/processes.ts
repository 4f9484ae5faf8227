import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:os';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { PlatformError } from '../../contracts/errors.ts';
import type { Processes, ProcessExit, ProcessRequest, RunningProcess } from '../../pipeline/ports.ts';
import { ProcessTree } from './process-tree.ts';
import { MARK_VARIABLE, SUPERVISOR, WATCHDOG } from './scripts.ts';

/** How long what a command left behind may take to end by itself. */
const LEFTOVER_GRACE_MS = 2_000;
/** How long the command may take to end after Slipway was killed. */
const ORPHAN_GRACE_TENTHS = 50;
const POLL_MS = 25;
/** After SIGKILL only the kernel can keep a process (uninterruptible I/O): waiting longer would not help. */
const KILL_PATIENCE_MS = 5_000;
const SAMPLE_DELAYS_MS = [5, 20, 50, 100] as const;
const SAMPLE_EVERY_MS = 250;

/**
 * Runs shell commands so that nothing of them outlives Slipway: each in its own session, beside a tiny `sh` watchdog
 * that ends the tree when Slipway itself is killed. POSIX only; on Windows use WSL.
 */
export function createProcesses(): Processes {
  return { start };
}

async function start(request: ProcessRequest): Promise<RunningProcess> {
  if (process.platform === 'win32') throw cannotStart(request, 'commands need a POSIX shell: use WSL');
  const mark = randomUUID();
  const command = await spawnCommand(request, mark);
  const { pid } = command;
  if (pid === undefined) throw cannotStart(request, 'it has no process id');
  const watchdog = startWatchdog(pid, mark);
  const tree = new ProcessTree(pid, `${MARK_VARIABLE}=${mark}`);
  const state: State = { killAt: null, over: false };
  const ended = follow(command, tree, watchdog, state);
  (command.stdio[3] as Duplex).write('go\n');
  return { pid, ended, stop: (graceMs) => stop(tree, state, ended, graceMs) };
}

interface State {
  /** When a stopped tree gets SIGKILL (performance.now()); null while nobody asked it to stop. */
  killAt: number | null;
  /** Nothing of the tree is left: its pids may belong to others now, so they are never signalled again. */
  over: boolean;
}

async function spawnCommand(request: ProcessRequest, mark: string): Promise<ChildProcess> {
  try {
    const child = spawn('/bin/sh', ['-c', SUPERVISOR, 'slipway', request.command], {
      cwd: request.cwd,
      env: { ...request.env, [MARK_VARIABLE]: mark },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    child.stdout?.on('data', (chunk: Buffer) => request.onOutput(chunk, 'stdout'));
    child.stderr?.on('data', (chunk: Buffer) => request.onOutput(chunk, 'stderr'));
    await once(child, 'spawn');
    return child;
  } catch (error) {
    throw cannotStart(request, (error as Error).message, error);
  }
}

function cannotStart(request: ProcessRequest, found: string, cause?: unknown): PlatformError {
  const message = `cannot start a command in ${request.cwd}: ${found}`;
  return new PlatformError(
    { code: 'COMMAND_NOT_STARTED', message, hint: 'check that /bin/sh and the folder exist' },
    { cause },
  );
}

function startWatchdog(group: number, mark: string): ChildProcess {
  const watchdog = spawn(
    '/bin/sh',
    ['-c', WATCHDOG, 'slipway-watchdog', String(group), mark, String(ORPHAN_GRACE_TENTHS)],
    {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  // A machine without room for one more process: the command still runs and is still stopped by Slipway itself.
  watchdog.on('error', () => undefined);
  watchdog.stdin.on('error', () => undefined);
  return watchdog;
}

async function follow(
  command: ChildProcess,
  tree: ProcessTree,
  watchdog: ChildProcess,
  state: State,
): Promise<ProcessExit> {
  const sampler = new AbortController();
  const sampling = sampleUntil(tree, sampler.signal);
  const report = collect(command.stdio[3] as Duplex);
  const closed = once(command, 'close').catch(() => undefined);
  const [code, signal] = (await once(command, 'exit')) as [number | null, NodeJS.Signals | null];
  sampler.abort();
  await sampling;
  await endLeftovers(tree, state.killAt);
  // The output of what was killed is still in the pipes; a process that cannot be killed may hold them open.
  await Promise.race([closed, delay(KILL_PATIENCE_MS, undefined, { ref: false })]);
  for (const stream of [command.stdout, command.stderr, command.stdio[3]]) stream?.destroy();
  await endWatchdog(watchdog);
  state.over = true;
  return {
    ...exitOf(code, signal),
    cpuMs: cpuMsOf(report()) ?? tree.cpuMs,
    peakMemoryBytes: tree.peakMemoryBytes,
  };
}

async function sampleUntil(tree: ProcessTree, signal: AbortSignal): Promise<void> {
  for (let sample = 0; !signal.aborted; sample += 1) {
    const began = performance.now();
    tree.sample();
    // On a machine with thousands of processes a look is dear: never spend more than a twentieth of the time on it.
    const pause = Math.max(SAMPLE_DELAYS_MS[sample] ?? SAMPLE_EVERY_MS, 20 * (performance.now() - began));
    await delay(pause, undefined, { signal }).catch(() => undefined);
  }
}

function collect(stream: Duplex): () => string {
  let text = '';
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    if (text.length < 4096) text += chunk.toString('latin1');
  });
  return () => text;
}

/** Milliseconds from the second line of POSIX `times`: user and system time of all children that were waited for. */
export function cpuMsOf(report: string): number | null {
  const times = report.split('\n')[1]?.matchAll(/(\d+)m([\d.,]+)s/g);
  const seconds = [...(times ?? [])].map(
    (match) => Number(match[1]) * 60 + Number(match[2]?.replace(',', '.')),
  );
  return seconds.length === 2 ? Math.round(seconds.reduce((sum, value) => sum + value, 0) * 1000) : null;
}

/** A shell says 128 + n for a command that signal n ended. */
function exitOf(
  code: number | null,
  signal: string | null,
): { exitCode: number | null; signal: string | null } {
  if (code === null || code <= 128) return { exitCode: code, signal };
  const [name] = Object.entries(constants.signals).find(([, number]) => number === code - 128) ?? [];
  return name === undefined ? { exitCode: code, signal } : { exitCode: null, signal: name };
}

/** A tree that was stopped has had its SIGTERM: a second one would make some programs give up cleaning. */
async function endLeftovers(tree: ProcessTree, stoppedUntil: number | null): Promise<void> {
  if (tree.signal(stoppedUntil === null ? 'SIGTERM' : 0) === 0) return;
  const killAt = stoppedUntil ?? performance.now() + LEFTOVER_GRACE_MS;
  while (performance.now() < killAt) {
    await delay(POLL_MS);
    if (tree.signal(0) === 0) return;
  }
  const patienceEnds = performance.now() + KILL_PATIENCE_MS;
  while (tree.signal('SIGKILL') > 0 && performance.now() < patienceEnds) await delay(POLL_MS);
}

async function endWatchdog(watchdog: ChildProcess): Promise<void> {
  if (watchdog.pid === undefined || watchdog.exitCode !== null) return;
  const gone = once(watchdog, 'exit');
  watchdog.stdin?.end('done\n');
  await gone;
}

function stop(tree: ProcessTree, state: State, ended: Promise<unknown>, graceMs: number): void {
  if (state.killAt !== null || state.over) return;
  state.killAt = performance.now() + graceMs;
  tree.signal('SIGTERM');
  const timer = setTimeout(() => tree.signal('SIGKILL'), graceMs);
  void ended.finally(() => clearTimeout(timer));
}
