import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { type CommandOptions, type CommandResult, execute } from './commands.ts';
import type { StandIn } from './definition.ts';
import { ActionFailure, type Kit } from './kit.ts';

/** https://github.com/actions/checkout/blob/main/action.yml */
export const checkout: StandIn = {
  manifest: {
    name: 'Checkout',
    inputs: {
      repository: { default: '${{ github.repository }}' },
      ref: {},
      token: { default: '${{ github.token }}' },
      'ssh-key': {},
      'ssh-known-hosts': {},
      'ssh-strict': { default: 'true' },
      'ssh-user': { default: 'git' },
      'persist-credentials': { default: 'true' },
      path: {},
      clean: { default: 'true' },
      filter: {},
      'sparse-checkout': {},
      'sparse-checkout-cone-mode': { default: 'true' },
      'fetch-depth': { default: '1' },
      'fetch-tags': { default: 'false' },
      'show-progress': { default: 'true' },
      lfs: { default: 'false' },
      submodules: { default: 'false' },
      'set-safe-directory': { default: 'true' },
      'github-server-url': {},
      'allow-unsafe-pr-checkout': { default: 'false' },
    },
    outputs: ['ref', 'commit'],
  },
  main: checkOut,
  post: forgetCredentials,
};

/** What is to be checked out, and where. */
interface Wanted {
  readonly server: string;
  readonly url: string;
  readonly folder: string;
  /** Full or short name; empty for a commit alone. */
  readonly ref: string;
  /** Full id; empty where the ref says it. */
  readonly commit: string;
  readonly depth: number;
}

async function checkOut(kit: Kit): Promise<void> {
  refuseUnsupported(kit);
  const wanted = readInputs(kit);
  const git = gitIn(kit, wanted.folder);
  kit.info(`Syncing repository: ${kit.input('repository')}`);
  prepareFolder(kit, wanted);
  if (kit.boolean('set-safe-directory')) {
    await execute(kit, 'git', ['config', '--global', '--add', 'safe.directory', wanted.folder], {
      silent: true,
    });
  }
  if (!existsSync(join(wanted.folder, '.git'))) {
    await kit.group('Initializing the repository', async () => {
      await git(['init', '-b', 'main', '.']);
      await git(['remote', 'add', 'origin', wanted.url]);
    });
  } else if (kit.boolean('clean')) {
    await git(['clean', '-ffdx']);
    await git(['reset', '--hard', 'HEAD'], { mayFail: true });
  }
  await git(['config', '--local', 'gc.auto', '0'], { silent: true });
  await authenticate(kit, git, wanted.server);
  kit.saveState('folder', wanted.folder);
  kit.saveState('server', wanted.server);
  const resolved =
    wanted.ref === '' && wanted.commit === '' ? { ...wanted, ref: await defaultBranch(git) } : wanted;
  await kit.group('Fetching the repository', () => fetchCommits(kit, git, resolved));
  await sparse(kit, git);
  await kit.group('Checking out the ref', () => switchTo(git, resolved));
  await updateSubmodules(kit, git);
  if (!kit.boolean('persist-credentials')) await removeHeader(git, wanted.server);
  const commit = (await git(['log', '-1', '--format=%H'])).stdout.trim();
  kit.output('ref', resolved.ref);
  kit.output('commit', commit);
}

function refuseUnsupported(kit: Kit): void {
  if (kit.boolean('lfs'))
    throw new ActionFailure('Git LFS is not available in the sandbox: lfs must be false');
  if (kit.input('ssh-key') !== '')
    throw new ActionFailure('SSH is not available in the sandbox: use token instead of ssh-key');
}

