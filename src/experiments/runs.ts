import { distance } from 'fastest-levenshtein';

import { InputError } from '../contracts/errors.ts';
import { RunRecord } from '../contracts/run.ts';
import type { RunStore } from './ports.ts';

/** Runs that could be read, newest first, and the ids of those that could not (half-deleted, written by a newer version). */
export interface Runs {
  readonly records: readonly RunRecord[];
  readonly unreadable: readonly string[];
}

/** Reads every recorded run. */
export async function readRuns(store: RunStore): Promise<Runs> {
  const records: RunRecord[] = [];
  const unreadable: string[] = [];
  for (const id of await store.ids()) {
    const parsed = RunRecord.safeParse(await store.read(id));
    if (parsed.success) records.push(parsed.data);
    else unreadable.push(id);
  }
  records.sort((left, right) => right.started.localeCompare(left.started) || right.id.localeCompare(left.id));
  return { records, unreadable: unreadable.sort() };
}

/**
 * The run a person means by an id, a part of it, `latest`, or `latest~2`.
 * Throws InputError RUN_UNKNOWN, naming the nearest id, or all matches where the part is not unique.
 */
export function findRun(records: readonly RunRecord[], asked: string): RunRecord {
  const back = /^latest(?:~(\d+))?$/.exec(asked);
  const found = back === null ? matching(records, asked) : records.slice(Number(back[1] ?? 0)).slice(0, 1);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  throw new InputError({
    code: 'RUN_UNKNOWN',
    message:
      only === undefined
        ? `no run "${asked}"${nearest(records, asked)}`
        : `"${asked}" fits ${found.length} runs: ${idsOf(found)}`,
    hint:
      records.length === 0
        ? 'nothing was recorded yet: start with `slipway run`'
        : 'list them with `slipway runs list`',
  });
}

function matching(records: readonly RunRecord[], asked: string): readonly RunRecord[] {
  const exact = records.filter((record) => record.id === asked);
  return exact.length > 0 ? exact : records.filter((record) => record.id.includes(asked));
}

function idsOf(records: readonly RunRecord[]): string {
  const shown = records.slice(0, 5).map((record) => record.id);
  return shown.join(', ') + (records.length > shown.length ? ', …' : '');
}

function nearest(records: readonly RunRecord[], asked: string): string {
  const ids = records.map((record) => record.id);
  const best = ids.sort((left, right) => distance(left, asked) - distance(right, asked))[0];
  return best === undefined ? '' : `; the nearest is ${best}`;
}
