import type { Account } from '../state/accounts.ts';
import type { Repository } from '../state/repositories.ts';
import { fullName } from '../views/repositories.ts';
import { holdsWords, inRange, readQuery, type Term } from './query.ts';
import { PLACES, repositoriesOf, type Searcher } from './scope.ts';
import { refuseUnknown, unsupportedQualifier } from './unsupported.ts';

type Question = (c: Searcher, value: string, repository: Repository) => boolean;

const is: Question = (_, value, row) => {
  if (value === 'public' || value === 'private') return row.private === (value === 'private');
  return unsupportedQualifier(`is:${value}`);
};

/** https://docs.github.com/search-github/searching-on-github/searching-for-repositories */
const QUESTIONS: Readonly<Record<string, Question>> = {
  is,
  visibility: is,
  archived: (_, value, row) => String(row.archived) === value,
  topic: (_, value, row) => row.topics.includes(value.toLowerCase()),
  topics: (_, value, row) => inRange(value, row.topics.length),
  created: (_, value, row) => inRange(value, row.createdAt),
  pushed: (_, value, row) => inRange(value, row.pushedAt),
  updated: (_, value, row) => inRange(value, row.updatedAt),
  forks: (c, value, row) => inRange(value, c.tables.repositories.count('forkOf', row.id)),
  stars: (_, value) => inRange(value, 0),
  followers: (_, value) => inRange(value, 0),
};

const KNOWN: ReadonlySet<string> = new Set([
  ...PLACES,
  ...Object.keys(QUESTIONS),
  ...[
    'in',
    'fork',
    'size',
    'language',
    'license',
    'mirror',
    'template',
    'good-first-issues',
    'help-wanted-issues',
  ],
]);

/** The repositories a query finds, last updated first. Forks only where `fork` says so. @throws ApiError 422, 501 */
export function searchRepositories(
  c: Searcher,
  text: string,
  sort: string | undefined,
  descending: boolean,
): Repository[] {
  const query = readQuery(text, KNOWN);
  refuseUnknown(query.terms, ['in', 'fork', ...PLACES, ...Object.keys(QUESTIONS)]);
  const fork = query.terms.find(({ name }) => name === 'fork')?.value ?? 'false';
  const found = repositoriesOf(c, query)
    .filter((row) => (row.forkOf === null ? fork !== 'only' : fork !== 'false'))
    .filter((row) => query.terms.every((term) => holds(c, term, row)))
    .filter((row) => holdsWords(query.words, textsOf(c, query.terms, row)));
  const by = query.sort?.by ?? sort ?? 'updated';
  const sign = (query.sort === undefined ? descending : query.sort.descending) ? -1 : 1;
  const rank = (row: Repository): string | number =>
    by === 'forks' ? c.tables.repositories.count('forkOf', row.id) : by === 'stars' ? 0 : row.updatedAt;
  return found.sort((a, b) => {
    const [one, other] = [rank(a), rank(b)];
    return (one === other ? a.id - b.id : one < other ? -1 : 1) * sign;
  });
}

function holds(c: Searcher, { name, value, negated }: Term, row: Repository): boolean {
  if (name === 'in' || name === 'fork' || (PLACES as readonly string[]).includes(name)) return true;
  const question = QUESTIONS[name]!;
  return question(c, value, row) !== negated;
}

function textsOf(c: Searcher, terms: readonly Term[], row: Repository): (string | null)[] {
  const places = terms.filter(({ name }) => name === 'in').flatMap(({ value }) => value.split(','));
  const wanted = (place: string) => places.length === 0 || places.includes(place);
  return [
    ...(wanted('name') ? [row.name, fullName(c, row)] : []),
    ...(wanted('description') ? [row.description] : []),
    ...(wanted('topics') ? row.topics : []),
  ];
}

const USER_TERMS: ReadonlySet<string> = new Set([
  'type',
  'user',
  'org',
  'in',
  'repos',
  'location',
  'language',
  'created',
  'followers',
]);

/** People and organisations a query finds by login and name. https://docs.github.com/search-github/searching-on-github/searching-users */
export function searchUsers(c: Searcher, text: string): Account[] {
  const { terms, words } = readQuery(text, USER_TERMS);
  const questions: Readonly<Record<string, (value: string, row: Account) => boolean>> = {
    type: (value, row) => (value === 'org' ? row.type === 'Organization' : row.type === 'User'),
    user: (value, row) => row.login.toLowerCase() === value.toLowerCase(),
    org: (value, row) => row.type === 'Organization' && row.login.toLowerCase() === value.toLowerCase(),
    created: (value, row) => inRange(value, row.createdAt),
    in: () => true,
  };
  refuseUnknown(terms, Object.keys(questions));
  return [...c.tables.accounts.all()].filter(
    (row) =>
      row.type !== 'Bot' &&
      terms.every(({ name, value, negated }) => questions[name]!(value, row) !== negated) &&
      words.every(
        ({ text: word, negated }) =>
          `${row.login} ${row.name ?? ''}`.toLowerCase().includes(word) !== negated,
      ),
  );
}
