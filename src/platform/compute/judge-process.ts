import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CancelledError, PlatformError } from '../../contracts/errors.ts';
import type { JudgeRequest } from '../../contracts/judging.ts';
import type { Judge } from '../../reconcile/ports.ts';
import { listFiles } from '../storage/local-files.ts';
import { memoryOf } from './process-table.ts';

/** The program that judges: this package's own command line. */
export interface JudgeProgram {
  /** Absolute path of what Node runs, as `main judge-artifact FOLDER`. */
  readonly main: string;
  /** Folders it is loaded from. */
  readonly readable: readonly string[];
  /** What it must know of this process's environment: where native parts lie. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface JudgeLimits {
  readonly milliseconds: number;
  /** Resident memory. */
  readonly memoryBytes: number;
  /** Length of its answer. */
  readonly answerBytes: number;
}

export const JUDGE_LIMITS: JudgeLimits = {
  milliseconds: 10 * 60_000,
  memoryBytes: 4 * 1024 ** 3,
  answerBytes: 8 * 1024 ** 2,
};

/** How often memory is looked at. */
const LOOK_MS = 100;
const STDERR_BYTES = 4000;

/**
 * Judges in a process of its own that is killed when it takes too long, too much memory or says too much. It is given
 * nothing of this one's environment, may write below its folder only (Node's permission model), and starts no processes.
 */
export function createJudge(program: JudgeProgram, limits: JudgeLimits = JUDGE_LIMITS): Judge {
  return {
    withFolder: async (use) => {
      const folder = await realpath(await mkdtemp(join(tmpdir(), 'slipway-judge-')));
      try {
        return await use(folder);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    run: async (folder, request, signal) => await run(program, limits, folder, request, signal),
    files: async (folder, below) => await listFiles(join(folder, below)),
  };
}

async function run(
  program: JudgeProgram,
  limits: JudgeLimits,
  folder: string,
  request: JudgeRequest,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (signal?.aborted === true) throw new CancelledError();
  await writeFile(join(folder, 'request.json'), JSON.stringify(request));
  const child = spawn(process.execPath, argumentsOf(program, limits, folder), {
    cwd: folder,
    env: { ...program.environment, ...environmentOf(folder) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = await answerOf(child, limits, signal);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw failed('gave an answer that is not JSON');
  }
}

function argumentsOf({ main, readable }: JudgeProgram, limits: JudgeLimits, folder: string): string[] {
  return [
    '--permission',
    // DuckDB reads Parquet.
    '--allow-addons',
    ...[folder, ...readable].map((path) => `--allow-fs-read=${path}`),
    `--allow-fs-write=${folder}`,
    `--max-old-space-size=${Math.floor(limits.memoryBytes / 1024 ** 2)}`,
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
    main,
    'judge-artifact',
    folder,
  ];
}

/** No tokens, no addresses, no home: what is written goes below the folder. */
function environmentOf(folder: string): NodeJS.ProcessEnv {
  const { SystemRoot } = process.env;
  const windows = process.platform === 'win32' && SystemRoot !== undefined ? { SystemRoot } : {};
  return { ...windows, HOME: folder, TMPDIR: folder, TEMP: folder, TMP: folder, TZ: 'UTC' };
}

function answerOf(
  child: ChildProcess,
  limits: JudgeLimits,
  signal: AbortSignal | undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let said = '';
    let reason: Error | null = null;
    const end = (why: Error): void => {
      reason ??= why;
      child.kill('SIGKILL');
    };
    const onAbort = (): void => end(new CancelledError());
    const clock = setTimeout(() => {
      end(failed(`took longer than ${limits.milliseconds / 1000} s`));
    }, limits.milliseconds);
    const look = setInterval(() => {
      const now = child.pid === undefined ? 0 : (memoryOf(child.pid)?.now ?? 0);
      if (now > limits.memoryBytes) end(failed(`took more than ${limits.memoryBytes} bytes of memory`));
    }, LOOK_MS);
    child.stdout?.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limits.answerBytes) end(failed(`answered more than ${limits.answerBytes} bytes`));
      else chunks.push(chunk);
    });
    child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-STDERR_BYTES)));
    child.on('error', (error) => end(failed(`could not be started: ${error.message}`)));
    child.on('close', (code, killed) => {
      clearTimeout(clock);
      clearInterval(look);
      signal?.removeEventListener('abort', onAbort);
      if (reason !== null) reject(reason);
      else if (code === 0) resolve(Buffer.concat(chunks).toString('utf8'));
      else reject(failed(`ended with ${killed ?? `exit code ${code ?? 'unknown'}`}${lastWords(said)}`));
    });
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
  });
}

function lastWords(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((one) => /error/i.test(one)) ?? lines[0];
  return line === undefined ? '' : `: ${line.slice(0, 300)}`;
}

function failed(how: string): PlatformError {
  return new PlatformError({ code: 'JUDGE_FAILED', message: `the process that judges ${how}` });
}
