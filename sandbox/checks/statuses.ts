import { protectionOf } from '../refs/rules/protection.ts';
import { isAncestor } from '../git/history.ts';
import { peel } from '../git/commit-object.ts';
import { viaApp, type Actor } from '../issues/actor.ts';
import { newId, now, type Core } from '../kernel/core.ts';
import { validationFailed } from '../kernel/errors.ts';
import { emit } from '../kernel/events.ts';
import { commitKey, type CommitStatus, type StatusState } from '../state/checks.ts';
import type { Repository } from '../state/repositories.ts';
import { statusPayload } from '../views/statuses.ts';
import { latestStatuses } from './latest.ts';

/** Body of `repos/create-commit-status`. */
export interface StatusInput {
  readonly state: StatusState;
  readonly target_url?: string | null;
  readonly description?: string | null;
  readonly context?: string;
}

/** "there is a limit of 1000 statuses per sha and context": https://docs.github.com/rest/commits/statuses#create-a-commit-status */
const STATUSES_OF_A_CONTEXT = 1000;
const DESCRIPTION_CHARACTERS = 140;
const CONTEXT_CHARACTERS = 255;
/** "The array includes a maximum of 10 branches." https://docs.github.com/webhooks/webhook-events-and-payloads#status */
const BRANCHES_TOLD = 10;

/** Reports on a commit. @throws ApiError 422 for too long texts, an address that is none, the thousand-and-first report */
export function createStatus(
  core: Core,
  actor: Actor,
  repository: Repository,
  sha: string,
  input: StatusInput,
): CommitStatus {
  const context = input.context ?? 'default';
  checkStatus(input, context);
  const key = `${commitKey(repository.id, sha)}/${context.toLowerCase()}`;
  if (core.tables.commitStatuses.count('context', key) >= STATUSES_OF_A_CONTEXT)
    throw refused('context', 'This SHA and context has reached the maximum number of statuses.');
  const at = now(core);
  const status = core.tables.commitStatuses.put({
    id: newId(core),
    repositoryId: repository.id,
    sha,
    state: input.state,
    context,
    description: input.description ?? null,
    targetUrl: input.target_url ?? null,
    creatorId: actor.account.id,
    appId: viaApp(core, actor),
    createdAt: at,
    updatedAt: at,
  });
  emit(core, {
    name: 'status',
    repositoryId: repository.id,
    sender: actor.account,
    by: actor.by,
    payload: (view) => statusPayload(view, status, branchesWith(core, repository, sha)),
    facts: { sha },
  });
  return status;
}

function refused(field: string, message: string) {
  return validationFailed({ resource: 'Status', code: 'custom', field, message });
}

function checkStatus({ description, target_url }: StatusInput, context: string): void {
  if ((description ?? '').length > DESCRIPTION_CHARACTERS)
    throw refused('description', `description is too long (maximum is ${DESCRIPTION_CHARACTERS} characters)`);
  if (context.length === 0 || context.length > CONTEXT_CHARACTERS)
    throw refused(
      'context',
      `context is too short or too long (maximum is ${CONTEXT_CHARACTERS} characters)`,
    );
  if (target_url != null && !/^https?:$/.test(URL.parse(target_url)?.protocol ?? ''))
    throw refused('target_url', 'target_url must use http(s) scheme');
}

/** Branches that have the commit, those whose tip it is first. */
function branchesWith(core: Core, repository: Repository, sha: string) {
  const store = core.objects(repository);
  const branches = core.tables.refs
    .where('repository', repository.id)
    .flatMap(({ name, oid }) =>
      name.startsWith('refs/heads/') ? [{ name: name.slice('refs/heads/'.length), oid }] : [],
    );
  const tips = branches.filter(({ oid }) => oid === sha);
  const found = tips.slice(0, BRANCHES_TOLD);
  for (const branch of branches) {
    if (found.length >= BRANCHES_TOLD) break;
    const tip = peel(store, branch.oid);
    if (branch.oid !== sha && tip?.type === 'commit' && isAncestor(store, sha, tip.id)) found.push(branch);
  }
  return found.map((branch) => ({
    ...branch,
    protected: protectionOf(core, repository.id, branch.name) !== undefined,
  }));
}

/** The newest status of each context, and what they say together: https://docs.github.com/rest/commits/statuses#get-the-combined-status-for-a-specific-reference */
export function combinedStatus(
  core: Core,
  repositoryId: number,
  sha: string,
): { readonly state: 'failure' | 'pending' | 'success'; readonly statuses: readonly CommitStatus[] } {
  const statuses = latestStatuses(core, repositoryId, sha);
  const states = new Set(statuses.map(({ state }) => state));
  const state =
    states.has('error') || states.has('failure')
      ? 'failure'
      : states.size === 0 || states.has('pending')
        ? 'pending'
        : 'success';
  return { state, statuses };
}
