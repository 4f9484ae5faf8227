import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { serveSandbox, type RunningSandbox } from '../../../sandbox/serve.ts';

const hasGh = spawnSync('gh', ['--version']).status === 0;

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** GitHub's own command line, unmodified, against a sandbox on a free port: people's first contact with it. */
describe.skipIf(!hasGh)('gh', { timeout: 60_000 }, () => {
  let running: RunningSandbox;
  let home: string;
  let work: string;

  const environment = (login: string): NodeJS.ProcessEnv => {
    const token = running.users.find((user) => user.login === login)!.token;
    const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
    return {
      ...running.env,
      GH_TOKEN: token,
      PATH: process.env['PATH'],
      HOME: home,
      GH_CONFIG_DIR: join(home, 'gh'),
      GH_NO_UPDATE_NOTIFIER: '1',
      NO_COLOR: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: join(home, 'gitconfig'),
      GIT_TERMINAL_PROMPT: '0',
      // gh gives git its credentials for https only.
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'http.http://github.localhost/.extraHeader',
      GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
    };
  };
  const run = (command: string, args: readonly string[], as = 'owner', cwd = work): Promise<Ran> =>
    new Promise((resolve) => {
      execFile(command, args, { cwd, env: environment(as), encoding: 'utf8' }, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err });
      });
    });
  const ok = async (command: string, args: readonly string[], as?: string, cwd?: string): Promise<string> => {
    const { code, out, err } = await run(command, args, as, cwd);
    if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${code}\n${out}${err}`);
    return out;
  };
  const protectionFile = (): string => {
    const file = join(home, 'protection.json');
    writeFileSync(
      file,
      JSON.stringify({
        required_status_checks: { strict: false, contexts: ['ci'] },
        enforce_admins: false,
        required_pull_request_reviews: { required_approving_review_count: 1 },
        restrictions: null,
      }),
    );
    return file;
  };
  const gh = (...args: string[]): Promise<string> => ok('gh', args);
  const json = async (...args: string[]): Promise<unknown> => JSON.parse(await gh(...args));

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'sandbox-gh-'));
    work = join(home, 'work');
    running = await serveSandbox({
      port: 0,
      data: undefined,
      imports: [],
      runnerLabels: [],
      cwd: home,
      path: process.env['PATH'] ?? '',
      log: (line) => {
        throw new Error(line);
      },
    });
    writeFileSync(
      join(home, 'gitconfig'),
      '[user]\n\tname = owner\n\temail = owner@example.com\n[init]\n\tdefaultBranch = main\n',
    );
    await ok('git', ['init', '-q', 'work'], 'owner', home);
    writeFileSync(join(work, 'README.md'), '# Demo\n');
    await ok('git', ['add', '.']);
    await ok('git', ['commit', '-q', '-m', 'First']);
    await gh('repo', 'create', 'demo', '--public', '--source', '.', '--remote', 'origin', '--push');
    await ok('git', ['checkout', '-q', '-b', 'feature']);
    writeFileSync(join(work, 'model.txt'), 'weights\n');
    await ok('git', ['add', '.']);
    await ok('git', ['commit', '-q', '-m', 'Add the model']);
    await ok('git', ['push', '-q', 'origin', 'feature']);
    const invitation = await gh(
      'api',
      '-X',
      'PUT',
      'repos/owner/demo/collaborators/writer',
      '-f',
      'permission=push',
      '--jq',
      '.id',
    );
    await ok('gh', ['api', '-X', 'PATCH', `user/repository_invitations/${invitation.trim()}`], 'writer');
  }, 60_000);

  afterAll(async () => {
    await running.close();
    rmSync(home, { recursive: true, force: true });
  });

  it('knows who it is and what there is', async () => {
    expect(await gh('api', 'user', '--jq', '.login')).toBe('owner\n');
    expect(await gh('repo', 'list')).toMatch(/^owner\/demo\t/);
    expect(await gh('repo', 'view')).toContain('# Demo');
    expect(await json('repo', 'view', '--json', 'nameWithOwner,defaultBranchRef,viewerPermission')).toEqual({
      nameWithOwner: 'owner/demo',
      defaultBranchRef: { name: 'main' },
      viewerPermission: 'ADMIN',
    });
    expect(await gh('api', 'graphql', '-f', 'query={viewer{login}}', '--jq', '.data.viewer.login')).toBe(
      'owner\n',
    );
    await ok('gh', ['repo', 'clone', 'demo', 'clone'], 'owner', home);
  });

  it('takes a pull request from its opening to its merge', async () => {
    expect(await gh('pr', 'create', '--title', 'Model', '--body', 'Better.', '--reviewer', 'writer')).toMatch(
      /\/owner\/demo\/pull\/1\n$/,
    );
    expect(await gh('pr', 'list')).toMatch(/^1\tModel\tfeature\tOPEN/);
    expect(await gh('pr', 'view', '1')).toContain('reviewers:\twriter (Requested)');
    expect(await gh('pr', 'diff', '1')).toContain('+weights');
    await gh('pr', 'ready', '1', '--undo');
    await gh('pr', 'ready', '1');
    await ok('gh', ['pr', 'review', '1', '--request-changes', '--body', 'Why?'], 'writer');
    expect(await gh('pr', 'view', '--json', 'reviewDecision', '--jq', '.reviewDecision')).toBe(
      'CHANGES_REQUESTED\n',
    );
    await ok('gh', ['pr', 'review', '1', '--approve'], 'writer');
    await gh('pr', 'edit', '1', '--title', 'The model');
    expect(
      await json(
        'pr',
        'view',
        '1',
        '--json',
        'title,state,mergeable,files,commits,latestReviews,reviewDecision',
      ),
    ).toMatchObject({
      title: 'The model',
      state: 'OPEN',
      mergeable: 'MERGEABLE',
      reviewDecision: 'APPROVED',
      files: [{ path: 'model.txt', additions: 1, deletions: 0 }],
      commits: [{ messageHeadline: 'Add the model' }],
      latestReviews: [{ state: 'APPROVED' }],
    });
    await gh('pr', 'close', '1');
    await gh('pr', 'reopen', '1');
    await gh('pr', 'merge', '1', '--squash', '--delete-branch');
    expect(await gh('pr', 'list', '--state', 'merged')).toContain('MERGED');
    expect(await gh('api', 'repos/owner/demo/branches', '--jq', '.[].name')).toBe('main\n');
  });

  it('keeps issues, their labels and what is said about them', async () => {
    await gh('label', 'create', 'drift', '--color', 'ff0000');
    expect(await gh('label', 'list', '--search', 'drift')).toContain('#ff0000');
    const url = (
      await gh(
        'issue',
        'create',
        '--title',
        'Slow',
        '--body',
        'Why?',
        '--label',
        'drift',
        '--assignee',
        '@me',
      )
    ).trim();
    const number = url.split('/').at(-1)!;
    await ok('gh', ['issue', 'comment', number, '--body', 'Because.'], 'writer');
    expect(await gh('issue', 'view', number, '--comments')).toContain('Because.');
    await gh('issue', 'edit', number, '--title', 'Slower', '--add-label', 'bug', '--remove-label', 'drift');
    expect(await gh('issue', 'list', '--label', 'bug')).toMatch(new RegExp(`^${number}\tOPEN\tSlower\tbug`));
    expect(await gh('search', 'issues', '--repo', 'owner/demo', 'slower')).toContain('Slower');
    await gh('issue', 'close', number, '--reason', 'not planned');
    expect(await json('issue', 'view', number, '--json', 'state,labels,comments')).toMatchObject({
      state: 'CLOSED',
      labels: [{ name: 'bug' }],
      comments: [{ author: { login: 'writer' }, body: 'Because.' }],
    });
    expect(await gh('issue', 'status')).toContain('There are no issues assigned to you');
  });

  it('shows the checks of a pull request and what the rules say', async () => {
    await ok('git', ['checkout', '-q', '-b', 'checked']);
    await ok('git', ['commit', '-q', '--allow-empty', '-m', 'Empty']);
    writeFileSync(join(work, 'more.txt'), 'more\n');
    await ok('git', ['add', 'more.txt']);
    await ok('git', ['commit', '-q', '-m', 'More']);
    await ok('git', ['push', '-q', '--set-upstream', 'origin', 'checked']);
    const url = (await gh('pr', 'create', '--title', 'Checked', '--body', '')).trim();
    const head = (await ok('git', ['rev-parse', 'HEAD'])).trim();
    await gh('api', `repos/owner/demo/statuses/${head}`, '-f', 'state=success', '-f', 'context=ci');
    expect(await gh('pr', 'checks', url)).toMatch(/^ci\tpass/);
    expect(await gh('pr', 'status')).toContain('Checks passing');
    await gh(
      'api',
      '-X',
      'PUT',
      'repos/owner/demo/branches/main/protection',
      '--silent',
      '--input',
      protectionFile(),
    );
    expect(await gh('pr', 'checks', url, '--required')).toMatch(/^ci\tpass/);
    expect(await json('pr', 'view', url, '--json', 'reviewDecision,mergeStateStatus')).toEqual({
      reviewDecision: 'REVIEW_REQUIRED',
      mergeStateStatus: 'BLOCKED',
    });
    const refused = await run('gh', ['pr', 'merge', url, '--merge']);
    expect([refused.code, refused.err]).toMatchObject([
      1,
      expect.stringContaining('the base branch policy prohibits') as string,
    ]);
    await ok('gh', ['pr', 'review', url, '--approve'], 'writer');
    await gh('pr', 'merge', url, '--merge');
    await gh('api', '-X', 'DELETE', 'repos/owner/demo/branches/main/protection');
  });

  it('publishes releases with their files', async () => {
    writeFileSync(join(work, 'model.bin'), 'bytes');
    expect(
      await gh('release', 'create', 'v1', 'model.bin', '--title', 'One', '--notes', 'N', '--draft'),
    ).toContain('untagged-');
    expect(await gh('release', 'view', 'v1')).toContain('draft:\ttrue');
    await gh('release', 'edit', 'v1', '--draft=false');
    expect(await gh('release', 'list')).toMatch(/^One\tLatest\tv1\t/);
    await gh('release', 'download', 'v1', '--dir', join(home, 'downloaded'));
    await gh('release', 'create', 'v2', '--generate-notes');
    await gh('release', 'delete', 'v2', '--yes', '--cleanup-tag');
    expect(await gh('api', 'repos/owner/demo/tags', '--jq', '.[].name')).toBe('v1\n');
  });

  it('is told in one line what it cannot have', async () => {
    const { code, err } = await run('gh', ['pr', 'view', '99']);
    expect(code).toBe(1);
    expect(err).toContain('Could not resolve to a PullRequest with the number of 99.');
    const outside = await run('gh', [
      'pr',
      'create',
      '--title',
      'x',
      '--body',
      'x',
      '--head',
      'main',
      '--base',
      'nothing',
    ]);
    expect(outside.code).not.toBe(0);
  });
});
