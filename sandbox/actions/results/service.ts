import type { Core } from '../../kernel/core.ts';
import { answerBlob } from './azure.ts';
import type { FindJob } from './job.ts';
import type { ResultsRequest, ResultsResponse } from './message.ts';
import { logFile } from './logs.ts';
import { signedFor } from './signing.ts';
import { callTwirp } from './twirp.ts';

const LARGEST_CALL = 2 ** 20;

/** Is the path one of the artifact and cache services? */
export function isResultsPath(path: string): boolean {
  return path.startsWith('/twirp/') || path.startsWith('/_results/');
}

/**
 * Answers a request of the artifact and cache services. Only the bytes are awaited: what they mean is decided in
 * transactions. Rejects when the body breaks off.
 */
export async function answerResults(
  core: Core,
  find: FindJob,
  request: ResultsRequest,
): Promise<ResultsResponse> {
  if (/^\/_results\/(?:joblog|runlogs)\//.test(request.url)) return answerLog(core, request);
  if (request.url.startsWith('/_results/')) return answerBlob(core, request);
  const method = new URL(request.url, 'http://localhost').pathname.slice('/twirp/'.length);
  const answer = callTwirp(core, find, {
    method: request.method === 'POST' ? method : `${request.method} ${method}`,
    authorization: request.headers['authorization'],
    body: await callText(request.body),
    origin: `http://${request.headers['host'] ?? '127.0.0.1'}`,
  });
  return { status: answer.status, headers: { 'content-type': 'application/json' }, body: answer.body };
}

/** A log by its signed address. */
function answerLog(core: Core, request: ResultsRequest): ResultsResponse {
  const url = new URL(request.url, 'http://localhost');
  const file = core.store.transaction(() =>
    signedFor(core, url, 'read') ? logFile(core, url.pathname) : undefined,
  );
  if (file === undefined)
    return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not Found' };
  const disposition = `attachment; filename="${file.name}"`;
  const headers = { 'content-type': file.type, 'content-disposition': disposition };
  return { status: 200, headers, body: file.bytes };
}

/** A call's text; what is too long for a call is cut, and is then no JSON. */
async function callText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size <= LARGEST_CALL) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
