import { parseTag, readCommit } from '../../git/commit-object.ts';
import { isObjectId } from '../../git/objects.ts';
import { findEntry } from '../../git/tree.ts';
import { refKey, type Repository } from '../../state/repositories.ts';
import type { Asking } from '../asking.ts';
import type { ObjectNode } from './nodes.ts';

const NAMES = { commit: 'Commit', tree: 'Tree', blob: 'Blob', tag: 'Tag' } as const;

/** The git object of that id; null where the repository has none. */
export function objectOf(asking: Asking, repository: Repository, oid: string): ObjectNode | null {
  const object = isObjectId(oid) ? asking.core.objects(repository).read(oid) : undefined;
  return object === undefined ? null : { __typename: NAMES[object.type], oid, repository };
}

/** What a revision of git names: `HEAD`, `main`, `refs/tags/v1`, an id, each also with `:path`. Null where nothing is. */
export function objectAt(asking: Asking, repository: Repository, expression: string): ObjectNode | null {
  const colon = expression.indexOf(':');
  const revision = colon === -1 ? expression : expression.slice(0, colon);
  const oid = revisionOid(asking, repository, revision);
  if (oid === undefined) return null;
  if (colon === -1) return objectOf(asking, repository, oid);
  const store = asking.core.objects(repository);
  const commit = commitOid(asking, repository, oid);
  if (commit === undefined) return null;
  const entry = findEntry(store, readCommit(store, commit).tree, expression.slice(colon + 1));
  return entry === undefined ? null : objectOf(asking, repository, entry.id);
}

/** The commit a tag or a commit leads to. */
export function commitOid(asking: Asking, repository: Repository, oid: string): string | undefined {
  const object = asking.core.objects(repository).read(oid);
  if (object?.type === 'tag') return commitOid(asking, repository, parseTag(object.body).object);
  return object?.type === 'commit' ? oid : undefined;
}

/** Seconds at which the commit behind an object was made; 0 where it is none. */
export function commitTime(asking: Asking, repository: Repository, oid: string): number {
  const commit = commitOid(asking, repository, oid);
  return commit === undefined ? 0 : readCommit(asking.core.objects(repository), commit).committer.time;
}

function revisionOid(asking: Asking, repository: Repository, revision: string): string | undefined {
  const { refs } = asking.tables;
  const names =
    revision === 'HEAD'
      ? [`refs/heads/${repository.defaultBranch}`]
      : [revision, `refs/${revision}`, `refs/tags/${revision}`, `refs/heads/${revision}`];
  for (const name of names) {
    const row = refs.get(refKey(repository.id, name));
    if (row !== undefined) return row.oid;
  }
  return isObjectId(revision) ? revision : undefined;
}
