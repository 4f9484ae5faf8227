import type { Actor } from '../issues/actor.ts';
import { editIssue } from '../issues/edit.ts';
import { addTimeline } from '../issues/timeline.ts';
import type { Core } from '../kernel/core.ts';
import { unprocessable, validationFailed } from '../kernel/errors.ts';
import type { Pull } from '../state/pulls.ts';
import { branchTip, compareCommits, MOST_COMMITS, objectsOf } from './comparison.ts';
import { noteCommitted } from './committed.ts';
import { openBetween, pullRefused } from './create.ts';
import { tellPull } from './events.ts';
import { issueOf, touchPull } from './find.ts';
import { requestCodeowners } from './reviewers.ts';
import { refreshTrial } from './trial.ts';

export interface PullChanges {
  readonly title?: string | undefined;
  readonly body?: string | null | undefined;
  readonly state?: 'open' | 'closed' | undefined;
  readonly base?: string | undefined;
  readonly maintainer_can_modify?: boolean | undefined;
}

/**
 * Changes what is named. https://docs.github.com/rest/pulls/pulls#update-a-pull-request
 * @throws ApiError 422 for a base that does not serve, a state that cannot be, an empty title
 */
export function editPull(core: Core, actor: Actor, pull: Pull, changes: PullChanges): Pull {
  const { base, maintainer_can_modify: modify, title, body, state } = changes;
  if (base !== undefined && base !== pull.base.ref) changeBase(core, actor, pull, base);
  if (modify !== undefined) {
    const current = core.tables.pulls.require(pull.id);
    const cross = current.head.repositoryId !== null && current.head.repositoryId !== current.repositoryId;
    core.tables.pulls.put({ ...current, maintainerCanModify: cross && modify });
  }
  editIssue(core, actor, issueOf(core, pull), {
    ...(title === undefined ? {} : { title }),
    ...(body === undefined ? {} : { body }),
    ...(state === undefined ? {} : { state }),
  });
  return core.tables.pulls.require(pull.id);
}

function changeBase(core: Core, actor: Actor, pull: Pull, ref: string): void {
  if (!pull.open)
    throw pullRefused('Cannot change the base branch of a closed pull request.', 'base', 'invalid');
  const oid = branchTip(core, pull.repositoryId, ref);
  if (oid === undefined) throw validationFailed({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  if (pull.head.repositoryId === pull.repositoryId && pull.head.ref === ref)
    throw pullRefused("The base branch can't be the head branch.", 'base', 'invalid');
  if (openBetween(core, pull.repositoryId, pull.head, ref) !== undefined)
    throw pullRefused(
      `A pull request already exists for base branch '${ref}' and head branch '${pull.head.ref}'`,
      'base',
      'invalid',
    );
  if (compareCommits(objectsOf(core, pull), oid, pull.head.oid).commits.length === 0)
    throw pullRefused(
      `There are no new commits between base branch '${ref}' and head branch '${pull.head.ref}'`,
      'base',
      'invalid',
    );
  retarget(core, actor, pull, ref, oid);
}

/** Gives a pull request another base, told as `edited`. Whether it serves is for the caller to know. */
export function retarget(core: Core, actor: Actor, pull: Pull, ref: string, oid: string): Pull {
  const { commits } = compareCommits(objectsOf(core, pull), oid, pull.head.oid);
  core.tables.pulls.put({
    ...pull,
    base: { ref, oid },
    commits: commits.slice(0, MOST_COMMITS),
    trial: null,
  });
  addTimeline(core, actor, pull, { kind: 'base_ref_changed', from: pull.base.ref, to: ref });
  const tried = refreshTrial(core, touchPull(core, pull));
  noteCommitted(core, actor, tried);
  tellPull(core, actor, tried, 'edited', () => ({
    changes: { base: { ref: { from: pull.base.ref }, sha: { from: pull.base.oid } } },
  }));
  return requestCodeowners(core, actor, tried);
}

/**
 * Makes a draft of a pull request, or ends that. One that is so already stays so.
 * @throws ApiError 422 for a closed one
 */
export function setDraft(core: Core, actor: Actor, pull: Pull, draft: boolean): Pull {
  if (pull.draft === draft) return pull;
  if (!pull.open) throw unprocessable('Pull request is closed');
  core.tables.pulls.put({ ...pull, draft });
  addTimeline(core, actor, pull, { kind: draft ? 'convert_to_draft' : 'ready_for_review' });
  const changed = touchPull(core, pull);
  tellPull(core, actor, changed, draft ? 'converted_to_draft' : 'ready_for_review');
  return requestCodeowners(core, actor, changed);
}
