import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import { serveSandbox, type RunningSandbox } from '../../../sandbox/serve.ts';
import { InputError } from '../../../src/contracts/errors.ts';
import type { Entry } from '../../../src/contracts/entry.ts';
import type { Outcome, Session } from '../../../src/entry/execute.ts';
import { placeOfRemote } from '../../../src/entry/github.ts';
import { askCommand } from '../../../src/entry/promote.ts';
import {
  diffCommand,
  historyCommand,
  listCommand,
  showCommand,
  verifyCommand,
} from '../../../src/entry/registry.ts';
import { statusCommand } from '../../../src/entry/status.ts';
import { documentOf, slipway } from '../../support/cli.ts';
import { entry } from '../../support/log-entries.ts';
import { writeHistory } from '../../support/log-history.ts';

const CONFIG = `version: 1
models:
  churn:
    task: binary
    data: { source: data.csv, split: { test: 0.2 }, id: id, target: y }
    train: { run: python train.py, outputs: { entry: m/model.onnx } }
    evaluate: { metrics: [roc_auc] }
    stages:
      staging: {}
      production: { after: staging, soak: 24h }
      served: { target: local }
      guarded: { approvals: 1 }
`;
const JUDGED: Partial<Entry> = {
  verdict: { decision: 'pass', reason: 'ALL_GATES_PASS', holdout: 'visible' },
  authors: [{ id: 99, login: 'author' }],
};
const HISTORY = [
  entry(1, 'register', { ...JUDGED, version: 'v1.0.0', pull: 1 }),
  entry(2, 'register', { ...JUDGED, version: 'v1.1.0', pull: 1 }),
  entry(3, 'promote', { version: 'v1.0.0', stage: 'staging' }),
  entry(4, 'verified', { of: 3, version: 'v1.0.0', stage: 'staging' }),
];

const folders: string[] = [];
function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-promote-'));
  folders.push(folder);
  return folder;
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** A remote with a config on its default branch and a log, and a clone of it. */
async function cloned(
  history: readonly Entry[],
): Promise<{ readonly remote: string; readonly clone: string }> {
  const folder = temporary();
  const [remote, clone] = [join(folder, 'churn'), join(folder, 'clone')];
  mkdirSync(remote);
  git(remote, 'init', '-q', '-b', 'main');
  git(remote, 'config', 'receive.denyCurrentBranch', 'ignore');
  writeFileSync(join(remote, 'slipway.yaml'), CONFIG);
  git(remote, 'add', '.');
  git(remote, '-c', 'user.name=owner', '-c', 'user.email=owner@example.com', 'commit', '-qm', 'config');
  if (history.length > 0) await writeHistory(remote, history);
  git(folder, 'clone', '-q', remote, clone);
  git(clone, 'config', 'user.email', 'writer@example.com');
  return { remote, clone };
}

function session(cwd: string, flags: Session['flags'] = {}): Session {
  const silent = {
    line: () => undefined,
    status: () => undefined,
    log: () => undefined,
    end: () => undefined,
  };
  return { flags, cwd, signal: new AbortController().signal, progress: silent, color: false, width: 100 };
}

async function textOf(outcome: Outcome): Promise<string> {
  return typeof outcome.text === 'string' ? outcome.text : await outcome.text();
}

function headOf(folder: string): string {
  return git(folder, 'rev-parse', 'refs/heads/slipway/log');
}

