import { type Core, now } from '../../kernel/core.ts';
import type { StoredBlob } from '../../kernel/message.ts';
import type { Artifact, CacheEntry } from '../../state/results.ts';

/** What bytes are uploaded for. */
export type UploadKind = 'artifact' | 'cache';

export interface Upload {
  readonly kind: UploadKind;
  readonly row: Artifact | CacheEntry;
}

/** Largest single upload of Azure Storage: https://learn.microsoft.com/rest/api/storageservices/put-blob */
const LARGEST_PUT = 5000 * 2 ** 20;

/** The upload of an address' path. */
export function uploadOf(core: Core, path: string): Upload | undefined {
  const [, kind, id] = /^\/_results\/(artifact|cache)\/(\d+)$/.exec(path) ?? [];
  if (kind === undefined) return undefined;
  const row =
    kind === 'artifact' ? core.tables.artifacts.get(Number(id)) : core.tables.caches.get(Number(id));
  return row === undefined ? undefined : { kind: kind as UploadKind, row };
}

/** Most bytes that may be uploaded. */
export function uploadLimit(core: Core, upload: Upload): number {
  return upload.kind === 'cache' ? core.limits.cacheBytes : LARGEST_PUT;
}

const keyOf = (kind: UploadKind, id: number): string => `${kind}/${id}`;

/** Keeps one block of an upload; a block of the same id is replaced. */
export function stageBlock(core: Core, upload: Upload, blockId: string, stored: StoredBlob): void {
  const of = keyOf(upload.kind, upload.row.id);
  const key = `${of}/${blockId}`;
  const before = core.tables.stagedBlocks.get(key);
  core.tables.stagedBlocks.put({ key, upload: of, blob: stored.blob, size: stored.size });
  if (before !== undefined) drop(core, before.blob);
}

/** Blobs of the named blocks in that order, undefined where one was never uploaded. */
export function stagedBlobs(core: Core, upload: Upload, blockIds: readonly string[]): string[] | undefined {
  const blobs: string[] = [];
  for (const id of blockIds) {
    const block = core.tables.stagedBlocks.get(`${keyOf(upload.kind, upload.row.id)}/${id}`);
    if (block === undefined) return undefined;
    blobs.push(block.blob);
  }
  return blobs;
}

/** The bytes are complete; blocks are no longer needed. */
export function setContent(core: Core, upload: Upload, stored: StoredBlob): void {
  const { blob, size, sha256 } = stored;
  const { row } = upload;
  removeBlocks(core, upload.kind, row.id, blob);
  if (row.blob !== null && row.blob !== blob) drop(core, row.blob);
  if (upload.kind === 'artifact') {
    core.tables.artifacts.put({ ...(row as Artifact), blob, size, sha256, updatedAt: now(core) });
  } else {
    core.tables.caches.put({ ...(row as CacheEntry), blob, size, sha256 });
  }
}

/** Removes all bytes of an upload whose row goes. */
export function discard(core: Core, kind: UploadKind, row: Artifact | CacheEntry): void {
  removeBlocks(core, kind, row.id);
  if (row.blob !== null) drop(core, row.blob);
}

function removeBlocks(core: Core, kind: UploadKind, id: number, keep?: string): void {
  for (const block of core.tables.stagedBlocks.where('upload', keyOf(kind, id))) {
    core.tables.stagedBlocks.remove(block.key);
    if (block.blob !== keep) drop(core, block.blob);
  }
}

/** Bytes go only once no row can name them any more. */
function drop(core: Core, blob: string): void {
  core.store.afterCommit(() => {
    core.blobs.remove(blob);
  });
}
