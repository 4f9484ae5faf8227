import { accountTables } from './accounts.ts';
import { repositoryTables } from './repositories.ts';
import type { Store } from './store.ts';

/** Every table of the sandbox. A family adds its own file and its line here. */
export function createTables(store: Store) {
  return {
    ...accountTables(store),
    ...repositoryTables(store),
  };
}

export type Tables = ReturnType<typeof createTables>;