function readInputs(kit: Kit): Wanted {
  const repository = kit.input('repository', { required: true });
  if (!/^[^/\s]+\/[^/\s]+$/.test(repository)) {
    throw new ActionFailure(`Invalid repository '${repository}'. Expected format {owner}/{repo}.`);
  }
  const folder = resolve(kit.workspace, kit.input('path'));
  if (!`${folder}/`.startsWith(`${kit.workspace}/`)) {
    throw new ActionFailure(`Repository path '${folder}' is not under '${kit.workspace}'`);
  }
  const depth = Math.max(0, Number.parseInt(kit.input('fetch-depth'), 10) || 0);
  const server = (kit.input('github-server-url') || kit.required('GITHUB_SERVER_URL')).replace(/\/+$/, '');
  const own = repository.toLowerCase() === kit.required('GITHUB_REPOSITORY').toLowerCase();
  let ref = kit.input('ref');
  let commit = '';
  if (ref === '' && own) {
    ref = kit.env['GITHUB_REF'] ?? '';
    commit = kit.required('GITHUB_SHA');
    // A branch by its short name, as `workflow_run` and others have it.
    if (ref !== '' && !ref.startsWith('refs/')) ref = `refs/heads/${ref}`;
  } else if (/^[0-9a-fA-F]{40}$/.test(ref)) {
    commit = ref;
    ref = '';
  }
  return { server, url: `${server}/${repository}`, folder, ref, commit, depth };
}

type Git = (parameters: readonly string[], options?: CommandOptions) => Promise<CommandResult>;

function gitIn(kit: Kit, folder: string): Git {
  const env = { GIT_TERMINAL_PROMPT: '0', GIT_LFS_SKIP_SMUDGE: '1' };
  return (parameters, options = {}) => execute(kit, 'git', parameters, { cwd: folder, env, ...options });
}

/** The folder is empty, or holds a clone of this very repository. */
function prepareFolder(kit: Kit, { folder, url }: Wanted): void {
  if (existsSync(folder) && !statSync(folder).isDirectory()) rmSync(folder);
  mkdirSync(folder, { recursive: true });
  const config = join(folder, '.git', 'config');
  const known = existsSync(config) && readFileSync(config, 'utf8').includes(`url = ${url}\n`);
  const entries = readdirSync(folder);
  if (known || entries.length === 0) return;
  kit.info(`Deleting the contents of '${folder}'`);
  for (const entry of entries) rmSync(join(folder, entry), { recursive: true, force: true });
}

const headerKey = (server: string): string => `http.${server}/.extraheader`;

async function authenticate(kit: Kit, git: Git, server: string): Promise<void> {
  const token = kit.input('token', { required: true });
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  kit.hide(basic);
  await git(['config', '--local', headerKey(server), `AUTHORIZATION: basic ${basic}`], { silent: true });
}

async function removeHeader(git: Git, server: string): Promise<void> {
  await git(['config', '--local', '--unset-all', headerKey(server)], { silent: true, mayFail: true });
}

async function defaultBranch(git: Git): Promise<string> {
  const { stdout } = await git(['ls-remote', '--quiet', '--exit-code', '--symref', 'origin', 'HEAD'], {
    silent: true,
  });
  const ref = /^ref: (\S+)\s+HEAD/m.exec(stdout)?.[1];
  if (ref === undefined) throw new ActionFailure('Unexpected output when retrieving default branch');
  return ref;
}

async function fetchCommits(kit: Kit, git: Git, wanted: Wanted): Promise<void> {
  const tags = kit.boolean('fetch-tags');
  const filter = kit.input('filter') || (kit.input('sparse-checkout') === '' ? '' : 'blob:none');
  const fetch = (refspecs: readonly string[]): Promise<CommandResult> =>
    git([
      '-c',
      'protocol.version=2',
      'fetch',
      ...(tags || wanted.depth === 0 ? ['--tags'] : ['--no-tags']),
      '--prune',
      '--no-recurse-submodules',
      ...(filter === '' ? [] : [`--filter=${filter}`]),
      ...(wanted.depth > 0 ? [`--depth=${wanted.depth}`] : []),
      'origin',
      ...refspecs,
    ]);
  if (wanted.depth > 0) {
    await fetch(refspecsOf(wanted));
    return;
  }
  await fetch(['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*']);
  const present = await git(['cat-file', '-e', wanted.commit === '' ? 'HEAD' : wanted.commit], {
    silent: true,
    mayFail: true,
  });
  if (wanted.commit !== '' && present.code === 0 && !wanted.ref.startsWith('refs/pull/')) return;
  if (wanted.commit !== '' || wanted.ref.startsWith('refs/pull/')) await fetch(refspecsOf(wanted));
}

