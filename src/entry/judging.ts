import { setTimeout as wait } from 'node:timers/promises';

import type { Mode, Person } from '../contracts/entry.ts';
import { createJudge } from '../platform/compute/judge-process.ts';
import { httpArchives } from '../platform/github/archives.ts';
import { githubArtifacts } from '../platform/github/artifacts.ts';
import type { Connected } from '../platform/github/connect.ts';
import { githubLedger } from '../platform/github/ledger.ts';
import { releasedPredictions } from '../platform/storage/released-predictions.ts';
import type { MergingPorts } from '../reconcile/index.ts';
import type { RepositoryPort } from '../reconcile/ports.ts';
import { register, type LogTrust } from '../registry/index.ts';
import type { LogStore, ReleaseStore, TagStore } from '../registry/ports.ts';
import { judgeProgram } from './judge-artifact.ts';
import { VERSION } from './version.ts';

export interface JudgingWires {
  readonly connected: Pick<Connected, 'at' | 'repository'>;
  readonly log: LogStore;
  readonly releases: ReleaseStore;
  readonly tags: TagStore;
  /** The account this process acts as. */
  readonly self: Person;
  /** Of the account that reads artifacts and writes the ledger; the judging process never gets it. */
  readonly token: string | (() => Promise<string>);
  /** REST root without a trailing slash. Default: https://api.github.com */
  readonly baseUrl?: string;
  readonly mode: Mode;
  readonly trust: LogTrust;
}

/** Everything that judging the pull requests of one repository, and registering what was merged, goes through. */
export function wireJudging(wires: JudgingWires): MergingPorts & { readonly repository: RepositoryPort } {
  const { connected, log, releases, tags, self, token, baseUrl, mode, trust } = wires;
  const { at, repository } = connected;
  const archives = httpArchives({ token, userAgent: `slipway/${VERSION}` });
  return {
    repository,
    artifacts: githubArtifacts(at, archives, baseUrl),
    ledger: githubLedger(at),
    judge: createJudge(judgeProgram()),
    baselines: releasedPredictions(releases),
    register: async (registration) =>
      await register(registration, { log, releases, tags, trust, sleep: (ms) => wait(ms) }),
    self,
    mode,
    trust,
    slipway: VERSION,
  };
}
