import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import { issueJobToken } from '../../../sandbox/access/index.ts';
import type { Session } from '../../../src/entry/execute.ts';
import { exportCommand, pullCommand } from '../../../src/entry/registry-pull.ts';
import { registerCommand } from '../../../src/entry/registry-register.ts';
import { githubLogStore } from '../../../src/platform/github/log-store.ts';
import { octokitApi } from '../../../src/platform/github/octokit-api.ts';
import { openLog } from '../../../src/registry/index.ts';
import { parseEntryMessage } from '../../../src/registry/log/message.ts';
import { addApp, install } from '../../sandbox/access/keys.ts';
import { serve, type Served } from '../../sandbox/e2e/server.ts';
import { aRun } from '../../support/runs.ts';

const CONFIG = `version: 1
models:
  churn:
    task: binary
    positive: "1"
    data: {source: data.csv, target: y, split: {test: 0.2, by: hash, on: id}}
    train: {run: python train.py, outputs: {entry: rules.json}}
    evaluate: {metrics: [roc_auc]}
`;

let served: Served;
let base: string;
let repos = 0;
let repo: string;
let commit: string;

beforeAll(async () => {
  served = await serve();
});

afterAll(async () => {
  await served.close();
});

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'registry-files-'));
  repo = `repo-${++repos}`;
  await api()('POST /user/repos', { name: repo, auto_init: true });
  const { data } = await api()('GET /repos/{owner}/{repo}/git/ref/{ref}', {
    owner: 'owner',
    repo,
    ref: 'heads/main',
  });
  commit = (data as { object: { sha: string } }).object.sha;
  execFileSync('git', ['init', '-q'], { cwd: base });
  write('slipway.yaml', CONFIG);
  run('first', '{"rule": 1}');
  vi.stubEnv('GITHUB_API_URL', served.api);
  vi.stubEnv('GITHUB_REPOSITORY', `owner/${repo}`);
  vi.stubEnv('GITHUB_TOKEN', '');
  vi.stubEnv('GH_TOKEN', served.token('owner'));
  vi.stubEnv('SLIPWAY_CACHE', join(base, 'cache'));
  vi.stubEnv('SLIPWAY_MODE', '');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(base, { recursive: true, force: true });
});

function api(token = served.token('owner')) {
  return octokitApi({ baseUrl: served.api, token, userAgent: 'slipway-test' });
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(base, path)), { recursive: true });
  writeFileSync(join(base, path), text);
}

function run(id: string, rules: string): void {
  const record = aRun({ id });
  const digests = { ...record.digests, train_key: null, data: null };
  const git = { commit, branch: 'main', dirty: false };
  write(`.slipway/runs/${id}/run.json`, JSON.stringify({ ...record, git, digests }));
  write(`.slipway/runs/${id}/outputs/rules.json`, rules);
  write(`.slipway/runs/${id}/outputs/notes/read.txt`, 'how it was made');
}

function session(flags: Record<string, unknown> = {}): Session {
  const nothing = () => undefined;
  const progress = { status: nothing, line: nothing, log: nothing, end: nothing };
  return {
    flags,
    cwd: base,
    signal: new AbortController().signal,
    progress,
    color: false,
    width: 80,
  };
}

describe('a recorded run', () => {
  test('is registered once, and pulled back as it was', async () => {
    const { document } = await registerCommand(session());
    expect(document).toMatchObject({ version: 'v0.1.0', tag: 'churn@v0.1.0', n: 1, already: false });
    expect((await registerCommand(session({ run: 'first' }))).document).toMatchObject({
      version: 'v0.1.0',
      already: true,
    });
    const pulled = await pullCommand(session({ into: 'model' }), 'churn@v0.1.0');
    expect(pulled.document).toMatchObject({ entry: join(base, 'model', 'rules.json') });
    expect(readFileSync(join(base, 'model', 'rules.json'), 'utf8')).toBe('{"rule": 1}');
    expect(readFileSync(join(base, 'model', 'notes', 'read.txt'), 'utf8')).toBe('how it was made');
    await exportCommand(session({ into: 'out' }), 'churn');
    expect(readdirSync(join(base, 'out')).sort()).toEqual(
      ['README.md', 'manifest.json', 'metrics.json', 'model-card.md', 'notes', 'rules.json'].sort(),
    );
    const releases = await api()('GET /repos/{owner}/{repo}/releases', { owner: 'owner', repo });
    expect(releases.data).toMatchObject([{ tag_name: 'churn@v0.1.0', draft: false }]);
  });

  test('of the same commit becomes the next version, with a warning for GTO', async () => {
    await registerCommand(session());
    run('second', '{"rule": 2}');
    const { document } = await registerCommand(session({ run: 'second', bump: 'minor' }));
    expect(document).toMatchObject({ version: 'v0.2.0', warnings: [expect.stringMatching(/gto show/)] });
  });

  test('of a commit that was never pushed is refused', async () => {
    commit = 'd'.repeat(40);
    run('first', '{}');
    await expect(registerCommand(session())).rejects.toMatchObject({ code: 'GIT', message: /does not know/ });
  });
});

