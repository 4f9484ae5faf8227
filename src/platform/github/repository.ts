import type { RepositoryPort } from '../../reconcile/ports.ts';
import type { Connection } from './connection.ts';
import { repositoryReads } from './repository-reads.ts';
import { repositoryViews } from './repository-views.ts';

/** The repository as reconciling sees it. */
export function githubRepository(at: Connection): RepositoryPort {
  return { ...repositoryReads(at), ...repositoryViews(at) };
}
