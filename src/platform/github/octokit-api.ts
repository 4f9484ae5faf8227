import { Octokit } from '@octokit/core';

import { GRAPHQL, Limited, Refused, unclear, type Api, type ApiAnswer } from './api.ts';

export interface OctokitApiOptions {
  /** Default: https://api.github.com */
  readonly baseUrl?: string;
  /** A token; or (App) a function that gives one whenever it is asked. */
  readonly token: string | (() => Promise<string>);
  /** A call without an answer after this long counts as unclear. Default 20 s; uploads and downloads set their own. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
  readonly userAgent: string;
  /** Told of every call when it ends: route, status (0: none), duration, GitHub's request id. Never bodies or tokens. */
  onCall?(call: { route: string; status: number; ms: number; requestId: string | null }): void;
}

const MINUTE = 60_000;

/** The API over HTTP, one try a call: retrying is decided by whoever can read back. */
export function octokitApi(options: OctokitApiOptions): Api {
  const octokit = new Octokit({
    userAgent: options.userAgent,
    ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl }),
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
  return async (route, parameters = {}) => {
    const token = typeof options.token === 'string' ? options.token : await options.token();
    const started = performance.now();
    const told = (status: number, requestId: string | undefined) =>
      options.onCall?.({ route, status, ms: performance.now() - started, requestId: requestId ?? null });
    const {
      headers = {},
      timeoutMs,
      ...values
    } = parameters as Record<string, unknown> & {
      headers?: Record<string, string>;
      timeoutMs?: number;
    };
    try {
      const response = await octokit.request(route === GRAPHQL ? graphqlOf(options.baseUrl) : route, {
        ...values,
        headers: { authorization: `token ${token}`, ...headers },
        request: {
          signal: AbortSignal.timeout(timeoutMs ?? options.timeoutMs ?? 20_000),
          ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
        },
      });
      told(response.status, response.headers['x-github-request-id']);
      return response as unknown as ApiAnswer;
    } catch (error) {
      const response = responseOf(error);
      told(response?.status ?? 0, response?.headers['x-github-request-id']);
      return outcomeOf(route, error);
    }
  };
}

/** Beside `/api/v3` of a server of one's own lies `/api/graphql`: docs.github.com/enterprise-server, "Forming calls with GraphQL". */
function graphqlOf(baseUrl = ''): string {
  return GRAPHQL.replace('/', `${baseUrl.replace(/\/api\/v3\/?$/u, '/api').replace(/\/$/u, '')}/`);
}

function ignore(): void {
  // Octokit's deprecation notices are for its users' authors.
}

/** What a failed request means. 304 is an answer. */
function outcomeOf(route: string, error: unknown): ApiAnswer {
  const response = responseOf(error);
  if (response === undefined) throw unclear(route, said(error), error);
  const { status, headers: names } = response;
  const data: unknown = response.data;
  if (status === 304) return { status, data: undefined, headers: names };
  const limit = limitOf(status, names, saidIn(data));
  if (limit !== null) throw new Limited(route, limit);
  if (status >= 500) throw unclear(route, `GitHub answered ${status}`, error);
  throw new Refused(route, status, saidIn(data) || said(error));
}

/** The response that Octokit's RequestError carries; undefined where there was none. */
function responseOf(error: unknown): ApiAnswer | undefined {
  return error instanceof Error && error.name === 'HttpError' && 'response' in error
    ? (error.response as ApiAnswer | undefined)
    : undefined;
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : 'no answer';
}

/** GitHub's message and those of its validation errors, on one line. */
function saidIn(data: unknown): string {
  if (typeof data !== 'object' || data === null) return typeof data === 'string' ? data.slice(0, 300) : '';
  const { message, errors } = data as { message?: unknown; errors?: unknown };
  const details = Array.isArray(errors)
    ? errors.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
    : [];
  return [typeof message === 'string' ? message : '', ...details].filter((part) => part !== '').join('; ');
}

/**
 * When calls may go on after a limit, null where the answer is none (docs.github.com, "Rate limits for the REST API":
 * retry-after, else x-ratelimit-reset when nothing remains, else at least a minute for a secondary limit).
 */
export function limitOf(
  status: number,
  headers: Readonly<Record<string, string | undefined>>,
  said: string,
): Date | null {
  if (status !== 403 && status !== 429) return null;
  const now = Date.parse(headers['date'] ?? '') || Date.now();
  const after = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(after)) return new Date(now + Math.max(after, 1) * 1000);
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  if (headers['x-ratelimit-remaining'] === '0' && Number.isFinite(reset))
    return new Date(Math.max(reset * 1000, now + 1000));
  return status === 429 || /secondary rate limit|abuse detection/i.test(said) ? new Date(now + MINUTE) : null;
}
