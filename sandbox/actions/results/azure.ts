/**
 * The part of Azure Storage's REST protocol that clients of signed addresses speak: block blobs, whole or in blocks,
 * and reading them by range. https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api
 */
import { createHash } from 'node:crypto';

import type { Core } from '../../kernel/core.ts';
import type { StoredBlob } from '../../kernel/message.ts';
import type { Artifact } from '../../state/results.ts';
import type { ResultsRequest, ResultsResponse } from './message.ts';
import { type BlobAccess, signedFor } from './signing.ts';
import { setContent, stageBlock, stagedBlobs, type Upload, uploadLimit, uploadOf } from './uploads.ts';

const LARGEST_LIST = 2 ** 24;
const COMMON = { 'x-ms-version': '2025-11-05', 'x-ms-request-server-encrypted': 'true' };

/** A refusal in the service's words: https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes */
class StorageError extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Answers one request to `/_results/…`. */
export async function answerBlob(core: Core, request: ResultsRequest): Promise<ResultsResponse> {
  const url = new URL(request.url, 'http://localhost');
  try {
    if (request.method === 'GET' || request.method === 'HEAD') return read(core, request, url);
    if (request.method === 'PUT') return await write(core, request, url);
    throw new StorageError(405, 'UnsupportedHttpVerb', 'The resource does not support the HTTP verb.');
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    return {
      status: error.status,
      headers: { ...COMMON, 'content-type': 'application/xml', 'x-ms-error-code': error.code },
      body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${error.code}</Code><Message>${error.message}</Message></Error>`,
    };
  }
}

/** The upload an address is for. @throws StorageError 403, 404 */
function opened(core: Core, url: URL, access: BlobAccess): Upload {
  return core.store.transaction(() => {
    if (!signedFor(core, url, access)) {
      throw new StorageError(403, 'AuthenticationFailed', 'The signature is not valid, or has expired.');
    }
    const upload = uploadOf(core, url.pathname);
    if (upload === undefined) throw new StorageError(404, 'BlobNotFound', 'The blob does not exist.');
    return upload;
  });
}

/** As `opened`, and not sealed. @throws StorageError 409 */
function openedForWriting(core: Core, url: URL): Upload {
  const upload = opened(core, url, 'write');
  if (upload.row.finalized) {
    throw new StorageError(409, 'BlobImmutableDueToPolicy', 'The blob is finalized and cannot be changed.');
  }
  return upload;
}

function read(core: Core, request: ResultsRequest, url: URL): ResultsResponse {
  const { kind, row } = opened(core, url, 'read');
  if (row.blob === null) throw new StorageError(404, 'BlobNotFound', 'The blob does not exist.');
  const headers: Record<string, string> = {
    ...COMMON,
    'content-type': kind === 'artifact' ? (row as Artifact).mimeType : 'application/octet-stream',
    'accept-ranges': 'bytes',
    etag: `"${row.sha256}"`,
    'last-modified': new Date(row.createdAt).toUTCString(),
    'x-ms-blob-type': 'BlockBlob',
    'x-ms-creation-time': new Date(row.createdAt).toUTCString(),
    ...(kind === 'artifact' ? { 'content-disposition': disposition(row as Artifact) } : {}),
  };
  const asked = request.headers['x-ms-range'] ?? request.headers['range'];
  const range = request.method === 'HEAD' || asked === undefined ? undefined : byteRange(asked, row.size);
  const { start, end } = range ?? { start: 0, end: row.size };
  headers['content-length'] = String(end - start);
  if (range !== undefined) headers['content-range'] = `bytes ${start}-${end - 1}/${row.size}`;
  if (request.method === 'HEAD') return { status: 200, headers };
  return { status: range === undefined ? 200 : 206, headers, body: { blob: row.blob, start, end } };
}

/** `bytes=5-`, `bytes=5-9` and, from the end, `bytes=-5`, with an exclusive end; anything else is ignored (RFC 9110 §14.2). */
function byteRange(text: string, size: number): { start: number; end: number } | undefined {
  const [whole, from, to] = /^bytes=(\d*)-(\d*)$/.exec(text) ?? [];
  if (whole === undefined || (from === '' && to === '')) return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size : Math.min(size, Number(to) + 1);
  if (start >= size || end <= start) {
    throw new StorageError(416, 'InvalidRange', 'The range is invalid for the size of the blob.');
  }
  return { start, end };
}

function disposition(artifact: Artifact): string {
  const name = artifact.mimeType === 'application/zip' ? zipName(artifact.name) : artifact.name;
  const ascii = name.replace(/[^\x20-\x7e]|"/g, '_');
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name)}`;
}

function zipName(name: string): string {
  return name.endsWith('.zip') ? name : `${name}.zip`;
}

async function write(core: Core, request: ResultsRequest, url: URL): Promise<ResultsResponse> {
  const upload = openedForWriting(core, url);
  const comp = url.searchParams.get('comp');
  if (comp === 'block') return putBlock(core, request, url, upload);
  if (comp === 'blocklist') return putBlockList(core, request, url, upload);
  if (comp !== null)
    throw new StorageError(400, 'UnsupportedQueryParameter', `comp=${comp} is not supported.`);
  if (request.headers['x-ms-blob-type'] !== 'BlockBlob') {
    throw new StorageError(400, 'MissingRequiredHeader', 'x-ms-blob-type must be BlockBlob.');
  }
  return complete(core, url, await receive(core, request, uploadLimit(core, upload)));
}

async function putBlock(
  core: Core,
  request: ResultsRequest,
  url: URL,
  upload: Upload,
): Promise<ResultsResponse> {
  const blockId = url.searchParams.get('blockid') ?? '';
  if (!/^[\w+/=-]{1,100}$/.test(blockId)) {
    throw new StorageError(400, 'InvalidQueryParameterValue', 'blockid is not valid.');
  }
  const stored = await receive(core, request, uploadLimit(core, upload));
  core.store.transaction(() => {
    stageBlock(core, openedForWriting(core, url), blockId, stored);
  });
  return { status: 201, headers: { ...COMMON, 'content-length': '0' } };
}

async function putBlockList(
  core: Core,
  request: ResultsRequest,
  url: URL,
  upload: Upload,
): Promise<ResultsResponse> {
  const list = await text(request.body);
  const blockIds = [...list.matchAll(/<(Latest|Uncommitted|Committed)>([^<]+)<\/\1>/g)].map(
    (match) => match[2]!,
  );
  const blobs = stagedBlobs(core, upload, blockIds);
  if (blobs === undefined) {
    throw new StorageError(400, 'InvalidBlockList', 'The list names a block that was not uploaded.');
  }
  const joined = (async function* () {
    for (const blob of blobs) yield* core.blobs.stream(blob);
  })();
  return complete(core, url, await core.blobs.receive(joined, limited(uploadLimit(core, upload))));
}

/** The upload has all its bytes now. */
function complete(core: Core, url: URL, stored: StoredBlob): ResultsResponse {
  core.store.transaction(() => {
    setContent(core, openedForWriting(core, url), stored);
  });
  return {
    status: 201,
    headers: {
      ...COMMON,
      'content-length': '0',
      etag: `"${stored.sha256}"`,
      'last-modified': new Date(core.clock.now()).toUTCString(),
    },
  };
}

const limited = (limit: number): number => Math.min(limit, Number.MAX_SAFE_INTEGER);

/** Stores a body and compares it with the digest the client may have sent (Content-MD5). */
async function receive(core: Core, request: ResultsRequest, limit: number): Promise<StoredBlob> {
  const md5 = createHash('md5');
  const seen = (async function* () {
    for await (const chunk of request.body) {
      md5.update(chunk);
      yield chunk;
    }
  })();
  let stored: StoredBlob;
  try {
    stored = await core.blobs.receive(seen, limited(limit));
  } catch (error) {
    if (error instanceof RangeError) {
      throw new StorageError(413, 'RequestBodyTooLarge', 'The request body is larger than allowed.');
    }
    throw error;
  }
  const sent = request.headers['content-md5'];
  if (sent !== undefined && sent !== md5.digest('base64')) {
    core.blobs.remove(stored.blob);
    throw new StorageError(400, 'Md5Mismatch', 'The body does not have the digest that was sent.');
  }
  return stored;
}

async function text(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > LARGEST_LIST) throw new StorageError(413, 'RequestBodyTooLarge', 'The list is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
