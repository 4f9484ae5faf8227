import { knownOperations, type Operation } from '../../sandbox/contract/index.ts';
import { faultyAsk } from '../../sandbox/faults/ask.ts';
import { CrashFault, TransportFault, type Faults } from '../../sandbox/faults/index.ts';
import { graphql } from '../../sandbox/graphql/execute.ts';
import type { Core } from '../../sandbox/kernel/core.ts';
import { ApiError } from '../../sandbox/kernel/errors.ts';
import type { ApiRequest } from '../../sandbox/kernel/message.ts';
import type { Reply } from '../../sandbox/kernel/page.ts';
import { ask } from '../../sandbox/kernel/pipeline.ts';
import { UPLOAD_BEGINS } from '../../sandbox/releases/upload.ts';
import {
  GRAPHQL,
  Refused,
  Limited,
  unclear,
  type ApiAnswer,
  type ApiParameters,
} from '../../src/platform/github/api.ts';
import { limitOf } from '../../src/platform/github/octokit-api.ts';

/** One call of the API on its way: what it is and what it asks for. */
export interface Asked {
  readonly operation: Operation;
  /** The values of the path by name. */
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A documented route as adapters write it, taken apart once. */
interface Route {
  readonly operation: Operation;
  /** Names in the route → GitHub's own, in the path. */
  readonly names: ReadonlyMap<string, string>;
  readonly query: ReadonlySet<string>;
}

let shapes: ReadonlyMap<string, Operation> | undefined;
const routes = new Map<string, Route>();

/** The operation of a documented route. Names of parameters and hosts do not matter: `{tag}` is `{ref}`. */
export function operationOfRoute(route: string): { readonly id: string; readonly writes: boolean } {
  if (route === GRAPHQL) return { id: 'graphql', writes: false };
  const { id, method } = routeOf(route).operation;
  return { id, writes: method !== 'GET' };
}

function routeOf(route: string): Route {
  let known = routes.get(route);
  if (known === undefined) routes.set(route, (known = readRoute(route)));
  return known;
}

function readRoute(route: string): Route {
  shapes ??= new Map([...knownOperations()].map((one) => [shapeOf(`${one.method} ${one.path}`), one]));
  const operation = shapes.get(shapeOf(route));
  if (operation === undefined) throw new Error(`GitHub documents no route ${route}`);
  const own = namesIn(operation.path);
  return {
    operation,
    names: new Map(namesIn(route).map((name, at) => [name, own[at]!])),
    query: new Set([...route.matchAll(/\{\?([^}]*)\}/g)].flatMap((match) => match[1]!.split(','))),
  };
}

function namesIn(path: string): string[] {
  return [...path.matchAll(/\{\+?(\w+)\}/g)].map((match) => match[1]!);
}

function shapeOf(route: string): string {
  return route
    .replace(/ https?:\/\/[^/]+/, ' ')
    .replaceAll(/\{\?[^}]*\}/g, '')
    .replaceAll(/\{\+?[^}]+\}/g, '{}');
}

/**
 * One call as the adapters make it, answered by the sandbox at once: parameters become path, query and body as Octokit
 * divides them; what is no success becomes the errors that `Api` promises.
 * @throws CrashFault where the faults end the caller's process
 */
export function callApi(
  core: Core,
  faults: Faults | undefined,
  token: string,
  route: string,
  parameters: ApiParameters,
): ApiAnswer {
  if (route === GRAPHQL) return callGraphql(core, faults, token, parameters);
  const { operation } = routeOf(route);
  const { search, request, params, body, page } = questionOf(routeOf(route), parameters, token);
  const run = (wanted: number): Reply => {
    if (wanted > 1) search.set('page', String(wanted));
    return ask(core, { search, request, operation, params, body }, 'nothing');
  };
  const date = dateOf(core.clock.now());
  const { id, method, path } = operation;
  const writes = method !== 'GET';
  try {
    const caller = { operation: id, method, path, writes, caller: token };
    const reply = faults === undefined ? run(page) : faultyAsk(faults, caller, page, run);
    const headers: Record<string, string> = { date, ...reply.headers };
    if (writes || reply.raw !== undefined)
      return { status: reply.status, data: dataOf(core, reply), headers };
    const known = request.headers['if-none-match'];
    if (known !== undefined && known === etagOf(reply)) return { status: 304, data: undefined, headers };
    // Most callers never ask for it.
    Object.defineProperty(headers, 'etag', { get: () => etagOf(reply), enumerable: true });
    return { status: reply.status, data: reply.body, headers };
  } catch (error) {
    throw translated(route, error, date);
  }
}

