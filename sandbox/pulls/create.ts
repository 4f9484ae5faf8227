import { may } from '../access/index.ts';
import type { Actor } from '../issues/actor.ts';
import { createPullIssue } from '../issues/create.ts';
import { noteText } from '../issues/linking.ts';
import type { Core } from '../kernel/core.ts';
import { forbidden, validationFailed, type FieldError } from '../kernel/errors.ts';
import { numberKey, type Issue } from '../state/issues.ts';
import { baseScope, type Pull } from '../state/pulls.ts';
import type { Repository } from '../state/repositories.ts';
import { branchTip, compareCommits, MOST_COMMITS } from './comparison.ts';
import { noteCommitted } from './committed.ts';
import { tellPull } from './events.ts';
import { setPullRef } from './refs.ts';
import { requestCodeowners } from './reviewers.ts';
import { refreshTrial } from './trial.ts';

export interface NewPull {
  readonly title?: string | undefined;
  /** `branch`, or `owner:branch` for another repository of the network. */
  readonly head: string;
  /** Name of the head's repository, where its owner has several of the network. */
  readonly head_repo?: string | undefined;
  readonly base: string;
  readonly body?: string | null | undefined;
  readonly maintainer_can_modify?: boolean | undefined;
  readonly draft?: boolean | undefined;
  /** Number of an issue that becomes the pull request. */
  readonly issue?: number | undefined;
}

interface Ends {
  readonly headRepository: Repository;
  readonly head: Pull['head'];
  readonly base: Pull['base'];
  readonly label: string;
  readonly commits: readonly string[];
}

/** 422 about a pull request as a whole. */
export function pullRefused(message: string, field?: string, code = 'custom'): Error {
  const where = field === undefined ? {} : { field };
  return validationFailed({ resource: 'PullRequest', code, ...where, message });
}

/**
 * Opens a pull request: its rows and refs, the first try to merge, `pull_request.opened`, then the requests to the
 * owners of the changed code. https://docs.github.com/rest/pulls/pulls#create-a-pull-request
 * @throws ApiError 403 who may not write to the head; 422 for branches that are not there, nothing to merge, a second one
 */
export function createPull(core: Core, actor: Actor, repository: Repository, input: NewPull): Pull {
  if (actor.by.kind === 'job' && !repository.actions.mayApprovePulls)
    throw forbidden('GitHub Actions is not permitted to create or approve pull requests.');
  const ends = endsOf(core, repository, input);
  const { headRepository } = ends;
  const fromFork = headRepository.id !== repository.id;
  const writer = may(core, actor.by, headRepository, 'write', fromFork ? 'contents' : 'pull_requests');
  if (!writer && !fromFork) throw forbidden('Must have push access to repository');
  if (!writer && !may(core, actor.by, repository, 'write', 'pull_requests'))
    throw forbidden('Must have push access to repository');
  if (fromFork && input.maintainer_can_modify === true && !writer)
    throw pullRefused("Fork collab can't be granted by someone without permission", 'fork_collab');
  refuseTwin(core, repository, ends);
  const issue = issueFor(core, actor, repository, input);
  const owner = core.tables.accounts.require(headRepository.ownerId);
  const pull = core.tables.pulls.put({
    id: issue.id,
    number: issue.number,
    repositoryId: repository.id,
    open: true,
    head: ends.head,
    base: ends.base,
    headLabel: ends.label,
    draft: input.draft ?? false,
    maintainerCanModify: fromFork && writer && owner.type === 'User' && (input.maintainer_can_modify ?? true),
    requestedUserIds: [],
    requestedTeamIds: [],
    commits: ends.commits,
    headPushedById: actor.account.id,
    trial: null,
    merged: null,
  });
  setPullRef(core, pull, 'head', pull.head.oid);
  const tried = refreshTrial(core, pull);
  noteCommitted(core, actor, tried);
  tellPull(core, actor, tried, 'opened');
  noteText(core, actor, issue, issue.body);
  return requestCodeowners(core, actor, tried);
}

