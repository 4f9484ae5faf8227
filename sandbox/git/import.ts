/** Takes a local repository into the sandbox: its objects, branches, tags and default branch. */
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { StartError } from '../start-error.ts';
import { makeMirror, type MirrorTarget } from './mirror.ts';
import { runGit } from './run.ts';

export interface ImportedRepository {
  /** Name of its folder, without `.git`. */
  readonly name: string;
  /** Branches and tags by full name. */
  readonly refs: ReadonlyMap<string, string>;
  /** Name of the branch that is checked out, `main` where none is. */
  readonly defaultBranch: string;
}

function noRepository(path: string, why: string): StartError {
  return new StartError(
    'import-no-repository',
    `${path} cannot be imported: ${why}`,
    'name the folder of a git repository: one with a .git inside, or a bare one',
  );
}

/** Runs git in the user's repository, with the user's settings. */
function ask(path: string, ...args: string[]): string | undefined {
  const done = runGit({ args: ['-C', path, ...args] }, false);
  return done.status === 0 ? done.stdout.trim() : undefined;
}

function checkedOut(path: string, refs: ReadonlyMap<string, string>): string {
  const head = ask(path, 'symbolic-ref', '-q', 'HEAD')?.replace(/^refs\/heads\//, '');
  if (head !== undefined && head !== '') return head;
  const branches = [...refs.keys()].filter((name) => name.startsWith('refs/heads/'));
  const usual = ['refs/heads/main', 'refs/heads/master'].find((name) => refs.has(name));
  return (usual ?? branches[0] ?? 'refs/heads/main').slice('refs/heads/'.length);
}

/**
 * Copies all objects that branches and tags of the repository at `path` need; changes which are not committed stay
 * where they are.
 * @throws StartError `import-missing`, `import-no-repository` (also for a shallow or damaged repository)
 */
export function importRepository(path: string, target: MirrorTarget): ImportedRepository {
  const source = resolve(path);
  if (!existsSync(source))
    throw new StartError('import-missing', `there is nothing at ${source}`, 'check the path after --import');
  const folder = ask(source, 'rev-parse', '--absolute-git-dir');
  if (folder === undefined) throw noRepository(source, 'git finds no repository there');
  if (ask(source, 'rev-parse', '--is-shallow-repository') === 'true')
    throw new StartError(
      'import-no-repository',
      `${source} is a shallow clone: a part of its history is missing`,
      'run "git fetch --unshallow" in it first',
    );
  const listed = ask(source, 'for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads', 'refs/tags');
  const lines = (listed ?? '').split('\n').filter((line) => line !== '');
  const refs = new Map(lines.map((line) => [line.slice(41), line.slice(0, 40)] as const));
  makeMirror(target);
  if (refs.size > 0) {
    const options = [
      '-q',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-auto-gc',
      '--no-recurse-submodules',
      '--stdin',
    ];
    const args = ['-c', 'fetch.unpackLimit=100', 'fetch', ...options, folder];
    const done = runGit({ args, ...target }, false, [...refs.keys()].join('\n'));
    if (done.status !== 0) throw noRepository(source, done.stderr.trim().split('\n').at(-1) ?? 'git failed');
  }
  const inner = basename(folder) === '.git' ? resolve(folder, '..') : folder;
  return { name: basename(inner).replace(/\.git$/, ''), refs, defaultBranch: checkedOut(source, refs) };
}
