/** Git's smart HTTP. https://git-scm.com/docs/gitprotocol-http */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { GitEndpoint } from './endpoint.ts';
import { FLUSH, packet, packetReader, ProtocolError } from './packet.ts';
import { advertiseReceive, receivePack } from './receive-pack.ts';
import { type GitCall, startGit } from './run.ts';
import { advertiseUpload2, listRefs, speaksVersion2, uploadCall } from './upload-pack.ts';

export type { GitEndpoint, RefCommand, RefReport } from './endpoint.ts';

export type GitService = 'git-upload-pack' | 'git-receive-pack';

/** One request of a git client, as its path and query name it. */
export interface GitRequest {
  readonly service: GitService;
  /** `GET info/refs` rather than `POST git-…-pack`. */
  readonly advertise: boolean;
}

const NO_CACHE = {
  expires: 'Fri, 01 Jan 1980 00:00:00 GMT',
  pragma: 'no-cache',
  'cache-control': 'no-cache, max-age=0, must-revalidate',
};

const isService = (text: string | null): text is GitService =>
  text === 'git-upload-pack' || text === 'git-receive-pack';

/**
 * Which repository and service a path means: `/owner/name(.git)/info/refs?service=…`, `/owner/name(.git)/git-…-pack`.
 * Gives undefined for any other path; dumb HTTP is not served.
 */
export function gitRequest(
  method: string,
  pathAndQuery: string,
): (GitRequest & { readonly owner: string; readonly name: string }) | undefined {
  const url = new URL(pathAndQuery, 'http://localhost');
  const match = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(
    url.pathname,
  );
  if (match === null) return undefined;
  const [owner, name] = [decodeURIComponent(match[1]!), decodeURIComponent(match[2]!)];
  const advertise = match[3] === 'info/refs';
  const service = advertise ? url.searchParams.get('service') : match[3]!;
  if (!isService(service) || method !== (advertise ? 'GET' : 'POST')) return undefined;
  return { owner, name, service, advertise };
}

function answer(response: ServerResponse, what: GitRequest, body: Buffer): void {
  response.writeHead(200, {
    'content-type': `application/x-${what.service}-${what.advertise ? 'advertisement' : 'result'}`,
    'content-length': String(body.length),
    ...NO_CACHE,
  });
  response.end(body);
}

/** The request's body, unpacked where the client packed it. */
function bodyOf(request: IncomingMessage): AsyncIterable<Buffer> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== 'gzip' && encoding !== 'x-gzip') return request;
  const unpacked = createGunzip();
  // An error of the request ends the unpacking, whose reader then sees it.
  request.on('error', (error) => unpacked.destroy(error));
  return request.pipe(unpacked);
}

/** Lets git answer: `before` and what git prints become the body. */
async function stream(
  response: ServerResponse,
  what: GitRequest,
  call: GitCall,
  input: AsyncIterable<Buffer> | undefined,
  before: Buffer,
): Promise<void> {
  const child = startGit(call);
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });
  child.stderr.resume();
  child.stdin.on('error', () => undefined);
  response.once('close', () => child.kill());
  response.writeHead(200, {
    'content-type': `application/x-${what.service}-${what.advertise ? 'advertisement' : 'result'}`,
    ...NO_CACHE,
  });
  if (before.length > 0) response.write(before);
  const feed = async (): Promise<void> => {
    // A git that has heard enough closes its input: not a failure.
    if (input === undefined) child.stdin.end();
    else await pipeline(input, child.stdin).catch(() => undefined);
  };
  await Promise.all([feed(), pipeline(child.stdout, response), ended]);
}

async function upload(
  request: IncomingMessage,
  response: ServerResponse,
  what: GitRequest,
  endpoint: GitEndpoint,
): Promise<void> {
  const header = request.headers['git-protocol'];
  const protocol = typeof header === 'string' ? header : undefined;
  const second = speaksVersion2(protocol);
  if (what.advertise && second) {
    answer(response, what, advertiseUpload2());
  } else if (what.advertise) {
    const head = Buffer.concat([packet('# service=git-upload-pack\n'), FLUSH]);
    await stream(response, what, uploadCall(endpoint, protocol, ['--advertise-refs']), undefined, head);
  } else {
    const reader = packetReader(bodyOf(request));
    const first = second ? (await reader.peek(20)).toString('latin1', 4, 19) : '';
    if (first === 'command=ls-refs') answer(response, what, await listRefs(reader, endpoint));
    else await stream(response, what, uploadCall(endpoint, protocol, []), reader.rest(), Buffer.alloc(0));
  }
}

/**
 * Serves one request of a git client. The caller has decided who it is and that he may; here the protocol is spoken.
 * A request that is none of git's is answered 400.
 */
export async function serveGit(
  request: IncomingMessage,
  response: ServerResponse,
  what: GitRequest,
  endpoint: GitEndpoint,
): Promise<void> {
  try {
    if (what.service === 'git-upload-pack') await upload(request, response, what, endpoint);
    else if (what.advertise) answer(response, what, advertiseReceive(endpoint));
    else answer(response, what, await receivePack(bodyOf(request), endpoint));
  } catch (error) {
    if (!(error instanceof ProtocolError) || response.headersSent) throw error;
    response.writeHead(400, { 'content-type': 'text/plain' });
    response.end(`${error.message}\n`);
  }
}
