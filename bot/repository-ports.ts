import type { Person } from '../src/contracts/entry.ts';
import { wireJudging } from '../src/entry/judging.ts';
import type { Api } from '../src/platform/github/api.ts';
import { appApi, installationToken } from '../src/platform/github/app-api.ts';
import type { AppAuthOptions } from '../src/platform/github/app-auth.ts';
import { httpAssetBytes } from '../src/platform/github/asset-bytes.ts';
import { connectRepository } from '../src/platform/github/connect.ts';
import { githubReleases } from '../src/platform/github/releases.ts';
import { githubTags } from '../src/platform/github/tags.ts';
import {
  finishing,
  judgedPorts,
  newJudging,
  newMemory,
  type Judging,
  type MergingPorts,
  type ReconcileMemory,
  type ReconcilePorts,
} from '../src/reconcile/index.ts';
import type { RepositoryPort } from '../src/reconcile/ports.ts';
import type { BotLog } from './log.ts';
import type { Repository } from './queue.ts';

/** A repository with everything that passes over it and judging its pull requests go through, and remember. */
export interface KnownRepository {
  readonly of: Repository;
  readonly ports: ReconcilePorts;
  readonly memory: ReconcileMemory;
  readonly judging: Judging;
  readonly judgingPorts: MergingPorts & { readonly repository: RepositoryPort };
}

export interface PortsOptions {
  readonly auth: AppAuthOptions;
  /** As the installation, for this repository alone. */
  readonly api: Api;
  readonly self: Person;
  /** Root of GitHub's pages. */
  readonly web: string;
  readonly log: BotLog;
}

/** All ports of one repository. Every token behind them names this repository and the permissions of its use. */
export function portsOf(repository: Repository, options: PortsOptions): KnownRepository {
  const { auth, api, self, web, log } = options;
  const { id, owner, name: repo, installation } = repository;
  const { userAgent, baseUrl } = auth;
  const root = baseUrl === undefined ? {} : { baseUrl };
  const connected = connectRepository(api, { owner, repo, self });
  const tokenFor = (permissions: Readonly<Record<string, 'read' | 'write'>>) =>
    installationToken(appApi(auth), installation, { repository_ids: [id], permissions });
  const releases = githubReleases(connected.at.write, {
    owner,
    repo,
    self: self.id,
    bytes: httpAssetBytes({ token: tokenFor({ contents: 'write' }), userAgent }),
    ...root,
  });
  const tags = githubTags(connected.at.write, { owner, repo });
  const trust = { bot: self.id };
  const judging = newJudging();
  const finish = { releases, tags, now: () => connected.log.now() };
  return {
    of: repository,
    memory: newMemory(),
    judging,
    judgingPorts: wireJudging({
      connected,
      log: connected.log,
      ...{ releases, tags, self },
      token: tokenFor({ actions: 'read', contents: 'read' }),
      mode: 'app',
      trust,
      ...root,
    }),
    ports: {
      ...connected,
      ...judgedPorts(judging),
      trust,
      mode: 'app',
      self,
      page: `${web}/${owner}/${repo}`,
      chores: [finishing(finish, { now: connected.at.now, log, repository: `${owner}/${repo}` })],
    },
  };
}
