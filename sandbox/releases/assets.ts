import type { Actor } from '../issues/actor.ts';
import { newId, now, type Core } from '../kernel/core.ts';
import { ApiError, notFound, validationFailed, type FieldError } from '../kernel/errors.ts';
import type { StoredBlob } from '../kernel/message.ts';
import type { Asset, Release } from '../state/releases.ts';
import { assetName } from './asset-name.ts';

/** Assets of a release, oldest first. */
export function assetsOf(core: Core, releaseId: number): Asset[] {
  return core.tables.assets.where('release', releaseId);
}

/** What an upload says of itself before its bytes come. */
export interface AssetHead {
  readonly name: string;
  readonly label: string | null;
  readonly contentType: string;
  /** As declared; undefined where it was not. */
  readonly size: number | undefined;
}

/**
 * Registers an upload whose bytes are still to come. If they never do, the asset stays a `starter` and its name taken,
 * until somebody deletes it. https://docs.github.com/rest/releases/assets#upload-a-release-asset
 * @throws ApiError 422 for a name that is taken, an empty or too large file, too many assets, an immutable release
 */
export function beginAsset(core: Core, actor: Actor, release: Release, head: AssetHead): Asset {
  if (release.immutable) throw new ApiError(422, 'Cannot upload assets to an immutable release.');
  const name = assetName(head.name);
  if (head.size !== undefined) checkSize(core, head.size);
  refuseTaken(core, release.id, name);
  if (core.tables.assets.count('release', release.id) >= core.limits.assetsPerRelease) {
    const message = `file_count limited to ${core.limits.assetsPerRelease} assets per release`;
    throw wrong({ code: 'custom', field: 'file_count', message });
  }
  const at = now(core);
  return core.tables.assets.put({
    id: newId(core),
    repositoryId: release.repositoryId,
    releaseId: release.id,
    name,
    label: head.label,
    contentType: head.contentType,
    state: 'starter',
    size: 0,
    sha256: null,
    blob: null,
    downloads: 0,
    uploaderId: actor.account.id,
    createdAt: at,
    updatedAt: at,
  });
}

/** Gives a begun asset its bytes. @throws ApiError 404 where it was deleted meanwhile, 422 for no bytes at all */
export function finishAsset(core: Core, id: number, blob: StoredBlob): Asset {
  const asset = core.tables.assets.get(id);
  if (asset?.state !== 'starter') throw notFound();
  checkSize(core, blob.size);
  const { size, sha256 } = blob;
  return core.tables.assets.put({
    ...asset,
    state: 'uploaded',
    size,
    sha256,
    blob: blob.blob,
    updatedAt: now(core),
  });
}

/** Renames or relabels. @throws ApiError 422 for a name that is taken, an immutable release */
export function updateAsset(
  core: Core,
  asset: Asset,
  change: { readonly name?: string; readonly label?: string },
): Asset {
  refuseImmutable(core, asset);
  const name = change.name === undefined ? asset.name : assetName(change.name);
  if (name !== asset.name) refuseTaken(core, asset.releaseId, name);
  return core.tables.assets.put({ ...asset, name, label: change.label ?? asset.label, updatedAt: now(core) });
}

/** Deletes an asset, also one whose upload never ended. @throws ApiError 422 on an immutable release */
export function deleteAsset(core: Core, asset: Asset): void {
  refuseImmutable(core, asset);
  dropBytes(core, asset);
  core.tables.assets.remove(asset.id);
}

/** Removes the bytes of an asset once the transaction is durable. */
export function dropBytes(core: Core, { blob }: Asset): void {
  if (blob === null) return;
  core.store.afterCommit(() => {
    core.blobs.remove(blob);
  });
}

/** Counts a download. */
export function countDownload(core: Core, asset: Asset): void {
  core.tables.assets.put({ ...asset, downloads: asset.downloads + 1 });
}

function refuseImmutable(core: Core, asset: Asset): void {
  if (core.tables.releases.require(asset.releaseId).immutable)
    throw new ApiError(422, 'Cannot modify assets of an immutable release.');
}

function refuseTaken(core: Core, releaseId: number, name: string): void {
  if (core.tables.assets.count('name', `${releaseId}/${name}`) > 0)
    throw wrong({ code: 'already_exists', field: 'name' });
}

/** One byte above the limit is an error of the server, as reported; above that it is refused. */
function checkSize(core: Core, size: number): void {
  const limit = core.limits.assetBytes;
  if (size === limit + 1) throw new ApiError(500, 'Server Error');
  if (size > limit)
    throw wrong({ code: 'custom', field: 'size', message: `size must be less than ${limit + 1}` });
  if (size < 1)
    throw wrong({ code: 'custom', field: 'size', message: 'size must be greater than or equal to 1' });
}

function wrong(error: Omit<FieldError, 'resource'>): ApiError {
  return validationFailed({ resource: 'ReleaseAsset', ...error });
}
