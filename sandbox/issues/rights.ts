import { personRole } from '../access/index.ts';
import type { Core } from '../kernel/core.ts';
import { atLeast, type Identity, type Role } from '../kernel/identity.ts';
import type { Repository } from '../state/repositories.ts';

/**
 * For what depends on a row, after the operation as a whole was allowed: does the caller act with this role? A person
 * needs it; the token of an App or job has shown its permission for the operation already.
 */
export function actsAs(core: Core, by: Identity, repository: Repository, role: Role): boolean {
  if (by.kind === 'user') return atLeast(personRole(core, by.userId, repository), role);
  return by.kind === 'installation' || by.kind === 'job';
}
