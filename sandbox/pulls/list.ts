import type { Core } from '../kernel/core.ts';
import { ApiError } from '../kernel/errors.ts';
import type { PageWindow } from '../kernel/page.ts';
import { issueScope } from '../state/issues.ts';
import { baseScope, type Pull } from '../state/pulls.ts';
import type { Repository } from '../state/repositories.ts';
import type { Key } from '../state/store.ts';

const DAY = 86_400_000;
const MONTH = 30 * DAY;

interface Filters {
  readonly state: 'open' | 'closed' | undefined;
  /** `owner:branch` in lower case. */
  readonly head: string | undefined;
  readonly base: string | undefined;
}

/**
 * Pull requests of a repository by state, head, base and order, only as many looked at as the page needs.
 * https://docs.github.com/rest/pulls/pulls#list-pull-requests
 */
export function listPulls(
  core: Core,
  repositoryId: number,
  query: Readonly<Record<string, unknown>>,
): PageWindow<Pull> | readonly Pull[] {
  const state = query['state'] === 'all' ? undefined : query['state'] === 'closed' ? 'closed' : 'open';
  const head = typeof query['head'] === 'string' ? query['head'].toLowerCase() : undefined;
  const filters: Filters = {
    state,
    // Without an owner GitHub takes no notice of it.
    head: head?.includes(':') === true ? head : undefined,
    base: typeof query['base'] === 'string' ? query['base'] : undefined,
  };
  const sort = typeof query['sort'] === 'string' ? query['sort'] : 'created';
  const descending = (query['direction'] ?? (sort === 'created' ? 'desc' : 'asc')) === 'desc';
  if (filters.head !== undefined) return few(core, repositoryId, filters, sort, descending);
  if (sort === 'popularity' || sort === 'long-running')
    return ranked(core, candidates(core, repositoryId, filters), sort, descending);
  return inOrder(core, repositoryId, filters, sort, descending);
}

/** Straight from an index: oldest first or least recently updated first. */
function inOrder(
  core: Core,
  repositoryId: number,
  { state, base }: Filters,
  sort: string,
  descending: boolean,
): PageWindow<Pull> {
  const { issues, pulls } = core.tables;
  const scope = issueScope(repositoryId, state, true);
  if (base === undefined)
    return windowOf(core, issues.keys(sort === 'updated' ? 'updated' : 'scope', scope), descending);
  const into = baseScope({ repositoryId }, base, state === undefined ? undefined : state === 'open');
  if (sort !== 'updated') return windowOf(core, pulls.keys('base', into), descending);
  const wanted = (id: Key) => pulls.require(id).base.ref === base;
  return windowOf(core, issues.keys('updated', scope), descending, wanted, pulls.count('base', into));
}

function windowOf(
  core: Core,
  keys: readonly Key[],
  descending: boolean,
  wanted: (id: Key) => boolean = () => true,
  total = keys.length,
): PageWindow<Pull> {
  return {
    total,
    slice: (start, end) => {
      const found: Pull[] = [];
      let passed = 0;
      // Without a condition the page is where it is counted to be.
      const skip = total === keys.length ? start : 0;
      for (let at = skip; at < keys.length && skip + passed < end; at++) {
        const key = keys[descending ? keys.length - 1 - at : at]!;
        if (!wanted(key)) continue;
        if (skip + passed++ >= start) found.push(core.tables.pulls.require(key));
      }
      return found;
    },
  };
}

function candidates(core: Core, repositoryId: number, { state, base }: Filters): Pull[] {
  const open = state === undefined ? undefined : state === 'open';
  if (base !== undefined) return core.tables.pulls.where('base', baseScope({ repositoryId }, base, open));
  return core.tables.issues
    .keys('scope', issueScope(repositoryId, state, true))
    .map((id) => core.tables.pulls.require(id));
}

/** From one branch there are few. */
function few(core: Core, repositoryId: number, filters: Filters, sort: string, descending: boolean): Pull[] {
  const found = core.tables.pulls
    .where('label', `${repositoryId}/${filters.head!}`)
    .filter(({ open }) => filters.state === undefined || open === (filters.state === 'open'))
    .filter(({ base }) => filters.base === undefined || base.ref === filters.base);
  return ranked(core, found, sort, descending);
}

/** Sorted by what no index holds: by comments; by age, of those that have been open for a month and are still talked about. */
function ranked(core: Core, pulls: readonly Pull[], sort: string, descending: boolean): Pull[] {
  const { issues } = core.tables;
  const now = core.clock.now();
  const age = (time: string) => now - Date.parse(time);
  const kept =
    sort === 'long-running'
      ? pulls.filter(({ id }) => {
          const { createdAt, updatedAt } = issues.require(id);
          return age(createdAt) > MONTH && age(updatedAt) < MONTH;
        })
      : [...pulls];
  const rank = ({ id }: Pull): string | number => {
    if (sort === 'popularity') return issues.require(id).comments;
    return sort === 'updated' ? issues.require(id).updatedAt : id;
  };
  const order = (a: Pull, b: Pull) => {
    const [one, other] = [rank(a), rank(b)];
    return one === other ? a.id - b.id : one < other ? -1 : 1;
  };
  kept.sort(order);
  return descending ? kept.reverse() : kept;
}

/**
 * The merged pull request that brought a commit to the default branch; for others the open ones they are part of.
 * https://docs.github.com/rest/commits/commits#list-pull-requests-associated-with-a-commit
 * @throws ApiError 422 for what is no commit here
 */
export function pullsOfCommit(core: Core, repository: Repository, oid: string): Pull[] {
  if (core.objects(repository).read(oid)?.type !== 'commit')
    throw new ApiError(422, `No commit found for SHA: ${oid}`);
  const key = `${repository.id}:${oid}`;
  const merged = core.tables.pulls.where('mergedCommit', key);
  return merged.length > 0 ? merged : core.tables.pulls.where('openCommit', key);
}