describe('who may register', () => {
  const place = () => ({ owner: 'owner', repo });
  const log = (token: string) => openLog(githubLogStore(api(token), place()), { trust: { bot: null } });
  const tags = async () =>
    (await api()('GET /repos/{owner}/{repo}/git/matching-refs/{ref}', { ...place(), ref: 'tags/' })).data as {
      ref: string;
    }[];

  test('the App, with the token that a workflow makes of it: draft, files, tag, signed entry, published', async () => {
    const { token, bot } = await appToken('writer-app');
    vi.stubEnv('GH_TOKEN', token);
    vi.stubEnv('SLIPWAY_MODE', 'app');
    const { document } = await registerCommand(session());
    expect(document).toMatchObject({ version: 'v0.1.0', n: 1, already: false });
    const head = (await log(token)).head!;
    const { data } = await api()('GET /repos/{owner}/{repo}/commits/{ref}', { ...place(), ref: head });
    expect(data).toMatchObject({
      author: { id: bot.id, login: 'writer-app[bot]' },
      committer: { login: 'web-flow' },
      commit: { verification: { verified: true } },
    });
    expect(await log(token)).toMatchObject({ n: 1, mode: 'app', writer: bot.id, trouble: null });
    const { data: release } = await api()('GET /repos/{owner}/{repo}/releases/tags/{tag}', {
      ...place(),
      tag: 'churn@v0.1.0',
    });
    expect(release).toMatchObject({ draft: false, author: { login: 'writer-app[bot]' } });
    expect((await tags()).map(({ ref }) => ref)).toEqual(['refs/tags/churn@v0.1.0']);

    // From now on the log itself says who writes it.
    vi.stubEnv('SLIPWAY_MODE', '');
    run('second', '{"rule": 2}');
    expect((await registerCommand(session({ run: 'second' }))).document).toMatchObject({ n: 2 });
    expect(await log(token)).toMatchObject({ n: 2, mode: 'app', writer: bot.id, trouble: null });
  });

  test('where the App writes the log, nobody else: a person, a workflow, another App', async () => {
    vi.stubEnv('GH_TOKEN', (await appToken('first-app')).token);
    vi.stubEnv('SLIPWAY_MODE', 'app');
    await registerCommand(session());
    run('second', '{"rule": 2}');
    const others = { owner: served.token('owner'), 'github-actions[bot]': jobToken() };
    for (const [login, token] of [
      ...Object.entries(others),
      ['other-app[bot]', (await appToken('other-app')).token] as const,
    ]) {
      vi.stubEnv('GH_TOKEN', token);
      for (const mode of ['', 'app', 'deploy-key', 'open']) {
        vi.stubEnv('SLIPWAY_MODE', mode);
        await expect(registerCommand(session({ run: 'second' }))).rejects.toMatchObject({
          problems: [
            {
              code: 'PERMISSION',
              message: expect.stringContaining(`that of ${login}`) as string,
              hint: expect.stringContaining('actions/create-github-app-token') as string,
            },
          ],
        });
      }
    }
    expect((await tags()).length).toBe(1);
  });

  test('in an open log a workflow’s own token, as github-actions[bot]; as App it is refused', async () => {
    vi.stubEnv('GH_TOKEN', jobToken());
    vi.stubEnv('SLIPWAY_MODE', 'app');
    await expect(registerCommand(session())).rejects.toMatchObject({ code: 'PERMISSION' });
    vi.stubEnv('SLIPWAY_MODE', 'anything');
    await expect(registerCommand(session())).rejects.toMatchObject({ code: 'USAGE' });
    vi.stubEnv('SLIPWAY_MODE', '');
    expect((await registerCommand(session())).document).toMatchObject({ n: 1 });
    const { head, mode } = await log(served.token('owner'));
    expect(mode).toBe('open');
    const { data } = await api()('GET /repos/{owner}/{repo}/commits/{ref}', { ...place(), ref: head! });
    const { message } = (data as { commit: { message: string } }).commit;
    expect(parseEntryMessage(message)).toMatchObject({ actor: { login: 'github-actions[bot]' } });
  });

  test('with a deploy key: log and tag are pushed where the rules let no token of the API write', async () => {
    const rules = (target: string, include: string, type: string) => ({
      ...place(),
      name: `${target} ${type}`,
      target,
      enforcement: 'active',
      conditions: { ref_name: { include: [include], exclude: [] } },
      rules: [{ type }],
      bypass_actors: [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }],
    });
    for (const type of ['creation', 'update']) {
      await api()('POST /repos/{owner}/{repo}/rulesets', rules('branch', 'refs/heads/slipway/**', type));
      await api()('POST /repos/{owner}/{repo}/rulesets', rules('tag', 'refs/tags/*@v*', type));
    }
    // The server is in this process: nothing may wait for git without letting it answer.
    const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: base, timeout: 20_000 });
    const origin = new URL(`/owner/${repo}.git`, served.api);
    Object.assign(origin, { username: 'x-access-token', password: served.token('owner') });
    await git('remote', 'add', 'origin', origin.href);
    await git('fetch', '-q', 'origin', 'main');
    vi.stubEnv('GH_TOKEN', jobToken());
    await expect(registerCommand(session())).rejects.toMatchObject({ code: 'PERMISSION' });
    vi.stubEnv('SLIPWAY_MODE', 'deploy-key');
    const { document } = await registerCommand(session());
    expect(document).toMatchObject({ version: 'v0.1.0', n: 1, already: false });
    const seen = await log(served.token('owner'));
    expect(seen).toMatchObject({ n: 1, mode: 'deploy-key', trouble: null });
    expect(seen.repository).toBe(repositoryId());
    expect((await tags()).map(({ ref }) => ref)).toEqual(['refs/tags/churn@v0.1.0']);
    const { data } = await api()('GET /repos/{owner}/{repo}/releases', place());
    expect(data).toMatchObject([{ tag_name: 'churn@v0.1.0', draft: false }]);
    expect((await registerCommand(session({ run: 'first' }))).document).toMatchObject({ already: true });
  });

  test('an App’s own JWT is no account', async () => {
    vi.stubEnv('GH_TOKEN', addApp(served.sandbox.core, 'jwt-app', { contents: 'write' }).jwt());
    await expect(registerCommand(session())).rejects.toMatchObject({ code: 'GITHUB_REFUSED' });
  });
});

