import { actorOf } from '../issues/actor.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, notFound } from '../kernel/errors.ts';
import type { BlobBody } from '../kernel/message.ts';
import {
  beginAsset,
  assetsOf,
  deleteAsset,
  finishAsset,
  updateAsset,
  type AssetHead,
} from '../releases/assets.ts';
import { assetBytes, seesDrafts } from '../releases/download.ts';
import { assetAddress } from '../releases/storage.ts';
import { isBegun, UPLOAD_BEGINS } from '../releases/upload.ts';
import type { Asset } from '../state/releases.ts';
import { assetView } from '../views/releases.ts';
import { releaseOf } from './releases.ts';

/** The asset of the path. @throws ApiError 404, for those of drafts also where the caller has no push access */
function assetOf(c: Context): Asset {
  const asset = c.tables.assets.get(c.number('asset_id'));
  if (asset?.repositoryId !== c.repo.id) throw notFound();
  const { draft } = c.tables.releases.require(asset.releaseId);
  if (draft && !seesDrafts(c.core, c.viewer, c.repo)) throw notFound();
  return asset;
}

/** An upload comes whole, or in two parts: registered before its bytes, finished after them. */
function upload(c: Context): Reply {
  const release = releaseOf(c);
  const given = c.request.body;
  if (given === UPLOAD_BEGINS) {
    const length = c.request.headers['content-length'];
    const size = length === undefined ? undefined : Number(length);
    return c.created(assetView(c, beginAsset(c.core, actorOf(c), release, headOf(c, size))));
  }
  const blob = c.upload;
  c.core.store.afterRollback(() => {
    c.core.blobs.remove(blob.blob);
  });
  const id = isBegun(blob) ? blob.asset : beginAsset(c.core, actorOf(c), release, headOf(c, blob.size)).id;
  return c.created(assetView(c, finishAsset(c.core, id, blob)));
}

function headOf(c: Context, size: number | undefined): AssetHead {
  const contentType = c.request.headers['content-type'];
  if (contentType === undefined) throw new ApiError(400, 'A Content-Type header is required');
  return { name: c.ask('name') ?? '', label: c.ask('label') ?? null, contentType, size };
}

function get(c: Context): Reply {
  const asset = assetOf(c);
  if (c.media !== 'octet-stream') return c.ok(assetView(c, asset));
  if (c.core.redirectsAssets && asset.blob !== null) return c.redirect(assetAddress(c.core, c.urls, asset));
  const { status, headers, body } = assetBytes(c.core, asset, c.request.headers['range']);
  if (status === 404) throw notFound();
  return { status, headers, raw: { type: asset.contentType, body: body as string | BlobBody } };
}

/** Release assets: https://docs.github.com/rest/releases/assets */
export const assetRoutes: Routes = {
  'repos/list-release-assets': (c) =>
    c.page(assetsOf(c.core, releaseOf(c).id), (asset) => assetView(c, asset)),
  'repos/upload-release-asset': upload,
  'repos/get-release-asset': get,
  'repos/update-release-asset': (c) => c.ok(assetView(c, updateAsset(c.core, assetOf(c), c.input()))),
  'repos/delete-release-asset': (c) => {
    deleteAsset(c.core, assetOf(c));
    return c.noContent();
  },
};
