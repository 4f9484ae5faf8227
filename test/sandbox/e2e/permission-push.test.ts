import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { issueInstallationToken, issueJobToken } from '../../../sandbox/access/tokens.ts';
import type { Permissions } from '../../../sandbox/kernel/identity.ts';
import { addCollaborator, addToken, createApp, installApp } from '../../../sandbox/seed.ts';
import { publicPem } from '../access/keys.ts';
import { serve, type Served } from './server.ts';

/** The permission questions of git: who may clone and push what, in the words git shows. One commit after the other. */
describe('git, asked for permission', () => {
  let sandbox: Served;
  let clone: string;
  let appId: number;
  let installationId: number;
  let count = 0;
  const core = () => sandbox.sandbox.core;
  const inCore = <Value>(work: () => Value): Value => core().store.transaction(work);
  const idOf = (login: string): number => core().tables.accounts.find('login', login)!.id;
  const repository = (name: string) => core().tables.repositories.find('name', `${idOf('owner')}/${name}`)!;
  const url = (token: string, name = 'model'): string =>
    `${sandbox.url.replace('//', token === '' ? '//' : `//x-access-token:${token}@`)}/owner/${name}.git`;
  const git = (...args: string[]): Promise<string> => sandbox.run('owner', 'git', args, clone);
  const said = (...args: string[]): Promise<string> => git(...args).catch((error: unknown) => String(error));
  const push = (token: string, ...refs: string[]): Promise<string> => said('push', url(token), ...refs);
  const reads = (token: string, name = 'model'): Promise<string> => said('ls-remote', url(token, name));
  const api = async (as: string, method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${sandbox.api}${path}`, {
      method,
      headers: { authorization: `Bearer ${sandbox.token(as)}`, 'user-agent': 'test' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const commit = async (path: string): Promise<void> => {
    mkdirSync(join(clone, path, '..'), { recursive: true });
    writeFileSync(join(clone, path), `${count++}\n`);
    await git('add', '-A');
    await git('commit', '-qm', `write ${path}`);
  };
  const classic = (login: string, scopes: string[]) =>
    inCore(() => addToken(core(), idOf(login), { scopes }));
  const fine = (permissions: Permissions, repositories: 'all' | number[] = 'all') =>
    inCore(() => addToken(core(), idOf('owner'), { permissions, repositories }));
  const job = (permissions: Permissions) =>
    inCore(() =>
      issueJobToken(core(), {
        repositoryId: repository('model').id,
        runId: 1,
        jobId: 1,
        permissions,
        expiresAt: '2099-01-01T00:00:00Z',
      }),
    );
  const app = (permissions: Permissions, repositories: 'all' | number[] = 'all') =>
    inCore(() => issueInstallationToken(core(), installationId, { permissions, repositories }).text);

  beforeAll(async () => {
    sandbox = await serve();
    clone = join(sandbox.folder, 'model');
    mkdirSync(clone);
    await api('owner', 'POST', '/user/repos', { name: 'model' });
    await api('owner', 'POST', '/user/repos', { name: 'secret', private: true, auto_init: true });
    inCore(() => {
      addCollaborator(core(), repository('model').id, idOf('writer'), 'write');
      addCollaborator(core(), repository('model').id, idOf('reader'), 'read');
      const permissions: Permissions = { contents: 'write', workflows: 'write' };
      const made = createApp(core(), {
        ownerId: idOf('owner'),
        name: 'release-bot',
        permissions,
        publicKey: publicPem,
      });
      appId = made.app.id;
      installationId = installApp(core(), appId, idOf('owner'), { repositories: 'all' }).id;
    });
    await git('init', '-q', '-b', 'main');
    await commit('README.md');
    await push(sandbox.token('owner'), 'main');
  });
  afterAll(() => sandbox.close());

  it('lets everybody read what is public and those who may what is private', async () => {
    for (const token of ['', sandbox.token('outsider'), classic('outsider', []), job({}), app({})])
      expect(await reads(token)).toContain('refs/heads/main');
    expect(await reads(sandbox.token('owner'), 'secret')).toContain('refs/heads/main');
    expect(await reads(fine({ contents: 'read' }), 'secret')).toContain('refs/heads/main');
    expect(await reads(app({ contents: 'read' }), 'secret')).toContain('refs/heads/main');
    const hidden = [
      sandbox.token('writer'),
      classic('owner', ['public_repo']),
      job({ contents: 'write' }),
      app({ contents: 'write' }, [repository('model').id]),
      fine({ contents: 'write' }, [repository('model').id]),
    ];
    for (const token of hidden) expect(await reads(token, 'secret')).toContain('Repository not found.');
    expect(await reads(fine({ issues: 'read' }), 'secret')).toContain(
      'Write access to repository not granted.',
    );
    expect(await reads('ghp_unknown', 'secret')).toContain('Invalid username or token.');
  });

  it('takes pushes of those who may write contents', async () => {
    await commit('a.txt');
    const denied: [string, string][] = [
      [sandbox.token('reader'), 'reader'],
      [sandbox.token('outsider'), 'outsider'],
      [classic('owner', []), 'owner'],
      [fine({ contents: 'read' }), 'owner'],
      [job({ contents: 'read' }), 'github-actions[bot]'],
      [app({ contents: 'read' }), 'release-bot[bot]'],
    ];
    for (const [token, login] of denied) {
      const answer = await push(token, 'main');
      expect(answer).toContain(`remote: Permission to owner/model.git denied to ${login}.`);
      expect(answer).toContain('The requested URL returned error: 403');
    }
    expect(await push(job({ contents: 'write' }), 'main')).toContain('main -> main');
    await commit('b.txt');
    expect(await push(app({ contents: 'write' }), 'main')).toContain('main -> main');
    await commit('c.txt');
    expect(await push(classic('writer', ['public_repo']), 'main')).toContain('main -> main');
  });

  it('takes workflow files with the scope or permission for them only', async () => {
    await commit('.github/workflows/ci.yml');
    const refused = 'to create or update workflow `.github/workflows/ci.yml` without';
    expect(await push(classic('writer', ['repo']), 'main')).toContain(
      `refusing to allow a Personal Access Token ${refused} \`workflow\` scope`,
    );
    for (const token of [job({ contents: 'write' }), app({ contents: 'write' })])
      expect(await push(token, 'main')).toContain(
        `refusing to allow a GitHub App ${refused} \`workflows\` permission`,
      );
    expect(await push(fine({ contents: 'write' }), 'main')).toContain('without `workflows` permission');
    expect(await push(app({ contents: 'write', workflows: 'write' }), 'main')).toContain('main -> main');
    expect(await push(job({ contents: 'write' }), 'main:refs/heads/copy')).toContain('[new branch]');
  });

  it('keeps protected tags for the App that may make them', async () => {
    const made = await api('owner', 'POST', '/repos/owner/model/rulesets', {
      name: 'tags',
      target: 'tag',
      enforcement: 'active',
      conditions: { ref_name: { include: ['refs/tags/v*'], exclude: [] } },
      rules: [{ type: 'creation' }, { type: 'update' }, { type: 'deletion' }, { type: 'non_fast_forward' }],
      bypass_actors: [{ actor_id: appId, actor_type: 'Integration', bypass_mode: 'always' }],
    });
    expect(made.status).toBe(201);
    await git('tag', 'v1');
    for (const token of [sandbox.token('owner'), job({ contents: 'write' })]) {
      const answer = await push(token, 'v1');
      expect(answer).toContain('remote: error: GH013: Repository rule violations found for refs/tags/v1.');
      expect(answer).toContain('remote: - Cannot create ref due to creations being restricted.');
    }
    expect(await push(app({ contents: 'write' }), 'v1')).toContain('[new tag]');
    expect(await push(sandbox.token('owner'), ':v1')).toContain('remote: - Cannot delete this tag');
    expect(await push(sandbox.token('owner'), '+main~1:refs/tags/v1')).toContain(
      'Cannot update this protected ref.',
    );
  });

  it('keeps the history of protected branches', async () => {
    const protection = {
      required_status_checks: null,
      enforce_admins: false,
      required_pull_request_reviews: { required_approving_review_count: 1 },
      restrictions: null,
    };
    await push(sandbox.token('owner'), 'main:refs/heads/stable');
    await api('owner', 'PUT', '/repos/owner/model/branches/stable/protection', protection);
    const owner = await push(sandbox.token('owner'), '+main~1:refs/heads/stable');
    expect(owner).toContain('remote: error: GH006: Protected branch update failed for refs/heads/stable.');
    expect(owner).toContain('(protected branch hook declined)');
    expect(await push(sandbox.token('owner'), ':stable')).toContain('Cannot delete this protected branch');
    await commit('d.txt');
    expect(await push(sandbox.token('writer'), 'main:stable')).toContain(
      'remote: - Changes must be made through a pull request.',
    );
    expect(await push(sandbox.token('owner'), 'main:stable')).toContain('main -> stable');
  });

  it('takes any name git takes', async () => {
    const names = ['feat/a#1', 'ü/日本', '100%', 'a&b=c'];
    const refs = names.flatMap((name) => [`main:refs/heads/${name}`, `main:refs/tags/t/${name}`]);
    expect(await push(sandbox.token('writer'), ...refs)).not.toContain('rejected');
    for (const name of names) {
      const path = encodeURIComponent(name);
      expect((await api('reader', 'GET', `/repos/owner/model/git/ref/tags/t%2F${path}`)).status).toBe(200);
      expect((await api('reader', 'GET', `/repos/owner/model/branches/${path}`)).status).toBe(200);
    }
    expect(await push(sandbox.token('writer'), ...names.map((name) => `:refs/heads/${name}`))).toContain(
      '[deleted]',
    );
  });

  it('names every answer and tells browsers what they may send', async () => {
    const ids = new Set<string | null>();
    for (const path of ['/repos/owner/model', '/nope'])
      ids.add((await api('owner', 'GET', path)).headers.get('x-github-request-id'));
    expect([ids.size, ids.has(null)]).toEqual([2, false]);
    const asked = await fetch(`${sandbox.api}/repos/owner/model`, { method: 'OPTIONS' });
    expect([asked.status, asked.headers.get('access-control-allow-methods')]).toEqual([
      204,
      'GET, POST, PATCH, PUT, DELETE',
    ]);
  });

  it('takes nothing with a token that ended, nor into an archived repository', async () => {
    const token = app({ contents: 'write' });
    inCore(() => {
      const row = core().tables.installations.require(installationId);
      core().tables.installations.put({
        ...row,
        suspendedAt: '2026-01-01T00:00:00Z',
        suspendedById: idOf('owner'),
      });
    });
    expect(await push(token, 'main')).toContain('fatal:');
    const expired = inCore(() =>
      addToken(core(), idOf('owner'), { scopes: ['repo'] }, { expiresAt: '2020-01-01T00:00:00Z' }),
    );
    expect(await push(expired, 'main')).toContain('Invalid username or token.');
    await api('owner', 'PATCH', '/repos/owner/model', { archived: true });
    expect(await push(sandbox.token('owner'), 'main')).toContain(
      'This repository was archived so it is read-only.',
    );
    expect(await reads(sandbox.token('owner'))).toContain('refs/heads/main');
  });
});
