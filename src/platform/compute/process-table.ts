import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** One living or dead-but-unreaped process. Times in clock ticks (1/100 s), null where the platform does not tell. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly zombie: boolean;
  /** With the pid, names a process for ever: pids are given out again. */
  readonly started: string;
  readonly cpuTicks: number | null;
}

/** Fields of /proc/PID/stat behind the closing bracket of the command name (proc(5)): state is 0, ppid 1, … */
const STAT = {
  state: 0,
  parent: 1,
  group: 2,
  session: 3,
  userTicks: 11,
  systemTicks: 12,
  started: 19,
} as const;

const PS_COLUMNS = 'pid=,ppid=,pgid=,sess=,state=,lstart=';

/** All processes of the machine that can be seen: from /proc on Linux, from `ps` elsewhere. Never throws. */
export function readProcessTable(): readonly ProcessRow[] {
  return process.platform === 'linux' ? readProc() : parsePs(runPs(['-A', '-o', PS_COLUMNS]));
}

function readProc(): readonly ProcessRow[] {
  const rows: ProcessRow[] = [];
  for (const name of readdirSync('/proc')) {
    const first = name.charCodeAt(0);
    if (first < 48 || first > 57) continue;
    const row = readProcRow(Number(name));
    if (row !== null) rows.push(row);
  }
  return rows;
}

function readProcRow(pid: number): ProcessRow | null {
  const text = readQuietly(`/proc/${pid}/stat`);
  return text === null ? null : parseStat(pid, text);
}

/** Parses /proc/PID/stat; the command name may hold spaces and brackets. Null when the text is something else. */
export function parseStat(pid: number, text: string): ProcessRow | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const started = fields[STAT.started];
  if (started === undefined) return null;
  const number = (index: number): number => Number(fields[index]);
  return {
    pid,
    parent: number(STAT.parent),
    group: number(STAT.group),
    session: number(STAT.session),
    zombie: fields[STAT.state] === 'Z' || fields[STAT.state] === 'X',
    started,
    cpuTicks: number(STAT.userTicks) + number(STAT.systemTicks),
  };
}

/** Parses the output of `ps -A -o pid=,ppid=,pgid=,sess=,state=,lstart=` (POSIX columns plus lstart). */
export function parsePs(text: string): readonly ProcessRow[] {
  const rows: ProcessRow[] = [];
  for (const line of text.split('\n')) {
    const [pid, parent, group, session, state, ...started] = line.trim().split(/\s+/);
    if (state === undefined) continue;
    rows.push({
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      session: Number.parseInt(session ?? '', 16) || 0,
      zombie: state.startsWith('Z'),
      started: started.join(' '),
      cpuTicks: null,
    });
  }
  return rows;
}

/** When a process started, in the platform's own form; null when there is no such process. */
export function startOf(pid: number): string | null {
  if (process.platform === 'linux') return readProcRow(pid)?.started ?? null;
  return parsePs(runPs(['-p', String(pid), '-o', PS_COLUMNS]))[0]?.started ?? null;
}

/** Resident memory of a process now and at its highest, in bytes; null where the platform does not tell. */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } | null {
  if (process.platform !== 'linux') {
    const kibibytes = Number(runPs(['-p', String(pid), '-o', 'rss=']).trim());
    return kibibytes > 0 ? { now: kibibytes * 1024, peak: kibibytes * 1024 } : null;
  }
  const status = readQuietly(`/proc/${pid}/status`);
  const now = kibibytesOf(status, 'VmRSS');
  return now === null ? null : { now, peak: kibibytesOf(status, 'VmHWM') ?? now };
}

function kibibytesOf(status: string | null, field: string): number | null {
  const [, amount] = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status ?? '') ?? [];
  return amount === undefined ? null : Number(amount) * 1024;
}

/** True when a process was started with this text in its environment. False where that cannot be read. */
export function hasInEnvironment(pid: number, text: string): boolean {
  if (process.platform === 'linux') return readQuietly(`/proc/${pid}/environ`)?.includes(text) ?? false;
  return runPs(['eww', '-p', String(pid), '-o', 'command=']).includes(text);
}

function readQuietly(file: string): string | null {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    // The process ended, or belongs to somebody else.
    return null;
  }
}

function runPs(args: readonly string[]): string {
  return spawnSync('ps', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).stdout;
}