/** A question of GraphQL; the adapters write nothing by it. */
function callGraphql(
  core: Core,
  faults: Faults | undefined,
  token: string,
  parameters: ApiParameters,
): ApiAnswer {
  const [method, path] = GRAPHQL.split(' ') as [string, string];
  const headers = { authorization: `Bearer ${token}`, 'user-agent': 'simulation' };
  const request: ApiRequest = { method, url: path, headers, body: JSON.stringify(parameters) };
  const run = (): Reply => {
    const { status, body, headers: said } = graphql(core, request, core.urls);
    const told = JSON.parse(body as string) as { readonly message?: string };
    if (status >= 400) throw new ApiError(status, told.message ?? '', { headers: said });
    return { status, body: told };
  };
  const date = dateOf(core.clock.now());
  try {
    const caller = { operation: 'graphql', method, path, writes: false, caller: token };
    const { status, body } = faults === undefined ? run() : faultyAsk(faults, caller, 1, run);
    return { status, data: body, headers: { date } };
  } catch (error) {
    throw translated(GRAPHQL, error, date);
  }
}

/** The answer itself: nobody looks into it. */
function etagOf({ body }: Reply): string {
  return `W/"${JSON.stringify(body)}"`;
}

let lastDate = { second: 0, text: '' };

function dateOf(now: number): string {
  const second = Math.floor(now / 1000);
  if (second !== lastDate.second) lastDate = { second, text: new Date(now).toUTCString() };
  return lastDate.text;
}

/** Parameters of the client alone. */
const OWN: ReadonlySet<string> = new Set(['headers', 'data', 'timeoutMs', 'request', 'baseUrl', 'mediaType']);

function questionOf({ operation, names, query }: Route, parameters: ApiParameters, token: string) {
  const reads = operation.method === 'GET';
  const { data } = parameters;
  const params: Record<string, string> = {};
  const search = new URLSearchParams();
  const body: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(parameters)) {
    const own = names.get(name);
    if (own !== undefined) params[own] = `${value as string | number}`;
    else if (value === undefined || OWN.has(name)) continue;
    else if (reads || data !== undefined || query.has(name))
      search.set(name, `${value as string | number | boolean}`);
    else body[name] = value;
  }
  const headers: Record<string, string> = { authorization: `Bearer ${token}`, 'user-agent': 'simulation' };
  for (const [name, value] of Object.entries(
    (parameters['headers'] ?? {}) as Record<string, string | number>,
  ))
    headers[name.toLowerCase()] = String(value);
  if ((parameters['mediaType'] as { format?: string } | undefined)?.format === 'raw')
    headers['accept'] = 'application/vnd.github.raw+json';
  const request: ApiRequest = {
    method: operation.method,
    url: operation.path,
    headers,
    ...(data === undefined ? {} : { body: data === UPLOAD_BEGINS ? UPLOAD_BEGINS : bytesOf(data) }),
  };
  return {
    search,
    request,
    params,
    body: reads || data !== undefined ? undefined : body,
    page: Number(search.get('page') ?? 1),
  };
}

function bytesOf(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return Buffer.from(String(data));
}

function dataOf(core: Core, { body, raw }: Reply): unknown {
  if (raw === undefined) return body;
  const given = raw.body;
  const bytes =
    typeof given === 'string'
      ? Buffer.from(given)
      : 'blob' in given
        ? Buffer.from(core.blobs.read(given.blob, { start: given.start, end: given.end }))
        : Buffer.from(given);
  if (raw.type.startsWith('text/') || raw.type.includes('raw')) return bytes.toString('utf8');
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}

/** As the adapter over HTTP turns answers into errors. */
function translated(route: string, error: unknown, date: string): unknown {
  if (error instanceof CrashFault) return error;
  if (error instanceof TransportFault) return unclear(route, error.message, error);
  if (!(error instanceof ApiError)) return error;
  if (error.status >= 500) return unclear(route, `GitHub answered ${error.status}`, error);
  const headers = Object.fromEntries(
    Object.entries(error.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const until = limitOf(error.status, { date, ...headers }, error.message);
  if (until !== null) return new Limited(route, until);
  const details = (error.errors ?? []).map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  return new Refused(route, error.status, [error.message, ...details].join('; '));
}
