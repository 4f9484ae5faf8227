import type { Core } from '../kernel/core.ts';
import { atLeast, type Access, type Identity, type Role } from '../kernel/identity.ts';
import type { Repository } from '../state/repositories.ts';
import { grants } from './permissions.ts';
import { roleOf } from './roles.ts';
import { holdsScope } from './scopes.ts';

/**
 * May the caller know that the repository exists? Public ones are everybody's. A private one takes a role and, of a
 * classic token, the scope `repo`; of other tokens, that the repository is among theirs.
 */
export function canSee(core: Core, viewer: Identity, repository: Repository): boolean {
  if (!repository.private) return true;
  switch (viewer.kind) {
    case 'anonymous':
      return false;
    case 'user':
      return (
        reaches(core, viewer, repository) &&
        holdsScope(viewer.scopes, ['repo']) &&
        roleOf(core, viewer.userId, repository) !== 'none'
      );
    case 'app':
      return core.tables.installations
        .where('appAccount', `${viewer.appId}/${repository.ownerId}`)
        .some((row) => row.repositories === 'all' || row.repositories.includes(repository.id));
    case 'installation':
    case 'job':
      return reaches(core, viewer, repository);
  }
}

/** Is the repository among those the token was made for? Classic tokens are for all. */
export function reaches(core: Core, viewer: Identity, repository: Repository): boolean {
  switch (viewer.kind) {
    case 'anonymous':
    case 'app':
      return false;
    case 'job':
      return viewer.repositoryId === repository.id;
    case 'installation':
      return viewer.repositories === 'all'
        ? core.tables.installations.get(viewer.installationId)?.accountId === repository.ownerId
        : viewer.repositories.includes(repository.id);
    case 'user': {
      if (viewer.permissions === undefined) return true;
      if (viewer.repositories !== 'all') return (viewer.repositories ?? []).includes(repository.id);
      const owner = core.tables.tokens.get(viewer.tokenId)?.resourceOwnerId ?? viewer.userId;
      return repository.ownerId === owner;
    }
  }
}

/** Role a caller acts with: a person's own, at least 'read' of what is public; tokens of Apps act by permissions. */
export function personRole(core: Core, userId: number, repository: Repository): Role {
  const role = roleOf(core, userId, repository);
  return role === 'none' && !repository.private ? 'read' : role;
}

/**
 * For what depends on a row ("may edit somebody else's comment", "sees drafts"): may the caller do what takes this role
 * of a person, and this permission of a token? Nobody and an App's own JWT may not.
 */
export function may(
  core: Core,
  viewer: Identity,
  repository: Repository,
  role: Role,
  permission: string,
  access: Access = 'write',
): boolean {
  switch (viewer.kind) {
    case 'anonymous':
    case 'app':
      return false;
    case 'installation':
    case 'job':
      return reaches(core, viewer, repository) && grants(viewer.permissions, permission, access);
    case 'user':
      if (!atLeast(personRole(core, viewer.userId, repository), role)) return false;
      if (viewer.permissions === undefined)
        return holdsScope(viewer.scopes, repository.private ? ['repo'] : ['repo', 'public_repo']);
      return reaches(core, viewer, repository) && grants(viewer.permissions, permission, access);
  }
}