beforeEach(() => {
  for (const name of ['GH_TOKEN', 'GITHUB_TOKEN', 'GITHUB_REPOSITORY', 'GITHUB_API_URL', 'SLIPWAY_MODE'])
    vi.stubEnv(name, '');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('in a clone, where any writer can write the log', () => {
  let remote: string;
  let clone: string;
  beforeEach(async () => {
    ({ remote, clone } = await cloned(HISTORY));
  });

  test('a promotion is recorded at origin, and verified at once where nothing is deployed', async () => {
    const outcome = await askCommand(session(clone), 'promote', 'churn', 'staging');

    expect(outcome).toMatchObject({
      decision: 'pass',
      document: {
        status: 'recorded',
        n: 5,
        version: 'v1.1.0',
        mode: 'open',
        entries: [
          { n: 5, op: 'promote', actor: { id: 0, login: 'writer@example.com' } },
          { n: 6, op: 'verified', of: 5 },
        ],
      },
    });
    expect(git(remote, 'log', '--format=%s', '-2', 'slipway/log').split('\n')).toEqual([
      'verified churn v1.1.0 in staging (entry 5)',
      'promote churn v1.1.0 to staging',
    ]);
    expect(await verifyCommand(session(clone))).toMatchObject({ decision: 'pass', document: { entries: 6 } });
  });

  test('where there is a target, the deployment is left to reconcile, and it is said so', async () => {
    const outcome = await askCommand(session(clone), 'promote', 'churn@1.0.0', 'served');

    expect(outcome.document).toMatchObject({ entries: [{ n: 5, op: 'promote', version: 'v1.0.0' }] });
    expect(await textOf(outcome)).toContain('slipway reconcile');
  });

  test.each([
    ['promote', 'churn@v1.0.0', 'staging', 'fail', 'already-there'],
    ['promote', 'churn@v1.1.0', 'production', 'inconclusive', 'order'],
    ['promote', 'churn', 'guarded', 'fail', 'mode'],
    ['approve', 'churn@v1.0.0', 'guarded', 'fail', 'mode'],
    ['rollback', 'churn', 'staging', 'fail', 'nothing-to-roll-back'],
    ['unfreeze', 'churn', 'staging', 'fail', 'not-frozen'],
  ] as const)('%s %s %s is not done, and nothing is written', async (kind, model, stage, decision, rule) => {
    const before = headOf(remote);
    const outcome = await askCommand(session(clone), kind, model, stage);

    expect(outcome.decision).toBe(decision);
    expect((outcome.document as { unmet: { rule: string }[] }).unmet.map((one) => one.rule)).toContain(rule);
    expect(headOf(remote)).toBe(before);
  });

  test.each([
    ['promote', 'chrun', 'staging', 'MODEL_UNKNOWN', 'Did you mean churn'],
    ['promote', 'churn', 'stging', 'STAGE_UNKNOWN', 'staging'],
    ['promote', 'churn@v9.9.9', 'staging', 'VERSION_UNKNOWN', 'v1'],
    ['promote', 'churn@', 'staging', 'USAGE', ''],
    ['approve', 'churn', 'guarded', 'USAGE', 'registry list'],
    ['freeze', 'churn', 'staging', 'USAGE', '--reason'],
  ] as const)('%s %s %s is wrong input', async (kind, model, stage, code, hint) => {
    const asked = askCommand(session(clone), kind, model, stage);

    const error = await asked.then(
      () => null,
      (found: unknown) => found,
    );
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).code).toBe(code);
    expect((error as InputError).problems[0]?.hint ?? '').toMatch(hint);
  });

  test('a dry run shows every rule, met or not, and writes nothing', async () => {
    const before = headOf(remote);
    const outcome = await askCommand(
      session(clone, { dryRun: true }),
      'promote',
      'churn@v1.1.0',
      'production',
    );

    const { rules } = outcome.document as { rules: { rule: string; met: boolean }[] };
    expect(rules.filter(({ met }) => !met).map(({ rule }) => rule)).toEqual(['order']);
    expect(rules.filter(({ met }) => met).map(({ rule }) => rule)).toContain('frozen');
    expect(rules.map(({ rule }) => rule)).not.toContain('soak');
    expect(outcome.decision).toBe('inconclusive');
    expect(await textOf(outcome)).toContain('nothing was written');
    expect(headOf(remote)).toBe(before);
  });

  test('freeze, unfreeze and rollback are entries too', async () => {
    await askCommand(session(clone), 'promote', 'churn', 'staging');
    await askCommand(session(clone, { reason: 'incident' }), 'freeze', 'churn', 'staging');
    const back = await askCommand(session(clone), 'rollback', 'churn', 'staging');
    await askCommand(session(clone), 'unfreeze', 'churn', 'staging');

    expect(back.document).toMatchObject({ status: 'recorded', version: 'v1.0.0' });
    const { document } = await historyCommand(session(clone, { limit: 4 }), 'churn', 'staging');
    const { entries } = document as { entries: { entry: Entry }[] };
    expect(entries.map((one) => one.entry.op)).toEqual(['unfreeze', 'verified', 'rollback', 'freeze']);
  });

  test('what another clone wrote meanwhile is seen before the write', async () => {
    const other = join(temporary(), 'other');
    git(tmpdir(), 'clone', '-q', remote, other);
    git(other, 'config', 'user.email', 'writer-2@example.com');
    await askCommand(session(other, { reason: 'incident' }), 'freeze', 'churn', 'staging');

    const outcome = await askCommand(session(clone), 'promote', 'churn', 'staging');

    expect(outcome).toMatchObject({ decision: 'inconclusive', document: { unmet: [{ rule: 'frozen' }] } });
  });

  test('the work tree decides nothing: rules are those of the default branch', async () => {
    writeFileSync(join(clone, 'slipway.yaml'), CONFIG.replace('after: staging, soak: 24h', ''));

    const outcome = await askCommand(session(clone), 'promote', 'churn@v1.1.0', 'production');

    expect(outcome.decision).toBe('inconclusive');
  });

  test('a forged entry is named with its repair, and nothing is built on it', async () => {
    git(clone, 'config', 'user.name', 'writer');
    const forged = git(
      clone,
      'commit-tree',
      'origin/slipway/log^{tree}',
      '-p',
      'origin/slipway/log',
      '-m',
      'promote',
    );
    git(clone, 'push', '-q', 'origin', `${forged}:refs/heads/slipway/log`);
    git(clone, 'fetch', '-q', 'origin');

    const status = await statusCommand(session(clone), undefined);
    expect(status).toMatchObject({ decision: 'fail', reason: 'LOG_TAMPERED' });
    expect(await textOf(status)).toContain(`--force-with-lease=slipway/log:${forged}`);
    expect(await verifyCommand(session(clone))).toMatchObject({ decision: 'fail', reason: 'LOG_TAMPERED' });
    const outcome = await askCommand(session(clone), 'promote', 'churn', 'staging');
    expect(outcome.document).toMatchObject({ unmet: [{ rule: 'blocked' }] });
    expect(headOf(remote)).toBe(forged);
  });

  test('nobody without a name asks for anything', async () => {
    vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
    git(clone, 'config', '--unset', 'user.email');

    await expect(askCommand(session(clone), 'promote', 'churn', 'staging')).rejects.toThrow('user.email');
  });
});

