import type { ApiResponse } from '../kernel/message.ts';
import type { Draw } from './draw.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const STATUSES = [500, 502, 503, 504] as const;

/** An error of the server. Not all of them are JSON: the page of 503 is for people. */
export function serverError(draw: Draw, fixed: number | undefined): ApiResponse {
  const status = fixed ?? STATUSES[draw.below(STATUSES.length)]!;
  if (status === 503) {
    return {
      status,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: '<!DOCTYPE html><html><body><p>No server is currently available to service your request.</p></body></html>',
    };
  }
  const message =
    status === 504 ? "We couldn't respond to your request in time. Sorry about that." : 'Server Error';
  return { status, headers: { 'content-type': JSON_TYPE }, body: JSON.stringify({ message }) };
}

/**
 * Refusals of the rate limits: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api.
 * The secondary one does not always say when to come back.
 */
export function limited(kind: 'primary' | 'secondary', until: number, now: number, draw: Draw): ApiResponse {
  const seconds = Math.max(1, Math.ceil((until - now) / 1000));
  const headers =
    kind === 'primary'
      ? {
          'x-ratelimit-limit': '5000',
          'x-ratelimit-remaining': '0',
          'x-ratelimit-used': '5000',
          'x-ratelimit-resource': 'core',
          'x-ratelimit-reset': String(Math.ceil(until / 1000)),
        }
      : draw.next() < 0.75
        ? { 'retry-after': String(seconds) }
        : {};
  const message =
    kind === 'primary'
      ? 'API rate limit exceeded. If you reach out to GitHub Support for help, please include the request ID.'
      : 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
  return {
    status: kind === 'primary' || draw.next() < 0.5 ? 403 : 429,
    headers: { 'content-type': JSON_TYPE, ...headers },
    body: JSON.stringify({
      message,
      documentation_url: 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api',
    }),
  };
}

/** The list of an answer with what puts it back: the body itself, or its one array beside `total_count`. */
export function listOf(
  body: unknown,
): { readonly items: readonly unknown[]; readonly with: (items: readonly unknown[]) => unknown } | undefined {
  if (Array.isArray(body)) return { items: body as unknown[], with: (items) => items };
  if (typeof body !== 'object' || body === null || !('total_count' in body)) return undefined;
  const entry = Object.entries(body).find(([, value]) => Array.isArray(value));
  if (entry === undefined) return undefined;
  return { items: entry[1] as unknown[], with: (items) => ({ ...body, [entry[0]]: items }) };
}

/** A list without one of its items. */
export function withHole<Item>(items: readonly Item[], draw: Draw): readonly Item[] {
  return items.length === 0 ? items : items.toSpliced(draw.below(items.length), 1);
}
