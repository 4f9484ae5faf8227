import { forgetChecks } from '../checks/index.ts';
import { forgetActions } from '../actions/runs/forget.ts';
import { forgetDeployments } from '../deployments/index.ts';
import { forgetIssues } from '../issues/forget.ts';
import type { Core } from '../kernel/core.ts';
import { forgetReleases } from '../releases/index.ts';
import type { Repository } from '../state/repositories.ts';
import type { Table } from '../state/store.ts';
import { forgetHooks } from '../webhooks/index.ts';

/** What outlives the repository it is about: the webhook that it was deleted is still on its way. */
const OUTLIVING = new Set(['deliveries']);

/**
 * Removes a repository and every row that names it. Objects stay: a fork may need them, and nothing else leads to them.
 * Forks stay too and lose their parent.
 */
export function removeRepository(core: Core, repository: Repository): void {
  const { tables } = core;
  forgetIssues(core, repository.id);
  forgetActions(core, repository.id);
  forgetReleases(core, repository);
  forgetChecks(core, repository.id);
  forgetDeployments(core, repository.id);
  forgetHooks(core, 'repository', repository.id);
  for (const table of Object.values(tables) as unknown as Table<{ repositoryId?: unknown }>[]) {
    if (OUTLIVING.has(table.name)) continue;
    const gone: (string | number)[] = [];
    for (const [key, row] of table.entries()) if (row.repositoryId === repository.id) gone.push(key);
    for (const key of gone) table.remove(key);
  }
  for (const token of tables.tokens.all())
    if (token.job?.repositoryId === repository.id) tables.tokens.remove(token.id);
  for (const installation of tables.installations.where('account', repository.ownerId)) {
    if (installation.repositories === 'all') continue;
    const repositories = installation.repositories.filter((id) => id !== repository.id);
    if (repositories.length < installation.repositories.length)
      tables.installations.put({ ...installation, repositories });
  }
  for (const fork of tables.repositories.where('forkOf', repository.id))
    tables.repositories.put({ ...fork, forkOf: repository.forkOf });
  tables.repositories.remove(repository.id);
}