describe('answers from the log alone', () => {
  test('what runs where, and what would come next', async () => {
    const { clone } = await cloned(HISTORY);
    const { document } = await statusCommand(session(clone), 'churn');

    expect(document).toMatchObject({
      n: 4,
      mode: 'open',
      trouble: null,
      models: [{ model: 'churn', versions: 2 }],
    });
    expect((document as { waiting: object[] }).waiting).toEqual([
      { model: 'churn', stage: 'staging', version: 'v1.1.0', ready: true, lacks: [] },
      { model: 'churn', stage: 'production', version: 'v1.0.0', ready: true, lacks: [] },
      { model: 'churn', stage: 'served', version: 'v1.1.0', ready: true, lacks: [] },
      { model: 'churn', stage: 'guarded', version: 'v1.1.0', ready: false, lacks: ['It takes 1 approval.'] },
    ]);
  });

  test('lists, shows and compares versions', async () => {
    const { clone } = await cloned(HISTORY);

    expect((await listCommand(session(clone, { limit: 1 }), 'churn')).document).toMatchObject({
      total: 2,
      versions: [{ version: 'v1.1.0' }],
    });
    expect((await showCommand(session(clone), 'churn#staging')).document).toMatchObject({
      model: 'churn',
      version: { version: 'v1.0.0', stages: [{ stage: 'staging', state: 'verified' }] },
      lineage: ['commit ccccccc of pull request 1', 'churn@v1.0.0', 'staging (verified)'],
    });
    const diff = await diffCommand(session(clone), 'churn@v1.0.0', 'churn@v1.1.0');
    expect(diff.document).toMatchObject({ manifests: false });
    expect(await textOf(diff)).toContain('Only what the log knows');
  });

  test('a clone without the log says what fetches it', async () => {
    const { clone } = await cloned([]);

    await expect(statusCommand(session(clone), undefined)).rejects.toMatchObject({
      problems: [
        { code: 'GIT', hint: 'git fetch origin +refs/heads/slipway/log:refs/remotes/origin/slipway/log' },
      ],
    });
  });

  test('as a process: one document, its exit code', async () => {
    const { clone } = await cloned(HISTORY);
    const status = await slipway(clone, ['status', '--json']);
    const refused = await slipway(clone, ['promote', 'churn', 'guarded', '--json']);
    const waiting = await slipway(clone, ['promote', 'churn', 'production', '--dry-run']);

    expect([status.code, refused.code, waiting.code]).toEqual([0, 1, 3]);
    expect(documentOf(status)).toMatchObject({ schema: 'slipway.status/1', reason: 'DONE', n: 4 });
    expect(documentOf(refused)).toMatchObject({ decision: 'fail', reason: 'REQUEST_REFUSED' });
  });
});

