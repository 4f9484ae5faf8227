import type { Context } from '../kernel/context.ts';
import type { Core } from '../kernel/core.ts';
import type { Identity } from '../kernel/identity.ts';
import type { Account } from '../state/accounts.ts';

/** Who does something: the account that is shown, and the token it came by. */
export interface Actor {
  readonly account: Account;
  readonly by: Identity;
}

/** The actor of a request. @throws ApiError 401 for nobody */
export function actorOf(c: Context): Actor {
  return { account: c.actor, by: c.viewer };
}

/** The App whose token is used: what GitHub shows as `performed_via_github_app`. */
export function viaApp(core: Core, { by }: Actor): number | null {
  if (by.kind === 'installation') return by.appId;
  if (by.kind === 'job') return core.tables.apps.find('slug', 'github-actions')?.id ?? null;
  return null;
}
