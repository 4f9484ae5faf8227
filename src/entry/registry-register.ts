import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { MODES, type Mode, type Person } from '../contracts/entry.ts';
import { InputError } from '../contracts/errors.ts';
import type { RunRecord } from '../contracts/run.ts';
import { findRun, readRuns } from '../experiments/index.ts';
import { Refused } from '../platform/github/api.ts';
import { githubRepository } from '../platform/github/repository.ts';
import { openRunStore } from '../platform/storage/run-store.ts';
import {
  openLog,
  register,
  type Log,
  type Registered,
  type Registration,
  type VersionPorts,
} from '../registry/index.ts';
import type { LogStore, TagStore } from '../registry/ports.ts';
import type { Outcome, Session } from './execute.ts';
import type { GithubHere } from './github.ts';
import { TRUST } from './local-log.ts';
import { readPolicy } from './policy.ts';
import { openProject, type Project } from './project.ts';
import { registrationOf, type Origin } from './registration.ts';
import { registryHere } from './releases.ts';

/** `slipway registry register [--run ID] [--model M] [--bump patch] [--version v1.2.3]`: a recorded run as a version. */
export async function registerCommand(session: Session): Promise<Outcome> {
  const project = openProject(session);
  const number = numberOf(session);
  const store = openRunStore(join(project.slipwayDir, 'runs'));
  const record = chosen(session, project, (await readRuns(store)).records);
  const here = await registryHere(project.folder);
  const log = await openLog(here.log, { trust: TRUST });
  const [{ accountOfToken, isApp }, { githubTags }, policy] = await Promise.all([
    import('../platform/github/identity.ts'),
    import('../platform/github/tags.ts'),
    readPolicy(project.folder),
  ]);
  const { github } = here;
  const actor = await accountOfToken(github.api);
  const mode = modeOf(log, actor, isApp(actor));
  const found = { record, folder: store.folder(record.id) };
  const origin = await originOf(github, record, actor);
  const registrar = { actor, mode, config: policy?.commit ?? null, number };
  const input = await registrationOf(found, project, origin, registrar);
  const tags = githubTags(github.api, github);
  const done = await register(input, {
    releases: here.releases(actor.id),
    ...(mode === 'deploy-key' ? await pushing(project.folder, here.log, tags) : { log: here.log, tags }),
    trust: mode === 'app' ? { bot: actor.id } : TRUST,
    sleep: (ms) => wait(ms),
    progress: (line) => session.progress.status(line),
    signal: session.signal,
  });
  return outcomeOf(input, done);
}

const BUMPS = ['major', 'minor', 'patch'] as const;

function numberOf({ flags }: Session): Registration['number'] {
  const { bump, version } = flags as { bump?: string; version?: string };
  if (bump !== undefined && version !== undefined)
    throw new InputError({ code: 'USAGE', message: '--bump and --version exclude one another' });
  if (version !== undefined) return { version: version.startsWith('v') ? version : `v${version}` };
  if (bump === undefined) return null;
  const part = BUMPS.find((one) => one === bump);
  if (part !== undefined) return { bump: part };
  throw new InputError({ code: 'USAGE', message: `--bump: expected ${BUMPS.join(', ')}, found "${bump}"` });
}

/** The run that is named, else the newest of the model; the model need not be said where there is one. */
function chosen({ flags }: Session, project: Project, records: readonly RunRecord[]): RunRecord {
  const { run, model } = flags as { run?: string; model?: string };
  const models = Object.keys(project.config.models);
  if (model !== undefined && !models.includes(model)) {
    throw new InputError({
      code: 'MODEL_UNKNOWN',
      message: `there is no model "${model}"`,
      hint: `the config declares ${models.join(', ')}`,
    });
  }
  if (run === undefined && model === undefined && models.length > 1) {
    throw new InputError({
      code: 'USAGE',
      message: `the config declares ${models.length} models: say which one`,
      hint: `--model ${models[0] ?? ''}, or --run ID (slipway runs list)`,
    });
  }
  const wanted = model ?? (run === undefined ? models[0] : undefined);
  return findRun(
    records.filter((record) => wanted === undefined || record.model === wanted),
    run ?? 'latest',
  );
}

