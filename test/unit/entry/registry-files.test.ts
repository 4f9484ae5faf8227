import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import type { Session } from '../../../src/entry/execute.ts';
import { exportCommand, pullCommand } from '../../../src/entry/registry-pull.ts';
import { registerCommand } from '../../../src/entry/registry-register.ts';
import { githubLogStore } from '../../../src/platform/github/log-store.ts';
import { octokitApi } from '../../../src/platform/github/octokit-api.ts';
import { appendEntry } from '../../../src/registry/index.ts';
import { addApp, install } from '../../sandbox/access/keys.ts';
import { serve, type Served } from '../../sandbox/e2e/server.ts';
import { draft } from '../../support/log-entries.ts';
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

  test('is not registered where only the App writes the log, and it is said what to do', async () => {
    const { core } = served.sandbox;
    const { app, jwt } = addApp(core, 'slipway', { contents: 'write' });
    const { id } = install(core, app, 'owner');
    const headers = { authorization: `Bearer ${jwt()}`, 'user-agent': 'slipway-test' };
    const answer = await fetch(`${served.api}/app/installations/${id}/access_tokens`, {
      method: 'POST',
      headers,
    });
    const { token } = (await answer.json()) as { token: string };
    const done = await appendEntry(
      githubLogStore(api(token), { owner: 'owner', repo }),
      draft('register', { mode: 'app', commit }),
      { trust: { bot: app.botId }, recheck: () => Promise.resolve(null), sleep: () => Promise.resolve() },
    );
    expect(done.status).toBe('appended');
    await expect(registerCommand(session())).rejects.toMatchObject({
      problems: [{ code: 'PERMISSION', hint: expect.stringMatching(/pull request/) as string }],
    });
  });

  test('of a commit that was never pushed is refused', async () => {
    commit = 'd'.repeat(40);
    run('first', '{}');
    await expect(registerCommand(session())).rejects.toMatchObject({ code: 'GIT', message: /does not know/ });
  });
});

test('without a token, with a wrong flag or an unknown model it is said what is missing', async () => {
  await expect(registerCommand(session({ bump: 'huge' }))).rejects.toMatchObject({ code: 'USAGE' });
  await expect(registerCommand(session({ model: 'fraud' }))).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
  await expect(pullCommand(session(), 'fraud')).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
  vi.stubEnv('GH_TOKEN', '');
  await expect(pullCommand(session(), 'churn')).rejects.toMatchObject({ code: 'PERMISSION' });
  vi.stubEnv('GITHUB_REPOSITORY', '');
  await expect(pullCommand(session(), 'churn')).rejects.toMatchObject({ code: 'GIT' });
});
