import { hash } from 'node:crypto';

import { authorize, canSee, identify, meterRequest, refundNotModified } from '../access/index.ts';
import {
  checkRequest,
  checkResponse,
  matchOperation,
  type Operation,
  type Problem,
} from '../contract/index.ts';
import { movedRepository } from '../repositories/names.ts';
import { handlerOf } from '../routes/index.ts';
import { repositoryUrl } from '../views/repositories.ts';
import { Context, type Handler, type Reply } from './context.ts';
import type { Core } from './core.ts';
import { ApiError, notFound } from './errors.ts';
import type { ApiRequest, ApiResponse } from './message.ts';
import type { Identity } from './identity.ts';
import type { Urls } from './urls.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const API_VERSIONS = ['2022-11-28', '2026-03-10'];
const DOCUMENTATION = 'https://docs.github.com/rest';

/** How much is compared with GitHub's description. Responses only in tests: a violation is a bug of the sandbox. */
export type Validation = 'everything' | 'requests' | 'nothing';

/** Headers that identify and metering found out before something failed: an error carries them too. */
interface Progress {
  viewer: Identity;
  headers: Record<string, string>;
}

/**
 * Answers one REST request as one transaction. Order of refusals as GitHub's: headers, credentials (401), rate
 * limit, route (404, 501), visibility (404), permission (403), input (400, 422), the handler's own.
 */
export function answer(
  core: Core,
  request: ApiRequest,
  urls: Urls,
  path: string,
  validation: Validation,
): ApiResponse {
  const progress: Progress = { viewer: { kind: 'anonymous' }, headers: {} };
  try {
    const reply = core.store.transaction(() => perform(core, request, urls, path, validation, progress));
    const response = render(core, request, reply, progress.headers);
    if (response.status !== 304) return response;
    return { ...response, headers: { ...response.headers, ...refundNotModified(core, progress.viewer) } };
  } catch (error) {
    if (error instanceof ApiError) return render(core, request, errorReply(error), progress.headers);
    throw error;
  }
}

function perform(
  core: Core,
  request: ApiRequest,
  urls: Urls,
  pathAndQuery: string,
  validation: Validation,
  progress: Progress,
): Reply {
  checkHeaders(request);
  progress.viewer = identify(core, request.headers);
  const at = pathAndQuery.indexOf('?');
  const path = at === -1 ? pathAndQuery : pathAndQuery.slice(0, at);
  const search = new URLSearchParams(at === -1 ? '' : pathAndQuery.slice(at + 1));
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const match = matchOperation(method, path);
  Object.assign(progress.headers, meterRequest(core, progress.viewer, request, match));
  if (match.kind === 'unknown') throw notFound();
  const handler = match.kind === 'operation' ? handlerOf(match.operation.id) : undefined;
  if (match.kind === 'unsupported' || handler === undefined) {
    const id = match.kind === 'operation' ? match.operation.id : match.id;
    throw new ApiError(501, `The sandbox does not support ${id} (${method} ${path})`);
  }
  const { operation } = match;
  const c = new Context({ core, urls, viewer: progress.viewer, operation, request, path, search });
  c.params = match.params;
  resolveRepository(c, match.params);
  const body = parseBody(operation, request);
  return decide(c, handler, match.params, body, validation);
}

/** An operation asked for by its id, with values instead of texts. */
export interface Question {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
  readonly search: URLSearchParams;
  readonly body: unknown;
  /** Credentials, media type, bytes of an upload. */
  readonly request: ApiRequest;
}

/**
 * Answers one operation as `answer` does, in one transaction and by the same rules, without reading and writing HTTP.
 * @throws ApiError for every answer that is not a success
 */
export function ask(core: Core, question: Question, validation: Validation): Reply {
  const { operation, params, search, request } = question;
  return core.store.transaction(() => {
    const viewer = identify(core, request.headers);
    meterRequest(core, viewer, request, { kind: 'operation', operation, params });
    const handler = handlerOf(operation.id);
    if (handler === undefined) throw new ApiError(501, `The sandbox does not support ${operation.id}`);
    const c = new Context({ core, urls: core.urls, viewer, operation, request, path: '', search });
    c.params = params;
    resolveRepository(c, params);
    return decide(c, handler, params, question.body, validation);
  });
}

/** From the permission on: the input, the handler, and in tests its answer. */
function decide(
  c: Context,
  handler: Handler,
  params: Readonly<Record<string, string>>,
  body: unknown,
  validation: Validation,
): Reply {
  const { operation, search } = c;
  authorize(c, body);
  const checked =
    validation === 'nothing'
      ? { params, query: Object.fromEntries(search), body, problems: [] }
      : checkRequest(operation, { params, query: search, body });
  refuseProblems(checked.problems);
  c.params = checked.params;
  c.query = checked.query;
  c.body = (checked.body ?? {}) as Readonly<Record<string, unknown>>;
  const reply = handler(c);
  if (validation === 'everything') holdToContract(operation, reply);
  return reply;
}

/** https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api: a User-Agent is required. */
function checkHeaders(request: ApiRequest): void {
  if ((request.headers['user-agent'] ?? '') === '') {
    throw new ApiError(
      403,
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header (https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent). Check https://developer.github.com for other possible causes.',
    );
  }
  const version = request.headers['x-github-api-version'];
  if (version !== undefined && !API_VERSIONS.includes(version)) {
    throw new ApiError(
      400,
      `${version} is not a supported version. Please use one of: ${API_VERSIONS.join(', ')}.`,
    );
  }
}

