import { accountTables } from './accounts.ts';
import { actionTables } from './actions.ts';
import { checkTables } from './checks.ts';
import { deploymentTables } from './deployments.ts';
import { issueTables } from './issues.ts';
import { minimizedTables } from './minimized.ts';
import { pullTables } from './pulls.ts';
import { releaseTables } from './releases.ts';
import { repositoryTables } from './repositories.ts';
import { resultsTables } from './results.ts';
import { ruleTables } from './rules.ts';
import type { Store } from './store.ts';
import { webhookTables } from './webhooks.ts';

/** Every table of the sandbox. A family adds its own file and its line here. */
export function createTables(store: Store) {
  return {
    ...accountTables(store),
    ...repositoryTables(store),
    ...resultsTables(store),
    ...issueTables(store),
    ...checkTables(store),
    ...pullTables(store),
    ...webhookTables(store),
    ...releaseTables(store),
    ...deploymentTables(store),
    ...actionTables(store),
    ...ruleTables(store),
    ...minimizedTables(store),
  };
}

export type Tables = ReturnType<typeof createTables>;
