import { describe, expect, it } from 'vitest';

import { destination } from '../../../sandbox/kernel/handle.ts';
import { nodeId, parseNodeId } from '../../../sandbox/kernel/node-id.ts';
import { newWorld } from '../world.ts';

describe('where a request goes', () => {
  it.each([
    ['http://api.github.localhost/user', undefined, 'rest', '/user', 'http://api.github.localhost'],
    ['http://api.github.localhost/graphql', undefined, 'graphql', '/graphql', 'http://api.github.localhost'],
    ['/user?x=1', 'api.github.localhost:8080', 'rest', '/user?x=1', 'http://api.github.localhost:8080'],
    ['/api/v3/user', '127.0.0.1:8080', 'rest', '/user', 'http://127.0.0.1:8080/api/v3'],
    ['/api/graphql', '127.0.0.1:8080', 'graphql', '/', 'http://127.0.0.1:8080/api/v3'],
    [
      '/api/uploads/repos/a/b/releases/1/assets',
      'localhost:1',
      'uploads',
      '/repos/a/b/releases/1/assets',
      'http://localhost:1/api/v3',
    ],
    ['/owner/repo/pull/1', '127.0.0.1:8080', 'web', '/owner/repo/pull/1', 'http://127.0.0.1:8080/api/v3'],
    ['/owner/repo', 'github.localhost', 'web', '/owner/repo', 'http://api.github.localhost'],
    ['/api/v3/user', 'github.localhost:8080', 'rest', '/user', 'http://github.localhost:8080/api/v3'],
    ['/api/v3x', '127.0.0.1', 'web', '/api/v3x', 'http://127.0.0.1/api/v3'],
  ])('%s at %s is for %s', (url, host, part, path, api) => {
    const to = destination(url, host);
    expect([to.part, to.path, to.urls.api]).toEqual([part, path, api]);
  });
});

describe('the pipeline', () => {
  const world = newWorld();

  it('numbers what an in-memory fetch asks, and dates it by the clock', async () => {
    const { sandbox } = newWorld();
    const ask = async () => (await sandbox.fetch('http://api.github.localhost/zen')).headers;
    const [first, second] = [await ask(), await ask()];
    expect([first.get('x-github-request-id'), second.get('x-github-request-id')]).toEqual(['1', '2']);
    expect(first.get('date')).toBe('Thu, 01 Jan 2026 00:00:00 GMT');
  });

  it('asks for a User-Agent', () => {
    const { status } = world.sandbox.handle({
      method: 'GET',
      url: 'http://api.github.localhost/',
      headers: {},
    });
    expect(status).toBe(403);
  });

  it('refuses an API version GitHub does not have', () => {
    const answer = world.call('owner', 'GET /', undefined, { 'x-github-api-version': '1999-01-01' });
    expect([answer.status, answer.body.message]).toEqual([
      400,
      '1999-01-01 is not a supported version. Please use one of: 2022-11-28, 2026-03-10.',
    ]);
  });

  it('takes an unknown token for nobody', () => {
    const answer = world.call({ token: 'ghp_made_up' }, 'GET /repos/owner/repo');
    expect([answer.status, answer.body.message]).toEqual([401, 'Bad credentials']);
  });

  it('answers 404 on a path GitHub does not have, and 501 with the name where the sandbox does not serve it', () => {
    expect(world.call('owner', 'GET /no/such/path').status).toBe(404);
    const answer = world.call('owner', 'GET /gists');
    expect([answer.status, answer.body.message]).toEqual([
      501,
      'The sandbox does not support gists/list (GET /gists)',
    ]);
  });

  it('answers broken JSON with 400', () => {
    const answer = world.sandbox.handle({
      method: 'POST',
      url: 'http://api.github.localhost/repos/owner/repo/labels',
      headers: { 'user-agent': 'test', authorization: `token ${world.tokens.owner}` },
      body: '{',
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('Problems parsing JSON');
  });
});

describe('node ids', () => {
  it('come back as what they were', () => {
    expect(parseNodeId(nodeId('PR', 42))).toEqual({ kind: 'PR', id: '42' });
    expect(parseNodeId('MDQ6VXNlcjE=')).toBeUndefined();
    expect(parseNodeId('PR_NDI=')).toBeUndefined();
  });
});
