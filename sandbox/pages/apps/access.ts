import type { Account } from '../../state/accounts.ts';
import type { Page } from '../page.ts';

/** Accounts whose Apps and installations the viewer manages: their own, and organisations they own. */
export function managed(page: Page): Account[] {
  const { user, core } = page;
  if (user === null) return [];
  const { accounts, memberships } = core.tables;
  const own = memberships
    .where('user', user.id)
    .filter(({ role }) => role === 'admin')
    .map(({ organizationId }) => accounts.require(organizationId));
  return [user, ...own];
}

/** Does the viewer manage this account? */
export function manages(page: Page, accountId: number): boolean {
  return managed(page).some(({ id }) => id === accountId);
}
