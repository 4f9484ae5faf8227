import { peel } from '../../git/commit-object.ts';
import { isObjectId } from '../../git/objects.ts';
import { refKey, type Repository } from '../../state/repositories.ts';
import { notHere, type Page } from '../page.ts';

/** What an address names: a branch, tag or commit, and a path in it. */
export interface Revision {
  /** As it is written in addresses. */
  readonly name: string;
  readonly kind: 'branch' | 'tag' | 'commit';
  readonly oid: string;
  readonly path: string;
}

/**
 * Takes apart `branch/with/slashes/and/a/path`: the longest branch or tag that there is, else a commit's id.
 * @throws PageError 404 where it names nothing
 */
export function revisionOf(page: Page, repository: Repository, text: string): Revision {
  const parts = text.split('/').filter((part) => part !== '');
  for (let length = parts.length; length > 0; length--) {
    const name = parts.slice(0, length).join('/');
    const found = named(page, repository, name);
    if (found !== undefined) return { ...found, name, path: parts.slice(length).join('/') };
  }
  throw notHere();
}

function named(page: Page, repository: Repository, name: string): Pick<Revision, 'kind' | 'oid'> | undefined {
  const { refs } = page.core.tables;
  const store = page.core.objects(repository);
  const branch = refs.get(refKey(repository.id, `refs/heads/${name}`));
  if (branch !== undefined) return { kind: 'branch', oid: branch.oid };
  const tag = refs.get(refKey(repository.id, `refs/tags/${name}`));
  const target = peel(store, tag?.oid ?? (isObjectId(name) ? name : ''));
  if (target?.type !== 'commit') return undefined;
  return { kind: tag === undefined ? 'commit' : 'tag', oid: target.id };
}

/** The default branch; undefined in a repository without commits. */
export function defaultRevision(page: Page, repository: Repository): Revision | undefined {
  const name = repository.defaultBranch;
  const found = named(page, repository, name);
  return found === undefined ? undefined : { ...found, name, path: '' };
}

/** Short names of all branches or tags. */
export function refNames(page: Page, repository: Repository, kind: 'heads' | 'tags'): string[] {
  const prefix = `refs/${kind}/`;
  return page.core.tables.refs
    .where('repository', repository.id)
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ name }) => name.slice(prefix.length));
}
