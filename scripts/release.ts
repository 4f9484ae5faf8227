import { execFileSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { bundle, checkBundle } from './bundle.ts';
import { notesOf, problemsOf, stamp } from './release/checks.ts';

/**
 * Makes the commits and tags of a version of the actions: `node scripts/release.ts 1.2.3 [--push REMOTE]`. Without `--push` it
 * is a rehearsal: all is made, in a clone that is deleted, and nothing leaves this machine.
 *
 * main never holds dist/. A release is two commits beside it: one adds dist/, the next points the reusable workflows to the
 * first one's actions, and is what the tags name. Both take their time from the commit they are made of: whoever repeats it
 * gets the same ids.
 */

const ROOT = join(import.meta.dirname, '..');
/** Reusable workflows, whose steps use our actions. */
const WORKFLOWS = '.github/workflows/*.yml';
/** What users copy: it names the release once that is there. */
const COPIED = ['README.md', 'docs/*.md', 'actions/*/README.md', 'templates/**/*.{yml,md}'];

interface Made {
  /** Holds dist/. */
  readonly actions: string;
  /** What the tags name. */
  readonly commit: string;
}

function main(): Promise<void> | void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { push: { type: 'string' } },
  });
  const [version = ''] = positionals;
  const problems = problemsOf({
    version,
    manifest: (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version,
    changelog: readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'),
    tags: git(ROOT, 'tag', '--list', 'v*').split('\n'),
    changed: git(ROOT, 'status', '--porcelain', '--untracked-files=no').split('\n').filter(Boolean),
  });
  if (problems.length === 0) return release(version, values.push);
  for (const problem of problems) console.error(`release: ${problem}`);
  process.exitCode = 1;
}

async function release(version: string, remote: string | undefined): Promise<void> {
  const clone = mkdtempSync(join(tmpdir(), 'slipway-release-'));
  try {
    git(ROOT, 'clone', '--quiet', '--no-tags', ROOT, clone);
    git(clone, 'checkout', '--quiet', '--detach', git(ROOT, 'rev-parse', 'HEAD'));
    await buildTwice(clone);
    const notes = notesOf(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), version) ?? '';
    const made = makeRelease(clone, version, notes);
    console.log(`release: v${version} is ${made.commit}, its actions ${made.actions}`);
    if (remote === undefined) console.log('release: rehearsed; nothing was pushed');
    else push(clone, version, remote, made);
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
}

/** Here and in the clone: a bundle that nobody can repeat is not released. */
async function buildTwice(clone: string): Promise<void> {
  symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
  execFileSync(process.execPath, ['scripts/bundle.ts', 'dist'], { cwd: clone, stdio: 'inherit' });
  const again = mkdtempSync(join(tmpdir(), 'slipway-again-'));
  try {
    await bundle(again);
    checkBundle(again);
    const names = readdirSync(again).sort();
    const same = (name: string): boolean =>
      existsSync(join(clone, 'dist', name)) &&
      readFileSync(join(again, name)).equals(readFileSync(join(clone, 'dist', name)));
    const other = names.filter((name) => !same(name));
    if (other.length > 0 || readdirSync(join(clone, 'dist')).length !== names.length)
      throw new Error(`two builds differ: ${other.join(', ')}`);
  } finally {
    rmSync(again, { recursive: true, force: true });
  }
}

/** Commits and tags a release in a repository whose checked-out commit is released, with `dist/` built in it. */
export function makeRelease(repository: string, version: string, notes: string): Made {
  const when = git(repository, 'show', '--no-patch', '--format=%cI', 'HEAD');
  const by = { name: 'Slipway', email: 'noreply@users.noreply.github.com' };
  const env = {
    ...{ GIT_AUTHOR_NAME: by.name, GIT_AUTHOR_EMAIL: by.email, GIT_AUTHOR_DATE: when },
    ...{ GIT_COMMITTER_NAME: by.name, GIT_COMMITTER_EMAIL: by.email, GIT_COMMITTER_DATE: when },
  };
  const run = (...args: readonly string[]): string => git(repository, ...args, env);
  run('add', '--force', 'dist');
  run('commit', '--quiet', '--no-verify', '--message', `build: dist of v${version}`);
  const actions = run('rev-parse', 'HEAD');
  stampFiles(repository, [WORKFLOWS], actions, `parent of v${version}`);
  run('commit', '--quiet', '--no-verify', '--allow-empty', '--all', '--message', `build: v${version}`);
  const commit = run('rev-parse', 'HEAD');
  run('tag', '--annotate', `v${version}`, '--message', `v${version}\n\n${notes}`);
  run('tag', '--force', `v${version.split('.', 1)[0] ?? ''}`);
  return { actions, commit };
}

/** The exact tag must be new; the major one moves. Afterwards what users copy names the release. */
function push(clone: string, version: string, remote: string, { commit }: Made): void {
  const url = existsSync(remote) || remote.includes('://') ? remote : git(ROOT, 'remote', 'get-url', remote);
  const major = `refs/tags/v${version.split('.', 1)[0] ?? ''}`;
  git(clone, 'push', '--quiet', '--atomic', url, `refs/tags/v${version}`, `+${major}`);
  const files = stampFiles(ROOT, COPIED, commit, `v${version}`);
  console.log(`release: pushed v${version} to ${url}; commit what names it now: ${files.join(' ')}`);
}

/** Stamps files by patterns; gives those that changed. */
export function stampFiles(
  root: string,
  patterns: readonly string[],
  sha: string,
  label: string,
): readonly string[] {
  return globSync([...patterns], { cwd: root })
    .sort()
    .filter((file) => {
      const before = readFileSync(join(root, file), 'utf8');
      const after = stamp(before, sha, label);
      if (after !== before) writeFileSync(join(root, file), after);
      return after !== before;
    });
}

/** Output of git without its last line feed; a last argument that is an object is added to its environment. */
function git(cwd: string, ...rest: readonly (string | Readonly<Record<string, string>>)[]): string {
  const args = rest.filter((one) => typeof one === 'string');
  const env = rest.find((one) => typeof one === 'object') ?? {};
  return execFileSync('git', args, { cwd, encoding: 'utf8', env: { ...process.env, ...env } }).trimEnd();
}

if (import.meta.main) await main();
