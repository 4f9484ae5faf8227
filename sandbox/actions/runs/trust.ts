import { roleOf } from '../../access/roles.ts';
import type { Core, EmittedEvent } from '../../kernel/core.ts';
import { atLeast } from '../../kernel/identity.ts';
import { issueOf } from '../../pulls/find.ts';
import type { WorkflowRun } from '../../state/actions.ts';
import type { Pull } from '../../state/pulls.ts';
import type { Repository } from '../../state/repositories.ts';

const OF_PULLS = ['pull_request', 'pull_request_review', 'pull_request_review_comment'];
const OF_DEPENDABOT = [...OF_PULLS, 'push', 'create', 'deployment', 'deployment_status'];
const DEPENDABOT = 'dependabot[bot]';

/**
 * How far a run is trusted: pull requests of forks and what Dependabot does have read-only tokens and no secrets.
 * `pull_request_target`, comments and `workflow_run` run the default branch's own file and are trusted.
 */
export function trustOf(name: string, event: EmittedEvent, pull: Pull | undefined): WorkflowRun['trust'] {
  if (OF_PULLS.includes(name) && pull !== undefined && pull.head.repositoryId !== pull.repositoryId)
    return 'fork';
  return OF_DEPENDABOT.includes(name) && event.sender.login === DEPENDABOT ? 'dependabot' : 'full';
}

/**
 * Must somebody approve the run first? Pull requests of forks by people the repository does not know,
 * and pull requests made or updated with `GITHUB_TOKEN`.
 * Source: https://docs.github.com/actions/how-tos/manage-workflow-runs/approve-runs-from-forks
 */
export function needsApproval(
  core: Core,
  repository: Repository,
  name: string,
  event: EmittedEvent,
  pull: Pull | undefined,
): boolean {
  if (!OF_PULLS.includes(name) || pull === undefined) return false;
  if (event.by.kind === 'job') return true;
  if (pull.head.repositoryId === pull.repositoryId || repository.private) return false;
  const author = issueOf(core, pull).authorId;
  return [author, event.sender.id].some((userId) => !isKnown(core, repository, userId));
}

/** Writers always are; others by what they contributed, as far as the repository's setting asks. */
function isKnown(core: Core, repository: Repository, userId: number): boolean {
  if (atLeast(roleOf(core, userId, repository), 'write')) return true;
  if (repository.actions.forkApproval === 'all_external_contributors') return false;
  return core.tables.pulls
    .where('repository', repository.id)
    .some((pull) => pull.merged !== null && issueOf(core, pull).authorId === userId);
}

/** Events of a job's own token start nothing, but for dispatches, and pull requests, which wait for approval. */
export function mayStart(name: string, action: string | undefined, event: EmittedEvent): boolean {
  if (event.by.kind !== 'job') return true;
  if (name === 'workflow_dispatch' || name === 'repository_dispatch') return true;
  return name === 'pull_request' && ['opened', 'synchronize', 'reopened'].includes(action ?? '');
}
