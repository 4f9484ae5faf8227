import type { Mode, Person } from '../contracts/entry.ts';
import { httpAssetBytes } from '../platform/github/asset-bytes.ts';
import { connectRepository } from '../platform/github/connect.ts';
import { githubReleases } from '../platform/github/releases.ts';
import { githubTags } from '../platform/github/tags.ts';
import {
  finishing,
  judgedPorts,
  newJudging,
  newMemory,
  type Judging,
  type Line,
  type MergingPorts,
  type ReconcileMemory,
  type ReconcilePorts,
} from '../reconcile/index.ts';
import type { RepositoryPort } from '../reconcile/ports.ts';
import type { GithubHere } from './github.ts';
import { wireJudging } from './judging.ts';
import { VERSION } from './version.ts';

const SEND_MS = 10_000;

/** Everything that one process without the App acts through: what the bot does for many repositories, for one. */
export interface Acting {
  readonly ports: ReconcilePorts;
  readonly judgingPorts: MergingPorts & { readonly repository: RepositoryPort };
  readonly judging: Judging;
  readonly memory: ReconcileMemory;
  readonly log: (line: Line) => void;
}

/** Wires it with the token of a workflow or a person; nothing is asked of GitHub. */
export function wireActing(here: GithubHere, self: Person, mode: Mode, log: (line: Line) => void): Acting {
  const { api, owner, repo, baseUrl, token } = here;
  const connected = connectRepository(api, { owner, repo, self });
  const trust = { bot: null };
  const bytes = httpAssetBytes({ token, userAgent: `slipway/${VERSION}` });
  const releases = githubReleases(api, { owner, repo, self: self.id, bytes, baseUrl });
  const tags = githubTags(api, { owner, repo });
  const judging = newJudging();
  const finish = { releases, tags, now: () => connected.log.now() };
  const said =
    (level: Line['level']) =>
    (facts: object, message: string): void =>
      log({ level, message, facts: { ...facts } });
  return {
    judging,
    log,
    memory: newMemory(),
    judgingPorts: wireJudging({
      ...{ connected, releases, tags, self, token, baseUrl, mode, trust },
      log: connected.log,
    }),
    ports: {
      ...connected,
      ...judgedPorts(judging),
      ...{ trust, mode, self, send },
      page: `${baseUrl.replace(/\/api\/v3$/u, '').replace('://api.', '://')}/${owner}/${repo}`,
      chores: [
        finishing(finish, {
          now: connected.at.now,
          log: { info: said('info'), warn: said('warn') },
          repository: `${owner}/${repo}`,
        }),
      ],
    },
  };
}

/** Posts a notice in the form that Slack and its likes take. What cannot be sent is said and holds up nothing. */
async function send(secret: string, text: string): Promise<void> {
  const address = process.env[secret];
  if (address === undefined || address === '') return;
  try {
    await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
      redirect: 'error',
      signal: AbortSignal.timeout(SEND_MS),
    });
  } catch {
    process.stderr.write(`the address in ${secret} did not take the notice\n`);
  }
}
