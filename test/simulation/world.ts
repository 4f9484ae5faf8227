import { createSandbox, type Sandbox } from '../../sandbox/index.ts';
import { issueInstallationToken } from '../../sandbox/access/tokens.ts';
import { manualClock, seededRandomness } from '../../sandbox/kernel/environment.ts';
import type { Core } from '../../sandbox/kernel/core.ts';
import { Port } from '../../sandbox/port.ts';
import {
  addAccount,
  addCollaborator,
  addMember,
  addRepository,
  addTeam,
  addTeamMember,
  addToken,
  createApp,
  installApp,
  SAMPLE_SCOPES,
} from '../../sandbox/seed.ts';
import type { Api } from '../../src/platform/github/api.ts';
import { newMemory, type ReconcileMemory } from '../../src/reconcile/memory.ts';
import { callApi } from './api.ts';
import { configText } from './config.ts';
import { copyOf, livePast, type Past } from './past.ts';
import { plantVersions } from './plant.ts';
import { ToldFaults } from './process.ts';
import { Facts, Timeline, type PullFact, type Role } from './facts.ts';

/** People by what they may do in the repositories of `acme`. */
export const PEOPLE = {
  owner: 'admin',
  maintainer: 'maintain',
  writer: 'write',
  'writer-2': 'write',
  'team-member': 'write',
  triager: 'triage',
  reader: 'read',
  outsider: 'none',
} as const;
export type Who = keyof typeof PEOPLE;
export const EVERYBODY = Object.keys(PEOPLE) as readonly Who[];

export const OWNER = 'acme';
export const REPOSITORIES = ['models', 'other'] as const;
export type RepositoryName = (typeof REPOSITORIES)[number];
const START = '2026-03-02T08:00:00Z';
/** What Slipway's App asks for (docs: least permissions). */
const PERMISSIONS = {
  contents: 'write',
  issues: 'write',
  pull_requests: 'write',
  checks: 'write',
  actions: 'write',
  deployments: 'write',
  members: 'read',
} as const;

/** Facts of the sandbox that do not change: who is who. */
export interface Cast {
  readonly ids: Readonly<Record<Who | 'bot' | 'stranger', number>>;
  readonly tokens: Readonly<Record<Who, string>>;
  readonly installation: number;
  readonly botLogin: string;
  readonly strangerInstallation: number;
  readonly repositories: Readonly<Record<RepositoryName, number>>;
  readonly team: number;
}

/** What a repository holds when a schedule begins. */
interface Furniture {
  readonly pulls: readonly PullFact[];
  readonly issue: number;
  readonly main: string;
}

export interface World {
  readonly sandbox: Sandbox;
  readonly clock: ReturnType<typeof manualClock>;
  readonly faults: ToldFaults;
  readonly cast: Cast;
  /** What is so in a repository when the schedule begins. */
  facts(repository: RepositoryName): Facts;
  /** What a bot that has been running knows then. */
  memory(repository: RepositoryName): ReconcileMemory;
  /** The API as a person has it, without faults. */
  port(who: Who, repository?: RepositoryName): Port;
  /** A token of the App's, for one repository, as a process gets it just before it is used. */
  appToken(repository: RepositoryName): string;
  /** Another App that may write comments and labels. */
  stranger(repository: RepositoryName): Port;
  strangerToken(repository: RepositoryName): string;
}

interface Ready {
  readonly sandbox: Sandbox;
  readonly cast: Cast;
  readonly at: number;
  readonly furniture: Readonly<Record<RepositoryName, Furniture>>;
  readonly memories: ReadonlyMap<RepositoryName, ReconcileMemory>;
}

const ready = new Map<Past, Promise<Ready>>();

/** The beginning with a past, made once. */
function readyWith(past: Past): Promise<Ready> {
  let known = ready.get(past);
  if (known === undefined) ready.set(past, (known = past === 'new' ? makeReady() : liveOn(past)));
  return known;
}

