import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';

import { parseCommit } from '../../../sandbox/git/commit-object.ts';
import { readBody } from '../../../sandbox/git/objects.ts';
import { Draw } from '../../../sandbox/faults/draw.ts';
import { Port } from '../../../sandbox/port.ts';
import { addCollaborator, addRepository, createApp, installApp } from '../../../sandbox/seed.ts';
import { serveSandbox, type RunningSandbox } from '../../../sandbox/serve.ts';
import { refKey } from '../../../sandbox/state/repositories.ts';
import { EVENTS, PERMISSIONS } from '../../../bot/permissions.ts';
import type { Api } from '../../../src/platform/github/api.ts';
import { githubLogStore } from '../../../src/platform/github/log-store.ts';
import { appendEntry } from '../../../src/registry/index.ts';
import { issueInstallationToken } from '../../../sandbox/access/tokens.ts';
import { hash } from 'node:crypto';
import { callApi } from '../api.ts';
import { entryOf, type RawEntry } from '../ledger.ts';

export interface StormOptions {
  readonly requests: number;
  readonly kills: number;
  readonly seed: number;
  readonly say?: (line: string) => void;
}

export interface StormResult {
  /** What does not hold, a sentence each. */
  readonly problems: readonly string[];
  readonly recorded: number;
  readonly kills: number;
  readonly seconds: number;
}

const SECRET = 'a secret of the storm';
const STAGES = 10;
/** Commands in one conversation. */
const A_CONVERSATION = 25;
const BOT = fileURLToPath(new URL('bot-process.ts', import.meta.url));
/** The longest that everything may take to come to rest after the last kill. */
const REST_MS = 300_000;

/** What a request should come to: granted by whoever may, never otherwise. */
interface Asked {
  readonly model: string;
  readonly stage: string;
  readonly granted: boolean;
}

/**
 * The real bot as a process of its own, over HTTP, against a GitHub on a port; requests by people with and without
 * rights, and `kill -9` at random times. In the end every approved request is recorded exactly once.
 */