/** The branches and commits that are meant. @throws ApiError 422 where one is not there or they have nothing to merge */
function endsOf(core: Core, repository: Repository, input: NewPull): Ends {
  const baseOid = branchTip(core, repository.id, input.base);
  const [first, ...rest] = input.head.split(':');
  const branch = rest.length === 0 ? first! : rest.join(':');
  const headRepository =
    rest.length === 0 && input.head_repo === undefined
      ? repository
      : headRepositoryOf(core, repository, rest.length === 0 ? undefined : first!, input.head_repo);
  const headOid = headRepository && branchTip(core, headRepository.id, branch);
  const invalid = (field: string): FieldError => ({ resource: 'PullRequest', field, code: 'invalid' });
  if (baseOid === undefined || headOid === undefined)
    throw validationFailed(
      ...(headOid === undefined ? [invalid('head')] : []),
      ...(baseOid === undefined ? [invalid('base')] : []),
    );
  const ownerOf = (of: Repository) => core.tables.accounts.require(of.ownerId).login;
  const label = `${ownerOf(headRepository!)}:${branch}`;
  const baseLabel = `${ownerOf(repository)}:${input.base}`;
  const { commits, mergeBase } = compareCommits(core.objects(repository), baseOid, headOid);
  const cross = headRepository!.id !== repository.id;
  if (commits.length === 0)
    throw pullRefused(`No commits between ${cross ? baseLabel : input.base} and ${cross ? label : branch}`);
  if (mergeBase === undefined)
    throw pullRefused(`The ${label} branch has no history in common with ${baseLabel}`);
  return {
    headRepository: headRepository!,
    head: { repositoryId: headRepository!.id, ref: branch, oid: headOid },
    base: { ref: input.base, oid: baseOid },
    label,
    commits: commits.slice(0, MOST_COMMITS),
  };
}

/** The repository of an owner in the base's network, the base itself where it is theirs. */
function headRepositoryOf(
  core: Core,
  base: Repository,
  owner: string | undefined,
  name: string | undefined,
): Repository | undefined {
  const ownerId =
    owner === undefined ? base.ownerId : core.tables.accounts.find('login', owner.toLowerCase())?.id;
  const theirs = core.tables.repositories
    .where('network', base.networkId)
    .filter((candidate) => candidate.ownerId === ownerId);
  if (name !== undefined) return theirs.find((found) => found.name.toLowerCase() === name.toLowerCase());
  return theirs.find(({ id }) => id === base.id) ?? theirs[0];
}

/** One open pull request for the same two branches is enough. */
function refuseTwin(core: Core, repository: Repository, { head, base, label }: Ends): void {
  if (openBetween(core, repository.id, head, base.ref) !== undefined)
    throw pullRefused(`A pull request already exists for ${label}.`);
}

/** The open pull request from a branch into another. */
export function openBetween(
  core: Core,
  repositoryId: number,
  head: Pick<Pull['head'], 'repositoryId' | 'ref'>,
  baseRef: string,
): Pull | undefined {
  const into = baseScope({ repositoryId }, baseRef, true);
  if (head.repositoryId === null || core.tables.pulls.count('base', into) === 0) return undefined;
  return core.tables.pulls
    .where('head', `${head.repositoryId}:${head.ref}`)
    .find((pull) => pull.open && pull.repositoryId === repositoryId && pull.base.ref === baseRef);
}

/** A new issue side, or the issue that becomes the pull request. */
function issueFor(core: Core, actor: Actor, repository: Repository, input: NewPull): Issue {
  if (input.issue === undefined)
    return createPullIssue(core, actor, repository.id, {
      title: input.title ?? '',
      body: input.body ?? null,
    });
  const issue = core.tables.issues.find('number', numberKey(repository.id, input.issue));
  if (issue === undefined || issue.pull || issue.state === 'closed')
    throw validationFailed({ resource: 'PullRequest', field: 'issue', code: 'invalid' });
  return core.tables.issues.put({ ...issue, pull: true });
}