/** As actions/create-github-app-token makes it. */
async function appToken(name: string): Promise<{ token: string; bot: { id: number } }> {
  const { core } = served.sandbox;
  const { app, jwt } = addApp(core, name, { contents: 'write' });
  const { id } = install(core, app, 'owner');
  const answer = await fetch(`${served.api}/app/installations/${id}/access_tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${jwt()}`, 'user-agent': 'slipway-test' },
  });
  const { token } = (await answer.json()) as { token: string };
  return { token, bot: { id: app.botId } };
}

function repositoryId(): number {
  return [...served.sandbox.core.tables.repositories.all()].find(({ name }) => name === repo)!.id;
}

/** GITHUB_TOKEN of a job with `contents: write`. */
function jobToken(): string {
  const { core } = served.sandbox;
  return core.store.transaction(() =>
    issueJobToken(core, {
      repositoryId: repositoryId(),
      runId: 1,
      jobId: 1,
      permissions: { contents: 'write', 'pull-requests': 'read' },
      expiresAt: new Date(core.clock.now() + 3_600_000).toISOString(),
    }),
  );
}

test('without a token, with a wrong flag or an unknown model it is said what is missing', async () => {
  await expect(registerCommand(session({ bump: 'huge' }))).rejects.toMatchObject({ code: 'USAGE' });
  await expect(registerCommand(session({ model: 'fraud' }))).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
  await expect(pullCommand(session(), 'fraud')).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
  vi.stubEnv('GH_TOKEN', '');
  await expect(pullCommand(session(), 'churn')).rejects.toMatchObject({ code: 'PERMISSION' });
  vi.stubEnv('GITHUB_REPOSITORY', '');
  await expect(pullCommand(session(), 'churn')).rejects.toMatchObject({ code: 'GIT' });
});
