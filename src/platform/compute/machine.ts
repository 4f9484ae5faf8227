import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Bytes that a user without privileges may still write where `folder` lies. */
export async function freeDisk(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** What the first of several interpreters says of its version, `3.11.2`; null where there is none. */
export async function pythonVersion(commands = ['python', 'python3']): Promise<string | null> {
  for (const command of commands) {
    const said = await promisify(execFile)(command, ['--version'], { timeout: 10_000 }).catch(() => null);
    const version = /Python (\S+)/u.exec(`${said?.stdout ?? ''}${said?.stderr ?? ''}`)?.[1];
    if (version !== undefined) return version;
  }
  return null;
}

const LONGEST_MS = 10_000;

/**
 * Seconds by which this machine's clock is ahead of a server's, to a second and half a round trip; null where it does not
 * answer. Any answer will do, refusals too: all carry the header `Date`.
 */
export async function clockSkew(url: string, signal: AbortSignal): Promise<number | null> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]);
  const asked = Date.now();
  const answer = await fetch(url, { method: 'HEAD', signal: limited, redirect: 'manual' }).catch(() => null);
  const theirs = Date.parse(answer?.headers.get('date') ?? '');
  return Number.isNaN(theirs) ? null : ((asked + Date.now()) / 2 - theirs) / 1000;
}
