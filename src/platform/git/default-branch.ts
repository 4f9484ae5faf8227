import { git, tryGit } from './git.ts';

/** Where the default branch is looked for, in this order. */
const REFS = [
  'refs/remotes/origin/HEAD',
  'refs/remotes/origin/main',
  'refs/heads/main',
  'refs/remotes/origin/master',
  'refs/heads/master',
];

/** A file of the default branch, as far as it was fetched; text null where that commit has none. */
export interface DefaultBranchFile {
  readonly commit: string;
  readonly ref: string;
  readonly text: string | null;
}

/**
 * Reads a file (a path from the root) of the default branch: of origin's where there is one, else of `main` or `master`.
 * Null where the clone has no such branch.
 *
 * @throws InputError GIT `folder` is in no repository
 */
export async function defaultBranchFile(folder: string, path: string): Promise<DefaultBranchFile | null> {
  const listed = await git(folder, ['for-each-ref', '--format=%(refname) %(objectname)', ...REFS]);
  const found = new Map(listed.split('\n').map((line) => line.split(' ', 2) as [string, string]));
  const ref = REFS.find((name) => found.has(name));
  if (ref === undefined) return null;
  const commit = found.get(ref)!;
  return { commit, ref, text: await tryGit(folder, ['cat-file', 'blob', `${commit}:${path}`]) };
}

/** Address of a remote as it is configured (`insteadOf` applied); null where there is none. */
export async function remoteUrl(folder: string, remote = 'origin'): Promise<string | null> {
  return await tryGit(folder, ['remote', 'get-url', remote]);
}

/** Name and address that git would commit as; null for what is not configured. */
export async function gitIdentity(
  folder: string,
): Promise<{ readonly name: string | null; readonly email: string | null }> {
  const [name, email] = await Promise.all(
    ['user.name', 'user.email'].map((key) => tryGit(folder, ['config', '--get', key])),
  );
  return { name: name ?? null, email: email ?? null };
}
