import type { Store } from './store.ts';

/** Bytes that a client uploads in one or several requests. */
interface Upload {
  /** Blob of what was uploaded last; null before, and after it expired. */
  readonly blob: string | null;
  readonly size: number;
  readonly sha256: string | null;
  /** Sealed: from now on it can be read and can no longer be changed. */
  readonly finalized: boolean;
  readonly createdAt: string;
}

export interface Artifact extends Upload {
  readonly id: number;
  readonly repositoryId: number;
  readonly runId: number;
  readonly attempt: number;
  readonly jobId: number;
  readonly name: string;
  /** `application/zip` unless one file was uploaded as it is. */
  readonly mimeType: string;
  readonly updatedAt: string;
  readonly expiresAt: string;
}

export interface CacheEntry extends Upload {
  readonly id: number;
  readonly repositoryId: number;
  readonly runId: number;
  readonly jobId: number;
  readonly key: string;
  /** Digest of paths and compression, made by the client. */
  readonly version: string;
  /** Full ref whose runs may read it: `refs/heads/main`, `refs/pull/7/merge`. */
  readonly ref: string;
  readonly lastUsedAt: string;
}

/** A block of an upload, not committed yet. */
export interface StagedBlock {
  /** `artifact/12/AAAA`: upload and block id. */
  readonly key: string;
  readonly upload: string;
  readonly blob: string;
  readonly size: number;
}

/** What signs runtime tokens and upload addresses: one row. */
export interface ResultsKey {
  readonly id: 1;
  readonly secret: string;
}

/** Tables of the artifact and cache services. */
export function resultsTables(store: Store) {
  return {
    artifacts: store.table<Artifact>()('artifacts', {
      key: (row) => row.id,
      indexes: {
        repository: (row) => row.repositoryId,
        run: (row) => row.runId,
        job: (row) => row.jobId,
        pending: (row) => (row.finalized ? undefined : 'pending'),
      },
    }),
    caches: store.table<CacheEntry>()('caches', {
      key: (row) => row.id,
      indexes: {
        repository: (row) => row.repositoryId,
        version: (row) => `${row.repositoryId}/${row.ref}/${row.version}`,
        pending: (row) => (row.finalized ? undefined : 'pending'),
      },
    }),
    stagedBlocks: store.table<StagedBlock>()('staged_blocks', {
      key: (row) => row.key,
      indexes: { upload: (row) => row.upload },
    }),
    resultsKeys: store.table<ResultsKey>()('results_keys', { key: (row) => row.id, indexes: {} }),
  };
}