/** What was new, after its past. */
async function liveOn(past: Past): Promise<Ready> {
  const { sandbox: start, cast, furniture, at } = await readyWith('new');
  const clock = manualClock(new Date(at).toISOString());
  const sandbox = start.fork({ clock, random: seededRandomness(1) });
  const { core } = sandbox;
  const memories = new Map<RepositoryName, ReconcileMemory>();
  for (const repository of REPOSITORIES) {
    // A token lasts an hour, a past longer.
    const token = () => issueToken(core, cast.installation, [cast.repositories[repository]]).text;
    const api: Api = (route, values = {}) =>
      Promise.resolve(
        callApi(core, undefined, token(), route, { owner: OWNER, repo: repository, ...values }),
      );
    memories.set(repository, await livePast(past, { api, cast, repository, clock }));
  }
  clock.advance(60_000);
  return { sandbox, cast, furniture, memories, at: clock.now() };
}

/** A GitHub with people, two repositories, their configuration and open pull requests, as it is before anything happens. */
async function makeReady(): Promise<Ready> {
  const clock = manualClock(START);
  const hour = 1e9;
  const sandbox = createSandbox({
    clock,
    random: seededRandomness(1),
    validation: 'nothing',
    limits: { ratePerHour: { anonymous: 60, user: hour, installation: 5000, job: 1000 } },
  });
  // Deliveries and workflows are played by the simulation itself.
  sandbox.core.listeners.length = 0;
  const cast = sandbox.core.store.transaction(() => castOf(sandbox));
  const furniture = { models: furnish(sandbox, cast, 'models'), other: furnish(sandbox, cast, 'other') };
  const app = (repository: RepositoryName) =>
    issueToken(sandbox.core, cast.installation, [cast.repositories[repository]]).text;
  for (const repository of REPOSITORIES)
    await plantVersions(sandbox, app(repository), repository, cast, furniture[repository].pulls, clock);
  // Old enough that nobody looks after their releases any more.
  clock.advance(8 * 24 * 60 * 60_000);
  return { sandbox, cast, furniture, memories: new Map(), at: clock.now() };
}

function castOf({ core }: Sandbox): Cast {
  const organization = addAccount(core, OWNER, 'Organization');
  const ids: Record<string, number> = {};
  const tokens: Record<string, string> = {};
  for (const who of EVERYBODY) {
    ids[who] = addAccount(core, who).id;
    tokens[who] = addToken(core, ids[who], { scopes: SAMPLE_SCOPES });
    if (who !== 'outsider') addMember(core, organization.id, ids[who], who === 'owner' ? 'admin' : 'member');
  }
  const team = addTeam(core, organization.id, 'ml');
  addTeamMember(core, team.id, ids['team-member']!);
  const repositories: Record<string, number> = {};
  for (const name of REPOSITORIES) {
    const { id } = addRepository(core, organization.id, name);
    repositories[name] = id;
    for (const [who, role] of Object.entries(PEOPLE))
      if (role !== 'none' && who !== 'owner') addCollaborator(core, id, ids[who]!, role);
  }
  const publicKey = 'unused';
  const ours = createApp(core, {
    ownerId: organization.id,
    name: 'slipway',
    permissions: PERMISSIONS,
    publicKey,
  });
  const theirs = createApp(core, {
    ownerId: organization.id,
    name: 'helper',
    permissions: PERMISSIONS,
    publicKey,
  });
  ids['bot'] = ours.app.botId;
  ids['stranger'] = theirs.app.botId;
  const install = (id: number) => installApp(core, id, organization.id, { repositories: 'all' }).id;
  return {
    ids: ids as Cast['ids'],
    tokens: tokens as Cast['tokens'],
    installation: install(ours.app.id),
    botLogin: core.tables.accounts.require(ours.app.botId).login,
    strangerInstallation: install(theirs.app.id),
    repositories: repositories as Cast['repositories'],
    team: team.id,
  };
}

/** What pull requests bring. The first ones are merged before anything happens. */
const PULLS: readonly (Pick<PullFact, 'author' | 'model' | 'version'> & {
  merged: boolean;
  decision?: PullFact['decision'];
})[] = [
  { author: 'writer', model: 'churn', version: 'v1.0.0', merged: true },
  { author: 'writer-2', model: 'churn', version: 'v1.1.0', merged: true },
  { author: 'writer', model: 'fraud', version: 'v1.0.0', merged: true },
  { author: 'writer-2', model: 'churn', version: 'v1.1.1', merged: true, decision: 'inconclusive' },
  { author: 'team-member', model: 'churn', version: 'v1.2.0', merged: false },
  { author: 'writer', model: 'fraud', version: 'v1.1.0', merged: false },
];

