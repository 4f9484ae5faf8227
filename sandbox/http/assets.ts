import type { Sandbox } from '../index.ts';
import { identify } from '../access/index.ts';
import { faultyBytes, faultyHandle, type Faults } from '../faults/index.ts';
import { ApiError } from '../kernel/errors.ts';
import type { ApiResponse } from '../kernel/message.ts';
import { downloadAsset, isUpload, serveUpload } from '../releases/index.ts';
import { isStoredAsset, storedAsset } from '../releases/storage.ts';
import { reply } from './reply.ts';
import type { Mount } from './server.ts';

/** Uploads of release assets: streamed to the blob store, whatever their size, with the faults of calls and uploads. */
export function uploadMount(sandbox: Sandbox, faults: Faults): Mount {
  const handle = faultyHandle(faults, (asked) => sandbox.handle(asked), true);
  return async ({ request, response, headers, destination }) => {
    const method = request.method ?? 'GET';
    const { part, path } = destination;
    if ((part !== 'uploads' && part !== 'rest') || !isUpload(method, path)) return false;
    const { core } = sandbox;
    const bytes = faultyBytes(faults, request, Number(headers['content-length'] ?? 0));
    const answer = await serveUpload(core, handle, { method, url: request.url ?? '/', headers }, bytes);
    // What was not read of a refused upload would be taken for the next request.
    const closing = request.readableEnded ? {} : { connection: 'close' };
    await reply(response, { ...answer, headers: { ...answer.headers, ...closing } }, core.blobs, false);
    return true;
  };
}

/** `/owner/name/releases/download/tag/file`, and the newest release's under `latest/download`. */
const DOWNLOAD = /^\/([^/]+)\/([^/]+)\/releases\/(?:download\/([^/]+)|latest\/download)\/([^/?]+)(?:\?|$)/;

/** Downloads of release assets by their public address. */
export function downloadMount(sandbox: Sandbox): Mount {
  return async ({ request, response, headers, destination }) => {
    if (destination.part === 'web' && isStoredAsset(destination.path)) {
      const stored = storedAsset(sandbox.core, { method: 'GET', url: '', headers }, destination.path);
      await reply(response, stored, sandbox.core.blobs, request.method === 'HEAD');
      return true;
    }
    const match = destination.part === 'web' ? DOWNLOAD.exec(destination.path) : null;
    if (match === null) return false;
    const text = (at: number) => (match[at] === undefined ? undefined : decodeURIComponent(match[at]));
    const at = { owner: text(1)!, repo: text(2)!, tag: text(3), name: text(4)! };
    const { core } = sandbox;
    const answer = download(core, headers, at) ?? {
      status: 404,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: 'Not Found',
    };
    await reply(response, answer, core.blobs, request.method === 'HEAD');
    return true;
  };
}

/** The answer with the bytes; undefined for what is not there, or not for this caller (also one with a bad token). */
function download(
  core: Sandbox['core'],
  headers: Readonly<Record<string, string>>,
  at: Parameters<typeof downloadAsset>[2],
): ApiResponse | undefined {
  try {
    const viewer = identify(core, headers);
    return core.store.transaction(() => downloadAsset(core, viewer, at, headers['range']));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return undefined;
  }
}
