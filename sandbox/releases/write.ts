import type { Actor } from '../issues/actor.ts';
import { removeReactions } from '../issues/reactions.ts';
import { newId, now, randomHex, type Core } from '../kernel/core.ts';
import { ApiError, notFound, validationFailed, type FieldError } from '../kernel/errors.ts';
import { followRefs } from '../refs/followers.ts';
import type { Release } from '../state/releases.ts';
import { tagKey } from '../state/releases.ts';
import type { Repository } from '../state/repositories.ts';
import { assetsOf, dropBytes } from './assets.ts';
import { tellRelease, tellWritten } from './events.ts';
import { settleLatest, type MakeLatest } from './latest.ts';
import { publishable } from './publish.ts';
import { commitTime, goneKey, targetCommit } from './tags.ts';

/** What a release can be given; members left out stay as they are, or have GitHub's defaults in a new one. */
export interface ReleaseInput {
  readonly tag_name?: string;
  readonly target_commitish?: string;
  readonly name?: string | null;
  readonly body?: string | null;
  readonly draft?: boolean;
  readonly prerelease?: boolean;
  readonly make_latest?: MakeLatest;
  readonly discussion_category_name?: string;
}

const BODY_CHARACTERS = 125_000;

/**
 * Makes a release; one that is no draft is published at once, its tag made where it is missing.
 * https://docs.github.com/rest/releases/releases#create-a-release
 * @throws ApiError 422 for a tag that has a release, is no name, was an immutable release's, or may not be made
 */
export function createRelease(
  core: Core,
  actor: Actor,
  repository: Repository,
  input: ReleaseInput & { readonly tag_name: string },
): Release {
  checkInput(core, repository, input, input.draft !== true);
  const at = now(core);
  const draft = core.tables.releases.put({
    id: newId(core),
    repositoryId: repository.id,
    tag: input.tag_name,
    target: input.target_commitish ?? repository.defaultBranch,
    name: input.name ?? null,
    body: input.body ?? null,
    draft: true,
    prerelease: input.prerelease ?? false,
    immutable: false,
    latest: false,
    authorId: actor.account.id,
    slug: `untagged-${randomHex(core, 10)}`,
    createdAt: at,
    publishedAt: null,
    updatedAt: at,
  });
  if (input.draft === true) {
    tellRelease(core, actor, draft, 'created');
    return draft;
  }
  const release = settleLatest(core, publish(core, actor, repository, draft), input.make_latest ?? 'true');
  tellWritten(core, actor, undefined, release);
  return release;
}

/**
 * Changes a release: publishes a draft, takes a published one back, edits. Of an immutable one only title and notes
 * can be changed. https://docs.github.com/rest/releases/releases#update-a-release
 */
export function updateRelease(core: Core, actor: Actor, before: Release, input: ReleaseInput): Release {
  const repository = core.tables.repositories.require(before.repositoryId);
  if (before.immutable) refuseImmutable(before, input);
  const draft = input.draft ?? before.draft;
  checkInput(core, repository, input, before.draft && !draft);
  const tag = input.tag_name ?? before.tag;
  if (!before.draft && tag !== before.tag) refuseTaken(core, repository, before, tag);
  let release: Release = {
    ...before,
    tag,
    target: input.target_commitish ?? before.target,
    name: input.name === undefined ? before.name : input.name,
    body: input.body === undefined ? before.body : input.body,
    prerelease: input.prerelease ?? before.prerelease,
    updatedAt: now(core),
  };
  let make = input.make_latest;
  if (before.draft && !draft) {
    release = publish(core, actor, repository, release);
    make ??= 'true';
  } else if (draft) release = { ...release, draft, publishedAt: null };
  else if (tag !== before.tag) release = publish(core, actor, repository, release);
  const written = settleLatest(core, core.tables.releases.put(release), make);
  tellWritten(core, actor, before, written, input.make_latest);
  return written;
}

