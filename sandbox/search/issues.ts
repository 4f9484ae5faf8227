import { refuseUnknown, unsupportedQualifier } from './unsupported.ts';
import { overallOutcome } from '../pulls/checks.ts';
import { reviewDecision } from '../pulls/decision.ts';
import { reviewsOf } from '../pulls/reviews.ts';
import { issueScope, type Issue, type IssueState } from '../state/issues.ts';
import type { Repository } from '../state/repositories.ts';
import type { Key } from '../state/store.ts';
import type { Pull } from '../state/pulls.ts';
import { holdsWords, inRange, readQuery, type SearchQuery, type Term } from './query.ts';
import { accountOf, PLACES, repositoriesOf, type Searcher } from './scope.ts';

/** A qualifier's question about an issue; `pull` where it is a pull request. */
type Question = (c: Searcher, value: string, issue: Issue, pull: Pull | undefined) => boolean;

const person =
  (of: (c: Searcher, issue: Issue, pull: Pull | undefined) => readonly number[]): Question =>
  (c, value, issue, pull) => {
    const ids = of(c, issue, pull);
    if (value === '*') return ids.length > 0;
    const account = accountOf(c, value);
    return account !== undefined && ids.includes(account.id);
  };

const commenters = (c: Searcher, issue: Issue) =>
  c.tables.issueComments.where('issue', issue.id).map(({ authorId }) => authorId);
const requested = (_: Searcher, __: Issue, pull: Pull | undefined) => pull?.requestedUserIds ?? [];

const DECISIONS: Readonly<Record<string, string | null>> = {
  none: null,
  required: 'REVIEW_REQUIRED',
  approved: 'APPROVED',
  changes_requested: 'CHANGES_REQUESTED',
};
const OUTCOMES: Readonly<Record<string, string>> = {
  success: 'passing',
  failure: 'failing',
  pending: 'pending',
};

const IS: Readonly<Record<string, (issue: Issue, pull: Pull | undefined, isPrivate: boolean) => boolean>> = {
  open: (issue) => issue.state === 'open',
  closed: (issue) => issue.state === 'closed',
  issue: (issue) => !issue.pull,
  pr: (issue) => issue.pull,
  'pull-request': (issue) => issue.pull,
  merged: (_, pull) => pull !== undefined && pull.merged !== null,
  unmerged: (_, pull) => pull?.merged === null,
  draft: (_, pull) => pull?.draft === true,
  locked: (issue) => issue.locked,
  unlocked: (issue) => !issue.locked,
  public: (_, __, isPrivate) => !isPrivate,
  private: (_, __, isPrivate) => isPrivate,
};

const is: Question = (c, value, issue, pull) =>
  IS[value.toLowerCase()]?.(issue, pull, c.tables.repositories.require(issue.repositoryId).private) ??
  unsupportedQualifier(`is:${value}`);

/** https://docs.github.com/search-github/searching-on-github/searching-issues-and-pull-requests */
const QUESTIONS: Readonly<Record<string, Question>> = {
  is,
  state: is,
  type: is,
  draft: (_, value, __, pull) => pull !== undefined && String(pull.draft) === value,
  archived: (c, value, issue) => String(c.tables.repositories.require(issue.repositoryId).archived) === value,
  author: person((_, issue) => [issue.authorId]),
  assignee: person((_, issue) => issue.assigneeIds),
  mentions: person((_, issue) => issue.mentionedIds),
  commenter: person(commenters),
  involves: person((c, issue) => [
    issue.authorId,
    ...issue.assigneeIds,
    ...issue.mentionedIds,
    ...commenters(c, issue),
  ]),
  'review-requested': person(requested),
  'user-review-requested': person(requested),
  'reviewed-by': person((c, _, pull) =>
    pull === undefined ? [] : reviewsOf(c.core, pull, null).map(({ userId }) => userId),
  ),
  review: (c, value, _, pull) => pull !== undefined && reviewDecision(c.core, pull) === DECISIONS[value],
  status: (c, value, _, pull) =>
    pull !== undefined && overallOutcome(c.core, pull.repositoryId, pull.head.oid) === OUTCOMES[value],
  sha: (_, value, __, pull) => hasCommit(pull, value),
  head: (_, value, __, pull) => pull?.head.ref === value,
  base: (_, value, __, pull) => pull?.base.ref === value,
  label: (c, value, issue) => {
    const names = issue.labelIds.map((id) => c.tables.labels.require(id).name.toLowerCase());
    return value.split(',').some((name) => names.includes(name.replaceAll('"', '').toLowerCase()));
  },
  milestone: (c, value, issue) =>
    c.tables.milestones.get(issue.milestoneId ?? 0)?.title.toLowerCase() === value.toLowerCase(),
  no: (_, value, issue) => {
    if (value === 'label') return issue.labelIds.length === 0;
    if (value === 'milestone') return issue.milestoneId === null;
    return value === 'assignee' ? issue.assigneeIds.length === 0 : unsupportedQualifier(`no:${value}`);
  },
  reason: (_, value, issue) => issue.stateReason === value.replaceAll(' ', '_'),
  comments: (_, value, issue) => inRange(value, issue.comments),
  created: (_, value, issue) => inRange(value, issue.createdAt),
  updated: (_, value, issue) => inRange(value, issue.updatedAt),
  closed: (_, value, issue) => inRange(value, issue.closedAt),
  merged: (_, value, __, pull) => inRange(value, pull?.merged?.at ?? null),
};

