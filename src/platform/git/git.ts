import { execFile } from 'node:child_process';

import { InputError, PlatformError } from '../../contracts/errors.ts';

/** Large enough for the file list of a monorepo. */
const MAX_OUTPUT = 256 * 1024 * 1024;

interface GitFailure extends Error {
  readonly code?: number | string;
  readonly stderr?: string;
}

export interface GitOptions {
  readonly env?: Record<string, string>;
  /** Standard input. */
  readonly input?: string;
}

/** How git ended: 0 for success. */
export interface GitEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs git with an argument list (never a shell) and gives its standard output.
 * Throws InputError GIT when git refuses, PlatformError GIT when git is not installed.
 */
export async function git(cwd: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
  return (await run(cwd, args, options, false)).stdout;
}

/** As {@link git}, where git's refusal is an answer too. Throws PlatformError GIT when git is not installed. */
export function gitEnd(cwd: string, args: readonly string[], options: GitOptions = {}): Promise<GitEnd> {
  return run(cwd, args, options, true);
}

/** What every git of ours runs with. GIT_OPTIONAL_LOCKS: asking for the state must not block a commit the user makes. */
export function gitEnvironment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  return { ...process.env, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C', ...more };
}

function run(cwd: string, args: readonly string[], options: GitOptions, any: boolean): Promise<GitEnd> {
  return new Promise((resolve, reject) => {
    const how = { cwd, env: gitEnvironment(options.env), maxBuffer: MAX_OUTPUT, encoding: 'utf8' } as const;
    const child = execFile('git', [...args], how, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (any && typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
      else reject(errorOf(error as GitFailure, cwd, args));
    });
    if (options.input === undefined) return;
    // Git that ends before it has read everything says why on its own.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input);
  });
}

function errorOf(failure: GitFailure, cwd: string, args: readonly string[]): Error {
  if (failure.code === 'ENOENT') {
    return new PlatformError(
      { code: 'GIT', message: 'git was not found on the PATH', hint: 'install git' },
      { cause: failure },
    );
  }
  const said = (failure.stderr ?? failure.message).trim().split('\n').slice(-3).join(' ');
  return new InputError(
    { code: 'GIT', message: `git ${args[0] ?? ''} failed in ${cwd}: ${said}` },
    { cause: failure },
  );
}

/** As {@link git}, trimmed; null where git refuses (no repository, no such revision). */
export async function tryGit(cwd: string, args: readonly string[]): Promise<string | null> {
  try {
    return (await git(cwd, args)).trim();
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
