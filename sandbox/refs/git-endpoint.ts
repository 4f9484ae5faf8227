/** A repository as git clients see it over HTTP. */
import { ZERO_ID } from '../git/objects.ts';
import type { GitEndpoint } from '../git/endpoint.ts';
import type { Core } from '../kernel/core.ts';
import type { Repository } from '../state/repositories.ts';
import { may } from '../access/index.ts';
import { lentBranches } from '../pulls/lent.ts';
import { shortName, type RefActor, type RefChange } from './change.ts';
import { updateRefs } from './update.ts';

/** Where git's own files of a repository are. */
export interface GitPlaces {
  readonly directory: string;
  readonly objectDirectory: string;
}

/** The endpoint for one caller; `actor` null may only read. */
export function gitEndpoint(
  core: Core,
  repository: Repository,
  actor: RefActor | null,
  places: GitPlaces,
): GitEndpoint {
  const id = (oid: string): string | null => (oid === ZERO_ID ? null : oid);
  return {
    ...places,
    objects: core.objects(repository),
    head: `refs/heads/${repository.defaultBranch}`,
    refs: () => {
      const rows = core.tables.refs.where('repository', repository.id);
      return new Map(rows.map(({ name, oid }) => [name, oid]));
    },
    apply: (commands, atomic) => {
      if (actor === null) throw new Error('a push by nobody');
      // Receiving the pack took its time: the repository may be another by now, or none.
      const current = core.tables.repositories.get(repository.id);
      if (current === undefined)
        return commands.map(({ ref }) => ({ ref, ok: false, reason: 'repository not found', messages: [] }));
      const updates = commands.map(({ ref, before, after }) => ({
        ref,
        before: id(before),
        after: id(after),
      }));
      const foreign = updates.filter((update) => !mayPush(core, current, actor, update));
      if (foreign.length > 0)
        return commands.map(({ ref }) => ({ ref, ok: false, reason: 'permission denied', messages: [] }));
      const outcomes = updateRefs(core, current, actor, updates, { kind: 'push' }, atomic);
      return outcomes.map((outcome) =>
        outcome.ok
          ? { ref: outcome.ref, ok: true, messages: outcome.lines }
          : { ref: outcome.ref, ok: false, reason: outcome.refused.reason, messages: outcome.refused.lines },
      );
    },
  };
}

/** People with write access push whatever rules allow; others the branches of pull requests that are lent to them. */
function mayPush(
  core: Core,
  repository: Repository,
  { by }: RefActor,
  { ref, before, after }: RefChange,
): boolean {
  if (may(core, by, repository, 'write', 'contents')) return true;
  const short = shortName(ref);
  if (short?.type !== 'branch' || before === null || after === null) return false;
  return lentBranches(core, by, repository).has(short.name);
}
