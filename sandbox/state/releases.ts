import type { Store } from './store.ts';

export interface Release {
  readonly id: number;
  readonly repositoryId: number;
  readonly tag: string;
  readonly target: string;
  readonly name: string | null;
  readonly body: string | null;
  readonly draft: boolean;
  readonly prerelease: boolean;
  readonly immutable: boolean;
  /** At most one of a repository: the one `latest` names. */
  readonly latest: boolean;
  readonly authorId: number;
  /** Stands for the tag in addresses of a draft. */
  readonly slug: string;
  /** Of a published release: the time of its commit. */
  readonly createdAt: string;
  readonly publishedAt: string | null;
  readonly updatedAt: string;
}

export interface Asset {
  readonly id: number;
  readonly repositoryId: number;
  readonly releaseId: number;
  readonly name: string;
  readonly label: string | null;
  readonly contentType: string;
  /** `starter`: its upload began and did not end. */
  readonly state: 'starter' | 'uploaded';
  readonly size: number;
  readonly sha256: string | null;
  readonly blob: string | null;
  readonly downloads: number;
  readonly uploaderId: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The name of a tag that an immutable release has or had: it is never given again. */
export interface ImmutableTag {
  /** As `tagKey` gives it. */
  readonly key: string;
  readonly repositoryId: number;
  readonly tag: string;
  readonly releaseId: number;
}

/** Value of indexes by tag, key of immutable tags. */
export function tagKey(repositoryId: number, tag: string): string {
  return `${repositoryId}/${tag}`;
}

/** Tables of releases, their assets, and the tags that immutable releases own. */
export function releaseTables(store: Store) {
  const order = (row: Release): string => row.createdAt;
  return {
    releases: store.table<Release>()('releases', {
      key: (row) => row.id,
      indexes: {
        repository: { of: (row) => row.repositoryId, order },
        published: { of: (row) => (row.draft ? undefined : row.repositoryId), order },
        full: { of: (row) => (row.draft || row.prerelease ? undefined : row.repositoryId), order },
        latest: (row) => (row.latest ? row.repositoryId : undefined),
        tag: (row) => tagKey(row.repositoryId, row.tag),
        publishedTag: (row) => (row.draft ? undefined : tagKey(row.repositoryId, row.tag)),
        slug: (row) => (row.draft ? tagKey(row.repositoryId, row.slug) : undefined),
      },
    }),
    assets: store.table<Asset>()('assets', {
      key: (row) => row.id,
      indexes: {
        release: (row) => row.releaseId,
        name: (row) => `${row.releaseId}/${row.name}`,
      },
    }),
    immutableTags: store.table<ImmutableTag>()('immutable_tags', {
      key: (row) => row.key,
      indexes: { repository: (row) => row.repositoryId },
    }),
  };
}
