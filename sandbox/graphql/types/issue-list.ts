import { issueScope, type Issue, type IssueState } from '../../state/issues.ts';
import { baseScope } from '../../state/pulls.ts';
import type { Repository } from '../../state/repositories.ts';
import type { Asking } from '../asking.ts';
import type { Window } from '../connection.ts';
import type { Arguments } from '../fields.ts';
import { issueNode, type IssueNode } from './nodes.ts';
import { ordered } from './repository-list.ts';

interface Order {
  readonly field: 'COMMENTS' | 'CREATED_AT' | 'UPDATED_AT';
  readonly direction: 'ASC' | 'DESC';
}

interface Filters {
  readonly assignee?: string | null;
  readonly createdBy?: string | null;
  readonly labels?: readonly string[] | null;
  readonly mentioned?: string | null;
  readonly milestone?: string | null;
  readonly milestoneNumber?: string | null;
  readonly since?: string | null;
  readonly states?: readonly string[] | null;
}

type Keep = (issue: Issue) => boolean;

/**
 * The issues (or pull requests) of a repository that a connection's arguments leave. Without filters only the page that
 * is looked at is made: a repository with many of them is no slower.
 */
export function issuesOf(
  asking: Asking,
  repository: Repository,
  pull: boolean,
  args: Arguments,
): Window<IssueNode> {
  const filters = (args['filterBy'] ?? {}) as Filters;
  const states = (args['states'] ?? filters.states ?? null) as readonly string[] | null;
  const order = (args['orderBy'] ?? { field: 'CREATED_AT', direction: 'ASC' }) as Order;
  const scope = issueScope(repository.id, stateOf(states), pull);
  const keeps = [...filtersOf(asking, repository, filters, args), ...branchesOf(asking, repository, args)];
  if (states !== null && !isScope(states, pull)) keeps.push((row) => states.includes(pullState(asking, row)));
  const index = order.field === 'UPDATED_AT' ? 'updated' : 'scope';
  if (keeps.length === 0 && order.field !== 'COMMENTS')
    return fromIndex(asking, index, scope, order.direction);
  const all = withHead(asking, repository, args, scope) ?? asking.tables.issues.where(index, scope);
  const rows = all.filter((row) => keeps.every((keep) => keep(row)));
  const right = inOrder(rows, order);
  return {
    total: right.length,
    slice: (start, end) => right.slice(start, end).map((row) => issueNode(asking, row)),
  };
}

const RANKS: Readonly<Record<Order['field'], (row: Issue) => string | number>> = {
  COMMENTS: (row) => row.comments,
  CREATED_AT: (row) => row.id,
  UPDATED_AT: (row) => row.updatedAt,
};

function inOrder(rows: readonly Issue[], { field, direction }: Order): Issue[] {
  return ordered(rows, RANKS[field], direction);
}

/** OPEN, CLOSED or MERGED. */
export function pullState(asking: Asking, issue: Issue): string {
  if (issue.state === 'open') return 'OPEN';
  return issue.pull && asking.tables.pulls.require(issue.id).merged !== null ? 'MERGED' : 'CLOSED';
}

/** Are these states all that the list of rows holds? Closed pull requests may be merged ones. */
function isScope(states: readonly string[], pull: boolean): boolean {
  const all = pull ? ['OPEN', 'CLOSED', 'MERGED'] : ['OPEN', 'CLOSED'];
  const closed = all.slice(1);
  const holds = (wanted: readonly string[]) => wanted.every((state) => states.includes(state));
  return (
    states.every((state) => state === 'OPEN') || holds(all) || (!states.includes('OPEN') && holds(closed))
  );
}

/** The one state of the rows that are wanted; undefined where it is more than one. */
function stateOf(states: readonly string[] | null): IssueState | undefined {
  if (states === null) return undefined;
  if (states.every((state) => state === 'OPEN')) return 'open';
  return states.includes('OPEN') ? undefined : 'closed';
}

function fromIndex(
  asking: Asking,
  index: 'scope' | 'updated',
  scope: string,
  direction: 'ASC' | 'DESC',
): Window<IssueNode> {
  const { issues } = asking.tables;
  const keys = issues.keys(index, scope);
  const total = keys.length;
  const at = (place: number) => keys[direction === 'ASC' ? place : total - 1 - place]!;
  return {
    total,
    slice: (start, end) => {
      const places = Array.from(
        { length: Math.max(0, Math.min(end, total) - start) },
        (_, offset) => start + offset,
      );
      return places.map((place) => issueNode(asking, issues.require(at(place))));
    },
  };
}

function filtersOf(asking: Asking, repository: Repository, filters: Filters, args: Arguments): Keep[] {
  const keeps: Keep[] = [];
  const account = (login: string) => asking.tables.accounts.find('login', login.toLowerCase())?.id;
  const { assignee, createdBy, mentioned, milestone, milestoneNumber, since } = filters;
  if (assignee === '*') keeps.push((row) => row.assigneeIds.length > 0);
  else if (typeof assignee === 'string') keeps.push(has(account(assignee), (row) => row.assigneeIds));
  else if (assignee === null && 'assignee' in filters) keeps.push((row) => row.assigneeIds.length === 0);
  if (typeof createdBy === 'string') keeps.push(has(account(createdBy), (row) => [row.authorId]));
  if (typeof mentioned === 'string') keeps.push(has(account(mentioned), (row) => row.mentionedIds));
  if (typeof since === 'string') keeps.push((row) => Date.parse(row.updatedAt) >= Date.parse(since));
  const number = milestoneNumber ?? milestone;
  if (number === '*') keeps.push((row) => row.milestoneId !== null);
  else if (typeof number === 'string')
    keeps.push((row) => asking.tables.milestones.get(row.milestoneId ?? 0)?.number === Number(number));
  for (const names of [args['labels'], filters.labels]) {
    if (!Array.isArray(names)) continue;
    const ids = (names as string[]).map(
      (name) => asking.tables.labels.find('name', `${repository.id}/${name.toLowerCase()}`)?.id,
    );
    keeps.push((row) => ids.some((id) => id !== undefined && row.labelIds.includes(id)));
  }
  return keeps;
}

function has(id: number | undefined, of: (row: Issue) => readonly number[]): Keep {
  return (row) => id !== undefined && of(row).includes(id);
}

/** The pull requests of a head branch, oldest first; it may be a fork's: all of the network are looked at. */
function withHead(
  asking: Asking,
  repository: Repository,
  args: Arguments,
  scope: string,
): Issue[] | undefined {
  const { headRefName } = args;
  if (typeof headRefName !== 'string') return undefined;
  const { pulls, repositories, issues } = asking.tables;
  return repositories
    .keys('network', repository.networkId)
    .flatMap((fork) => pulls.where('head', `${fork}:${headRefName}`))
    .filter(({ repositoryId }) => repositoryId === repository.id)
    .sort((a, b) => a.id - b.id)
    .map(({ id }) => issues.require(id))
    .filter(
      (row) =>
        scope === issueScope(repository.id, undefined, true) ||
        scope === issueScope(repository.id, row.state, true),
    );
}

function branchesOf(asking: Asking, repository: Repository, args: Arguments): Keep[] {
  const { pulls } = asking.tables;
  const { baseRefName, headRefName } = args;
  const keeps: Keep[] = [];
  if (typeof baseRefName === 'string') {
    const ids = new Set(pulls.keys('base', baseScope({ repositoryId: repository.id }, baseRefName)));
    keeps.push((row) => ids.has(row.id));
  }
  if (typeof headRefName === 'string') keeps.push((row) => pulls.get(row.id)?.head.ref === headRefName);
  return keeps;
}
