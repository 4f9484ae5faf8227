/** A change of one ref on its way through the rules. */
import type { Account } from '../state/accounts.ts';
import type { Identity } from '../kernel/identity.ts';
import type { Repository } from '../state/repositories.ts';

/** Who changes a ref: the account that is shown, and the token it came by. */
export interface RefActor {
  readonly account: Account;
  readonly by: Identity;
}

/**
 * What a change comes from. `push` is git's, `api` any route that names a ref; `merge` puts a pull request onto its base,
 * `delete-on-merge` cleans up after it, `update-branch` brings the base into its head, `fetch-upstream` syncs a fork,
 * `rename` gives a branch another name.
 */
export type Via =
  | { readonly kind: 'push' | 'api' | 'delete-on-merge' | 'update-branch' | 'fetch-upstream' | 'rename' }
  | { readonly kind: 'merge'; readonly pullId: number };

/** A change that is possible as such: names are good, objects are there, nothing is stale. */
export interface RefChange {
  readonly ref: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A change with everything rules ask about. */
export interface JudgedChange extends RefChange {
  readonly repository: Repository;
  readonly actor: RefActor;
  readonly via: Via;
}

/** `main` of `refs/heads/main`, `v1` of `refs/tags/v1`; undefined for refs of other kinds. */
export function shortName(
  ref: string,
): { readonly type: 'branch' | 'tag'; readonly name: string } | undefined {
  if (ref.startsWith('refs/heads/')) return { type: 'branch', name: ref.slice('refs/heads/'.length) };
  if (ref.startsWith('refs/tags/')) return { type: 'tag', name: ref.slice('refs/tags/'.length) };
  return undefined;
}