function resolveRepository(c: Context, params: Readonly<Record<string, string>>): void {
  const { owner, repo } = params;
  if (owner === undefined || repo === undefined || !c.operation.path.startsWith('/repos/{owner}/{repo}'))
    return;
  const account = c.tables.accounts.find('login', owner.toLowerCase());
  const name = repo.toLowerCase().replace(/\.git$/, '');
  const repository = account && c.tables.repositories.find('name', `${account.id}/${name}`);
  if (account !== undefined && repository === undefined) redirectMoved(c, account.id, name);
  if (repository === undefined || !canSee(c.core, c.viewer, repository)) throw notFound();
  c.repo = repository;
}

/** Sends on to where a renamed repository is now: 301 for reading, 307 for the rest, which keeps its method. */
function redirectMoved(c: Context, ownerId: number, name: string): void {
  const moved = movedRepository(c.core, ownerId, name);
  if (moved === undefined || !canSee(c.core, c.viewer, moved)) return;
  const rest = c.path.split('/').slice(4);
  const search = c.search.size === 0 ? '' : `?${c.search.toString()}`;
  const url = [repositoryUrl(c, moved), ...rest].join('/') + search;
  const permanent = c.request.method === 'GET' || c.request.method === 'HEAD';
  throw new ApiError(permanent ? 301 : 307, permanent ? 'Moved Permanently' : 'Temporary Redirect', {
    headers: { location: url },
    extra: { url },
  });
}

/** The JSON of the body; uploads and empty bodies are left alone. */
function parseBody(operation: Operation, request: ApiRequest): unknown {
  const { body } = request;
  if (body === undefined || !operation.hasBody) return undefined;
  if (typeof body === 'object' && 'blob' in body) return undefined;
  if (body.length === 0) return undefined;
  if (operation.id === 'repos/upload-release-asset' || operation.id === 'markdown/render-raw')
    return undefined;
  let value: unknown;
  try {
    value = JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString('utf8'));
  } catch {
    throw new ApiError(400, 'Problems parsing JSON');
  }
  if (typeof value !== 'object' || value === null) throw new ApiError(400, 'Body should be a JSON object');
  return value;
}

/** GitHub answers a body that does not fit its schema with 422, a path that does not with 404. */
function refuseProblems(problems: readonly Problem[]): void {
  const first = problems[0];
  if (first === undefined) return;
  if (first.in === 'path') throw notFound();
  const sentences = problems.map(({ message }) => message);
  throw new ApiError(422, `Invalid request.\n\n${sentences.join('\n')}`);
}

/** An answer GitHub's description does not allow is a bug here, found by whichever test asks first. */
function holdToContract(operation: Operation, reply: Reply): void {
  if (reply.raw !== undefined) return;
  const body = reply.body === undefined ? undefined : (JSON.parse(JSON.stringify(reply.body)) as unknown);
  const problems = checkResponse(operation, reply.status, body);
  if (problems.length === 0) return;
  const list = problems
    .slice(0, 20)
    .map((problem) => `  ${problem.at}: ${problem.message} (${problem.keyword})`);
  throw new Error(
    `${operation.id} ${reply.status}: the answer breaks GitHub's description\n${list.join('\n')}`,
  );
}

function errorReply(error: ApiError): Reply {
  return {
    status: error.status,
    headers: error.headers,
    body: {
      message: error.message,
      ...(error.errors === undefined ? {} : { errors: error.errors }),
      ...error.extra,
      documentation_url: DOCUMENTATION,
      status: String(error.status),
    },
  };
}

function render(
  core: Core,
  request: ApiRequest,
  reply: Reply,
  more: Readonly<Record<string, string>>,
): ApiResponse {
  const headers: Record<string, string> = {
    date: new Date(core.clock.now()).toUTCString(),
    'x-github-media-type': 'github.v3; format=json',
    'x-github-api-version-selected': request.headers['x-github-api-version'] ?? '2022-11-28',
    'access-control-allow-origin': '*',
    ...more,
    ...reply.headers,
  };
  if (reply.raw !== undefined) {
    headers['content-type'] = reply.raw.type;
    return { status: reply.status, headers, body: reply.raw.body };
  }
  if (reply.body === undefined) return { status: reply.status, headers };
  const body = JSON.stringify(reply.body);
  headers['content-type'] = JSON_TYPE;
  if (reply.status === 200 && (request.method === 'GET' || request.method === 'HEAD')) {
    headers['etag'] = entityTag(body);
    headers['cache-control'] = 'private, max-age=60, s-maxage=60';
    headers['vary'] = 'Accept, Authorization, Cookie, X-GitHub-OTP';
    const known = request.headers['if-none-match'];
    if (known !== undefined && known.split(/,\s*/).some((tag) => sameTag(tag, headers['etag']!))) {
      delete headers['content-type'];
      return { status: 304, headers };
    }
  }
  return { status: reply.status, headers, body };
}

/** The entity tag of an answer's text. */
export function entityTag(body: string): string {
  return `W/"${hash('sha256', body)}"`;
}

/** Weak comparison of entity tags (RFC 9110 §8.8.3.2). */
function sameTag(one: string, other: string): boolean {
  return one === '*' || one.replace(/^W\//, '') === other.replace(/^W\//, '');
}
