import { canSee, may } from '../access/index.ts';
import type { Core } from '../kernel/core.ts';
import type { Identity } from '../kernel/identity.ts';
import type { ApiResponse, Range } from '../kernel/message.ts';
import { tagKey, type Asset, type Release } from '../state/releases.ts';
import type { Repository } from '../state/repositories.ts';
import { countDownload } from './assets.ts';
import { latestRelease } from './latest.ts';

/**
 * The bytes of an asset, or the part of them that a Range header (RFC 9110 §14.2, one range) asks for.
 * A part from the start on counts as a download.
 */
export function assetBytes(core: Core, asset: Asset, range: string | undefined): ApiResponse {
  if (asset.blob === null) return { status: 404, headers: {}, body: 'Not Found' };
  const wanted = rangeOf(range, asset.size);
  if (wanted === 'unsatisfiable') {
    return { status: 416, headers: { 'content-range': `bytes */${asset.size}` }, body: '' };
  }
  const { start, end } = wanted ?? { start: 0, end: asset.size };
  if (start === 0)
    core.store.transaction(() => {
      countDownload(core, asset);
    });
  return {
    status: wanted === undefined ? 200 : 206,
    headers: {
      'content-type': asset.contentType,
      'content-length': String(end - start),
      'content-disposition': `attachment; filename=${asset.name}`,
      'accept-ranges': 'bytes',
      etag: `"${asset.sha256 ?? ''}"`,
      'last-modified': new Date(asset.updatedAt).toUTCString(),
      ...(wanted === undefined ? {} : { 'content-range': `bytes ${start}-${end - 1}/${asset.size}` }),
    },
    body: { blob: asset.blob, start, end },
  };
}

/**
 * Serves `/OWNER/REPO/releases/download/TAG/NAME` and `/OWNER/REPO/releases/latest/download/NAME` (`tag` undefined).
 * Assets of drafts have their draft's own address and are for people with push access.
 * @returns undefined for what is not there, or not for this viewer
 */
export function downloadAsset(
  core: Core,
  viewer: Identity,
  at: {
    readonly owner: string;
    readonly repo: string;
    readonly tag: string | undefined;
    readonly name: string;
  },
  range?: string,
): ApiResponse | undefined {
  const owner = core.tables.accounts.find('login', at.owner.toLowerCase());
  const repository = owner && core.tables.repositories.find('name', `${owner.id}/${at.repo.toLowerCase()}`);
  if (repository === undefined || !canSee(core, viewer, repository)) return undefined;
  const release = releaseAt(core, viewer, repository, at.tag);
  const asset = release && core.tables.assets.find('name', `${release.id}/${at.name}`);
  return asset?.blob == null ? undefined : assetBytes(core, asset, range);
}

function releaseAt(
  core: Core,
  viewer: Identity,
  repository: Repository,
  tag: string | undefined,
): Release | undefined {
  if (tag === undefined) return latestRelease(core, repository.id);
  const key = tagKey(repository.id, tag);
  const published = core.tables.releases.find('publishedTag', key);
  if (published !== undefined) return published;
  const draft = core.tables.releases.find('slug', key);
  return draft !== undefined && seesDrafts(core, viewer, repository) ? draft : undefined;
}

/** "Only users with push access will receive listings for draft releases." */
export function seesDrafts(core: Core, viewer: Identity, repository: Repository): boolean {
  return may(core, viewer, repository, 'write', 'contents', 'write');
}

/** The range of a header; undefined where there is none, or one that is to be ignored. */
function rangeOf(header: string | undefined, size: number): Range | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  if (match[1] === '') {
    const last = Number(match[2]);
    return last === 0 ? 'unsatisfiable' : { start: Math.max(0, size - last), end: size };
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? size : Math.min(Number(match[2]) + 1, size);
  if (start >= size) return 'unsatisfiable';
  return end <= start ? undefined : { start, end };
}
