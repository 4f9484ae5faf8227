/** The client that scripts get: `github.rest.<namespace>.<method>`, `request`, `graphql`, `paginate`, in Octokit's shape. */
import { readFileSync } from 'node:fs';

import { scalarText } from '../reduce.ts';

export type Parameters = Readonly<Record<string, unknown>>;

export interface ApiAnswer {
  readonly status: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: unknown;
}

/** A refusal of the API, as Octokit throws it. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly response: ApiAnswer;
  constructor(message: string, response: ApiAnswer) {
    super(message);
    this.status = response.status;
    this.response = response;
  }
}

/** Errors that a GraphQL answer names. */
export class GraphqlResponseError extends Error {
  override readonly name = 'GraphqlResponseError';
  readonly errors: readonly { readonly message: string }[];
  readonly data: unknown;
  constructor(errors: readonly { readonly message: string }[], data: unknown) {
    super(
      `Request failed due to following response errors:\n${errors.map((error) => ` - ${error.message}`).join('\n')}`,
    );
    this.errors = errors;
    this.data = data;
  }
}

/** A method of `github.rest`; `paginate` takes it as it is. */
export interface ApiMethod {
  (parameters?: Parameters): Promise<ApiAnswer>;
  readonly route: string;
}

type Mapped = (answer: ApiAnswer, done: () => void) => readonly unknown[];

export interface ApiClient {
  readonly rest: Readonly<Record<string, Readonly<Record<string, ApiMethod>>>>;
  request(route: string, parameters?: Parameters): Promise<ApiAnswer>;
  graphql(query: string, variables?: Parameters): Promise<unknown>;
  readonly paginate: {
    (what: string | ApiMethod, parameters?: Parameters | Mapped, map?: Mapped): Promise<unknown[]>;
    iterator(what: string | ApiMethod, parameters?: Parameters): AsyncIterable<ApiAnswer>;
  };
}

export interface ApiAddresses {
  readonly api: string;
  readonly graphql: string;
}

/** A client with a token. Its methods are GitHub's operations by their ids. */
export function newApiClient(token: string, addresses: ApiAddresses, userAgent: string): ApiClient {
  const headers = { authorization: `token ${token}`, 'user-agent': userAgent };
  const request = (route: string, parameters: Parameters = {}): Promise<ApiAnswer> =>
    send(buildRequest(route, parameters, addresses.api), headers);
  async function* iterator(what: string | ApiMethod, parameters: Parameters = {}): AsyncGenerator<ApiAnswer> {
    const route = typeof what === 'string' ? what : what.route;
    let next: Built | undefined = buildRequest(
      route.includes(' ') ? route : `GET ${route}`,
      parameters,
      addresses.api,
    );
    while (next !== undefined) {
      const answer = await send(next, headers);
      yield { ...answer, data: itemsOf(answer.data) };
      const url = /<([^>]+)>;\s*rel="next"/.exec(answer.headers['link'] ?? '')?.[1];
      next = url === undefined ? undefined : { ...next, url };
    }
  }
  const paginate = async (
    what: string | ApiMethod,
    parameters?: Parameters | Mapped,
    map?: Mapped,
  ): Promise<unknown[]> => {
    const [given, mapped] = typeof parameters === 'function' ? [{}, parameters] : [parameters ?? {}, map];
    const items: unknown[] = [];
    const state = { done: false };
    for await (const answer of iterator(what, given)) {
      items.push(
        ...(mapped === undefined ? (answer.data as unknown[]) : mapped(answer, () => (state.done = true))),
      );
      if (state.done) break;
    }
    return items;
  };
  return {
    rest: methods(request),
    request,
    graphql: (query, variables = {}) => graphql(addresses.graphql, headers, query, variables),
    paginate: Object.assign(paginate, { iterator }),
  };
}

/** Namespaces and methods from GitHub's own list of operations: `issues/create-comment` → `issues.createComment`. */
function methods(
  request: (route: string, parameters?: Parameters) => Promise<ApiAnswer>,
): Record<string, Record<string, ApiMethod>> {
  const file = new URL('../../../contract/operations.json', import.meta.url);
  const { operations } = JSON.parse(readFileSync(file, 'utf8')) as { operations: Record<string, string> };
  const rest: Record<string, Record<string, ApiMethod>> = {};
  for (const [id, route] of Object.entries(operations)) {
    const [namespace = '', method = ''] = id.split('/').map(camelCase);
    const call = (parameters?: Parameters): Promise<ApiAnswer> => request(route, parameters);
    (rest[namespace] ??= {})[method] = Object.assign(call, { route });
  }
  return rest;
}

const camelCase = (text: string): string =>
  text.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

