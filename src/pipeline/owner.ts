import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { randomBytes } from 'node:crypto';

import { sha256 } from '../contracts/digest.ts';

/**
 * Who holds a lock or a temporary folder: `host.pid.start.nonce`, fit for a file name. The start tells a living
 * process from a later one that got the same pid; the nonce tells apart what one process holds.
 */
export type OwnerName = string;

const FORM = /^([0-9a-f]{8})\.(\d+)\.(\d*)\.[0-9a-f]{12}$/;

/** A new name of this process. */
export function newOwnerName(): OwnerName {
  return [hostMark(), process.pid, startOf(process.pid) ?? '', randomBytes(6).toString('hex')].join('.');
}

export type Life = 'alive' | 'dead' | 'elsewhere';

/** Whether the owner lives; `elsewhere` when it is of another machine (a shared folder); null when it is no owner's name. */
export function lifeOf(name: OwnerName): Life | null {
  const [, host, pid, started] = FORM.exec(name.trim()) ?? [];
  if (host === undefined || pid === undefined) return null;
  if (host !== hostMark()) return 'elsewhere';
  if (!exists(Number(pid))) return 'dead';
  const now = startOf(Number(pid));
  return now === null || started === '' || now === started ? 'alive' : 'dead';
}

/** The process id in an owner's name, for people. */
export function pidOf(name: OwnerName): string {
  return FORM.exec(name.trim())?.[2] ?? 'unknown';
}

function hostMark(): string {
  return sha256(hostname()).slice(0, 8);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Start of a process in clock ticks since boot (field 22 of /proc/PID/stat); null where that cannot be read. */
function startOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
