import { canSee } from '../access/index.ts';
import type { Core } from '../kernel/core.ts';
import type { Identity } from '../kernel/identity.ts';
import type { Tables } from '../state/tables.ts';
import type { Account } from '../state/accounts.ts';
import type { Repository } from '../state/repositories.ts';
import { searchRefused, type SearchQuery, type Term } from './query.ts';

/** Who searches: a REST request, or a GraphQL one. */
export interface Searcher {
  readonly core: Core;
  readonly tables: Tables;
  readonly viewer: Identity;
  readonly me: Account | null;
}

const NOWHERE =
  'The listed users and repositories cannot be searched either because the resources do not exist or you do not have permission to view them.';

/** Qualifiers that say where to look. */
export const PLACES = ['repo', 'user', 'org'] as const;

/** The account a qualifier means: a login, `@me`, or `app/slug` for the bot of an App. */
export function accountOf(c: Searcher, value: string): Account | undefined {
  if (value === '@me') return c.me ?? undefined;
  const login = value.startsWith('app/') ? `${value.slice(4)}[bot]` : value.replace(/^@/, '');
  return c.tables.accounts.find('login', login.toLowerCase());
}

/**
 * The repositories a query looks at: those named, or all the caller may see.
 * @throws ApiError 422 where none of those named may be seen
 */
export function repositoriesOf(c: Searcher, query: SearchQuery): Repository[] {
  const named = query.terms.filter(({ name }) => (PLACES as readonly string[]).includes(name));
  const wanted = named.filter(({ negated }) => !negated);
  const all =
    wanted.length === 0 ? [...c.tables.repositories.all()] : wanted.flatMap((term) => placed(c, term));
  const visible = [...new Set(all)].filter((one) => canSee(c.core, c.viewer, one));
  if (wanted.length > 0 && visible.length === 0) throw searchRefused(NOWHERE);
  const without = new Set(named.filter(({ negated }) => negated).flatMap((term) => placed(c, term)));
  return visible.filter((one) => !without.has(one));
}

function placed(c: Searcher, { name, value }: Term): Repository[] {
  const [login, repository] = name === 'repo' ? value.split('/') : [value];
  const account = accountOf(c, login ?? '');
  if (account === undefined) return [];
  if (name !== 'repo') return c.tables.repositories.where('owner', account.id);
  const found = c.tables.repositories.find('name', `${account.id}/${(repository ?? '').toLowerCase()}`);
  return found === undefined ? [] : [found];
}
