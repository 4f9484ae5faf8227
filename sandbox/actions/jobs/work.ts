import type { Core } from '../../kernel/core.ts';

/** What has to be looked at again before the transaction ends: runs, and groups that somebody left. */
interface Work {
  readonly runs: Set<number>;
  readonly groups: Set<string>;
  settling: boolean;
}

const works = new WeakMap<Core, Work>();

/** The work of a core. */
export function workOf(core: Core): Work {
  let work = works.get(core);
  if (work === undefined) works.set(core, (work = { runs: new Set(), groups: new Set(), settling: false }));
  return work;
}

/** Something about the run changed: look at it again. */
export function touch(core: Core, runId: number): void {
  workOf(core).runs.add(runId);
}

/** Somebody left a concurrency group. */
export function leave(core: Core, repositoryId: number, group: string): void {
  workOf(core).groups.add(`${repositoryId}/${group}`);
}
