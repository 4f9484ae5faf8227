import type { Person } from '../../contracts/entry.ts';
import type { Deployer } from '../../deployment/ports.ts';
import type { RepositoryPort } from '../../reconcile/ports.ts';
import type { LogStore, TagHistory } from '../../registry/ports.ts';
import type { Api } from './api.ts';
import { connection, type Connection, type ConnectionOptions } from './connection.ts';
import { githubDeployer } from './deployer.ts';
import { githubLogStore } from './log-store.ts';
import { githubRepository } from './repository.ts';
import { githubTagHistory } from './tag-history.ts';

export interface ConnectOptions extends ConnectionOptions {
  /** The account that the Api writes as. */
  readonly self: Person;
}

/** One repository with everything that reconciling it needs; all calls are counted together. */
export interface Connected {
  /** What its other adapters may stand on, so that their calls are counted too. */
  readonly at: Connection;
  readonly repository: RepositoryPort;
  readonly log: LogStore;
  readonly deployer: Deployer;
  readonly tagHistory: TagHistory;
}

/** The adapters of one repository over one Api. */
export function connectRepository(api: Api, options: ConnectOptions): Connected {
  const { owner, repo, self } = options;
  const at = connection(api, options);
  const repository = githubRepository(at);
  return {
    at,
    repository,
    log: githubLogStore(at.write, { owner, repo }),
    deployer: githubDeployer(at, repository, self),
    tagHistory: githubTagHistory(at),
  };
}
