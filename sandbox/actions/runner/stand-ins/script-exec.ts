/** `exec` of a script: https://github.com/actions/toolkit/tree/main/packages/exec */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

import { locate } from './commands.ts';
import type { Kit } from './kit.ts';

interface ExecOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly silent?: boolean;
  readonly ignoreReturnCode?: boolean;
  readonly input?: Buffer;
  readonly listeners?: { readonly stdout?: (data: Buffer) => void; readonly stderr?: (data: Buffer) => void };
}

/** @actions/exec */
export function execOf(kit: Kit) {
  const exec = async (
    line: string,
    parameters: readonly string[] = [],
    options: ExecOptions = {},
  ): Promise<number> => {
    const [name = '', ...own] = words(line);
    const cwd = options.cwd ?? kit.workspace;
    const env = options.env ?? { ...kit.env };
    const program = locate(name, env);
    if (options.silent !== true) kit.info(`[command]${[program, ...own, ...parameters].join(' ')}`);
    const child = spawn(program, [...own, ...parameters], { cwd, env });
    child.stdin.on('error', () => undefined).end(options.input);
    passOn(child, options);
    const code = await ended(child, program);
    if (code === 0 || options.ignoreReturnCode === true) return code;
    throw new Error(`The process '${program}' failed with exit code ${code}`);
  };
  const getExecOutput = async (
    line: string,
    parameters: readonly string[] = [],
    options: ExecOptions = {},
  ) => {
    const said = { stdout: '', stderr: '' };
    const gather = (name: 'stdout' | 'stderr') => (data: Buffer) => {
      said[name] += data.toString();
      options.listeners?.[name]?.(data);
    };
    const listeners = { stdout: gather('stdout'), stderr: gather('stderr') };
    const exitCode = await exec(line, parameters, { ...options, listeners });
    return { exitCode, ...said };
  };
  return { exec, getExecOutput };
}

function passOn(child: ChildProcessWithoutNullStreams, options: ExecOptions): void {
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (data: Buffer) => {
      options.listeners?.[name]?.(data);
      if (options.silent !== true) process.stdout.write(data);
    });
  }
}

function ended(child: ChildProcessWithoutNullStreams, program: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', () => {
      reject(new Error(`Unable to locate executable file: ${program}.`));
    });
    child.once('close', (code) => {
      resolve(code ?? 1);
    });
  });
}

/** Words of a command line; double quotes keep blanks. */
function words(line: string): string[] {
  return (line.match(/(?:"[^"]*"|[^\s"])+/g) ?? []).map((word) => word.replaceAll('"', ''));
}
