import { canSee } from '../../access/index.ts';
import { parseNodeId } from '../../kernel/node-id.ts';
import { isObjectId } from '../../git/objects.ts';
import type { Account } from '../../state/accounts.ts';
import type { Deployment } from '../../state/deployments.ts';
import type { IssueComment, Label, Milestone } from '../../state/issues.ts';
import type { Review, ReviewComment } from '../../state/pulls.ts';
import type { Ref, Repository } from '../../state/repositories.ts';
import type { Asking } from '../asking.ts';
import { noSuchNode } from '../errors.ts';
import { teamNode } from './actors.ts';
import { accountNode, issueNode, repositoryNode, rowNode, type IssueNode, type PullNode } from './nodes.ts';
import { objectOf } from './objects.ts';
import { reactionNode } from './reactions.ts';
import { assetById, releaseById } from './releases.ts';

export interface AnyNode {
  readonly __typename: string;
  readonly repository?: Repository;
}

interface Rows {
  readonly IssueComment: IssueComment;
  readonly Label: Label;
  readonly Milestone: Milestone;
  readonly PullRequestReview: Review;
  readonly PullRequestReviewComment: ReviewComment;
  readonly PullRequestReviewThread: ReviewComment;
  readonly Ref: Ref;
  readonly Deployment: Deployment;
}

type Lookup = (asking: Asking, id: string) => AnyNode | null | undefined;

const account: Lookup = (asking, id) => accountNode(asking.tables.accounts.get(Number(id)));
const object: Lookup = (asking, id) => {
  const [repository, oid] = id.split(':');
  const row = asking.tables.repositories.get(Number(repository));
  return row === undefined || !isObjectId(oid ?? '') ? undefined : objectOf(asking, row, oid!);
};

/** A row of a repository by its number. */
function row(
  name: string,
  find: (asking: Asking, id: number) => { readonly repositoryId: number } | undefined,
): Lookup {
  return (asking, id) => {
    const found = find(asking, Number(id));
    return found === undefined ? undefined : rowNode(asking, name, found);
  };
}

const issue: Lookup = (asking, id) => {
  const found = asking.tables.issues.get(Number(id));
  return found === undefined ? undefined : issueNode(asking, found);
};

/** What stands behind each kind of node id. */
const LOOKUPS: Readonly<Record<string, Lookup>> = {
  U: account,
  O: account,
  BOT: account,
  T: (asking, id) => teamNode(asking.tables.teams.get(Number(id))),
  R: (asking, id) => {
    const found = asking.tables.repositories.get(Number(id));
    return found === undefined ? undefined : repositoryNode(found);
  },
  I: issue,
  PR: issue,
  IC: row('IssueComment', ({ tables }, id) => tables.issueComments.get(id)),
  LA: row('Label', ({ tables }, id) => tables.labels.get(id)),
  MI: row('Milestone', ({ tables }, id) => tables.milestones.get(id)),
  PRR: row('PullRequestReview', ({ tables }, id) => tables.reviews.get(id)),
  PRRC: row('PullRequestReviewComment', ({ tables }, id) => tables.reviewComments.get(id)),
  PRRT: row('PullRequestReviewThread', ({ tables }, id) => tables.reviewComments.get(id)),
  CR: row('CheckRun', ({ tables }, id) => tables.checkRuns.get(id)),
  CS: row('CheckSuite', ({ tables }, id) => tables.checkSuites.get(id)),
  SC: row('StatusContext', ({ tables }, id) => tables.commitStatuses.get(id)),
  WFR: row('WorkflowRun', ({ tables }, id) => tables.workflowRuns.get(id)),
  W: row('Workflow', ({ tables }, id) => tables.workflowFiles.get(id)),
  DE: row('Deployment', ({ tables }, id) => tables.deployments.get(id)),
  DES: row('DeploymentStatus', ({ tables }, id) => tables.deploymentStatuses.get(id)),
  EN: row('Environment', ({ tables }, id) => tables.environments.get(id)),
  REF: (asking, id) => {
    const found = asking.tables.refs.get(id);
    return found === undefined ? undefined : rowNode(asking, 'Ref', found);
  },
  C: object,
  B: object,
  TREE: object,
  TA: object,
  REA: (asking, id) => {
    const found = asking.tables.reactions.get(Number(id));
    return found === undefined ? undefined : reactionNode(found);
  },
  RE: (asking, id) => releaseById(asking, Number(id)),
  RA: (asking, id) => assetById(asking, Number(id)),
};

/** The operation that reads an object of each type: who may not call it may not have the node either. */
const READS: Readonly<Record<string, string>> = {
  Issue: 'issues/get',
  PullRequest: 'pulls/get',
  IssueComment: 'issues/get-comment',
  Label: 'issues/get-label',
  Milestone: 'issues/get-milestone',
  PullRequestReview: 'pulls/get-review',
  PullRequestReviewComment: 'pulls/get-review-comment',
  PullRequestReviewThread: 'pulls/get-review-comment',
  CheckRun: 'checks/get',
  CheckSuite: 'checks/get-suite',
  StatusContext: 'repos/get-combined-status-for-ref',
  WorkflowRun: 'actions/get-workflow-run',
  Workflow: 'actions/get-workflow',
  Deployment: 'repos/get-deployment',
  DeploymentStatus: 'repos/get-deployment-status',
  Environment: 'repos/get-environment',
  Commit: 'git/get-commit',
  Tree: 'git/get-tree',
  Blob: 'git/get-blob',
  Tag: 'git/get-tag',
};

/** The object of a node id. @throws GraphQLError NOT_FOUND where there is none, or the caller may not know of it */
export function nodeOf(asking: Asking, id: string): AnyNode {
  const parsed = parseNodeId(id);
  const found = parsed === undefined ? undefined : LOOKUPS[parsed.kind]?.(asking, parsed.id);
  if (found === null || found === undefined) throw noSuchNode(id);
  const repository =
    found.__typename === 'Repository' ? (found as unknown as { row: Repository }).row : found.repository;
  if (repository !== undefined && !canSee(asking.core, asking.viewer, repository)) throw noSuchNode(id);
  const read = READS[found.__typename];
  if (read !== undefined && repository !== undefined) asking.allow(read, repository);
  return found;
}

function typed(asking: Asking, id: string, types: readonly string[]): AnyNode {
  const found = nodeOf(asking, id);
  if (!types.includes(found.__typename)) throw noSuchNode(id);
  return found;
}

/** An issue or pull request by its node id. */
export function conversationById(asking: Asking, id: string): IssueNode {
  return typed(asking, id, ['Issue', 'PullRequest']) as IssueNode;
}

/** An issue by its node id. */
export function issueById(asking: Asking, id: string): IssueNode {
  return typed(asking, id, ['Issue']) as IssueNode;
}

/** A pull request by its node id. */
export function pullById(asking: Asking, id: string): PullNode {
  return typed(asking, id, ['PullRequest']) as PullNode;
}

/** A repository by its node id. */
export function repositoryById(asking: Asking, id: string): Repository {
  return (typed(asking, id, ['Repository']) as unknown as { row: Repository }).row;
}

/** A person, organisation or bot by its node id. */
export function accountById(asking: Asking, id: string): Account {
  return (typed(asking, id, ['User', 'Organization', 'Bot']) as unknown as { row: Account }).row;
}

/** A row of that type by its node id. */
export function rowById<Type extends keyof Rows>(
  asking: Asking,
  id: string,
  type: Type,
): { readonly row: Rows[Type]; readonly repository: Repository } {
  return typed(asking, id, [type]) as unknown as { row: Rows[Type]; repository: Repository };
}