interface Built {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

const OPTIONS = ['headers', 'mediaType', 'baseUrl', 'request', 'data', 'url', 'method'];

/** Fills a route's template; what is left goes to the query of reading methods, else to the body. */
function buildRequest(route: string, parameters: Parameters, api: string): Built {
  const [method = 'GET', template = ''] = route.split(' ');
  const used = new Set<string>();
  const take = (name: string): string => {
    used.add(name);
    return scalarText(parameters[name]);
  };
  const path = template
    .replace(/\{\?([^}]+)\}/g, (_, names: string) => {
      const given = names.split(',').filter((name) => parameters[name] !== undefined);
      const query = given.map((name) => `${name}=${encodeURIComponent(take(name))}`);
      return query.length === 0 ? '' : `?${query.join('&')}`;
    })
    .replace(/\{(\+?)([^}]+)\}/g, (_, plus: string, name: string) => {
      if (parameters[name] === undefined)
        throw new Error(`Missing required parameter "${name}" for ${route}`);
      const whole = plus !== '' || name === 'path' || name === 'ref' || name === 'basehead';
      return whole ? take(name).split('/').map(encodeURIComponent).join('/') : encodeURIComponent(take(name));
    });
  const rest = Object.entries(parameters).filter(
    ([name, value]) => !used.has(name) && !OPTIONS.includes(name) && value !== undefined,
  );
  const isAsset = method === 'POST' && /\/releases\/[^/]+\/assets(?:$|[?])/.test(path);
  const given = parameters['baseUrl'];
  const base = typeof given === 'string' ? given : isAsset ? uploads(api) : api;
  const { format } = (parameters['mediaType'] ?? {}) as { format?: string };
  const headers = {
    accept: format === undefined ? 'application/vnd.github.v3+json' : `application/vnd.github.v3.${format}`,
    ...lowerCased((parameters['headers'] ?? {}) as Record<string, string>),
  };
  const url = /^https?:/.test(path) ? path : base + path;
  if (method === 'GET' || method === 'HEAD') {
    const query = new URLSearchParams(
      Object.fromEntries(rest.map(([name, value]) => [name, scalarText(value)])),
    ).toString();
    return { method, url: query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`, headers };
  }
  if (parameters['data'] !== undefined) return { method, url, headers, body: parameters['data'] as string };
  if (rest.length === 0) return { method, url, headers };
  return {
    method,
    url,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(Object.fromEntries(rest)),
  };
}

function uploads(api: string): string {
  return api.endsWith('/api/v3') ? api.replace(/v3$/, 'uploads') : api.replace('//api.', '//uploads.');
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

async function send(
  { method, url, headers, body }: Built,
  common: Readonly<Record<string, string>>,
): Promise<ApiAnswer> {
  const response = await fetch(url, {
    method,
    headers: { ...common, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const json = response.headers.get('content-type')?.startsWith('application/json') === true;
  const text = response.headers.get('content-type')?.startsWith('text/') === true || !json;
  const data: unknown = json
    ? await response.json()
    : text && isText(response)
      ? await response.text()
      : await response.arrayBuffer();
  const answer = {
    status: response.status,
    url: response.url,
    headers: Object.fromEntries(response.headers),
    data,
  };
  if (response.ok) return answer;
  const {
    message = response.statusText,
    documentation_url: page,
    errors,
  } = (json ? data : {}) as {
    message?: string;
    documentation_url?: string;
    errors?: unknown[];
  };
  const details = Array.isArray(errors) ? `: ${errors.map((error) => JSON.stringify(error)).join(', ')}` : '';
  throw new HttpError(`${message}${details}${page === undefined ? '' : ` - ${page}`}`, answer);
}

function isText(response: Response): boolean {
  const type = response.headers.get('content-type') ?? '';
  return type === '' || /^text\/|charset=utf-8|vnd\.github/.test(type);
}

/** Lists come bare, or in an object beside their count. */
function itemsOf(data: unknown): unknown[] {
  if (Array.isArray(data)) return data as unknown[];
  if (typeof data !== 'object' || data === null || !('total_count' in data))
    return data === null || data === '' ? [] : [data];
  return (Object.values(data).find(Array.isArray) ?? []) as unknown[];
}

async function graphql(
  url: string,
  headers: Readonly<Record<string, string>>,
  query: string,
  variables: Parameters,
): Promise<unknown> {
  const given = Object.entries(variables);
  const own = Object.fromEntries(given.filter(([name]) => name !== 'headers'));
  const extra = lowerCased((variables['headers'] ?? {}) as Record<string, string>);
  const body = JSON.stringify({ query, ...(Object.keys(own).length === 0 ? {} : { variables: own }) });
  const answer = await send(
    { method: 'POST', url, headers: { 'content-type': 'application/json; charset=utf-8', ...extra }, body },
    headers,
  );
  const { data, errors } = answer.data as { data: unknown; errors?: { message: string }[] };
  if (errors !== undefined && errors.length > 0) throw new GraphqlResponseError(errors, data);
  return data;
}
