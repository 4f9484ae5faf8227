import { runnerEvent } from '../../../sandbox/actions/jobs/report.ts';
import { createApp, installApp } from '../../../sandbox/access/apps.ts';
import type { RunnerEvent } from '../../../sandbox/actions/leg.ts';
import { recordOutcome } from '../../../sandbox/webhooks/outbox.ts';
import type { PullWorld } from '../pulls/world.ts';
import { sampleWorld } from './sample.ts';

const CI = `name: CI
on:
  push:
    branches: [main]
  pull_request:
  workflow_dispatch:
    inputs:
      level:
        description: How much to test
        type: choice
        options: [quick, full]
      dry:
        description: Change nothing
        type: boolean
      note:
        required: true
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - run: make lint
  test:
    runs-on: ubuntu-latest
    strategy:
      fail-fast: false
      matrix:
        python: ['3.12', '3.13']
    steps:
      - run: make test
  deploy:
    needs: [lint, test]
    runs-on: ubuntu-latest
    environment: production
    steps:
      - run: make deploy
`;

const REPO = '/repos/owner/repo';

/** The sample with issues, labels, checks, a release, deployments, a webhook, an App and workflow runs in all states. */
export function busyWorld(): PullWorld {
  const world = sampleWorld();
  const { core } = world;
  conversations(world);
  const users = core.tables.accounts;
  const reviewer = users.find('login', 'writer-2')!.id;
  world.call('owner', `PUT ${REPO}/environments/production`, { reviewers: [{ type: 'User', id: reviewer }] });
  world.call('owner', `POST ${REPO}/hooks`, {
    events: ['*'],
    config: { url: 'http://127.0.0.1:9/hook', content_type: 'json', secret: 's' },
  });
  world.push('main', { '.github/workflows/ci.yml': CI }, { as: 'owner', message: 'Test every push\n' });
  const job = (name: string): number =>
    [...core.tables.workflowJobs.all()].findLast((row) => row.name === name)!.id;
  const finish = (name: string, conclusion: 'success' | 'failure') => work(world, job(name), conclusion);
  finish('lint', 'success');
  finish('test (3.12)', 'success');
  finish('test (3.13)', 'success');
  world.clock.advance(60_000);
  world.push(
    'docs',
    { 'docs/even-more.md': '# Even more\n' },
    { as: 'writer-2', message: 'Write even more\n' },
  );
  finish('lint', 'success');
  finish('test (3.12)', 'failure');
  begin(world, job('test (3.13)'));
  settings(world);
  return world;
}

function report(world: PullWorld, id: number, events: readonly RunnerEvent[]): void {
  for (const event of events) {
    world.clock.advance(1500);
    world.core.store.transaction(() => runnerEvent(world.core, id, event));
  }
}

function begin(world: PullWorld, id: number): void {
  const runner = { id: 7, name: 'runner-7', labels: ['ubuntu-latest'], selfHosted: false };
  report(world, id, [
    { kind: 'started', runner },
    { kind: 'step-started', number: 1, name: 'Set up job' },
    { kind: 'log', number: 1, lines: ['Current runner version: 2.0\n', 'Prepare workflow directory\n'] },
    { kind: 'step-finished', number: 1, name: 'Set up job', conclusion: 'success' },
    { kind: 'step-started', number: 2, name: 'Run make test' },
    {
      kind: 'log',
      number: 2,
      lines: ['[command]make test\n', '\u001b[32mok\u001b[0m one\n', '##[warning]slow test\n'],
    },
  ]);
}

function work(world: PullWorld, id: number, conclusion: 'success' | 'failure'): void {
  begin(world, id);
  report(world, id, [
    {
      kind: 'summary',
      number: 2,
      markdown: '### Tests\n\n| part | result |\n| --- | --- |\n| data | ok |\n',
    },
    {
      kind: 'annotation',
      number: 2,
      annotation: { level: 'warning', message: 'This test is slow', file: 'src/train.py', line: 6 },
    },
    ...(conclusion === 'failure'
      ? [
          { kind: 'log', number: 2, lines: ['##[error]Process completed with exit code 1.\n'] } as const,
          {
            kind: 'annotation',
            number: 2,
            annotation: { level: 'failure', message: 'Process completed with exit code 1.' },
          } as const,
        ]
      : []),
    { kind: 'step-finished', number: 2, name: 'Run make test', conclusion },
    { kind: 'finished', conclusion, outputs: {} },
  ]);
}

function conversations(world: PullWorld): void {
  const labels = [
    ['bug', 'd73a4a', 'Something is wrong'],
    ['enhancement', 'a2eeef', 'Something new'],
    ['approve:production', '0e8a16', 'May go to production'],
  ];
  for (const [name, color, description] of labels)
    world.call('owner', `POST ${REPO}/labels`, { name, color, description });
  world.call('reader', `POST ${REPO}/issues`, {
    title: 'Training fails on an empty table',
    body: 'Steps:\n\n1. `make empty`\n2. `make train`\n\n> [!NOTE]\n> Only on Fridays.\n',
  });
  world.call('writer', `POST ${REPO}/issues/5/labels`, { labels: ['bug'] });
  world.call('writer', `POST ${REPO}/issues/5/comments`, { body: 'See #1, @reader. Thanks! :tada:' });
  world.call('writer', `POST ${REPO}/issues/1/labels`, { labels: ['enhancement', 'approve:production'] });
  world.call('writer', `POST ${REPO}/pulls/1/requested_reviewers`, { reviewers: ['reader'] });
  world.call('owner', `POST ${REPO}/pulls/1/reviews`, { event: 'APPROVE', body: 'Fine with me.' });
  world.call('writer', `POST ${REPO}/statuses/${world.tip('faster')}`, {
    state: 'success',
    context: 'build',
    description: 'Built in 3 s',
  });
  world.call('writer', `POST ${REPO}/statuses/${world.tip('faster')}`, {
    state: 'failure',
    context: 'style',
    description: 'Two lines are too long',
  });
}

function settings(world: PullWorld): void {
  const { core } = world;
  world.call('owner', `POST ${REPO}/releases`, {
    tag_name: 'v1.0.0',
    name: 'First model',
    body: 'The **first** one.\n\n- trained\n- tested\n',
  });
  world.call('owner', `POST ${REPO}/releases`, { tag_name: 'v1.1.0', name: 'Next', draft: true });
  const made = world.call('writer', `POST ${REPO}/deployments`, {
    ref: 'main',
    environment: 'staging',
    required_contexts: [],
    auto_merge: false,
  });
  world.call('writer', `POST ${REPO}/deployments/${made.body.id}/statuses`, {
    state: 'success',
    environment_url: 'http://127.0.0.1:9/',
    description: 'It runs',
  });
  core.store.transaction(() => {
    const owner = core.tables.accounts.find('login', 'owner')!;
    const { app } = createApp(core, {
      ownerId: owner.id,
      name: 'slipway',
      permissions: { contents: 'write' },
      events: ['push'],
      publicKey: 'none',
      description: 'Promotes models',
    });
    installApp(core, app.id, owner.id, { repositories: 'all' });
  });
  const [first] = core.tables.deliveries.where('outbox', 'pending');
  if (first !== undefined)
    recordOutcome(core, first.id, {
      durationMs: 20,
      status: 'OK',
      statusCode: 200,
      headers: { 'content-type': 'text/plain' },
      body: 'ok',
    });
}
