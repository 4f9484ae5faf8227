import { startBot, type RunningBot } from '../../bot/main.ts';
import { EVENTS, PERMISSIONS } from '../../bot/permissions.ts';
import { WEBHOOK_PATH } from '../../bot/server.ts';
import { addCollaborator, addRepository, createApp, installApp } from '../../sandbox/seed.ts';
import { digestOf } from '../../src/contracts/digest.ts';
import type { Entry } from '../../src/contracts/entry.ts';
import type { Api } from '../../src/platform/github/api.ts';
import { installationApi } from '../../src/platform/github/app-auth.ts';
import { githubLogStore } from '../../src/platform/github/log-store.ts';
import { octokitApi } from '../../src/platform/github/octokit-api.ts';
import { appendEntry, openLog, readEntries } from '../../src/registry/index.ts';
import { serve, type Served } from '../sandbox/e2e/server.ts';

export const SECRET = 'the webhook secret of the stand';

/** Staging is anybody's, production asks for one approval of a named person who did not make it. No targets. */
export const CONFIG = `version: 1
models:
  churn:
    task: binary
    data: {source: data.csv, split: {test: 0.2}, target: churned}
    train: {run: python train.py, outputs: {model: [model/**]}}
    evaluate: {metrics: [roc_auc]}
    stages:
      staging: {}
      production: {after: staging, approvals: 1, approvers: [writer, writer-2]}
`;

export type Who = 'owner' | 'writer' | 'writer-2' | 'reader' | 'outsider';
export type Line = Readonly<Record<string, unknown>> & { readonly msg: string };

export interface Place {
  readonly id: number;
  readonly name: string;
  /** The pull request that versions come from; its author is writer. */
  readonly pull: number;
}

/** A sandbox on a port with the App, as people and machines meet it. */
export interface Stand {
  readonly sandbox: Served;
  readonly lines: readonly Line[];
  /** GitHub's API as one of the sample people. */
  as(who: Who): Api;
  /** What a bot of this App reads from its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** GitHub delivers to this bot from now on. */
  deliverTo(url: string): void;
  /** A repository with a config, more files on main, a pull request by writer and a registered version. */
  repository(name: string, files?: Readonly<Record<string, string>>): Promise<Place>;
  /** Starts a bot; GitHub delivers to it from now on, unless it is deaf. */
  bot(options?: { readonly deaf?: boolean }): Promise<RunningBot>;
  entries(place: Place): Promise<readonly Entry[]>;
  comment(who: Who, place: Place, body: string): Promise<number>;
  label(who: Who, place: Place, name: string): Promise<void>;
  close(): Promise<void>;
}

const permissions = Object.fromEntries(Object.entries(PERMISSIONS).map(([name, { level }]) => [name, level]));