const KNOWN: ReadonlySet<string> = new Set([
  ...PLACES,
  ...Object.keys(QUESTIONS),
  ...[
    'in',
    'project',
    'team',
    'linked',
    'language',
    'reactions',
    'interactions',
    'team-review-requested',
    'parent-issue',
  ],
]);

const SORTS: Readonly<Record<string, (c: Searcher, issue: Issue) => string | number>> = {
  created: (_, issue) => issue.createdAt,
  updated: (_, issue) => issue.updatedAt,
  comments: (_, issue) => issue.comments,
  reactions: (c, issue) => c.tables.reactions.count('subject', `issue/${issue.id}`),
  interactions: (c, issue) => issue.comments + c.tables.reactions.count('subject', `issue/${issue.id}`),
};

/**
 * The issues and pull requests a query finds, in the order it asks for; without one the newest first.
 * @throws ApiError 422 for a query that cannot be, 501 for qualifiers the sandbox does not know
 */
export function searchIssues(
  c: Searcher,
  text: string,
  sort: string | undefined,
  descending: boolean,
): Issue[] {
  const query = readQuery(text, KNOWN);
  refuseUnknown(query.terms, ['in', ...PLACES, ...Object.keys(QUESTIONS)]);
  const found = candidates(c, query, repositoriesOf(c, query)).filter((issue) => matches(c, query, issue));
  const by = query.sort?.by ?? sort ?? 'created';
  const key = SORTS[by] ?? unsupportedQualifier(`sort:${by}`);
  const sign = (query.sort === undefined ? descending : query.sort.descending) ? -1 : 1;
  // Later rows have larger ids: what is asked for by creation is in order already.
  if (by === 'created') return found.sort((a, b) => (a.id - b.id) * sign);
  return found
    .map((issue) => ({ issue, rank: key(c, issue) }))
    .sort((a, b) => (a.rank === b.rank ? a.issue.id - b.issue.id : a.rank < b.rank ? -1 : 1) * sign)
    .map(({ issue }) => issue);
}

/** Indexes of issues by an account. */
const BY_ACCOUNT: Readonly<Partial<Record<string, 'author' | 'assignee' | 'mentioned'>>> = {
  author: 'author',
  assignee: 'assignee',
  mentions: 'mentioned',
};

/** Rows of the shortest list at hand that holds everything the query can find. */
function candidates(c: Searcher, query: SearchQuery, repositories: readonly Repository[]): Issue[] {
  const { issues } = c.tables;
  const scopes = repositories.map((repository) => scopeOf(repository.id, query));
  let best: readonly Key[] | undefined;
  let fewest = scopes.reduce((sum, scope) => sum + issues.count('scope', scope), 0);
  for (const { name, value, negated } of query.terms) {
    const index = negated || value === '*' ? undefined : BY_ACCOUNT[name];
    const account = index === undefined ? undefined : accountOf(c, value);
    if (index === undefined || account === undefined) continue;
    const keys = issues.keys(index, account.id);
    if (keys.length >= fewest) continue;
    [best, fewest] = [keys, keys.length];
  }
  if (best === undefined) return scopes.flatMap((scope) => issues.where('scope', scope));
  const wanted = new Set(repositories.map(({ id }) => id));
  return best.map((key) => issues.require(key)).filter(({ repositoryId }) => wanted.has(repositoryId));
}

/** The narrowest list of rows that holds all a query can find in a repository. */
function scopeOf(repositoryId: number, { terms }: SearchQuery): string {
  const said = terms
    .filter(({ name, negated }) => !negated && ['is', 'state', 'type'].includes(name))
    .map(({ value }) => value.toLowerCase());
  const state = said.find((value): value is IssueState => value === 'open' || value === 'closed');
  const pull = said.includes('issue')
    ? false
    : said.includes('pr') || said.includes('pull-request')
      ? true
      : undefined;
  return issueScope(repositoryId, state, pull);
}

function matches(c: Searcher, { terms, words }: SearchQuery, issue: Issue): boolean {
  const pull = issue.pull ? c.tables.pulls.require(issue.id) : undefined;
  const told = words.filter(({ text, negated }) => negated || !hasCommit(pull, text));
  return terms.every((term) => holds(c, term, issue, pull)) && holdsWords(told, textsOf(c, terms, issue));
}

function holds(c: Searcher, { name, value, negated }: Term, issue: Issue, pull: Pull | undefined): boolean {
  if (name === 'in' || (PLACES as readonly string[]).includes(name)) return true;
  const question = QUESTIONS[name]!;
  return question(c, value, issue, pull) !== negated;
}

/** A commit's id, or the first seven characters of it at least, finds the pull requests it is in. */
function hasCommit(pull: Pull | undefined, word: string): boolean {
  if (pull === undefined || !/^[\da-f]{7,40}$/i.test(word)) return false;
  const oids = [...pull.commits, ...(pull.merged?.commits ?? [])];
  return oids.some((oid) => oid.startsWith(word.toLowerCase()));
}

/** Where words are looked for: title, body and comments, or what `in` names. */
function textsOf(c: Searcher, terms: readonly Term[], issue: Issue): (string | null)[] {
  const places = terms.filter(({ name }) => name === 'in').flatMap(({ value }) => value.split(','));
  const wanted = (place: string) => places.length === 0 || places.includes(place);
  return [
    ...(wanted('title') ? [issue.title] : []),
    ...(wanted('body') ? [issue.body] : []),
    ...(wanted('comments') ? c.tables.issueComments.where('issue', issue.id).map(({ body }) => body) : []),
  ];
}