/**
 * What this process may write as (docs/trust.md): in a log of the App only the App itself; a log becomes one by the App's
 * token and SLIPWAY_MODE: app. @throws InputError PERMISSION where the App is asked for and this is not it · USAGE
 */
function modeOf(log: Log, actor: Person, isApp: boolean): Mode {
  const named = process.env['SLIPWAY_MODE'] ?? '';
  const mode = log.mode === 'app' ? 'app' : MODES.find((one) => one === (named === '' ? 'open' : named));
  if (mode === undefined)
    throw new InputError({
      code: 'USAGE',
      message: `SLIPWAY_MODE: expected ${MODES.join(', ')}, found "${named}"`,
    });
  if (mode !== 'app' || (isApp && (log.mode !== 'app' || log.writer === actor.id))) return mode;
  const whose = log.mode === 'app' ? `account ${log.writer ?? 'unknown'}` : 'SLIPWAY_MODE: app';
  throw new InputError({
    code: 'PERMISSION',
    message: `only the App writes the log of this repository (mode app, ${whose}), and this token is that of ${actor.login} (${actor.id}): nobody would believe a version that it registers`,
    hint: 'register in a workflow of the default branch, with a token of the App as GH_TOKEN (actions/create-github-app-token)',
  });
}

/**
 * Log and tags as the clone's origin takes them from a deploy key: the rules let no token of the API write them. Tags are
 * read, and the repository told, through the API all the same.
 */
async function pushing(
  folder: string,
  log: LogStore,
  tags: TagStore,
): Promise<Pick<VersionPorts, 'log' | 'tags'>> {
  const [{ gitLogStore }, { pushedTags }] = await Promise.all([
    import('../platform/git/log-store.ts'),
    import('../platform/git/tags.ts'),
  ]);
  const repository = log.repository?.bind(log);
  return {
    log: { ...gitLogStore(folder, { fetch: true }), ...(repository === undefined ? {} : { repository }) },
    tags: { ...tags, ...pushedTags(folder) },
  };
}

interface CommitRow {
  readonly author: Person | null;
}
interface PullRow {
  readonly number: number;
  readonly merged_at: string | null;
  readonly user: Person | null;
}

/** The merged pull request of the run's commit and whoever made both; who registers, where GitHub knows no author. */
async function originOf({ at }: GithubHere, { id, git }: RunRecord, actor: Person): Promise<Origin> {
  if (git.commit === null) return { pull: null, authors: [actor] };
  const commit = await knownCommit(at, git.commit);
  if (commit === null) {
    throw new InputError({
      code: 'GIT',
      message: `run ${id} is of commit ${git.commit}, which GitHub does not know`,
      hint: 'git push, then register again',
    });
  }
  const route = 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls';
  const pulls = await at.get<readonly PullRow[]>(route, { commit_sha: git.commit });
  const merged = pulls?.find(({ merged_at }) => merged_at !== null);
  // What was squashed into the commit has authors of its own.
  const makers = merged === undefined ? [] : await githubRepository(at).makersOf(merged.number);
  const people = [commit.author, merged?.user ?? null, ...makers].flatMap((one) =>
    one === null ? [] : [one],
  );
  const authors = new Map((people.length === 0 ? [actor] : people).map((one) => [one.id, one]));
  return {
    pull: merged?.number ?? null,
    authors: [...authors.values()].map(({ id: account, login }) => ({ id: account, login })),
  };
}

/** Null where the commit was never pushed: GitHub answers 422 for it. */
async function knownCommit(at: GithubHere['at'], ref: string): Promise<CommitRow | null> {
  try {
    return await at.get<CommitRow>('GET /repos/{owner}/{repo}/commits/{ref}', { ref });
  } catch (error) {
    if (error instanceof Refused && error.status === 422) return null;
    throw error;
  }
}

function outcomeOf({ model, run }: Registration, done: Registered): Outcome {
  const message = `${done.tag} ${done.already ? 'was registered already' : 'registered'} from run ${run.id} (entry ${done.n})`;
  const warnings = done.warnings.map((warning) => `warning: ${warning}\n`).join('');
  return {
    schema: 'slipway.register/1',
    decision: 'skipped',
    reason: 'DONE',
    message,
    document: { model, run: run.id, ...done },
    text: `${message}\n${done.url}\n${warnings}`,
  };
}
