import type { Person } from '../git/person.ts';
import type { Account } from '../state/accounts.ts';

/** Name and address, without a time. */
export type Signature = Pick<Person, 'name' | 'email'>;

/** Whom GitHub names as committer of what is made on its pages or by its API. */
export const WEB_FLOW: Signature = { name: 'GitHub', email: 'noreply@github.com' };

/**
 * How an account signs a commit: with its address, or with the one that GitHub keeps for it.
 * https://docs.github.com/account-and-profile/reference/email-addresses-reference#your-noreply-email-address
 */
export function signatureOf(account: Account): Signature {
  return {
    name: account.name ?? account.login,
    email: account.email ?? `${account.id}+${account.login}@users.noreply.github.com`,
  };
}
