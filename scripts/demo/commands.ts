import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');
const BIN = join(ROOT, '.venv', 'bin');
export const PYTHON = join(BIN, 'python');
const SLIPWAY = join(ROOT, 'src', 'entry', 'launch.mjs');

/** Thrown when the demo was stopped while a command ran. */
export class Stopped extends Error {}

/**
 * Runs commands as a person in the repository would, one at a time, with the starter's Python activated. A stop request
 * (Ctrl-C, kill) reaches the running command, is waited for, and ends as `Stopped`.
 */
export class Terminal {
  readonly #cwd: string;
  #stopped = false;
  #running: ReturnType<typeof spawn> | null = null;

  constructor(cwd: string) {
    this.#cwd = cwd;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        this.#stopped = true;
        this.#running?.kill(signal);
      });
    }
  }

  /** `slipway …` on the terminal; gives its exit code. */
  async slipway(...args: readonly string[]): Promise<number> {
    const { exit } = await this.#run(process.execPath, [SLIPWAY, ...args], 'inherit');
    return exit;
  }

  /** `slipway … --json --quiet`; gives the document. */
  async document(...args: readonly string[]): Promise<unknown> {
    const { stdout } = await this.#run(process.execPath, [SLIPWAY, ...args, '--json', '--quiet'], 'pipe');
    return JSON.parse(stdout);
  }

  /** `python …` on the terminal. Throws when it fails. */
  async python(...args: readonly string[]): Promise<void> {
    const { exit } = await this.#run(PYTHON, args, 'inherit');
    if (exit !== 0) throw new Error(`demo: python ${args.join(' ')} ended with ${exit}`);
  }

  async #run(
    command: string,
    args: readonly string[],
    stdout: 'inherit' | 'pipe',
  ): Promise<{ exit: number; stdout: string }> {
    if (this.#stopped) throw new Stopped();
    const path = `${BIN}${delimiter}${process.env['PATH'] ?? ''}`;
    const env = { ...process.env, PATH: path, VIRTUAL_ENV: join(BIN, '..') };
    const child = spawn(command, [...args], { cwd: this.#cwd, env, stdio: ['ignore', stdout, 'inherit'] });
    this.#running = child;
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
    const exit = await promise;
    this.#running = null;
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- a signal handler sets it meanwhile
    if (this.#stopped) throw new Stopped();
    return { exit, stdout: text };
  }
}
