import { canSee } from '../../access/index.ts';
import type { Account } from '../../state/accounts.ts';
import type { IssueComment, Issue, Label, Milestone } from '../../state/issues.ts';
import type { Pull, Review, ReviewComment } from '../../state/pulls.ts';
import type { Ref, Repository } from '../../state/repositories.ts';
import type { Asking } from '../asking.ts';
import { failure } from '../errors.ts';
import type { RestCheckRun, RestCheckSuite, RestRelease, RestStatus, RestUser } from '../rest.ts';

/** What stands behind the objects of an answer: rows of the state, or what a REST operation answered. */
export interface AccountNode {
  readonly __typename: 'User' | 'Organization' | 'Bot';
  readonly row: Account;
}
export interface RepositoryNode {
  readonly __typename: 'Repository';
  readonly row: Repository;
}
/** An issue, or a pull request with the row of its own. */
export interface IssueNode {
  readonly __typename: 'Issue' | 'PullRequest';
  readonly row: Issue;
  readonly pull: Pull | undefined;
  readonly repository: Repository;
}
export interface PullNode extends IssueNode {
  readonly pull: Pull;
}
export interface RowNode<Name extends string, Row> {
  readonly __typename: Name;
  readonly row: Row;
  readonly repository: Repository;
}
export type LabelNode = RowNode<'Label', Label>;
export type MilestoneNode = RowNode<'Milestone', Milestone>;
export type CommentNode = RowNode<'IssueComment', IssueComment>;
export type ReviewNode = RowNode<'PullRequestReview', Review>;
export type ReviewCommentNode = RowNode<'PullRequestReviewComment', ReviewComment>;
export type RefNode = RowNode<'Ref', Ref>;
/** A git object by its id. */
export interface ObjectNode {
  readonly __typename: 'Commit' | 'Tree' | 'Blob' | 'Tag';
  readonly oid: string;
  readonly repository: Repository;
}
/** A row of another family, as its REST operation shows it. */
export interface RestNode<Name extends string, Json> {
  readonly __typename: Name;
  readonly json: Json;
  readonly repository: Repository;
}
export type CheckRunNode = RestNode<'CheckRun', RestCheckRun>;
export type CheckSuiteNode = RestNode<'CheckSuite', RestCheckSuite>;
export type StatusNode = RestNode<'StatusContext', RestStatus> & { readonly oid: string };
export type ReleaseNode = RestNode<'Release', RestRelease>;

/** The object of an account; null stays null. */
export function accountNode(row: Account): AccountNode;
export function accountNode(row: Account | null | undefined): AccountNode | null;
export function accountNode(row: Account | null | undefined): AccountNode | null {
  return row === null || row === undefined ? null : { __typename: row.type, row };
}

/** The object of the account a REST answer names. */
export function userNode(asking: Asking, user: RestUser | null | undefined): AccountNode | null {
  return user === null || user === undefined ? null : accountNode(asking.tables.accounts.get(user.id));
}

/** The object of a repository. */
export function repositoryNode(row: Repository): RepositoryNode {
  return { __typename: 'Repository', row };
}

/** The repository of that name. @throws GraphQLError NOT_FOUND where there is none, or the caller may not know of it */
export function repositoryByName(asking: Asking, owner: string, name: string): Repository {
  const { tables, core, viewer } = asking;
  const account = tables.accounts.find('login', owner.toLowerCase());
  const row = account && tables.repositories.find('name', `${account.id}/${name.toLowerCase()}`);
  if (row === undefined || !canSee(core, viewer, row))
    throw failure('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
  return row;
}

/** The object of an issue or a pull request. */
export function issueNode(asking: Asking, row: Issue): IssueNode {
  const repository = asking.tables.repositories.require(row.repositoryId);
  if (!row.pull) return { __typename: 'Issue', row, pull: undefined, repository };
  return { __typename: 'PullRequest', row, pull: asking.tables.pulls.require(row.id), repository };
}

/** The object of a row that belongs to a repository. */
export function rowNode<Name extends string, Row extends { readonly repositoryId: number }>(
  asking: Asking,
  __typename: Name,
  row: Row,
): RowNode<Name, Row> {
  return { __typename, row, repository: asking.tables.repositories.require(row.repositoryId) };
}

/** Words of the REST API in the spelling of GraphQL's enums: `in_progress` is `IN_PROGRESS`. */
export function upper(value: string): string;
export function upper(value: string | null | undefined): string | null;
export function upper(value: string | null | undefined): string | null {
  return value === null || value === undefined ? null : value.toUpperCase().replaceAll(/[ -]/g, '_');
}
