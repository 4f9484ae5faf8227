import type { Core } from '../kernel/core.ts';
import { validationFailed, type FieldError } from '../kernel/errors.ts';
import type { Repository } from '../state/repositories.ts';

const LONGEST = 100;

/** Key of a repository's name: names are told apart without regard to case. */
export function nameKey(ownerId: number, name: string): string {
  return `${ownerId}/${name.toLowerCase()}`;
}

/** The name GitHub makes of what was asked for: other characters than letters, digits, `.`, `-` and `_` become `-`. @throws ApiError 422 */
export function usableName(asked: unknown): string {
  if (typeof asked !== 'string' || asked.trim() === '') {
    throw validationFailed({ resource: 'Repository', code: 'missing_field', field: 'name' });
  }
  const name = asked
    .trim()
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/\.git$/i, '');
  if (name === '' || name === '.' || name === '..') throw validationFailed(bad('name is reserved'));
  if (name.length > LONGEST)
    throw validationFailed(bad(`name is too long (maximum is ${LONGEST} characters)`));
  return name;
}

/** Refuses a name the account has already. @throws ApiError 422 */
export function refuseTaken(core: Core, ownerId: number, name: string, except?: number): void {
  const known = core.tables.repositories.find('name', nameKey(ownerId, name));
  if (known !== undefined && known.id !== except)
    throw validationFailed(bad('name already exists on this account'));
}

function bad(message: string): FieldError {
  return { resource: 'Repository', code: 'custom', field: 'name', message };
}

/** Remembers where a repository was, so that its old address leads to the new one. */
export function leaveRedirect(core: Core, repository: Repository): void {
  core.tables.repositoryRedirects.put({
    key: nameKey(repository.ownerId, repository.name),
    repositoryId: repository.id,
  });
}

/** The repository that moved away from a name, unless another has taken the name since. */
export function movedRepository(core: Core, ownerId: number, name: string): Repository | undefined {
  const redirect = core.tables.repositoryRedirects.get(nameKey(ownerId, name));
  return redirect === undefined ? undefined : core.tables.repositories.get(redirect.repositoryId);
}
