import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { has, serve, type Served } from './server.ts';

/** Debian's gh and git, as they are, against a sandbox on a port. The steps build on each other, as a person's day does. */
describe.skipIf(!has('gh'))(
  'gh and git (skipped where gh is not installed)',
  () => {
    let sandbox: Served;
    let clone: string;
    const gh = (as: string, ...args: string[]) => sandbox.run(as, 'gh', args, clone);
    const git = (as: string, ...args: string[]) => sandbox.run(as, 'git', args, clone);
    const remote = (as: string) =>
      `http://x-access-token:${sandbox.token(as)}@github.localhost/owner/churn.git`;

    beforeAll(async () => {
      sandbox = await serve();
      clone = join(sandbox.folder, 'churn');
      mkdirSync(clone);
    });
    afterAll(() => sandbox.close());

    it('makes a repository and pushes its first commit', async () => {
      await gh('owner', 'repo', 'create', 'churn', '--public', '--description', 'A model');
      await git('owner', 'init', '-q', '-b', 'main');
      writeFileSync(join(clone, 'README.md'), '# Churn\n\nA model.\n');
      writeFileSync(join(clone, 'train.py'), 'print("train")\n');
      await git('owner', 'add', '.');
      await git('owner', 'commit', '-qm', 'feat: a model');
      await git('owner', 'remote', 'add', 'origin', 'http://github.localhost/owner/churn.git');
      await git('owner', 'push', '-q', remote('owner'), 'main');
      await gh(
        'owner',
        'api',
        '-X',
        'PUT',
        'repos/owner/churn/collaborators/writer',
        '-f',
        'permission=push',
      );
      expect(await gh('owner', 'repo', 'view', 'owner/churn')).toContain('A model');
      expect(await gh('owner', 'repo', 'list')).toContain('owner/churn');
      expect(await gh('owner', 'repo', 'view', '--json', 'name,defaultBranchRef,isPrivate')).toContain(
        '"main"',
      );
    });

    it('opens, labels, reviews and merges a pull request', async () => {
      const invitations = JSON.parse(await gh('writer', 'api', 'user/repository_invitations')) as {
        id: number;
      }[];
      for (const { id } of invitations)
        await gh('writer', 'api', '-X', 'PATCH', `user/repository_invitations/${id}`);
      await git('writer', 'checkout', '-qb', 'topic');
      writeFileSync(join(clone, 'train.py'), 'print("train better")\n');
      await git('writer', 'commit', '-qam', 'feat: train better');
      await git('writer', 'push', '-q', remote('writer'), 'topic');
      const made = await gh(
        'writer',
        'pr',
        'create',
        '--title',
        'Train better',
        '--body',
        'Because.',
        '--head',
        'topic',
        '--base',
        'main',
      );
      expect(made).toContain('/owner/churn/pull/1');
      await gh(
        'owner',
        'label',
        'create',
        'promote:staging',
        '--color',
        '00ff00',
        '--description',
        'to staging',
      );
      expect(await gh('owner', 'label', 'list')).toContain('promote:staging');
      await gh('owner', 'pr', 'edit', '1', '--add-label', 'promote:staging');
      expect(await gh('reader', 'pr', 'list')).toContain('Train better');
      expect(await gh('reader', 'pr', 'list', '--label', 'promote:staging')).toContain('Train better');
      expect(await gh('reader', 'pr', 'view', '1')).toContain('promote:staging');
      expect(
        await gh('reader', 'pr', 'view', '1', '--json', 'title,labels,state,headRefOid,reviewDecision'),
      ).toContain('OPEN');
      expect(await gh('reader', 'pr', 'diff', '1')).toContain('+print("train better")');
      await gh('reader', 'pr', 'comment', '1', '--body', 'Nice.');
      expect(await gh('reader', 'pr', 'view', '1', '--comments')).toContain('Nice.');
      await gh('owner', 'pr', 'review', '1', '--approve', '--body', 'Good.');
      expect(await gh('owner', 'pr', 'status')).toContain('Current branch');
      await expect(gh('writer', 'pr', 'checks', '1')).rejects.toThrow('no checks reported');
      await gh('owner', 'pr', 'edit', '1', '--title', 'Train much better', '--add-assignee', 'owner');
      await expect(gh('outsider', 'pr', 'merge', '1', '--squash')).rejects.toThrow();
      await gh('owner', 'pr', 'merge', '1', '--squash', '--delete-branch=false');
      expect(await gh('owner', 'pr', 'view', '1', '--json', 'state,mergedAt')).toContain('MERGED');
      await git('owner', 'fetch', '-q', remote('owner'), 'main');
      expect(await git('owner', 'log', '--format=%s', '-1', 'FETCH_HEAD')).toContain(
        'feat: train better (#1)',
      );
    });

    it('keeps issues', async () => {
      expect(await gh('reader', 'issue', 'create', '--title', 'Drift', '--body', 'It drifts.')).toContain(
        '/issues/2',
      );
      await gh('reader', 'issue', 'comment', '2', '--body', 'Still.');
      await gh('owner', 'issue', 'edit', '2', '--add-label', 'bug');
      expect(await gh('owner', 'issue', 'list', '--label', 'bug')).toContain('Drift');
      expect(await gh('owner', 'issue', 'view', '2', '--comments')).toContain('Still.');
      await gh('owner', 'issue', 'close', '2');
      expect(await gh('owner', 'issue', 'list', '--state', 'closed')).toContain('Drift');
      await gh('owner', 'issue', 'reopen', '2');
      expect(await gh('owner', 'issue', 'status')).toContain('issues');
      expect(await gh('owner', 'search', 'issues', 'drift', '--repo', 'owner/churn')).toContain('Drift');
    });

    it('releases with assets', async () => {
      const asset = join(sandbox.folder, 'model.onnx');
      writeFileSync(asset, Buffer.alloc(100_000, 7));
      await gh(
        'owner',
        'release',
        'create',
        'churn@v1.0.0',
        asset,
        '--title',
        'First',
        '--notes',
        'It works.',
      );
      expect(await gh('owner', 'release', 'list')).toContain('First');
      expect(await gh('owner', 'release', 'view', 'churn@v1.0.0')).toContain('model.onnx');
      const folder = join(sandbox.folder, 'downloads');
      await gh('reader', 'release', 'download', 'churn@v1.0.0', '--dir', folder);
      expect(readFileSync(join(folder, 'model.onnx'))).toEqual(readFileSync(asset));
      const more = join(sandbox.folder, 'metrics.json');
      writeFileSync(more, '{}');
      await gh('owner', 'release', 'upload', 'churn@v1.0.0', more);
      await gh('owner', 'release', 'delete-asset', 'churn@v1.0.0', 'metrics.json', '--yes');
      await gh('owner', 'release', 'edit', 'churn@v1.0.0', '--prerelease');
      await git('owner', 'fetch', '-q', remote('owner'), 'tag', 'churn@v1.0.0');
      await gh('owner', 'release', 'delete', 'churn@v1.0.0', '--yes');
      expect(
        await gh('owner', 'api', 'repos/owner/churn/git/matching-refs/tags/churn@', '--jq', '.[].ref'),
      ).toContain('churn@v1.0.0');
    });

    it('pages, asks GraphQL, and is refused as on GitHub', async () => {
      for (let n = 0; n < 12; n++)
        await gh('owner', 'api', 'repos/owner/churn/labels', '-f', `name=many-${n}`, '-f', 'color=ededed');
      const names = await gh(
        'owner',
        'api',
        '--paginate',
        'repos/owner/churn/labels?per_page=5',
        '--jq',
        '.[].name',
      );
      expect(names.split('\n').filter((name) => name.startsWith('many-'))).toHaveLength(12);
      const query =
        'query { viewer { login } repository(owner:"owner", name:"churn") { nameWithOwner pullRequests(first: 1) { totalCount } } }';
      expect(await gh('reader', 'api', 'graphql', '-f', `query=${query}`)).toContain('"login":"reader"');
      await expect(gh('reader', 'label', 'create', 'mine')).rejects.toThrow();
      await expect(gh('reader', 'api', 'gists')).rejects.toThrow('does not support gists/list');
      await expect(git('reader', 'push', '-q', remote('reader'), 'HEAD:refs/heads/mine')).rejects.toThrow(
        'Permission to owner/churn.git denied to reader.',
      );
    });

    it('forks, clones and archives', async () => {
      await gh('outsider', 'repo', 'fork', 'owner/churn', '--clone=false');
      expect(await gh('outsider', 'repo', 'view', 'outsider/churn', '--json', 'parent,isFork')).toContain(
        '"isFork":true',
      );
      await sandbox.run('outsider', 'git', [
        'clone',
        '-q',
        `http://x-access-token:${sandbox.token('outsider')}@github.localhost/outsider/churn.git`,
        'fork',
      ]);
      await gh('owner', 'repo', 'archive', 'owner/churn', '--yes');
      await expect(gh('owner', 'label', 'create', 'late')).rejects.toThrow('read-only');
    });
  },
  120_000,
);
