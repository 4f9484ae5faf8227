import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { seededRandomness } from '../../../sandbox/kernel/environment.ts';

/** `SANDBOX_OPERATIONS=2000` for the long walk. */
const OPERATIONS = Number(process.env['SANDBOX_OPERATIONS'] ?? 60);
const EVERY = 20;

interface Ready {
  readonly api: string;
  readonly users: readonly { login: string; token: string }[];
}

/** What the repository should hold, by everything that was answered. */
interface Model {
  readonly labels: Set<string>;
  readonly issues: Map<number, { title: string; state: string; labels: Set<string>; comments: string[] }>;
  readonly refs: Map<string, string>;
}

describe('a sandbox that is killed', () => {
  let folder: string;
  let child: ChildProcess;
  let ready: Ready;
  const random = seededRandomness(7);
  const below = (n: number) => random.bytes(4).readUInt32BE() % n;
  const model: Model = { labels: new Set(), issues: new Map(), refs: new Map() };
  const commits: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-crash-'));
    await start();
    await call('POST', '/user/repos', { name: 'repo', auto_init: true });
    for (const { name } of await list<{ name: string }>('labels')) model.labels.add(name);
    for (let n = 0; n < 3; n++) {
      const file = { message: `commit ${n}`, content: Buffer.from(`${n}`).toString('base64') };
      const { body } = await call('PUT', `/repos/owner/repo/contents/file-${n}`, file);
      commits.push((body as { commit: { sha: string } }).commit.sha);
    }
    await readRefs();
  }, 60_000);
  afterAll(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    const args = [
      'src/entry/main.ts',
      'sandbox',
      '--json',
      '--quiet',
      '--port',
      '0',
      '--data',
      join(folder, 'data'),
    ];
    child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const line = await new Promise<string>((resolve, reject) => {
      let text = '';
      child.stdout?.on('data', (part: Buffer) => {
        text += part.toString();
        if (text.includes('\n')) resolve(text);
      });
      child.once('exit', (code) => reject(new Error(`the sandbox ended with ${code}`)));
    });
    ready = JSON.parse(line) as Ready;
  }

  async function call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown }> {
    const response = await fetch(ready.api + path, {
      method,
      headers: { authorization: `token ${ready.users[0]!.token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  }

  async function list<Row>(what: string): Promise<Row[]> {
    const rows: Row[] = [];
    for (let page = 1; ; page++) {
      const join = what.includes('?') ? '&' : '?';
      const { body } = await call('GET', `/repos/owner/repo/${what}${join}per_page=100&page=${page}`);
      rows.push(...(body as Row[]));
      if ((body as Row[]).length < 100) return rows;
    }
  }

  async function readRefs(): Promise<void> {
    model.refs.clear();
    for (const { ref, object } of await list<{ ref: string; object: { sha: string } }>(
      'git/matching-refs/heads',
    )) {
      model.refs.set(ref, object.sha);
    }
  }

  async function held(): Promise<Model> {
    const issues: Model['issues'] = new Map();
    type Row = { number: number; title: string; state: string; labels: { name: string }[] };
    for (const { number, title, state, labels } of await list<Row>('issues?state=all')) {
      const comments = await list<{ body: string }>(`issues/${number}/comments`);
      issues.set(number, {
        title,
        state,
        labels: new Set(labels.map((label) => label.name)),
        comments: comments.map((comment) => comment.body),
      });
    }
    const labels = new Set((await list<{ name: string }>('labels')).map(({ name }) => name));
    const refs = new Map<string, string>();
    for (const { ref, object } of await list<{ ref: string; object: { sha: string } }>(
      'git/matching-refs/heads',
    )) {
      refs.set(ref, object.sha);
    }
    return { labels, issues, refs };
  }

  /** One random change, as a request and what it does to the model once it is answered. */
  function change(step: number): { method: string; path: string; body?: unknown; then(body: unknown): void } {
    const numbers = [...model.issues.keys()];
    const number = numbers[below(Math.max(1, numbers.length))];
    const issue = number === undefined ? undefined : model.issues.get(number);
    const repo = '/repos/owner/repo';
    const kind = issue === undefined ? 0 : below(7);
    if (kind === 0) {
      const title = `issue ${step}`;
      return {
        method: 'POST',
        path: `${repo}/issues`,
        body: { title },
        then: (body) =>
          model.issues.set((body as { number: number }).number, {
            title,
            state: 'open',
            labels: new Set(),
            comments: [],
          }),
      };
    }
    if (kind === 1) {
      const name = `label-${step}`;
      return {
        method: 'POST',
        path: `${repo}/labels`,
        body: { name, color: 'ededed' },
        then: () => model.labels.add(name),
      };
    }
    if (kind === 2) {
      const labels = [...model.labels];
      const name = labels[below(labels.length)]!;
      return {
        method: 'POST',
        path: `${repo}/issues/${number}/labels`,
        body: { labels: [name] },
        then: () => issue!.labels.add(name),
      };
    }
    if (kind === 3) {
      const text = `comment ${step}`;
      return {
        method: 'POST',
        path: `${repo}/issues/${number}/comments`,
        body: { body: text },
        then: () => issue!.comments.push(text),
      };
    }
    if (kind === 4) {
      const state = issue!.state === 'open' ? 'closed' : 'open';
      return {
        method: 'PATCH',
        path: `${repo}/issues/${number}`,
        body: { state },
        then: () => {
          issue!.state = state;
        },
      };
    }
    const sha = commits[below(commits.length)]!;
    if (kind === 5) {
      const ref = `refs/heads/branch-${step}`;
      return {
        method: 'POST',
        path: `${repo}/git/refs`,
        body: { ref, sha },
        then: () => model.refs.set(ref, sha),
      };
    }
    const branches = [...model.refs.keys()].filter((ref) => ref.includes('branch-'));
    const ref = branches[below(Math.max(1, branches.length))] ?? 'refs/heads/main';
    return {
      method: 'PATCH',
      path: `${repo}/git/${ref}`,
      body: { sha, force: true },
      then: () => model.refs.set(ref, sha),
    };
  }

  it('holds what it answered, and of the last request all or nothing', { timeout: 600_000 }, async () => {
    for (let step = 0; step < OPERATIONS; step++) {
      const next = change(step);
      const { method, path, body } = next;
      if (step % EVERY !== EVERY - 1) {
        const answer = await call(method, path, body);
        expect(answer.status, `${method} ${path} ${JSON.stringify(answer.body)}`).toBeLessThan(300);
        next.then(answer.body);
        continue;
      }
      const before = structuredClone(model);
      const underWay = call(method, path, body).catch(() => undefined);
      setTimeout(() => child.kill('SIGKILL'), below(12));
      await new Promise((resolve) => child.once('exit', resolve));
      await underWay;
      await start();
      const found = await held();
      // An issue that was not answered has the next number, if it is there.
      next.then({ number: Math.max(0, ...before.issues.keys(), ...found.issues.keys()) });
      const applied = structuredClone(model);
      expect([before, applied]).toContainEqual(found);
      model.labels.clear();
      for (const label of found.labels) model.labels.add(label);
      model.issues.clear();
      for (const [key, value] of found.issues) model.issues.set(key, value);
      model.refs.clear();
      for (const [key, value] of found.refs) model.refs.set(key, value);
    }
    expect(await held()).toEqual(model);
  });
});
