import type { Repository } from '../../state/repositories.ts';
import { tagKey } from '../../state/releases.ts';
import type { Asking } from '../asking.ts';
import { fields, type Fields } from '../fields.ts';
import type { RestAsset, RestRelease } from '../rest.ts';
import { userNode, type ReleaseNode } from './nodes.ts';
import { commitOid, objectAt, objectOf } from './objects.ts';
import { refNode } from './repository-content.ts';

interface AssetNode {
  readonly __typename: 'ReleaseAsset';
  readonly json: RestAsset;
  readonly release: ReleaseNode;
}

/** Types of releases. */
export const RELEASES: Readonly<Record<string, Fields<never>>> = {
  Release: fields<ReleaseNode>({
    id: ({ json }) => json.node_id,
    databaseId: ({ json }) => json.id,
    name: ({ json }) => json.name,
    tagName: ({ json }) => json.tag_name,
    description: ({ json }) => json.body ?? null,
    isDraft: ({ json }) => json.draft,
    isPrerelease: ({ json }) => json.prerelease,
    isLatest: ({ json, repository }, _, asking) => latestRelease(asking, repository)?.json.id === json.id,
    createdAt: ({ json }) => json.created_at,
    updatedAt: ({ json }) => json.updated_at ?? json.created_at,
    publishedAt: ({ json }) => json.published_at,
    url: ({ json }) => json.html_url,
    resourcePath: ({ json }) => new URL(json.html_url).pathname,
    author: ({ json }, _, asking) => userNode(asking, json.author),
    repository: ({ repository }) => ({ __typename: 'Repository', row: repository }),
    tag: ({ json, repository }, _, asking) => refNode(asking, repository, `refs/tags/${json.tag_name}`),
    tagCommit: ({ json, repository }, _, asking) => {
      const at = objectAt(asking, repository, `refs/tags/${json.tag_name}`);
      const oid = at === null ? undefined : commitOid(asking, repository, at.oid);
      return oid === undefined ? null : objectOf(asking, repository, oid);
    },
    releaseAssets: (release, args) =>
      release.json.assets
        .filter(({ name }) => typeof args['name'] !== 'string' || args['name'] === name)
        .map((json) => ({ __typename: 'ReleaseAsset', json, release })),
  }),
  ReleaseAsset: fields<AssetNode>({
    id: ({ json }) => json.node_id,
    name: ({ json }) => json.name,
    contentType: ({ json }) => json.content_type,
    size: ({ json }) => json.size,
    digest: ({ json }) => json.digest,
    downloadCount: ({ json }) => json.download_count,
    downloadUrl: ({ json }) => json.browser_download_url,
    url: ({ json }) => json.browser_download_url,
    createdAt: ({ json }) => json.created_at,
    updatedAt: ({ json }) => json.updated_at,
    uploadedBy: ({ json }, _, asking) => userNode(asking, json.uploader),
    release: ({ release }) => release,
  }),
};

function node(json: RestRelease, repository: Repository): ReleaseNode {
  return { __typename: 'Release', json, repository };
}

/** All releases, as the REST API lists them to the caller: drafts only to those who may write. */
export function releasesOf(asking: Asking, repository: Repository): ReleaseNode[] {
  return asking.list('repos/list-releases', repository).map((json) => node(json as RestRelease, repository));
}

/** The latest release; null where there is none. */
export function latestRelease(asking: Asking, repository: Repository): ReleaseNode | null {
  const json = asking.find('repos/get-latest-release', repository);
  return json === undefined ? null : node(json as RestRelease, repository);
}

/** The release of a tag, a draft too; null where there is none that the caller may see. */
export function releaseByTag(asking: Asking, repository: Repository, tag: string): ReleaseNode | null {
  for (const { id } of asking.tables.releases.where('tag', tagKey(repository.id, tag))) {
    const found = releaseById(asking, id);
    if (found !== null) return found;
  }
  return null;
}

/** A release by its number; null where there is none, or the caller may not see it. */
export function releaseById(asking: Asking, id: number): ReleaseNode | null {
  const row = asking.tables.releases.get(id);
  if (row === undefined) return null;
  const repository = asking.tables.repositories.require(row.repositoryId);
  const json = asking.find('repos/get-release', repository, { params: { release_id: id } });
  return json === undefined ? null : node(json as RestRelease, repository);
}

/** A file of a release by its number; null where there is none, or the caller may not see it. */
export function assetById(asking: Asking, id: number): AssetNode | null {
  const row = asking.tables.assets.get(id);
  const release = row === undefined ? null : releaseById(asking, row.releaseId);
  const json = release?.json.assets.find((asset) => asset.id === id);
  return release === null || json === undefined ? null : { __typename: 'ReleaseAsset', json, release };
}
