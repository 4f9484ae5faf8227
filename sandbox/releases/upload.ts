import type { Core } from '../kernel/core.ts';
import type { ApiRequest, ApiResponse, StoredBlob } from '../kernel/message.ts';

/** Stands for the body of an upload whose bytes are still to come: the route registers the asset and answers its id. */
export const UPLOAD_BEGINS: StoredBlob = { blob: '', size: 0, sha256: '' };

/** The bytes of an asset that was registered before they came. */
export interface BegunBlob extends StoredBlob {
  readonly asset: number;
}

/** Is the body that of a registered upload? */
export function isBegun(body: StoredBlob): body is BegunBlob {
  return 'asset' in body;
}

/**
 * Serves one upload of a release asset: asks the core first whether it would be taken (credentials, release, name,
 * declared size), then receives the bytes, then hands them over. If the stream breaks off, the asset stays a
 * `starter`, as on GitHub, and the error of the stream is thrown on.
 * @param request head of the request, without its body
 */
export async function serveUpload(
  core: Core,
  handle: (request: ApiRequest) => ApiResponse,
  request: ApiRequest,
  bytes: AsyncIterable<Uint8Array>,
): Promise<ApiResponse> {
  const begun = handle({ ...request, body: UPLOAD_BEGINS });
  if (begun.status !== 201) return begun;
  const { id: asset } = JSON.parse(begun.body as string) as { id: number };
  // One byte more than allowed gets through, so that the answer to it is the core's.
  const blob = await core.blobs.receive(bytes, core.limits.assetBytes + 1);
  const body: BegunBlob = { ...blob, asset };
  try {
    return handle({ ...request, body });
  } finally {
    // Whatever was answered: bytes that no asset has are nobody's.
    if (core.tables.assets.get(asset)?.blob !== blob.blob) core.blobs.remove(blob.blob);
  }
}

/** Is the request an upload of a release asset? By its path, without prefix and query. */
export function isUpload(method: string, path: string): boolean {
  return method === 'POST' && /^\/repos\/[^/]+\/[^/]+\/releases\/\d+\/assets\/?(?:\?|$)/.test(path);
}
