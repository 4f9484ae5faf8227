import { matchOperation } from '../contract/index.ts';
import { destination } from '../kernel/handle.ts';
import type { ApiRequest, ApiResponse } from '../kernel/message.ts';
import { limited, listOf, serverError, withHole } from './answers.ts';
import type { Call, Drawn, Faults } from './faults.ts';
import { CrashFault, TransportFault } from './thrown.ts';

export type Handle = (request: ApiRequest) => ApiResponse;

/**
 * The door of a sandbox with faults behind it. In memory a slow answer is an answer; for HTTP (`sockets`) it is thrown
 * like the other faults of the connection.
 * @throws TransportFault, CrashFault from the returned function
 */
export function faultyHandle(faults: Faults, handle: Handle, sockets = false): Handle {
  return (request) => {
    const call = callOf(request);
    const drawn = faults.next(call);
    let status: number | null = null;
    try {
      const response = happen(faults, request, handle, call, drawn, sockets);
      ({ status } = response);
      return response;
    } finally {
      faults.note(call, drawn, status);
    }
  };
}

/** Which operation a request is, and whether it changes anything. */
function callOf(request: ApiRequest): Call {
  const { part, path } = destination(request.url, request.headers['host']);
  const { method } = request;
  const caller = request.headers['authorization'] ?? '';
  if (part === 'graphql') {
    const text = request.body === undefined ? '' : textOf(request.body);
    // A mutation begins the document, or follows a fragment; in JSON its line ends are written as \n.
    const writes = /(?:"|\}|\\n)\s*mutation\b/.test(text);
    return { operation: 'graphql', method, path, writes, caller };
  }
  const writes = method !== 'GET' && method !== 'HEAD';
  if (part === 'web') return { operation: 'web', method, path, writes, caller };
  const at = path.indexOf('?');
  const match = matchOperation(method === 'HEAD' ? 'GET' : method, at === -1 ? path : path.slice(0, at));
  const operation =
    match.kind === 'operation' ? match.operation.id : match.kind === 'unsupported' ? match.id : 'unknown';
  return { operation, method, path, writes, caller };
}

function textOf(body: NonNullable<ApiRequest['body']>): string {
  return typeof body === 'string' ? body : body instanceof Uint8Array ? Buffer.from(body).toString() : '';
}

function happen(
  faults: Faults,
  request: ApiRequest,
  handle: Handle,
  call: Call,
  { fault, until }: Drawn,
  sockets: boolean,
): ApiResponse {
  const { draw, config } = faults;
  switch (fault) {
    case null:
      return handle(request);
    case 'error-before':
      return serverError(draw, config.errorStatus);
    case 'error-after':
      handle(request);
      return serverError(draw, config.errorStatus);
    case 'crash-before':
      throw new CrashFault(call.operation, false);
    case 'crash-after':
      handle(request);
      throw new CrashFault(call.operation, true);
    case 'primary-limit':
      return limited('primary', until!, faults.core.clock.now(), draw);
    case 'secondary-limit':
      return limited('secondary', until!, faults.core.clock.now(), draw);
    case 'stale':
      return stale(faults, request, handle);
    case 'hole':
      return changedList(handle(request), (items) => withHole(items, draw));
    case 'shift':
      return shifted(faults, request, handle);
    case 'reset-before':
      throw new TransportFault({ kind: 'reset' });
    case 'reset-after':
      handle(request);
      throw new TransportFault({ kind: 'reset' });
    case 'cut':
    case 'stall':
      throw new TransportFault({ kind: fault, share: draw.next(), response: handle(request) });
    case 'slow': {
      const response = handle(request);
      if (!sockets) return response;
      throw new TransportFault({ kind: 'slow', ms: config.slowMs, response });
    }
    case 'expire-artifact':
      expireArtifact(faults);
      return handle(request);
  }
}

/** A read of a replica that is some transactions behind. Bytes of the blob store are always of now. */
function stale(faults: Faults, request: ApiRequest, handle: Handle): ApiResponse {
  const { history, config, draw } = faults;
  const reach = Math.min(history.reach(config.staleMs), config.staleTransactions);
  if (reach <= 0) return handle(request);
  const response = history.behind(1 + draw.below(reach), () => handle(request));
  return typeof response.body === 'object' && 'blob' in response.body ? handle(request) : response;
}

/**
 * A page of a list that moved between two reads: what stood last on the page before comes again, or what would come
 * first is skipped. First pages are as they are.
 */
function shifted(faults: Faults, request: ApiRequest, handle: Handle): ApiResponse {
  const response = handle(request);
  const again = faults.draw.next() < 0.5;
  const url = new URL(request.url, 'http://localhost');
  const page = Number(url.searchParams.get('page') ?? 1);
  if (!(page > 1)) return response;
  if (!again) return changedList(response, (items) => items.slice(1));
  url.searchParams.set('page', String(page - 1));
  const target = /^https?:/.test(request.url) ? url.href : url.pathname + url.search;
  const before = handle({ ...request, url: target });
  const last = listOf(jsonOf(before))?.items.at(-1);
  return last === undefined ? response : changedList(response, (items) => [last, ...items.slice(0, -1)]);
}

function changedList(
  response: ApiResponse,
  change: (items: readonly unknown[]) => readonly unknown[],
): ApiResponse {
  const list = listOf(jsonOf(response));
  if (list === undefined) return response;
  const body = JSON.stringify(list.with(change(list.items)));
  const headers = Object.fromEntries(Object.entries(response.headers).filter(([name]) => name !== 'etag'));
  return { ...response, headers, body };
}

function jsonOf({ status, headers, body }: ApiResponse): unknown {
  if (status !== 200 || typeof body !== 'string') return undefined;
  return headers['content-type']?.startsWith('application/json') === true ? JSON.parse(body) : undefined;
}

/** Ends the time of one artifact that is still to be had. */
export function expireArtifact({ core, draw }: Faults): void {
  const alive = [...core.tables.artifacts.all()].filter(
    ({ expiresAt }) => Date.parse(expiresAt) > core.clock.now(),
  );
  const chosen = alive[draw.below(Math.max(1, alive.length))];
  if (chosen === undefined) return;
  const expiresAt = new Date(core.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  core.store.transaction(() => core.tables.artifacts.put({ ...chosen, expiresAt }));
}
