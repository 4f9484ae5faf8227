import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { serve, type Served } from './server.ts';

const CI = `name: CI
on:
  push: { branches: [main] }
  pull_request:
  workflow_dispatch:
    inputs: { who: { type: string, required: true } }
permissions: { contents: read }
jobs:
  test:
    runs-on: ubuntu-latest
    strategy: { matrix: { part: [one, two] } }
    steps:
      - uses: actions/checkout@v4
      - run: echo "part \${{ matrix.part }} of \${{ github.event_name }} with \${{ secrets.KEY }}" | tee out.txt
      - uses: actions/upload-artifact@v4
        with: { name: "out-\${{ matrix.part }}", path: out.txt }
  gate:
    needs: test
    runs-on: [self-hosted, gpu]
    steps:
      - uses: actions/download-artifact@v4
        with: { pattern: out-*, merge-multiple: false }
      - run: test -s out-one/out.txt && echo "## Both parts" >> "$GITHUB_STEP_SUMMARY"
      - run: |
          curl -sf -X POST -H "authorization: Bearer \${{ github.token }}" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/labels" -d '{"name":"mine"}' && exit 1
          echo "no write"
`;

/** git push → GitHub's parser and our scheduler → act → checks, logs, artifacts, by gh and the API. */
describe('a workflow in the sandbox', () => {
  let sandbox: Served;
  let clone: string;
  const git = (as: string, ...args: string[]) => sandbox.run(as, 'git', args, clone);
  const api = async (as: string, path: string, init: { method?: string; body?: unknown } = {}) => {
    const response = await fetch(`${sandbox.api}${path}`, {
      method: init.method ?? 'GET',
      headers: { authorization: `token ${sandbox.token(as)}` },
      ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
    });
    const text = await response.text();
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    const body: any =
      response.headers.get('content-type')?.includes('json') === true ? JSON.parse(text) : text;
    return { status: response.status, body };
  };
  const finished = async (event: string) =>
    expect
      .poll(
        async () =>
          (await api('owner', `/repos/owner/wf/actions/runs?event=${event}`)).body.workflow_runs[0]?.status,
        {
          timeout: 60_000,
          interval: 100,
        },
      )
      .toBe('completed');

  beforeAll(async () => {
    sandbox = await serve();
    clone = join(sandbox.folder, 'wf');
    mkdirSync(join(clone, '.github', 'workflows'), { recursive: true });
    await api('owner', '/user/repos', { method: 'POST', body: { name: 'wf' } });
    writeFileSync(join(clone, '.github/workflows/ci.yml'), CI);
    await git('owner', 'init', '-q', '-b', 'main');
    await git(
      'owner',
      'remote',
      'add',
      'origin',
      `http://x-access-token:${sandbox.token('owner')}@github.localhost/owner/wf.git`,
    );
    await git('owner', 'add', '.');
    await git('owner', 'commit', '-qm', 'ci: a workflow');
  });
  afterAll(() => sandbox.close());

  it(
    'runs on a push: matrix, artifacts between jobs, a read-only token, masked secrets',
    { timeout: 90_000 },
    async () => {
      const { core } = sandbox.sandbox;
      const repository = [...core.tables.repositories.all()][0]!;
      core.store.transaction(() => {
        const at = repository.createdAt;
        core.tables.actionsSecrets.put({
          key: `repository/${repository.id}/KEY`,
          owner: `repository/${repository.id}`,
          name: 'KEY',
          value: 'hunter22',
          createdAt: at,
          updatedAt: at,
        });
      });
      await git('owner', 'push', '-q', 'origin', 'main');
      await finished('push');
      const { body } = await api('owner', '/repos/owner/wf/actions/runs');
      const run = body.workflow_runs[0];
      const jobs = (await api('owner', `/repos/owner/wf/actions/runs/${run.id}/jobs`)).body.jobs;
      expect(jobs.map((job: { name: string; conclusion: string }) => [job.name, job.conclusion])).toEqual([
        ['test (one)', 'success'],
        ['test (two)', 'success'],
        ['gate', 'success'],
      ]);
      const logs = (await api('owner', `/repos/owner/wf/actions/jobs/${jobs[0].id}/logs`)).body as string;
      expect(logs).toContain('part one of push with ***');
      expect(logs).not.toContain('hunter22');
      const checks = (await api('owner', '/repos/owner/wf/commits/main/check-runs')).body.check_runs;
      expect(checks.map((check: { name: string }) => check.name).sort()).toEqual([
        'gate',
        'test (one)',
        'test (two)',
      ]);
      const artifacts = (await api('owner', `/repos/owner/wf/actions/runs/${run.id}/artifacts`)).body;
      expect(artifacts.total_count).toBe(2);
      expect(
        (await api('owner', '/repos/owner/wf/labels')).body.map((label: { name: string }) => label.name),
      ).not.toContain('mine');
    },
  );

  it('is listed, watched and downloaded by gh', { timeout: 60_000 }, async () => {
    const gh = (...args: string[]) => sandbox.run('owner', 'gh', args, clone);
    expect(await gh('run', 'list')).toContain('CI');
    const id = (await api('owner', '/repos/owner/wf/actions/runs')).body.workflow_runs[0].id as number;
    expect(await gh('run', 'view', String(id))).toContain('test (one)');
    expect(await gh('run', 'view', String(id), '--log')).toContain('part one of push');
    await gh('run', 'download', String(id), '--name', 'out-two', '--dir', join(sandbox.folder, 'artifact'));
    expect(readFileSync(join(sandbox.folder, 'artifact', 'out.txt'), 'utf8')).toContain('part two');
    expect(await gh('workflow', 'list')).toContain('CI');
  });

  it('is dispatched with typed inputs, refused without a required one', { timeout: 60_000 }, async () => {
    const route = '/repos/owner/wf/actions/workflows/ci.yml/dispatches';
    const refused = await api('owner', route, { method: 'POST', body: { ref: 'main' } });
    expect([refused.status, refused.body.message]).toEqual([422, "Required input 'who' not provided"]);
    const taken = await api('owner', route, { method: 'POST', body: { ref: 'main', inputs: { who: 'me' } } });
    expect(taken.status).toBe(204);
    await finished('workflow_dispatch');
    await sandbox.run(
      'owner',
      'gh',
      [
        'run',
        'rerun',
        String((await api('owner', '/repos/owner/wf/actions/runs?event=push')).body.workflow_runs[0].id),
      ],
      clone,
    );
    await finished('push');
  });

  it('gives a fork’s pull request no secrets', { timeout: 90_000 }, async () => {
    await api('outsider', '/repos/owner/wf/forks', { method: 'POST', body: {} });
    await git('outsider', 'checkout', '-qb', 'patch');
    writeFileSync(join(clone, 'change.txt'), 'a change');
    await git('outsider', 'add', '.');
    await git('outsider', 'commit', '-qm', 'feat: a change');
    await git(
      'outsider',
      'push',
      '-q',
      `http://x-access-token:${sandbox.token('outsider')}@github.localhost/outsider/wf.git`,
      'patch',
    );
    const opened = await api('outsider', '/repos/owner/wf/pulls', {
      method: 'POST',
      body: { title: 'Change', head: 'outsider:patch', base: 'main' },
    });
    expect(opened.status).toBe(201);
    const run = (await api('owner', '/repos/owner/wf/actions/runs?event=pull_request')).body.workflow_runs[0];
    expect(run.conclusion).toBe('action_required');
    expect(
      (await api('owner', `/repos/owner/wf/actions/runs/${run.id}/approve`, { method: 'POST' })).status,
    ).toBe(201);
    await finished('pull_request');
    const jobs = (await api('owner', `/repos/owner/wf/actions/runs/${run.id}/jobs`)).body.jobs;
    const logs = (await api('owner', `/repos/owner/wf/actions/jobs/${jobs[0].id}/logs`)).body as string;
    expect(logs).toMatch(/part one of pull_request with\s*$/m);
  });
});
