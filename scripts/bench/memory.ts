import { readFileSync } from 'node:fs';

const INTERVAL_MS = 20;

/** Watches a process and its descendants. */
export interface MemoryWatch {
  /** Largest sum of resident memory seen, in bytes; null where the platform does not tell (no /proc). */
  peak(): number | null;
  stop(): void;
}

/**
 * Samples VmHWM, the kernel's own high-water mark of each process, so that a peak between two samples is not missed
 * (only growth in the last moments of a process can be). Summed over processes, it is an upper bound of the tree's peak.
 */
export function watchMemory(pid: number): MemoryWatch {
  let peak: number | null = null;
  const look = (): void => {
    const bytes = treeBytes(pid);
    if (bytes > 0) peak = Math.max(peak ?? 0, bytes);
  };
  const timer = setInterval(look, INTERVAL_MS);
  return { peak: () => peak, stop: () => clearInterval(timer) };
}

function treeBytes(pid: number): number {
  let sum = highWaterMark(pid);
  for (const child of childrenOf(pid)) sum += treeBytes(child);
  return sum;
}

function highWaterMark(pid: number): number {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readProc(`/proc/${pid}/status`)) ?? [];
  return Number(kibibytes ?? 0) * 1024;
}

function childrenOf(pid: number): number[] {
  const list = readProc(`/proc/${pid}/task/${pid}/children`).trim();
  return list === '' ? [] : list.split(' ').map(Number);
}

/** The process may have ended since it was listed. */
function readProc(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
