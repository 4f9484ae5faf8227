import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';

import { issueJobToken, revokeJobToken } from '../../../sandbox/access/index.ts';
import { isoTime } from '../../../sandbox/kernel/environment.ts';
import { addToken } from '../../../sandbox/seed.ts';
import { newWorld, type World } from '../world.ts';

let world: World;
beforeEach(() => {
  world = newWorld({ private: true });
});

const as = (authorization: string) =>
  world.call(undefined, 'GET /repos/owner/repo', undefined, { authorization });
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('a token is taken (https://docs.github.com/rest/authentication/authenticating-to-the-rest-api)', () => {
  it.each(['Bearer', 'bearer', 'token', 'Token'])('after %s', (scheme) => {
    expect(as(`${scheme} ${world.tokens.owner}`).status).toBe(200);
  });

  it('as git and curl -u send it', () => {
    for (const text of [
      `x-access-token:${world.tokens.owner}`,
      `owner:${world.tokens.owner}`,
      `${world.tokens.owner}:`,
      `${world.tokens.owner}:x-oauth-basic`,
    ])
      expect(as(basic(text)).status).toBe(200);
  });
});

describe('what is no token is nobody', () => {
  it.each([
    ['an unknown token', 'Bearer ghp_0123456789'],
    ['no token', 'Bearer '],
    ['an empty header', ''],
    ['another scheme', 'Digest abc'],
    ['a token without a scheme', 'ghp_0123456789'],
    ['two tokens', 'Bearer a b'],
    ['a user name and a password', basic('owner:secret')],
    ['an empty pair', basic(':')],
    ['a pair that is none', basic('owner')],
    ['what is not base64', 'Basic %%%'],
  ])('%s: 401 Bad credentials', (_, authorization) => {
    const answer = as(authorization);
    expect([answer.status, answer.body.message]).toEqual([401, 'Bad credentials']);
  });

  it('whatever it looks like', () => {
    const texts = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.stringMatching(/^gh[pousr]_[0-9A-Za-z]{36}$/),
      fc.stringMatching(/^github_pat_[0-9A-Za-z_]{40}$/),
      fc.stringMatching(/^[\w-]{1,20}\.[\w-]{1,20}\.[\w-]{0,20}$/),
    );
    fc.assert(
      fc.property(fc.constantFrom('Bearer ', 'token ', 'Basic ', ''), texts, (scheme, text) => {
        expect(as(scheme + text).status).toBe(401);
      }),
    );
  });

  it('even on a public repository', () => {
    world = newWorld();
    expect(as('Bearer nobody').status).toBe(401);
    expect(world.call(undefined, 'GET /repos/owner/repo').status).toBe(200);
  });

  it('when it has expired or was revoked', () => {
    const { core } = world.sandbox;
    const userId = world.repository.ownerId;
    const token = core.store.transaction(() =>
      addToken(core, userId, { scopes: ['repo'] }, { expiresAt: isoTime(core.clock.now() + 1000) }),
    );
    expect(as(`Bearer ${token}`).status).toBe(200);
    world.clock.advance(1000);
    expect(as(`Bearer ${token}`).status).toBe(401);
    const row = core.tables.tokens.where('user', userId).find((one) => one.expiresAt === null)!;
    core.store.transaction(() => core.tables.tokens.put({ ...row, revoked: true }));
    expect(as(`Bearer ${world.tokens.owner}`).status).toBe(401);
  });
});

describe("a job's token (https://docs.github.com/actions/concepts/security/github_token)", () => {
  const issue = (permissions: Record<string, 'read' | 'write'>) => {
    const { core } = world.sandbox;
    const expiresAt = isoTime(core.clock.now() + 60_000);
    return core.store.transaction(() =>
      issueJobToken(core, { repositoryId: world.repository.id, runId: 1, jobId: 2, permissions, expiresAt }),
    );
  };

  it('may what the workflow asked for, on its repository', () => {
    const token = issue({ 'pull-requests': 'write', contents: 'read' });
    expect(world.call({ token }, 'GET /repos/owner/repo').body.permissions).toMatchObject({
      push: false,
      pull: true,
    });
    expect(world.call({ token }, 'GET /installation/repositories').body.total_count).toBe(1);
  });

  it('is never an administrator', () => {
    const token = issue({ administration: 'write', contents: 'write' });
    expect(world.call({ token }, 'PATCH /repos/owner/repo', { description: 'x' })).toMatchObject({
      status: 403,
      body: { message: 'Resource not accessible by integration' },
    });
  });

  it('ends with its time or its job', () => {
    const token = issue({});
    const late = issue({});
    world.sandbox.core.store.transaction(() => {
      revokeJobToken(world.sandbox.core, 2);
    });
    expect(world.call({ token }, 'GET /repos/owner/repo').status).toBe(401);
    expect(world.call({ token: late }, 'GET /repos/owner/repo').status).toBe(401);
    const other = issue({});
    world.clock.advance(60_000);
    expect(world.call({ token: other }, 'GET /repos/owner/repo').status).toBe(401);
  });
});
