import { peel } from '../../git/commit-object.ts';
import type { Core } from '../../kernel/core.ts';
import type { EmittedEvent } from '../../kernel/core.ts';
import { refreshTrial } from '../../pulls/trial.ts';
import { pullRef } from '../../pulls/refs.ts';
import type { Pull } from '../../state/pulls.ts';
import { refKey, type Repository } from '../../state/repositories.ts';
import { shortRef } from '../jobs/github-context.ts';
import { placeOf } from '../triggers/events.ts';

/** Where runs of an event happen. */
export interface RunPlace {
  /** `GITHUB_SHA` and `GITHUB_REF`; the workflow file is read from the same commit. */
  readonly sha: string;
  readonly ref: string;
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly headRepositoryId: number;
  readonly pull: Pull | undefined;
}

/**
 * Commit and ref of an event's runs; undefined where it has none: a conflicting pull request, an empty repository.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
export function placeRun(
  core: Core,
  repository: Repository,
  event: EmittedEvent,
  name: string,
): RunPlace | undefined {
  const place = placeOf(name);
  const pull = event.facts?.pullId === undefined ? undefined : core.tables.pulls.get(event.facts.pullId);
  switch (place) {
    case 'ref':
      return atRef(core, repository, event.facts?.ref, event.facts?.sha);
    case 'tag':
      return atRef(core, repository, event.facts?.ref, undefined);
    case 'merge':
      return pull === undefined ? undefined : atMerge(core, pull);
    case 'deployment':
      return atDeployment(core, repository, event);
    case 'default': {
      const home = atDefault(core, repository);
      if (home === undefined || name !== 'pull_request_target' || pull === undefined) return home;
      return { ...home, ...headOf(pull), pull };
    }
    case undefined:
      return undefined;
  }
}

/** The tip of the default branch. */
export function atDefault(core: Core, repository: Repository): RunPlace | undefined {
  return atRef(core, repository, `refs/heads/${repository.defaultBranch}`, undefined);
}

/** The tip of a ref, or the commit it was pushed to. A deleted ref gives way to the default branch. */
export function atRef(
  core: Core,
  repository: Repository,
  ref: string | undefined,
  sha: string | undefined,
): RunPlace | undefined {
  if (ref === undefined) return undefined;
  const oid = sha ?? core.tables.refs.get(refKey(repository.id, ref))?.oid;
  if (oid === undefined)
    return ref === `refs/heads/${repository.defaultBranch}` || ref.startsWith('refs/tags/')
      ? undefined
      : atDefault(core, repository);
  const commit = peel(core.objects(repository), oid);
  if (commit?.type !== 'commit') return undefined;
  return {
    sha: commit.id,
    ref,
    headSha: commit.id,
    headBranch: shortRef(ref),
    headRepositoryId: repository.id,
    pull: undefined,
  };
}

/** The trial merge of a pull request; its merge commit on the base branch once it is merged. */
function atMerge(core: Core, pull: Pull): RunPlace | undefined {
  const head = { ...headOf(pull), pull };
  if (pull.merged !== null) return { sha: pull.merged.oid, ref: `refs/heads/${pull.base.ref}`, ...head };
  const merge = pull.open ? refreshTrial(core, pull).trial?.merge : pull.trial?.merge;
  if (merge === undefined || merge === null) return undefined;
  return { sha: merge, ref: pullRef(pull.number, 'merge'), ...head };
}

function headOf(pull: Pull): Pick<RunPlace, 'headSha' | 'headBranch' | 'headRepositoryId'> {
  return {
    headSha: pull.head.oid,
    headBranch: pull.head.ref,
    headRepositoryId: pull.head.repositoryId ?? pull.repositoryId,
  };
}

function atDeployment(core: Core, repository: Repository, event: EmittedEvent): RunPlace | undefined {
  const deployment = event.body()['deployment'] as { sha?: string; ref?: string } | undefined;
  if (deployment?.sha === undefined) return undefined;
  const names = [`refs/heads/${deployment.ref ?? ''}`, `refs/tags/${deployment.ref ?? ''}`];
  const ref = names.find((name) => core.tables.refs.get(refKey(repository.id, name)) !== undefined);
  return {
    sha: deployment.sha,
    // A deployment of a bare commit has no ref.
    ref: ref ?? '',
    headSha: deployment.sha,
    headBranch: ref === undefined ? null : shortRef(ref),
    headRepositoryId: repository.id,
    pull: undefined,
  };
}
