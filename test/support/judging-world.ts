import { createHash } from 'node:crypto';

import { runnerEvent } from '../../sandbox/actions/jobs/report.ts';
import { findResultsJob } from '../../sandbox/actions/pool/results-job.ts';
import { answerResults } from '../../sandbox/actions/results/index.ts';
import type { PullFacts, RepositoryPort } from '../../src/reconcile/ports.ts';
import { httpArchives } from '../../src/platform/github/archives.ts';
import { githubArtifacts } from '../../src/platform/github/artifacts.ts';
import type { Api } from '../../src/platform/github/api.ts';
import { connection } from '../../src/platform/github/connection.ts';
import { githubLedger } from '../../src/platform/github/ledger.ts';
import { githubRepository } from '../../src/platform/github/repository.ts';
import type { JudgingPorts } from '../../src/reconcile/evaluation/index.ts';
import { contentDownload } from '../../sandbox/contents/download.ts';
import { addApp, install } from '../sandbox/access/keys.ts';
import { pullWorld, type PullWorld } from '../sandbox/pulls/world.ts';
import { sandboxApi } from './sandbox-api.ts';
import { zipOf, type Piece } from './zips.ts';

const API = 'http://api.github.localhost';
const RUNNER = { id: 9, name: 'hosted', labels: ['ubuntu-latest'], selfHosted: false };
const WORKFLOW = `name: Slipway
on: pull_request
jobs:
  train:
    runs-on: ubuntu-latest
    steps: [{run: slipway run}]
`;

/** A sandbox whose pull requests run a workflow, with an App and everything of judging but who judges. */
export interface JudgingWorld extends PullWorld {
  readonly bot: { readonly id: number; readonly token: string };
  readonly calls: string[];
  readonly ports: Omit<JudgingPorts, 'judge' | 'baselines' | 'repository'> & {
    readonly repository: RepositoryPort;
  };
  /** The open pull requests as GitHub tells of them. */
  pulls(): Promise<readonly PullFacts[]>;
  /** Ends a run of a head, the newest unless one is named; gives its id. */
  finish(head: string, conclusion?: 'success' | 'failure', run?: number): number;
  /** Puts an artifact there that a run uploaded; gives its id. */
  upload(run: number, name: string, zip: Buffer, more?: { readonly sha256?: string }): number;
}

/** Sets it up: `files` are on main beside the workflow. `through` may break calls. */
export function judgingWorld(
  files: Readonly<Record<string, string>>,
  through: (api: Api) => Api = (api) => api,
): JudgingWorld {
  const world = pullWorld();
  const { core, sandbox } = world;
  world.push('main', { '.github/workflows/slipway.yml': WORKFLOW, ...files }, { as: 'owner' });
  const permissions = { contents: 'write', actions: 'read', pull_requests: 'read' } as const;
  const { app, jwt } = addApp(core, 'slipway', permissions);
  const { id } = install(core, app, 'owner');
  const made = world.call({ token: jwt() }, `POST /app/installations/${id}/access_tokens`, {});
  const { token } = made.body as { token: string };
  const calls: string[] = [];
  const here = { owner: 'owner', repo: 'repo', now: () => new Date(world.clock.now()) };
  const at = connection(through(sandboxApi(sandbox, token, (route) => calls.push(route))), here);
  const archives = httpArchives({ token, userAgent: 'slipway-test', fetch: archiveFetch(world) });
  const repository = githubRepository(at);
  let artifactId = 9000;
  return {
    ...world,
    bot: { id: app.botId, token },
    calls,
    ports: {
      repository,
      artifacts: githubArtifacts(at, archives, API),
      ledger: githubLedger(at),
      mode: 'app',
      trust: { bot: app.botId },
      slipway: '0.0.0-test',
    },
    pulls: async () => await repository.openPulls(),
    finish: (head, conclusion = 'success', named) => {
      const newest = [...core.tables.workflowRuns.all()].filter(({ headSha }) => headSha === head).at(-1)!;
      const id = named ?? newest.id;
      const job = [...core.tables.workflowJobs.all()].filter(({ runId }) => runId === id).at(-1)!;
      runnerEvent(core, job.id, { kind: 'started', runner: RUNNER });
      runnerEvent(core, job.id, { kind: 'finished', conclusion, outputs: {} });
      return id;
    },
    upload: (runId, name, zip, more = {}) => {
      const { blob, size, sha256 } = core.blobs.put(zip);
      const job = [...core.tables.workflowJobs.all()].filter((row) => row.runId === runId).at(-1)!;
      const created = new Date(world.clock.now()).toISOString();
      const times = { createdAt: created, updatedAt: created, expiresAt: '2026-03-01T00:00:00Z' };
      core.store.transaction(() => {
        core.tables.artifacts.put({
          ...{ id: ++artifactId, repositoryId: world.repository.id, runId, attempt: 1, jobId: job.id, name },
          ...{ mimeType: 'application/zip', blob, size, sha256: more.sha256 ?? sha256, finalized: true },
          ...times,
        });
      });
      return artifactId;
    },
  };
}

/** Follows archives to where GitHub keeps them: commits on its own pages, artifacts in a store. */
function archiveFetch({ sandbox, core }: PullWorld): typeof fetch {
  return async (input, init) => {
    const url = new URL(input);
    const headers = new Headers(init?.headers);
    if (url.origin !== API && headers.has('authorization')) throw new Error(`a token went to ${url.origin}`);
    if (url.origin === API) return await sandbox.fetch(input, init);
    const page = contentDownload(core, { kind: 'anonymous' }, url.pathname + url.search);
    if (page !== undefined) return new Response(page.body as Uint8Array<ArrayBuffer>);
    const request = { method: 'GET', url: url.pathname + url.search, headers: {}, body: nothing() };
    const { status, body } = await answerResults(core, findResultsJob(core), request);
    const bytes = typeof body === 'object' && 'blob' in body ? core.blobs.read(body.blob, body) : null;
    return new Response(bytes as Uint8Array<ArrayBuffer> | null, { status });
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // A GET has no body.
}

export const digest = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

/** The zip of an honest artifact of some files; what is given of run.json replaces what would be true. */
export function handoverZip(
  files: Readonly<Record<string, string | Buffer>>,
  run: Readonly<Record<string, unknown>> = {},
  extra: readonly Piece[] = [],
): Buffer {
  const listed = Object.entries(files).map(([path, content]) => ({
    path,
    bytes: Buffer.from(content as string).length,
    sha256: digest(content),
  }));
  const claims = {
    schema: 'slipway.handover/1',
    model: 'tiny',
    train_key: digest('train key'),
    files: listed,
    dataset: { train: digest('train'), test: digest('test') },
    versions: { slipway: '0.0.0-test' },
    ...run,
  };
  return zipOf([
    { name: 'run.json', content: JSON.stringify(claims) },
    ...Object.entries(files).map(([name, content]) => ({ name, content })),
    ...extra,
  ]);
}
