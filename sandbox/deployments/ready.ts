import { latestRuns, latestStatuses, outcomeOfRun } from '../checks/latest.ts';
import { isAncestor } from '../git/history.ts';
import { mergeCommits } from '../git/merge.ts';
import { isObjectId } from '../git/objects.ts';
import type { Core } from '../kernel/core.ts';
import { ApiError, unprocessable, type FieldError } from '../kernel/errors.ts';
import { commitOf, refOid } from '../releases/tags.ts';
import type { Repository } from '../state/repositories.ts';

/** What a deployment's `ref` names. */
export interface DeployedRef {
  readonly sha: string;
  /** Full name of the branch it is; null for tags and commits. */
  readonly branch: string | null;
}

/** Finds a branch, a tag or a commit (also by the beginning of its id). @throws ApiError 422 where there is none */
export function resolveRef(core: Core, repository: Repository, ref: string): DeployedRef {
  const short = ref.replace(/^refs\/(?:heads|tags)\//, '');
  const names = ref.startsWith('refs/') ? [ref] : [`refs/heads/${short}`, `refs/tags/${short}`];
  for (const name of names) {
    const oid = refOid(core, repository, name);
    const sha = oid === undefined ? undefined : commitOf(core, repository, oid);
    if (sha !== undefined) return { sha, branch: name.startsWith('refs/heads/') ? name : null };
  }
  const sha = isObjectId(ref) ? commitOf(core, repository, ref) : undefined;
  if (sha === undefined) throw unprocessable(`No ref found for: ${ref}`);
  return { sha, branch: null };
}

/**
 * What the default branch would bring into the ref that is to be deployed: nothing, or a merge to be made first.
 * @throws ApiError 409 where it conflicts, or where the ref is no branch and cannot take a merge
 */
export function pendingMerge(
  core: Core,
  repository: Repository,
  ref: string,
  { sha, branch }: DeployedRef,
): { readonly base: string; readonly tree: string } | undefined {
  const base = refOid(core, repository, `refs/heads/${repository.defaultBranch}`);
  const objects = core.objects(repository);
  if (base === undefined || isAncestor(objects, base, sha)) return undefined;
  const merged = branch === null ? undefined : mergeCommits(objects, sha, base);
  const tree = merged === undefined || !('tree' in merged) ? undefined : (merged.tree as string);
  if (tree === undefined)
    throw new ApiError(409, `Conflict merging ${repository.defaultBranch} into ${ref}.`);
  return { base, tree };
}

const FINE: ReadonlySet<string> = new Set(['success', 'neutral', 'skipped']);

/**
 * Holds a deployment to the checks and statuses of its commit: all of them, or the named ones, must have succeeded.
 * @throws ApiError 409 with the state of every context
 */
export function requireContexts(
  core: Core,
  repository: Repository,
  ref: string,
  sha: string,
  required: readonly string[] | undefined,
): void {
  const states = contextStates(core, repository.id, sha);
  const wanted = required ?? [...states.keys()];
  if (wanted.every((context) => FINE.has(states.get(context) ?? ''))) return;
  const contexts = new Set([...states.keys(), ...wanted]);
  const error: FieldError & { readonly contexts: unknown } = {
    contexts: [...contexts].map((context) => ({ context, state: states.get(context) ?? 'pending' })),
    resource: 'Deployment',
    field: 'required_contexts',
    code: 'invalid',
  };
  throw new ApiError(409, `Conflict: Commit status checks failed for ${ref}.`, { errors: [error] });
}

/** The newest word of every status context and check of a commit; of checks of one name the worst. */
function contextStates(core: Core, repositoryId: number, sha: string): Map<string, string> {
  const states = new Map<string, string>();
  for (const run of latestRuns(core, repositoryId, sha)) {
    if (states.has(run.name) && outcomeOfRun(run) === 'passing') continue;
    states.set(run.name, run.status === 'completed' ? (run.conclusion ?? 'failure') : 'pending');
  }
  for (const status of latestStatuses(core, repositoryId, sha)) states.set(status.context, status.state);
  return states;
}
