import type { Context } from '../kernel/context.ts';
import { ApiError, forbidden, validationFailed } from '../kernel/errors.ts';
import type { Account } from '../state/accounts.ts';
import { refKey, type Repository } from '../state/repositories.ts';
import { fullRepositoryView } from '../views/repositories.ts';
import { addRepository } from './create.ts';
import { nameKey, usableName } from './names.ts';

/**
 * Forks a repository into an account: branches and tags are copied, objects are the network's. Asking again gives the
 * fork there is. A private repository's fork is private.
 * https://docs.github.com/rest/repos/forks#create-a-fork @throws ApiError 403, 422
 */
export function forkRepository(
  c: Context,
  source: Repository,
  owner: Account,
  options: { readonly name?: string; readonly defaultBranchOnly: boolean },
): Repository {
  const { tables } = c;
  if (source.ownerId === owner.id)
    throw new ApiError(422, 'Validation Failed', { errors: ['You cannot fork your own repository'] });
  if (source.private && !source.allowForking) throw forbidden('Forking is disabled on this repository');
  const known = tables.repositories
    .where('network', source.networkId)
    .find((row) => row.ownerId === owner.id && row.id !== source.id);
  if (known !== undefined) return known;
  if (tables.refs.count('repository', source.id) === 0)
    throw new ApiError(
      403,
      'The repository exists, but it contains no Git content. Empty repositories cannot be forked.',
    );
  const fork = addRepository(c.core, owner.id, freeName(c, owner.id, options.name ?? source.name), {
    private: source.private,
    description: source.description,
    homepage: source.homepage,
    defaultBranch: source.defaultBranch,
    hasIssues: false,
    hasProjects: source.hasProjects,
    forkOf: source.id,
    networkId: source.networkId,
    pushedAt: source.pushedAt,
  });
  for (const ref of tables.refs.where('repository', source.id)) {
    const wanted = options.defaultBranchOnly
      ? ref.name === `refs/heads/${source.defaultBranch}`
      : /^refs\/(?:heads|tags)\//.test(ref.name);
    if (wanted) tables.refs.put({ ...ref, key: refKey(fork.id, ref.name), repositoryId: fork.id });
  }
  c.emit({
    name: 'fork',
    repositoryId: source.id,
    payload: (view) => ({ forkee: { ...fullRepositoryView(view, fork), fork: true, public: !fork.private } }),
  });
  return fork;
}

/** The name, or `name-1`, `name-2`, … where the account has another repository of that name. */
function freeName(c: Context, ownerId: number, asked: string): string {
  const name = usableName(asked);
  for (let count = 0; count < 100; count++) {
    const candidate = count === 0 ? name : `${name}-${count}`;
    if (c.tables.repositories.find('name', nameKey(ownerId, candidate)) === undefined) return candidate;
  }
  throw validationFailed({
    resource: 'Repository',
    code: 'custom',
    field: 'name',
    message: 'name already exists on this account',
  });
}