/** Starts the sandbox and registers the App; the bots are the caller's to start, all are stopped by `close`. */
export async function stand(): Promise<Stand> {
  const sandbox = await serve();
  const { core } = sandbox.sandbox;
  const idOf = (login: string) => core.tables.accounts.find('login', login)!.id;
  const { app, pem, installation } = core.store.transaction(() => {
    const made = createApp(core, {
      ownerId: idOf('owner'),
      name: 'slipway',
      permissions,
      events: EVENTS,
      webhookSecret: SECRET,
    });
    return { ...made, installation: installApp(core, made.app.id, idOf('owner'), { repositories: 'all' }) };
  });
  const deliverTo = (url: string) => {
    const webhookUrl = `${url}${WEBHOOK_PATH}`;
    core.store.transaction(() => core.tables.apps.put({ ...core.tables.apps.require(app.id), webhookUrl }));
  };
  const auth = {
    appId: app.id,
    privateKey: pem ?? '',
    baseUrl: sandbox.api,
    userAgent: 'slipway-test',
  };
  const apiOfBot = installationApi(auth);
  const logOf = ({ id, name }: Place) =>
    githubLogStore(apiOfBot(installation.id, id), { owner: 'owner', repo: name });
  const trust = { bot: app.botId };
  const lines: Line[] = [];
  const bots: RunningBot[] = [];
  const as = (who: Who) =>
    octokitApi({ baseUrl: sandbox.api, token: sandbox.token(who), userAgent: 'slipway-test' });
  const here = (place: Place) => ({ owner: 'owner', repo: place.name, issue_number: place.pull });

  async function commit(who: Who, repo: string, branch: string, path: string, text: string): Promise<string> {
    const content = Buffer.from(text).toString('base64');
    const values = { owner: 'owner', repo, path, branch, content, message: `Add ${path}` };
    const { data } = await as(who)('PUT /repos/{owner}/{repo}/contents/{path}', values);
    return (data as { commit: { sha: string } }).commit.sha;
  }

  return {
    sandbox,
    lines,
    as,
    deliverTo,
    environment: {
      APP_ID: String(app.id),
      PRIVATE_KEY: pem ?? '',
      WEBHOOK_SECRET: SECRET,
      GITHUB_API_URL: sandbox.api,
    },
    repository: async (name, files = {}) => {
      const { id } = core.store.transaction(() => {
        const made = addRepository(core, idOf('owner'), name);
        for (const who of ['writer', 'writer-2']) addCollaborator(core, made.id, idOf(who), 'write');
        addCollaborator(core, made.id, idOf('reader'), 'read');
        return made;
      });
      let main = await commit('owner', name, 'main', 'slipway.yaml', files['slipway.yaml'] ?? CONFIG);
      for (const [path, text] of Object.entries(files))
        if (path !== 'slipway.yaml') main = await commit('owner', name, 'main', path, text);
      const values = { owner: 'owner', repo: name };
      const ref = { ...values, ref: 'refs/heads/change', sha: main };
      await as('writer')('POST /repos/{owner}/{repo}/git/refs', ref);
      await commit('writer', name, 'change', 'train.py', 'print(1)\n');
      const asked = { ...values, title: 'Better model', head: 'change', base: 'main' };
      const { data } = await as('writer')('POST /repos/{owner}/{repo}/pulls', asked);
      const place = { id, name, pull: (data as { number: number }).number };
      const writer = { id: idOf('writer'), login: 'writer' };
      await appendEntry(
        logOf(place),
        {
          op: 'register',
          model: 'churn',
          version: 'v1.0.0',
          manifest: digestOf([name, 'v1.0.0']),
          evaluation: digestOf(['evaluation', name]),
          verdict: { decision: 'pass', reason: 'ALL_GATES_PASS', holdout: 'visible' },
          commit: main,
          pull: place.pull,
          authors: [writer],
          request: digestOf(['register', name]),
          actor: writer,
          approvals: [],
          mode: 'app',
          config: main,
        },
        { trust, sleep: () => Promise.resolve(), recheck: () => Promise.resolve(null) },
      );
      return place;
    },
    bot: async ({ deaf = false } = {}) => {
      const bot = await startBot(
        {
          appId: app.id,
          privateKey: pem ?? '',
          secrets: [SECRET],
          api: sandbox.api,
          host: '127.0.0.1',
          port: 0,
          logLevel: 'debug',
          concurrency: 8,
        },
        { out: { write: (line) => void lines.push(JSON.parse(line) as Line) } },
      );
      bots.push(bot);
      if (!deaf) deliverTo(bot.url);
      return bot;
    },
    entries: async (place) => {
      const store = logOf(place);
      const { head } = await openLog(store, { trust });
      const found: Entry[] = [];
      if (head !== null) for await (const { entry } of readEntries(store, head)) found.unshift(entry);
      return found;
    },
    comment: async (who, place, body) => {
      const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
      return ((await as(who)(route, { ...here(place), body })).data as { id: number }).id;
    },
    label: async (who, place, name) => {
      const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels';
      await as(who)(route, { ...here(place), labels: [name] });
    },
    close: async () => {
      await Promise.all(bots.map((bot) => bot.stop()));
      await sandbox.close();
    },
  };
}
