import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import type { Asset, Release } from '../state/releases.ts';
import { accountById } from './accounts.ts';
import { reactionsView } from './reactions.ts';
import { fullName } from './repositories.ts';

/** GitHub's "release-asset". */
export function assetView(view: View, asset: Asset) {
  const name = fullName(view, view.tables.repositories.require(asset.repositoryId));
  const release = view.tables.releases.require(asset.releaseId);
  const path = `${pathName(release)}/${encodeURIComponent(asset.name)}`;
  return {
    url: `${view.urls.api}/repos/${name}/releases/assets/${asset.id}`,
    id: asset.id,
    node_id: nodeId('RA', asset.id),
    name: asset.name,
    label: asset.label,
    uploader: accountById(view, asset.uploaderId),
    content_type: asset.contentType,
    state: asset.state,
    size: asset.size,
    digest: asset.sha256 === null ? null : `sha256:${asset.sha256}`,
    download_count: asset.downloads,
    created_at: asset.createdAt,
    updated_at: asset.updatedAt,
    browser_download_url: `${view.urls.web}/${name}/releases/download/${path}`,
  };
}

/** GitHub's "release". A draft has an address of its own instead of its tag's, and no archives. */
export function releaseView(view: View, release: Release) {
  const name = fullName(view, view.tables.repositories.require(release.repositoryId));
  const repo = `${view.urls.api}/repos/${name}`;
  const url = `${repo}/releases/${release.id}`;
  const reactions = reactionsView(view, 'release', release.id, url);
  const mentions = release.body === null ? 0 : mentionsIn(release.body);
  const archive = (kind: string) =>
    release.draft ? null : `${repo}/${kind}/${encodeURIComponent(release.tag)}`;
  return {
    url,
    assets_url: `${url}/assets`,
    upload_url: `${view.urls.uploads}/repos/${name}/releases/${release.id}/assets{?name,label}`,
    html_url: `${view.urls.web}/${name}/releases/tag/${pathName(release)}`,
    id: release.id,
    author: accountById(view, release.authorId),
    node_id: nodeId('RE', release.id),
    tag_name: release.tag,
    target_commitish: release.target,
    name: release.name,
    draft: release.draft,
    immutable: release.immutable,
    prerelease: release.prerelease,
    created_at: release.createdAt,
    updated_at: release.updatedAt,
    published_at: release.publishedAt,
    assets: view.tables.assets.where('release', release.id).map((asset) => assetView(view, asset)),
    tarball_url: archive('tarball'),
    zipball_url: archive('zipball'),
    body: release.body,
    ...(reactions.total_count === 0 ? {} : { reactions }),
    ...(mentions === 0 ? {} : { mentions_count: mentions }),
  };
}

/** How many people a text names. */
function mentionsIn(text: string): number {
  return new Set(text.match(/(?<![\w`/@])@[a-z\d](?:-?[a-z\d]){0,38}/gi)).size;
}

/** The release as webhooks carry it: they know finished assets only. */
export function releasePayload(view: View, release: Release) {
  const whole = releaseView(view, release);
  return { ...whole, assets: whole.assets.filter(({ state }) => state === 'uploaded') };
}

function pathName(release: Release): string {
  return release.draft ? release.slug : encodeURIComponent(release.tag);
}
