import type { Actor } from '../issues/actor.ts';
import { addTimeline } from '../issues/timeline.ts';
import type { Core } from '../kernel/core.ts';
import type { Pull } from '../state/pulls.ts';

/** Keeps the commits of a pull request's conversation the ones it has: new ones are added, dropped ones go. */
export function noteCommitted(core: Core, actor: Actor, pull: Pull): void {
  const wanted = new Set(pull.commits);
  for (const { id, data } of core.tables.timeline.where('issue', pull.id)) {
    if (data.kind !== 'committed') continue;
    if (!wanted.delete(data.oid)) core.tables.timeline.remove(id);
  }
  for (const oid of pull.commits)
    if (wanted.has(oid)) addTimeline(core, actor, pull, { kind: 'committed', oid });
}
