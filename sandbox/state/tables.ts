import { accountTables } from './accounts.ts';
import { checkTables } from './checks.ts';
import { issueTables } from './issues.ts';
import { pullTables } from './pulls.ts';
import { repositoryTables } from './repositories.ts';
import type { Store } from './store.ts';

/** Every table of the sandbox. A family adds its own file and its line here. */
export function createTables(store: Store) {
  return {
    ...accountTables(store),
    ...repositoryTables(store),
    ...issueTables(store),
    ...checkTables(store),
    ...pullTables(store),
  };
}

export type Tables = ReturnType<typeof createTables>;
