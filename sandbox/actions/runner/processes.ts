/** Processes of a leg, found and ended without a helper: by parentage, and by a mark in their environment. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const PROC = '/proc';

/** Process ids below `root`, the root first. */
export function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const [pid, parent] of parents()) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const found = [root];
  for (let at = 0; at < found.length; at++) found.push(...(children.get(found[at]!) ?? []));
  return found;
}

/** Processes of this user whose environment holds `text`. */
export function marked(text: string): { readonly pid: number; readonly name: string }[] {
  if (!existsSync(`${PROC}/self/environ`)) return markedByPs(text);
  const found: { pid: number; name: string }[] = [];
  for (const pid of processIds()) {
    if (pid !== process.pid && readProc(pid, 'environ').includes(text)) {
      found.push({ pid, name: readProc(pid, 'comm').trim() });
    }
  }
  return found;
}

/** Sends a signal to each that is still there. */
export function signalAll(pids: Iterable<number>, signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself meanwhile.
    }
  }
}

function parents(): [number, number][] {
  if (existsSync(`${PROC}/self/stat`)) {
    // The name in parentheses may hold anything; the parent comes two fields after it.
    return processIds().map((pid) => [pid, Number(/^.*\) \S (\d+)/s.exec(readProc(pid, 'stat'))?.[1] ?? 0)]);
  }
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
}

function markedByPs(text: string): { pid: number; name: string }[] {
  const { stdout } = spawnSync('ps', ['-A', '-E', '-ww', '-o', 'pid=,command='], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, command] = /^\s*(\d+) (\S+)/.exec(line) ?? [];
    const own = pid === undefined || Number(pid) === process.pid;
    return own || !line.includes(text) ? [] : [{ pid: Number(pid), name: command! }];
  });
}

function processIds(): number[] {
  return readdirSync(PROC).map(Number).filter(Number.isInteger);
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`${PROC}/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
