import type { Context } from '../kernel/context.ts';
import { now } from '../kernel/core.ts';
import { ApiError, validationFailed } from '../kernel/errors.ts';
import { refKey, type Repository } from '../state/repositories.ts';
import { leaveRedirect, nameKey, refuseTaken, usableName } from './names.ts';
import { settingsOf, type RepositoryInput } from './settings.ts';
import { tellRepository } from './tell.ts';

/**
 * Changes a repository's settings. A new name leaves the old one behind as a redirect; a default branch must exist;
 * visibility and archiving are events of their own. @throws ApiError 422
 */
export function updateRepository(c: Context, before: Repository, input: RepositoryInput): Repository {
  const { core } = c;
  const settings = settingsOf(input, before);
  const name = input.name === undefined ? before.name : usableName(input.name);
  refuseTaken(core, before.ownerId, name, before.id);
  const defaultBranch = input.default_branch ?? before.defaultBranch;
  if (
    defaultBranch !== before.defaultBranch &&
    core.tables.refs.get(refKey(before.id, `refs/heads/${defaultBranch}`)) === undefined
  ) {
    throw validationFailed({
      resource: 'Repository',
      code: 'invalid',
      field: 'default_branch',
      message: `The branch ${defaultBranch} was not found. Please push that ref first or create it via the Git Data API.`,
    });
  }
  if (settings.private === false && before.private) refusePublicFork(c, before);
  if (name.toLowerCase() !== before.name.toLowerCase()) {
    leaveRedirect(core, before);
    core.tables.repositoryRedirects.remove(nameKey(before.ownerId, name));
  }
  const after = core.tables.repositories.put({
    ...before,
    ...settings,
    name,
    defaultBranch,
    updatedAt: now(core),
  });
  tellChanges(c, before, after);
  return after;
}

/** A fork has its parent's visibility. https://docs.github.com/pull-requests/collaborating-with-pull-requests/working-with-forks/about-permissions-and-visibility-of-forks */
function refusePublicFork(c: Context, repository: Repository): void {
  const parent = repository.forkOf === null ? undefined : c.tables.repositories.get(repository.forkOf);
  if (parent?.private === true)
    throw new ApiError(422, 'Validation Failed', {
      errors: [
        {
          resource: 'Repository',
          code: 'custom',
          field: 'visibility',
          message: "You can't change the visibility of a fork",
        },
      ],
    });
}

function tellChanges(c: Context, before: Repository, after: Repository): void {
  const changes: Record<string, { from: unknown }> = {};
  for (const [column, member] of [
    ['defaultBranch', 'default_branch'],
    ['description', 'description'],
    ['homepage', 'homepage'],
  ] as const)
    if (before[column] !== after[column]) changes[member] = { from: before[column] };
  if (Object.keys(changes).length > 0) tellRepository(c, after, 'edited', { changes });
  if (before.name !== after.name)
    tellRepository(c, after, 'renamed', { changes: { repository: { name: { from: before.name } } } });
  if (before.archived !== after.archived)
    tellRepository(c, after, after.archived ? 'archived' : 'unarchived');
  if (before.private !== after.private) {
    tellRepository(c, after, after.private ? 'privatized' : 'publicized');
    if (!after.private) c.emit({ name: 'public', repositoryId: after.id, payload: () => ({}) });
  }
}

/** Replaces the topics: lower case letters, digits and hyphens, at most 50 characters each, at most 20. @throws ApiError 422 */
export function replaceTopics(c: Context, before: Repository, names: readonly string[]): Repository {
  const topics = [...new Set(names.map((name) => name.toLowerCase()))];
  if (topics.length > 20) throw new ApiError(422, 'A repository cannot have more than 20 topics.');
  if (topics.some((topic) => !/^[a-z0-9][a-z0-9-]{0,49}$/.test(topic))) {
    throw new ApiError(
      422,
      'Topics must start with a lowercase letter or number, consist of 50 characters or less, and can include hyphens.',
    );
  }
  const after = c.tables.repositories.put({ ...before, topics, updatedAt: c.now });
  if (before.topics.join() !== topics.join())
    tellRepository(c, after, 'edited', { changes: { topics: { from: [...before.topics] } } });
  return after;
}