describe('where GitHub knows who asks', () => {
  let running: RunningSandbox;
  beforeAll(async () => {
    const { remote } = await cloned(HISTORY);
    const options = { port: 0, data: undefined, imports: [remote], runnerLabels: [], log: () => undefined };
    running = await serveSandbox({ ...options, cwd: remote, path: process.env['PATH'] ?? '' });
  });
  afterAll(async () => {
    await running.close();
  });

  function tokenOf(login: string): string {
    return running.users.find((user) => user.login === login)!.token;
  }

  /** A clone of the sandbox's repository, as one of its people. */
  async function cloneAs(login: string): Promise<string> {
    const clone = join(temporary(), 'clone');
    const url = `${running.url}/owner/churn.git`.replace(
      'http://',
      `http://x-access-token:${tokenOf(login)}@`,
    );
    // The server is in this process: who waits for git must not hold it up.
    await promisify(execFile)('git', ['clone', '-q', url, clone]);
    vi.stubEnv('GH_TOKEN', tokenOf(login));
    vi.stubEnv('GITHUB_API_URL', running.api);
    return clone;
  }

  test('the account of the token is the actor', async () => {
    const outcome = await askCommand(session(await cloneAs('writer')), 'promote', 'churn@v1.1.0', 'served');

    const { entries } = outcome.document as { entries: Entry[] };
    expect(entries.map(({ op, actor }) => [op, actor.login])).toEqual([['promote', 'writer']]);
    expect(entries[0]?.actor.id).toBeGreaterThan(0);
  });

  test('a reader is refused', async () => {
    const outcome = await askCommand(session(await cloneAs('reader')), 'promote', 'churn@v1.1.0', 'staging');

    expect(outcome).toMatchObject({ decision: 'fail', document: { unmet: [{ rule: 'no-rights' }] } });
  });

  test('where only the App writes, the request becomes a comment of the version’s pull request', async () => {
    const clone = await cloneAs('writer');
    const call = async (path: string, body?: object): Promise<unknown> => {
      const answer = await fetch(`${running.api}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `token ${tokenOf('writer')}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return await answer.json();
    };
    const issue = (await call('/repos/owner/churn/issues', { title: 'A version' })) as { number: number };
    expect(issue.number).toBe(1);
    vi.stubEnv('SLIPWAY_MODE', 'app');

    const outcome = await askCommand(session(clone), 'promote', 'churn@v1.1.0', 'staging');

    expect(outcome).toMatchObject({
      decision: 'inconclusive',
      reason: 'WAITING',
      document: { mode: 'app', status: 'waiting', comment: { body: '/promote churn@v1.1.0 staging' } },
    });
    expect(await call('/repos/owner/churn/issues/1/comments')).toMatchObject([
      { body: '/promote churn@v1.1.0 staging', user: { login: 'writer' } },
    ]);
  });

  test('without a token it is said what to write where', async () => {
    const clone = await cloneAs('writer');
    vi.stubEnv('GH_TOKEN', '');
    vi.stubEnv('SLIPWAY_MODE', 'app');
    git(clone, 'config', 'user.email', 'writer@example.com');

    const outcome = await askCommand(
      session(clone, { reason: 'an "odd"\nreason' }),
      'freeze',
      'churn',
      'staging',
    );

    expect(await textOf(outcome)).toContain(
      'comment of pull request 1:\n\n/freeze churn staging "an odd reason"',
    );
  });
});

test.each([
  ['https://github.com/acme/churn.git', 'github.com acme churn'],
  ['https://x-access-token:secret@github.com/acme/churn', 'github.com acme churn'],
  ['git@github.com:acme/churn.git', 'github.com acme churn'],
  ['ssh://git@ghe.example.com/acme/churn.git', 'ghe.example.com acme churn'],
  ['http://127.0.0.1:8787/acme/churn.git', '127.0.0.1:8787 acme churn'],
  ['/srv/git/churn', null],
  ['../churn.git', null],
])('the remote %s is %s', (url, place) => {
  const found = placeOfRemote(url);

  expect(found === null ? null : `${found.host} ${found.owner} ${found.repo}`).toBe(place);
});
