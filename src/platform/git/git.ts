import { execFile } from 'node:child_process';

import { InputError, PlatformError } from '../../contracts/errors.ts';

/** Large enough for the file list of a monorepo. */
const MAX_OUTPUT = 256 * 1024 * 1024;

interface GitFailure extends Error {
  readonly code?: number | string;
  readonly stderr?: string;
}

/**
 * Runs git with an argument list (never a shell) and gives its standard output.
 * Throws InputError GIT when git refuses, PlatformError GIT when git is not installed.
 */
export function git(
  cwd: string,
  args: readonly string[],
  options: { readonly env?: Record<string, string> } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    // GIT_OPTIONAL_LOCKS: asking for the state must not block a commit the user makes meanwhile.
    const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C', ...options.env };
    execFile('git', [...args], { cwd, env, maxBuffer: MAX_OUTPUT, encoding: 'utf8' }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(errorOf(error as GitFailure, cwd, args));
    });
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
