import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served } from './server.ts';

/** git as it is against rules, in the words people know from github.com. The steps build on each other. */
describe('git push against rules', () => {
  let sandbox: Served;
  let clone: string;
  const url = (as: string): string =>
    `${sandbox.url.replace('//', `//x-access-token:${sandbox.token(as)}@`)}/owner/model.git`;
  const git = (as: string, ...args: string[]): Promise<string> => sandbox.run(as, 'git', args, clone);
  const push = (as: string, ...refs: string[]): Promise<string> =>
    git(as, 'push', url(as), ...refs).catch((error: unknown) => String(error));
  const api = async (as: string, method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${sandbox.api}${path}`, {
      method,
      headers: { authorization: `Bearer ${sandbox.token(as)}`, 'user-agent': 'test' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const commit = async (as: string, path: string, text: string): Promise<void> => {
    mkdirSync(join(clone, path, '..'), { recursive: true });
    writeFileSync(join(clone, path), text);
    await git(as, 'add', '-A');
    await git(as, 'commit', '-qm', `write ${path}`);
  };

  beforeAll(async () => {
    sandbox = await serve();
    clone = join(sandbox.folder, 'model');
    mkdirSync(clone);
    await api('owner', 'POST', '/user/repos', { name: 'model' });
    await git('owner', 'init', '-q', '-b', 'main');
    await commit('owner', 'README.md', '# Model\n');
  });
  afterAll(() => sandbox.close());

  it('goes through without rules; the first branch becomes the default one', async () => {
    expect(await push('owner', 'main')).toContain('[new branch]');
    const repository = (await (await api('owner', 'GET', '/repos/owner/model')).json()) as object;
    expect(repository).toMatchObject({ default_branch: 'main' });
  });

  it('is refused by a ruleset, and shown as passed over to whoever may', async () => {
    const made = await api('owner', 'POST', '/repos/owner/model/rulesets', {
      name: 'main',
      enforcement: 'active',
      conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
      rules: [{ type: 'non_fast_forward' }, { type: 'required_linear_history' }, { type: 'update' }],
    });
    expect(made.status).toBe(201);
    const { id } = (await made.json()) as { id: number };
    await commit('owner', 'a.txt', 'a\n');
    const refused = await push('owner', 'main', 'main:refs/heads/topic');
    expect(refused).toContain('remote: error: GH013: Repository rule violations found for refs/heads/main.');
    expect(refused).toContain('remote: - Cannot update this protected ref.');
    expect(refused).toContain(
      '! [remote rejected] main -> main (push declined due to repository rule violations)',
    );
    expect(refused).toContain('* [new branch]      main -> topic');
    await api('owner', 'PUT', `/repos/owner/model/rulesets/${String(id)}`, {
      bypass_actors: [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }],
    });
    expect(await push('owner', 'main')).toContain('remote: Bypassed rule violations for refs/heads/main:');
  });

  it('may not touch pull request refs, nor delete the default branch', async () => {
    await git('owner', 'checkout', '-qb', 'change');
    await commit('owner', 'b.txt', 'b\n');
    await push('owner', 'change');
    const opened = await api('owner', 'POST', '/repos/owner/model/pulls', {
      title: 'b',
      head: 'change',
      base: 'main',
    });
    expect(opened.status).toBe(201);
    expect(await push('owner', 'main:refs/pull/1/head')).toContain('(deny updating a hidden ref)');
    expect(await push('owner', ':main')).toContain('refusing to delete the current branch: refs/heads/main');
    await git('owner', 'fetch', '-q', url('owner'), 'refs/pull/1/merge');
    expect(await git('owner', 'log', '-1', '--format=%P', 'FETCH_HEAD')).toMatch(
      /^[0-9a-f]{40} [0-9a-f]{40}/,
    );
  });
});
