import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';

/** What of fetch a download uses. */
export type Get = (
  url: string | URL,
  init: {
    readonly headers: Readonly<Record<string, string>>;
    readonly redirect: 'manual' | 'error';
    readonly signal: AbortSignal;
  },
) => Promise<Response>;

/** Statuses whose answers have no body; a Response takes none with them. */
const EMPTY: ReadonlySet<number | undefined> = new Set([204, 205, 304]);

/**
 * GET without fetch: in Node 24 that ends the whole process, past every handler, when the other side closes the
 * connection while bytes that have come are still waiting to be read (https://github.com/nodejs/undici/issues/5360).
 * Redirects are given back, or are an error.
 *
 * @throws TypeError as fetch does: no connection, a redirect that was not expected · the signal's reason
 */
export const plainGet: Get = async (url, { headers, redirect, signal }) => {
  const target = new URL(url);
  const request = target.protocol === 'https:' ? requestHttps : requestHttp;
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    request(target, { headers, signal }, resolve)
      .on('error', (cause) => reject(new TypeError('no answer', { cause })))
      .end();
  });
  const { statusCode: status = 0 } = message;
  const isRedirect = status >= 300 && status < 400 && message.headers.location !== undefined;
  if (redirect === 'error' && isRedirect) {
    message.destroy();
    throw new TypeError('a redirect was not expected');
  }
  const pairs = Object.entries(message.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  // Nobody reads the page of a redirect, and an unread answer keeps its connection.
  if (EMPTY.has(status) || isRedirect) message.resume();
  const body =
    EMPTY.has(status) || isRedirect ? null : (Readable.toWeb(message) as ReadableStream<Uint8Array>);
  return new Response(body, { status, headers: pairs });
};
