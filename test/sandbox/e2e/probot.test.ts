import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Octokit } from '@octokit/rest';
import { createNodeMiddleware, Probot } from 'probot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApp, installApp } from '../../../sandbox/seed.ts';
import { serve, type Served } from './server.ts';

const SECRET = 'a secret of the test';

/** Probot and Octokit as they are: label → webhook → comment by the App's bot. */
describe('Probot and Octokit against a sandbox on a port', () => {
  let sandbox: Served;
  let bot: Server;
  const seen: string[] = [];

  beforeAll(async () => {
    sandbox = await serve();
    const { core } = sandbox.sandbox;
    const owner = core.tables.accounts.find('login', 'owner')!;
    // The bot's address is known once it listens: the App comes after the port.
    const bound: { answer?: (request: IncomingMessage, response: ServerResponse) => unknown } = {};
    bot = createServer((request, response) => void bound.answer?.(request, response));
    await new Promise<void>((resolve) => bot.listen(0, '127.0.0.1', resolve));
    const { port } = bot.address() as AddressInfo;
    const { app, pem } = core.store.transaction(() => {
      const made = createApp(core, {
        ownerId: owner.id,
        name: 'Slipway',
        permissions: { issues: 'write', pull_requests: 'write' },
        events: ['issues'],
        webhookSecret: SECRET,
        webhookUrl: `http://127.0.0.1:${port}/hook`,
      });
      installApp(core, made.app.id, owner.id, { repositories: 'all' });
      return made;
    });
    const probot = new Probot({
      appId: app.id,
      privateKey: pem ?? '',
      secret: SECRET,
      baseUrl: sandbox.api,
      logLevel: 'fatal',
    });
    const middleware = await createNodeMiddleware(
      (events) => {
        events.on('issues.labeled', async (context) => {
          seen.push(`${context.payload.issue.number}:${context.payload.label?.name ?? ''}`);
          await context.octokit.rest.issues.createComment(
            context.issue({ body: `got ${context.payload.label?.name ?? ''}` }),
          );
        });
      },
      { probot, webhooksPath: '/hook' },
    );
    bound.answer = middleware;
  });
  afterAll(async () => {
    bot.closeAllConnections();
    bot.close();
    await sandbox.close();
  });

  it('answers a label with a comment by its bot', { timeout: 30_000 }, async () => {
    const octokit = new Octokit({ baseUrl: sandbox.api, auth: sandbox.token('owner') });
    await octokit.rest.repos.createForAuthenticatedUser({ name: 'repo', auto_init: true });
    const { data: issue } = await octokit.rest.issues.create({
      owner: 'owner',
      repo: 'repo',
      title: 'Drift',
    });
    await octokit.rest.issues.addLabels({
      owner: 'owner',
      repo: 'repo',
      issue_number: issue.number,
      labels: ['bug'],
    });
    await expect
      .poll(
        async () =>
          (
            await octokit.rest.issues.listComments({
              owner: 'owner',
              repo: 'repo',
              issue_number: issue.number,
            })
          ).data.map(({ body, user }) => `${user?.login ?? ''}: ${body ?? ''}`),
        { timeout: 10_000 },
      )
      .toEqual(['slipway[bot]: got bug']);
    expect(seen).toEqual(['1:bug']);
  });

  it('gives 304 to a known ETag, and pages by links', async () => {
    const octokit = new Octokit({ baseUrl: sandbox.api, auth: sandbox.token('owner') });
    const first = await octokit.request('GET /repos/{owner}/{repo}', { owner: 'owner', repo: 'repo' });
    await expect(
      octokit.request('GET /repos/{owner}/{repo}', {
        owner: 'owner',
        repo: 'repo',
        headers: { 'if-none-match': first.headers.etag ?? '' },
      }),
    ).rejects.toMatchObject({ status: 304 });
    const labels = await octokit.paginate(octokit.rest.issues.listLabelsForRepo, {
      owner: 'owner',
      repo: 'repo',
      per_page: 2,
    });
    expect(labels.map(({ name }) => name)).toContain('good first issue');
  });

  it('signs what it delivers, so that a bot can refuse what is not GitHub’s', async () => {
    const { deliveries, deliveryBodies, accounts } = sandbox.sandbox.core.tables;
    const [delivery] = [...deliveries.all()].filter(({ event }) => event === 'issues');
    const body = deliveryBodies.require(delivery!.id).payload;
    const signature = createHmac('sha256', SECRET).update(body).digest('hex');
    expect(delivery!.headers).toMatchObject({ 'X-Hub-Signature-256': `sha256=${signature}` });
    expect(accounts.find('login', 'slipway[bot]')?.type).toBe('Bot');
    const { port } = bot.address() as AddressInfo;
    const forged = await fetch(`http://127.0.0.1:${port}/hook`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'issues',
        'x-github-delivery': 'forged',
        'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
      },
      body,
    });
    expect(forged.status).toBe(400);
    expect(seen).toHaveLength(1);
  });
});
