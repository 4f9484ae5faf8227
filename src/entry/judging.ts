import type { Mode } from '../contracts/entry.ts';
import { createJudge } from '../platform/compute/judge-process.ts';
import { httpArchives } from '../platform/github/archives.ts';
import { githubArtifacts } from '../platform/github/artifacts.ts';
import type { Connected } from '../platform/github/connect.ts';
import { githubLedger } from '../platform/github/ledger.ts';
import { releasedPredictions, type Releases } from '../platform/storage/released-predictions.ts';
import type { JudgingPorts } from '../reconcile/index.ts';
import type { RepositoryPort } from '../reconcile/ports.ts';
import type { LogTrust } from '../registry/index.ts';
import { judgeProgram } from './judge-artifact.ts';
import { VERSION } from './version.ts';

export interface JudgingWires {
  readonly connected: Pick<Connected, 'at' | 'repository'>;
  readonly releases: Releases;
  /** Of the account that reads artifacts and writes the ledger; the judging process never gets it. */
  readonly token: string | (() => Promise<string>);
  /** REST root without a trailing slash. Default: https://api.github.com */
  readonly baseUrl?: string;
  readonly mode: Mode;
  readonly trust: LogTrust;
}

/** Everything that judging the pull requests of one repository goes through. */
export function wireJudging(wires: JudgingWires): JudgingPorts & { readonly repository: RepositoryPort } {
  const { connected, releases, token, baseUrl, mode, trust } = wires;
  const { at, repository } = connected;
  const archives = httpArchives({ token, userAgent: `slipway/${VERSION}` });
  return {
    repository,
    artifacts: githubArtifacts(at, archives, baseUrl),
    ledger: githubLedger(at),
    judge: createJudge(judgeProgram()),
    baselines: releasedPredictions(releases),
    mode,
    trust,
    slipway: VERSION,
  };
}
