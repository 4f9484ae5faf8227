import { hasInEnvironment, memoryOf, type ProcessRow, readProcessTable } from './process-table.ts';

/** A process once seen in the tree: `pid/start`. */
type Identity = string;

function identityOf(row: ProcessRow): Identity {
  return `${row.pid}/${row.started}`;
}

/**
 * What belongs to one started command: its process group and session, all descendants, everything once seen among
 * them (a daemon that has cut its ties), and, on a thorough look, whatever carries the mark in its environment.
 */
export class ProcessTree {
  readonly #root: number;
  readonly #mark: string;
  readonly #seen = new Set<Identity>();
  readonly #ticks = new Map<Identity, number>();
  readonly #strangers = new Set<Identity>();
  #peak: number | null = null;

  /** `root`: pid of the group leader, before it is told to begin. `mark`: text in the environment of all it starts. */
  constructor(root: number, mark: string) {
    this.#root = root;
    this.#mark = mark;
    // What is there before the command begins cannot be part of it: its environment need not be read later.
    for (const row of readProcessTable()) if (row.pid !== root) this.#strangers.add(identityOf(row));
  }

  /** Largest sum of resident memory that was sampled, or the largest single process's high-water mark. Bytes. */
  get peakMemoryBytes(): number | null {
    return this.#peak;
  }

  /** CPU time of the processes as last seen: a lower bound. Milliseconds; null where the platform does not tell. */
  get cpuMs(): number | null {
    if (this.#ticks.size === 0) return null;
    return [...this.#ticks.values()].reduce((sum, ticks) => sum + ticks, 0) * 10;
  }

  /** Takes one sample of memory and processor time. */
  sample(): void {
    let sum = 0;
    for (const row of this.#members(readProcessTable())) {
      if (row.cpuTicks !== null) this.#ticks.set(identityOf(row), row.cpuTicks);
      const memory = memoryOf(row.pid);
      if (memory === null) continue;
      sum += memory.now;
      this.#peak = Math.max(this.#peak ?? 0, memory.peak);
    }
    if (sum > 0) this.#peak = Math.max(this.#peak ?? 0, sum);
  }

  /** Sends a signal to everything that is alive, found thoroughly; answers how many processes that were. */
  signal(name: NodeJS.Signals | 0): number {
    const table = readProcessTable();
    for (const row of table) this.#recogniseByMark(row);
    const alive = this.#members(table);
    for (const row of alive) sendQuietly(row.pid, name);
    return alive.length;
  }

  #recogniseByMark(row: ProcessRow): void {
    const identity = identityOf(row);
    if (row.zombie || this.#seen.has(identity) || this.#strangers.has(identity)) return;
    if (hasInEnvironment(row.pid, this.#mark)) this.#seen.add(identity);
  }

  #members(table: readonly ProcessRow[]): readonly ProcessRow[] {
    const children = Map.groupBy(table, (row) => row.parent);
    const members = new Map<number, ProcessRow>();
    const visit = (row: ProcessRow): void => {
      if (members.has(row.pid)) return;
      members.set(row.pid, row);
      this.#seen.add(identityOf(row));
      children.get(row.pid)?.forEach(visit);
    };
    for (const row of table) {
      const own = row.pid === this.#root || row.group === this.#root || row.session === this.#root;
      if (own || this.#seen.has(identityOf(row))) visit(row);
    }
    return [...members.values()].filter((row) => !row.zombie);
  }
}

function sendQuietly(pid: number, name: NodeJS.Signals | 0): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended between the look and the signal, or runs as somebody else.
  }
}
