import { Port } from '../../../sandbox/port.ts';
import { digestOf } from '../../../src/contracts/digest.ts';
import type { Person } from '../../../src/contracts/entry.ts';
import type { Deployer } from '../../../src/deployment/ports.ts';
import type { Api } from '../../../src/platform/github/api.ts';
import { connectRepository, type Connected } from '../../../src/platform/github/connect.ts';
import { newMemory, reconcile, type Line, type Summary } from '../../../src/reconcile/index.ts';
import { appendEntry, openLog, type Log } from '../../../src/registry/index.ts';
import { commitFiles, plantRef } from '../../sandbox/history.ts';
import { newWorld, type Who, type World } from '../../sandbox/world.ts';
import { installedApp } from '../../support/installed-app.ts';
import { sandboxApi } from '../../support/sandbox-api.ts';

const PERMISSIONS = {
  contents: 'write',
  issues: 'write',
  pull_requests: 'write',
  checks: 'write',
  actions: 'write',
  deployments: 'write',
  members: 'read',
} as const;

/** Two stages; production asks for two approvals. No targets: promotions are verified at once. */
export const CONFIG = `version: 1
models:
  churn:
    task: binary
    data: {source: data.csv, split: {test: 0.2}, target: churned}
    train: {run: python train.py, outputs: {model: [model/**]}}
    evaluate: {metrics: [roc_auc]}
    stages:
      staging: {}
      production: {after: staging, approvals: 2, approvers: [owner, writer, writer-2]}
`;

export interface RepositoryWorld {
  readonly world: World;
  readonly clock: World['clock'];
  readonly bot: Person;
  /** Number of the pull request that versions come from; its author is writer. */
  readonly pull: number;
  readonly lines: readonly Line[];
  port(who: Who): Port;
  api(): Api;
  label(who: Who, name: string): void;
  unlabel(who: Who, name: string): void;
  comment(who: Who, body: string): number;
  comments(login: string): readonly string[];
  labels(): readonly string[];
  /** Records a version as the App does, of main's first commit where none is named. */
  registered(model: string, version: string, commit?: string): Promise<void>;
  /** One pass, with the ports as they are or with a connection of its own. */
  reconcile(api?: Api): Promise<Summary>;
  /** Routes that were called since the last time this was asked. */
  routes(): readonly string[];
  /** Names of all tags. */
  tags(): readonly string[];
  /** Makes an annotated tag on main as a writer does. */
  tag(name: string): void;
  log(): Promise<Log>;
  connected(): Connected;
  /** Takes somebody's right to write away. */
  demote(who: Who): void;
  /** What GitHub shows of an environment: entry and newest state, oldest first. */
  deployments(environment: string): readonly { readonly n: number; readonly state: string }[];
  /** The process starts anew. */
  forget(): void;
}

/** `owner/repo` with a config, a pull request by writer, and the App; under a standing clock. */
export function repositoryWorld(config = CONFIG, deployer?: Deployer): RepositoryWorld {
  const world = newWorld();
  const { core } = world.sandbox;
  const main = commitFiles(world, { 'slipway.yaml': config, 'data.csv': 'id,churned\n1,0\n' });
  plantRef(world, 'refs/heads/change', main);
  commitFiles(world, { 'train.py': 'print(1)\n' }, 'change');
  const place = { owner: 'owner', repo: 'repo' };
  const port = (who: Who) => new Port(core, { token: world.tokens[who], ...place });
  const { bot, token } = installedApp(core, PERMISSIONS);
  const called: string[] = [];
  const fresh = () => sandboxApi(world.sandbox, token(), (route) => called.push(route));
  // Tokens are good for an hour.
  const api = (): Api => {
    let [until, through] = [0, fresh()];
    return (route, parameters) => {
      if (world.clock.now() > until) [until, through] = [world.clock.now() + 3_000_000, fresh()];
      return through(route, parameters);
    };
  };
  const connect = (given: Api) => connectRepository(given, { ...place, self: bot, now, sleep });
  const { number } = port('writer').createPull({ title: 'Better model', head: 'change', base: 'main' });
  const sleep = () => Promise.resolve();
  const now = () => new Date(world.clock.now());
  const lines: Line[] = [];
  let memory = newMemory();
  let connected = connect(api());
  return {
    world,
    clock: world.clock,
    bot,
    pull: number,
    lines,
    port,
    api,
    label: (who, name) => {
      world.clock.advance(1000);
      port(who).addLabels(number, [name]);
    },
    unlabel: (who, name) => {
      world.clock.advance(1000);
      port(who).removeLabel(number, name);
    },
    comment: (who, body) => {
      world.clock.advance(1000);
      return port(who).createComment(number, body).id;
    },
    comments: (login) =>
      port('owner')
        .comments(number)
        .filter(({ user }) => user.login === login)
        .map(({ body }) => body),
    labels: () =>
      port('owner')
        .labelsOf(number)
        .map(({ name }) => name),
    registered: async (model, version, commit = main) => {
      const person = { id: core.tables.accounts.find('login', 'writer')!.id, login: 'writer' };
      const { log } = connected;
      await appendEntry(
        log,
        {
          op: 'register',
          model,
          version,
          manifest: digestOf([model, version]),
          evaluation: digestOf(['evaluation', model, version]),
          verdict: { decision: 'pass', reason: 'ALL_GATES_PASS', holdout: 'visible' },
          commit,
          pull: number,
          authors: [person],
          request: digestOf(['register', model, version]),
          actor: person,
          approvals: [],
          mode: 'app',
          config: main,
        },
        { trust: { bot: bot.id }, recheck: () => Promise.resolve(null), sleep },
      );
    },
    reconcile: async (given) => {
      const through = given === undefined ? connected : connect(given);
      return await reconcile(
        {
          ...through,
          ...(deployer === undefined ? {} : { deployer }),
          trust: { bot: bot.id },
          mode: 'app',
          self: bot,
          page: 'http://github.localhost/owner/repo',
        },
        memory,
        { sleep, log: (line) => lines.push(line) },
      );
    },
    routes: () => called.splice(0),
    tags: () =>
      port('owner')
        .refs('tags/')
        .map(({ ref }) => ref.slice('refs/tags/'.length)),
    tag: (name) => {
      world.clock.advance(1000);
      const sha = port('writer').createTag({ tag: name, message: name, object: main });
      port('writer').createRef(`refs/tags/${name}`, sha);
    },
    connected: () => connected,
    demote: (who) => {
      port('owner').ask('repos/remove-collaborator', { username: who });
    },
    deployments: (environment) =>
      port('owner')
        .deployments({ environment })
        .map(({ id, payload }) => ({
          n: (payload as { n: number }).n,
          state: port('owner').deploymentStatuses(id)[0]!.state,
        }))
        .toReversed(),
    log: async () => await openLog(connected.log, { trust: { bot: bot.id } }),
    forget: () => {
      connected = connect(api());
      memory = newMemory();
    },
  };
}