/** First commit with the configuration, pull requests of several people, and an issue to talk in. */
function furnish({ core }: Sandbox, cast: Cast, repo: RepositoryName): Furniture {
  const as = (who: Who) =>
    new Port(core, { token: cast.tokens[who], owner: OWNER, repo, validation: 'nothing' });
  const owner = as('owner');
  const content = Buffer.from(configText('usual')).toString('base64');
  owner.ask('repos/create-or-update-file-contents', { path: 'slipway.yaml' }, { message: 'Begin', content });
  for (const stage of ['staging', 'production'])
    for (const kind of ['promote', 'approve']) owner.createLabel({ name: `${kind}:${stage}` });
  const pulls = PULLS.map(({ author, model, version, merged, decision = 'pass' }, at): PullFact => {
    const port = as(author);
    const base = port.ref('heads/main')!.object.sha;
    const branch = `topic-${at + 1}`;
    const tree = port.createTree(port.commit(base).tree.sha, {
      [`${model}/${version}.py`]: `print(${at})\n`,
    });
    const head = port.createCommit({ message: `Train ${model}`, tree, parents: [base] });
    port.createRef(`refs/heads/${branch}`, head);
    const { number } = port.createPull({ title: `Train ${model}`, head: branch, base: 'main' });
    const commit = merged ? owner.mergePull(number) : null;
    return {
      number,
      author,
      model,
      version,
      branch,
      head,
      merged: commit,
      open: !merged,
      loosens: false,
      decision,
    };
  });
  const issue = owner.createIssue({ title: 'Operations' }).number;
  return { pulls, issue, main: owner.ref('heads/main')!.object.sha };
}

function issueToken(core: Core, installation: number, repositories: readonly number[]) {
  return core.store.transaction(() => {
    const { permissions } = core.tables.installations.require(installation);
    return issueInstallationToken(core, installation, { permissions, repositories });
  });
}

/** A world of its own for one schedule. */
export async function newWorld(seed: number, past: Past = 'new'): Promise<World> {
  const { sandbox: start, cast, at, furniture, memories } = await readyWith(past);
  const clock = manualClock(new Date(at).toISOString());
  const sandbox = start.fork({ clock, random: seededRandomness(seed) });
  const { core } = sandbox;
  const faults = new ToldFaults(core);
  const ports = new Map<string, Port>();
  const tokens = new Map<string, { text: string; until: number }>();
  const token = (name: string, installation: number, repositories: readonly number[]) => {
    const known = tokens.get(name);
    if (known !== undefined && known.until > clock.now() + 60_000) return known.text;
    const made = issueToken(core, installation, repositories);
    tokens.set(name, { text: made.text, until: Date.parse(made.expiresAt) });
    return made.text;
  };
  const strangerToken = (repository: RepositoryName) =>
    token(`stranger/${repository}`, cast.strangerInstallation, [cast.repositories[repository]]);
  return {
    sandbox,
    clock,
    faults,
    cast,
    facts: (repository) => factsOf(furniture[repository], clock.now()),
    memory: (repository) => copyOf(memories.get(repository) ?? newMemory()),
    port: (who, repository = 'models') => {
      const name = `${who}/${repository}`;
      let port = ports.get(name);
      if (port === undefined) {
        const options = {
          token: cast.tokens[who],
          owner: OWNER,
          repo: repository,
          validation: 'nothing',
        } as const;
        ports.set(name, (port = new Port(core, options)));
      }
      return port;
    },
    appToken: (repository) => token(repository, cast.installation, [cast.repositories[repository]]),
    strangerToken,
    stranger: (repository) =>
      new Port(core, {
        token: strangerToken(repository),
        owner: OWNER,
        repo: repository,
        validation: 'nothing',
      }),
  };
}

function factsOf({ pulls, issue, main }: Furniture, at: number): Facts {
  const facts = new Facts(at, main);
  for (const [who, role] of Object.entries(PEOPLE) as [Who, Role][]) {
    facts.roles.set(who, new Timeline(at, role));
    facts.inTeam.set(who, new Timeline(at, who === 'team-member'));
  }
  facts.pulls.push(...pulls.map((pull) => ({ ...pull })));
  facts.issue = issue;
  return facts;
}
