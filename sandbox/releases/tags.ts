import { parseCommit, peel } from '../git/commit-object.ts';
import { isObjectId, readBody } from '../git/objects.ts';
import { isoTime } from '../git/person.ts';
import type { Core } from '../kernel/core.ts';
import { refKey, type Repository } from '../state/repositories.ts';
import { tagKey } from '../state/releases.ts';

/** Object a ref of the repository names; undefined where there is no such ref. */
export function refOid(core: Core, repository: Repository, name: string): string | undefined {
  return core.tables.refs.get(refKey(repository.id, name))?.oid;
}

/** Commit an object leads to through annotated tags; undefined where it leads to none. */
export function commitOf(core: Core, repository: Repository, oid: string): string | undefined {
  const peeled = peel(core.objects(repository), oid);
  return peeled?.type === 'commit' ? peeled.id : undefined;
}

/** The commit of a `target_commitish`: a branch, or the whole id of a commit. Tags and short ids are no targets. */
export function targetCommit(core: Core, repository: Repository, target: string): string | undefined {
  const branch = target.startsWith('refs/heads/') ? target : `refs/heads/${target}`;
  const oid = refOid(core, repository, branch) ?? (isObjectId(target) ? target : undefined);
  return oid === undefined ? undefined : commitOf(core, repository, oid);
}

/** The commit a tag names, if the tag is there. */
export function taggedCommit(core: Core, repository: Repository, tag: string): string | undefined {
  const oid = refOid(core, repository, `refs/tags/${tag}`);
  return oid === undefined ? undefined : commitOf(core, repository, oid);
}

/** When a commit was made, as GitHub writes times. */
export function commitTime(core: Core, repository: Repository, commit: string): string {
  return isoTime(parseCommit(readBody(core.objects(repository), commit, 'commit')).committer);
}

/**
 * What immutability says of a tag's name: `frozen` while the release is there (the tag can neither move nor go),
 * `burnt` once it is deleted (the tag may go, but never come back), undefined for all others.
 * https://docs.github.com/code-security/concepts/supply-chain-security/immutable-releases
 */
export function tagLock(core: Core, repositoryId: number, tag: string): 'frozen' | 'burnt' | undefined {
  const { immutableTags, repositories, releases } = core.tables;
  const { ownerId, name } = repositories.require(repositoryId);
  const lock = immutableTags.get(tagKey(repositoryId, tag)) ?? immutableTags.get(goneKey(ownerId, name, tag));
  if (lock === undefined) return undefined;
  return releases.get(lock.releaseId) === undefined ? 'burnt' : 'frozen';
}

/**
 * Key of a tag of a repository that is no more: "Even if you delete a repository and create a new one with the same
 * name, you cannot reuse tags that were associated with immutable releases in the original repository."
 */
export function goneKey(ownerId: number, name: string, tag: string): string {
  return `${ownerId}/${name.toLowerCase()}/${tag}`;
}

/**
 * What immutability has against a change of a ref, in the words of the rules it works by; nobody may pass them over.
 * Undefined where it has nothing.
 */
export function lockSentence(
  core: Core,
  repositoryId: number,
  change: { readonly ref: string; readonly before: string | null; readonly after: string | null },
): string | undefined {
  if (!change.ref.startsWith('refs/tags/')) return undefined;
  const lock = tagLock(core, repositoryId, change.ref.slice('refs/tags/'.length));
  if (lock === undefined) return undefined;
  if (change.before === null) return 'Cannot create ref due to creations being restricted.';
  if (change.after !== null) return 'Cannot update this protected ref.';
  return lock === 'frozen' ? 'Cannot delete this tag' : undefined;
}