/** What to ask for, and where it goes: branches below refs/remotes/origin, pull requests below refs/remotes/pull. */
function refspecsOf({ ref, commit }: Wanted): string[] {
  const at = commit === '' ? ref : commit;
  const [, kind, name] = /^refs\/(heads|pull|tags)\/(.+)$/.exec(ref) ?? [];
  if (kind === 'heads') return [`+${at}:refs/remotes/origin/${name}`];
  if (kind === 'pull') return [`+${at}:refs/remotes/pull/${name}`];
  // A tag keeps its own object.
  if (kind === 'tags') return [`+${ref}:${ref}`];
  if (ref === '') return [commit];
  if (ref.startsWith('refs/')) return [`+${at}:${ref}`];
  return [`+refs/heads/${ref}*:refs/remotes/origin/${ref}*`, `+refs/tags/${ref}*:refs/tags/${ref}*`];
}

async function switchTo(git: Git, { ref, commit }: Wanted): Promise<void> {
  const [, kind, name] = /^refs\/(heads|pull|tags)\/(.+)$/.exec(ref) ?? [];
  const exists = async (full: string): Promise<boolean> =>
    (await git(['rev-parse', '--verify', '--quiet', full], { silent: true, mayFail: true })).code === 0;
  const branch = (short: string): Promise<CommandResult> =>
    git(['checkout', '--progress', '--force', '-B', short, `refs/remotes/origin/${short}`]);
  const detach = (what: string): Promise<CommandResult> => git(['checkout', '--progress', '--force', what]);
  if (kind === 'heads') await branch(name!);
  else if (kind === 'pull') await detach(`refs/remotes/pull/${name}`);
  else if (kind === 'tags') await detach(ref);
  else if (ref === '') await detach(commit);
  else if (ref.startsWith('refs/')) await detach(ref);
  else if (await exists(`refs/remotes/origin/${ref}`)) await branch(ref);
  else if (await exists(`refs/tags/${ref}`)) await detach(`refs/tags/${ref}`);
  else throw new ActionFailure(`A branch or tag with the name '${ref}' could not be found`);
}

async function sparse(kit: Kit, git: Git): Promise<void> {
  const patterns = kit.lines('sparse-checkout');
  if (patterns.length === 0) return;
  const mode = kit.boolean('sparse-checkout-cone-mode') ? '--cone' : '--no-cone';
  await kit.group('Setting up sparse checkout', () =>
    git(['sparse-checkout', 'set', mode, '--stdin'], { input: `${patterns.join('\n')}\n` }),
  );
}

async function updateSubmodules(kit: Kit, git: Git): Promise<void> {
  const wanted = kit.input('submodules').toLowerCase();
  if (wanted !== 'true' && wanted !== 'recursive') return;
  const recursive = wanted === 'recursive' ? ['--recursive'] : [];
  const depth = Number.parseInt(kit.input('fetch-depth'), 10) || 0;
  await kit.group('Fetching submodules', async () => {
    await git(['submodule', 'sync', ...recursive]);
    const update = [
      'submodule',
      'update',
      '--init',
      '--force',
      ...(depth > 0 ? [`--depth=${depth}`] : []),
      ...recursive,
    ];
    await git(['-c', 'protocol.version=2', ...update]);
  });
}

async function forgetCredentials(kit: Kit): Promise<void> {
  const [folder, server] = [kit.state('folder'), kit.state('server')];
  if (folder === '' || !existsSync(join(folder, '.git'))) return;
  await removeHeader(gitIn(kit, folder), server);
}
