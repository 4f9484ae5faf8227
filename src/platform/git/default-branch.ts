import { InputError } from '../../contracts/errors.ts';
import { tryGit } from './git.ts';
import { gitObjects } from './objects.ts';

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
  // One process for both questions.
  const objects = gitObjects(folder, {});
  const ask = async (names: readonly string[]) => {
    try {
      return await objects.ask(names);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      throw new InputError({ code: 'GIT', message: `git cat-file failed in ${folder}: ${said}` });
    }
  };
  const heads = await ask(REFS);
  const at = heads.findIndex((head) => head !== null);
  if (at < 0) return null;
  const commit = heads[at]!.id;
  const [file] = await ask([`${commit}:${path}`]);
  return { commit, ref: REFS[at]!, text: file?.type === 'blob' ? file.content.toString('utf8') : null };
}

/** Address of a remote as it is configured (`insteadOf` applied); null where there is none. */
export async function remoteUrl(folder: string, remote = 'origin'): Promise<string | null> {
  return await tryGit(folder, ['remote', 'get-url', remote]);
}

/** Name and address that git would commit as; null for what is not configured. */
export async function gitIdentity(
  folder: string,
): Promise<{ readonly name: string | null; readonly email: string | null }> {
  const listed = (await tryGit(folder, ['config', '--null', '--get-regexp', '^user\\.(name|email)$'])) ?? '';
  // Of several values the last one counts.
  const found = new Map(
    listed.split('\0').map((line) => {
      const end = line.indexOf('\n');
      return [line.slice(0, end), line.slice(end + 1).trim()];
    }),
  );
  return { name: found.get('user.name') ?? null, email: found.get('user.email') ?? null };
}