export async function storm(options: StormOptions): Promise<StormResult> {
  const started = performance.now();
  const sandbox = await serveSandbox({
    port: 0,
    data: undefined,
    imports: [],
    cwd: process.cwd(),
    runnerLabels: [],
    path: process.env['PATH'] ?? '',
    log: () => undefined,
  });
  const bot = new BotProcess(options.say);
  try {
    const scene = await furnish(sandbox, await freePort(), options);
    bot.environment = scene.environment;
    const asked = await struck(scene, bot, options);
    const problems = await atRest(scene, bot, asked);
    return {
      problems,
      recorded: entries(scene).length,
      kills: bot.kills,
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await bot.stop();
    await sandbox.close();
  }
}

interface Storm {
  readonly sandbox: RunningSandbox;
  readonly repositoryId: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly issues: readonly number[];
  readonly models: number;
  readonly as: (login: string) => Port;
}

async function furnish(sandbox: RunningSandbox, port: number, { requests }: StormOptions): Promise<Storm> {
  const { core } = sandbox.sandbox;
  const models = Math.ceil(requests / STAGES);
  const { repository, app, pem, token } = core.store.transaction(() => {
    const id = (login: string) => core.tables.accounts.find('login', login)!.id;
    const made = addRepository(core, id('owner'), 'models');
    for (const login of ['writer', 'writer-2']) addCollaborator(core, made.id, id(login), 'write');
    addCollaborator(core, made.id, id('reader'), 'read');
    const permissions = Object.fromEntries(
      Object.entries(PERMISSIONS).map(([name, { level }]) => [name, level]),
    );
    const created = createApp(core, {
      ownerId: id('owner'),
      name: 'slipway',
      permissions,
      events: EVENTS,
      webhookUrl: `http://127.0.0.1:${port}/api/github/webhooks`,
      webhookSecret: SECRET,
    });
    const installation = installApp(core, created.app.id, id('owner'), { repositories: [made.id] });
    const { text } = issueInstallationToken(core, installation.id, { permissions, repositories: [made.id] });
    return { repository: made, app: created.app, pem: created.pem ?? '', token: text };
  });
  const place = { owner: 'owner', repo: 'models' };
  const as = (login: string) =>
    new Port(core, { ...place, token: sandbox.users.find((user) => user.login === login)!.token });
  const content = Buffer.from(configOf(models)).toString('base64');
  as('owner').ask(
    'repos/create-or-update-file-contents',
    { path: 'slipway.yaml' },
    { message: 'Begin', content },
  );
  const api: Api = (route, values = {}) =>
    Promise.resolve(callApi(core, undefined, token, route, { ...place, ...values }));
  const main = as('owner').ref('heads/main')!.object.sha;
  for (let model = 0; model < models; model++)
    await plant(githubLogStore(api, place), `m${model}`, main, app.botId);
  const issues = Array.from(
    { length: Math.ceil((requests * 2) / A_CONVERSATION) },
    (_, at) => as('owner').createIssue({ title: `Operations ${at + 1}` }).number,
  );
  const environment = {
    APP_ID: String(app.id),
    PRIVATE_KEY: pem,
    WEBHOOK_SECRET: SECRET,
    GITHUB_API_URL: sandbox.api,
    PORT: String(port),
    LOG_LEVEL: 'warn',
  };
  return { sandbox, repositoryId: repository.id, environment, issues, models, as };
}

function configOf(models: number): string {
  const stages = Array.from({ length: STAGES }, (_, at) => `      s${at}: {approvals: ${at % 2}}\n`).join('');
  const names = Array.from({ length: models }, (_, at) => `  m${at}:\n    stages:\n${stages}`).join('');
  return `version: 1
defaults:
  task: binary
  data: {source: data.csv, split: {test: 0.2}, target: churned}
  train: {run: python train.py}
  evaluate: {metrics: [roc_auc]}
models:
${names}`;
}

async function plant(
  store: ReturnType<typeof githubLogStore>,
  model: string,
  commit: string,
  bot: number,
): Promise<void> {
  await appendEntry(
    store,
    {
      op: 'register',
      model,
      version: 'v1.0.0',
      manifest: hash('sha256', model),
      verdict: { decision: 'pass', reason: 'ALL_GATES_PASS', holdout: 'hidden' },
      commit,
      authors: [],
      request: hash('sha256', `register ${model}`),
      actor: { id: bot, login: 'slipway[bot]' },
      approvals: [],
      mode: 'app',
      config: null,
    },
    { trust: { bot }, recheck: () => Promise.resolve(null), sleep: () => Promise.resolve() },
  );
}

/** People ask and approve while the bot is killed and started again. */
async function struck(
  scene: Storm,
  bot: BotProcess,
  { requests, kills, seed, say }: StormOptions,
): Promise<readonly Asked[]> {
  const draw = new Draw(seed, 30);
  const asked: Asked[] = [];
  bot.start();
  for (let at = 0; at < requests; at++) {
    // Versions count as registered in the second of their entry: what is asked then must be later.
    if (at === 0) await wait(1100);
    const model = `m${Math.floor(at / STAGES)}`;
    const stage = `s${at % STAGES}`;
    const granted = draw.next() < 0.85;
    const [one, other] = [
      scene.issues[draw.below(scene.issues.length)]!,
      scene.issues[draw.below(scene.issues.length)]!,
    ];
    scene.as(granted ? 'writer' : 'reader').createComment(one, `/promote ${model}@v1.0.0 ${stage}`);
    if (at % 2 === 1 || draw.next() < 0.2)
      scene.as('writer-2').createComment(other, `/approve ${model}@v1.0.0 ${stage}`);
    asked.push({ model, stage, granted });
    await wait(draw.below(30));
    if (draw.next() < kills / requests && bot.kills < kills) bot.kill();
  }
  say?.(`${requests} requests made, ${bot.kills} kills`);
  while (bot.kills < kills) {
    await wait(100 + draw.below(2500));
    bot.kill();
  }
  return asked;
}

/** Waits until nothing more is recorded, then counts. */
async function atRest(scene: Storm, bot: BotProcess, asked: readonly Asked[]): Promise<string[]> {
  const wanted = asked.filter(({ granted }) => granted).length;
  const until = performance.now() + REST_MS;
  bot.start();
  while (performance.now() < until && count(scene, 'verified') < wanted) await wait(200);
  await wait(1500);
  const recorded = new Map<string, number>();
  for (const { op, model, stage } of entries(scene))
    if (op === 'promote')
      recorded.set(`${model}/${stage ?? ''}`, (recorded.get(`${model}/${stage ?? ''}`) ?? 0) + 1);
  const problems = asked.flatMap(({ model, stage, granted }) => {
    const times = recorded.get(`${model}/${stage}`) ?? 0;
    return times === (granted ? 1 : 0)
      ? []
      : [`${model} ${stage} was recorded ${times} times, expected ${granted ? 1 : 0}`];
  });
  const broken = entries(scene).some(({ n }, at) => n !== at + 1);
  return [...problems, ...(broken ? ['the log has a hole'] : [])];
}

function count(scene: Storm, op: string): number {
  return entries(scene).filter((entry) => entry.op === op).length;
}

const read = new Map<string, { readonly entry: RawEntry; readonly parent: string | null }>();

/** All entries, oldest first. */
function entries({ sandbox, repositoryId }: Storm): readonly RawEntry[] {
  const { core } = sandbox.sandbox;
  const objects = core.objects(core.tables.repositories.require(repositoryId));
  const found: RawEntry[] = [];
  let at = core.tables.refs.get(refKey(repositoryId, 'refs/heads/slipway/log'))?.oid ?? null;
  while (at !== null) {
    let known = read.get(at);
    if (known === undefined) {
      const { message, parents } = parseCommit(readBody(objects, at, 'commit'));
      read.set(at, (known = { entry: entryOf(message), parent: parents[0] ?? null }));
    }
    found.push(known.entry);
    at = known.parent;
  }
  return found.reverse();
}

/** The bot's process: killed without warning, started again at once. */
class BotProcess {
  environment: Readonly<Record<string, string>> = {};
  kills = 0;
  #child: ChildProcess | null = null;
  readonly #say: ((line: string) => void) | undefined;

  constructor(say: ((line: string) => void) | undefined) {
    this.#say = say;
  }

  start(): void {
    if (this.#child !== null) return;
    const env = { PATH: process.env['PATH'] ?? '', ...this.environment };
    const child = spawn(process.execPath, [BOT], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.on('data', (chunk: Buffer) => this.#say?.(chunk.toString().trimEnd()));
    this.#child = child;
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
    this.kills++;
    this.start();
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