/** Deletes a release with its assets. Its tag stays; of an immutable one the tag's name is burnt. */
export function deleteRelease(core: Core, actor: Actor, release: Release): void {
  tellRelease(core, actor, release, 'deleted');
  for (const asset of assetsOf(core, release.id)) {
    dropBytes(core, asset);
    core.tables.assets.remove(asset.id);
  }
  removeReactions(core, 'release', release.id);
  core.tables.releases.remove(release.id);
}

/** Makes published releases whose tag is gone drafts again, as GitHub does when a tag is deleted. */
followRefs((core, repository, _actor, changes) => {
  for (const { ref, after } of changes) {
    if (after === null && ref.startsWith('refs/tags/')) unpublishOf(core, repository.id, ref.slice(10));
  }
});

function unpublishOf(core: Core, repositoryId: number, tag: string): void {
  for (const release of core.tables.releases.where('publishedTag', tagKey(repositoryId, tag))) {
    core.tables.releases.put({
      ...release,
      draft: true,
      latest: false,
      publishedAt: null,
      updatedAt: now(core),
    });
  }
}

function publish(core: Core, actor: Actor, repository: Repository, release: Release): Release {
  refuseTaken(core, repository, release, release.tag);
  const commit = publishable(core, actor, repository, release);
  const immutable = release.draft && repository.immutableReleases;
  if (immutable) {
    core.tables.immutableTags.put({
      key: tagKey(repository.id, release.tag),
      repositoryId: repository.id,
      tag: release.tag,
      releaseId: release.id,
    });
  }
  return core.tables.releases.put({
    ...release,
    draft: false,
    immutable,
    createdAt: commitTime(core, repository, commit),
    publishedAt: release.publishedAt ?? now(core),
  });
}

function refuseTaken(core: Core, repository: Repository, release: Release, tag: string): void {
  const taken = core.tables.releases.where('publishedTag', tagKey(repository.id, tag));
  if (taken.some(({ id }) => id !== release.id)) {
    throw validationFailed({ resource: 'Release', code: 'already_exists', field: 'tag_name' });
  }
}

function checkInput(core: Core, repository: Repository, input: ReleaseInput, publishes: boolean): void {
  // A category that does not exist is "Not Found"; without discussions none exists.
  if (input.discussion_category_name !== undefined) throw notFound();
  const errors: FieldError[] = [];
  if (input.tag_name === '') errors.push({ resource: 'Release', code: 'missing_field', field: 'tag_name' });
  if ((input.body ?? '').length > BODY_CHARACTERS) {
    const message = `body is too long (maximum is ${BODY_CHARACTERS} characters)`;
    errors.push({ resource: 'Release', code: 'custom', field: 'body', message });
  }
  const target = input.target_commitish;
  // Publishing looks at the target itself, and says more.
  if (target !== undefined && !publishes && targetCommit(core, repository, target) === undefined) {
    errors.push({ resource: 'Release', code: 'invalid', field: 'target_commitish' });
  }
  if (errors.length > 0) throw validationFailed(...errors);
}

function refuseImmutable(before: Release, input: ReleaseInput): void {
  const changed =
    (input.tag_name !== undefined && input.tag_name !== before.tag) ||
    (input.target_commitish !== undefined && input.target_commitish !== before.target) ||
    (input.prerelease !== undefined && input.prerelease !== before.prerelease) ||
    input.draft === true;
  if (changed) throw new ApiError(422, 'Immutable releases can only have their title and notes modified.');
}

/** Removes what a deleted repository leaves behind; the names of immutable tags stay taken under its name. */
export function forgetReleases(core: Core, repository: Repository): void {
  const { immutableTags, releases } = core.tables;
  for (const lock of immutableTags.where('repository', repository.id)) {
    immutableTags.remove(lock.key);
    const key = goneKey(repository.ownerId, repository.name, lock.tag);
    immutableTags.put({ ...lock, key, repositoryId: 0 });
  }
  for (const release of releases.where('repository', repository.id)) {
    for (const asset of assetsOf(core, release.id)) {
      dropBytes(core, asset);
      core.tables.assets.remove(asset.id);
    }
    releases.remove(release.id);
  }
}
