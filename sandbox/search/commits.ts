import { readCommit, type Commit } from '../git/commit-object.ts';
import { log } from '../git/history.ts';
import { isoTime, type Person } from '../git/person.ts';
import { refKey, type Repository } from '../state/repositories.ts';
import { accountByEmail } from '../views/git.ts';
import { holdsWords, inRange, readQuery, type Term } from './query.ts';
import { accountOf, PLACES, repositoriesOf, type Searcher } from './scope.ts';
import { refuseUnknown } from './unsupported.ts';

export interface FoundCommit {
  readonly repository: Repository;
  readonly oid: string;
  readonly commit: Commit;
}

type Question = (c: Searcher, value: string, found: FoundCommit) => boolean;

const isBy =
  (of: (commit: Commit) => Person): Question =>
  (c, value, { commit }) => {
    const account = accountOf(c, value);
    return account !== undefined && accountByEmail(c, of(commit).email)?.id === account.id;
  };

const says =
  (of: (commit: Commit) => string): Question =>
  (_, value, { commit }) =>
    of(commit).toLowerCase().includes(value.toLowerCase());

const is: Question = (_, value, { repository }) => repository.private === (value === 'private');

/** https://docs.github.com/search-github/searching-on-github/searching-commits */
const QUESTIONS: Readonly<Record<string, Question>> = {
  is,
  author: isBy(({ author }) => author),
  committer: isBy(({ committer }) => committer),
  'author-name': says(({ author }) => author.name),
  'committer-name': says(({ committer }) => committer.name),
  'author-email': says(({ author }) => author.email),
  'committer-email': says(({ committer }) => committer.email),
  'author-date': (_, value, { commit }) => inRange(value, isoTime(commit.author)),
  'committer-date': (_, value, { commit }) => inRange(value, isoTime(commit.committer)),
  merge: (_, value, { commit }) => String(commit.parents.length > 1) === value,
  hash: (_, value, { oid }) => oid === value.toLowerCase(),
  parent: (_, value, { commit }) => commit.parents.includes(value.toLowerCase()),
  tree: (_, value, { commit }) => commit.tree === value.toLowerCase(),
};

const KNOWN: ReadonlySet<string> = new Set([...PLACES, ...Object.keys(QUESTIONS)]);

/**
 * The commits of default branches whose message holds the words of a query, newest committer date first unless asked
 * otherwise. @throws ApiError 422 for a query that cannot be
 */
export function searchCommits(
  c: Searcher,
  text: string,
  sort: string | undefined,
  descending: boolean,
): FoundCommit[] {
  const query = readQuery(text, KNOWN);
  refuseUnknown(query.terms, [...KNOWN]);
  const found = repositoriesOf(c, query)
    .flatMap((repository) => commitsOf(c, repository))
    .filter((one) => query.terms.every((term) => holds(c, term, one)))
    .filter(({ commit }) => holdsWords(query.words, [commit.message]));
  const by = query.sort?.by ?? sort ?? 'committer-date';
  const sign = (query.sort === undefined ? descending : query.sort.descending) ? -1 : 1;
  const time = ({ commit }: FoundCommit) => (by === 'author-date' ? commit.author : commit.committer).time;
  return found.sort((one, other) => (time(one) - time(other)) * sign);
}

function commitsOf(c: Searcher, repository: Repository): FoundCommit[] {
  const tip = c.tables.refs.get(refKey(repository.id, `refs/heads/${repository.defaultBranch}`))?.oid;
  if (tip === undefined) return [];
  const store = c.core.objects(repository);
  return [...log(store, tip)].map((oid) => ({ repository, oid, commit: readCommit(store, oid) }));
}

function holds(c: Searcher, { name, value, negated }: Term, found: FoundCommit): boolean {
  if ((PLACES as readonly string[]).includes(name)) return true;
  return QUESTIONS[name]!(c, value, found) !== negated;
}
