import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import { spoil } from '../faults/sockets.ts';
import { TransportFault } from '../faults/thrown.ts';
import type { Sandbox } from '../index.ts';
import { destination, type Destination } from '../kernel/handle.ts';
import type { ApiRequest, ApiResponse } from '../kernel/message.ts';
import { plainHeaders, readBody } from './body.ts';
import { EXPOSED, PREFLIGHT } from './cors.ts';
import { isOwnHost } from './hosts.ts';
import { reply, replyText } from './reply.ts';

/** One request with what is known of it before anybody serves it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly destination: Destination;
  readonly headers: Readonly<Record<string, string>>;
}

/** A part of the server: gives false where the request is not for it. */
export type Mount = (exchange: Exchange) => Promise<boolean>;

export interface ServerOptions {
  /** What answers requests of the API where it is not the sandbox itself: one with faults before it. */
  readonly handle?: (request: ApiRequest) => ApiResponse;
  /** Asked in order; what none takes is a request of the API, or not found. */
  readonly mounts: readonly Mount[];
  /** Told of failures that are bugs of the sandbox. */
  readonly failed: (error: unknown, method: string, url: string) => void;
}

/** A bound port whose requests wait until `serve` says what answers them. */
export interface Listener {
  readonly port: number;
  serve(sandbox: Sandbox, options: ServerOptions): void;
  /** Ends open connections and stops listening. */
  close(): Promise<void>;
}

/**
 * Binds a port of 127.0.0.1, and nothing else. Hosts other than this machine's own are refused: a page of the
 * internet that resolves its name to 127.0.0.1 must not reach the sandbox. As a proxy it serves only its own names.
 * @param port 0 takes a free one
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function listen(port: number): Promise<Listener> {
  const ready = Promise.withResolvers<(request: IncomingMessage, response: ServerResponse) => void>();
  const server = createServer((request, response) => {
    void ready.promise.then((answer) => answer(request, response));
  });
  // Uploads of gigabytes take their time; a request that never ends is ended by the one who sends it.
  server.requestTimeout = 0;
  server.on('connect', (_request, socket: Socket) => {
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\nthe sandbox is a proxy for its own names only\r\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    serve: (sandbox, options) => {
      ready.resolve((request, response) => {
        serve(sandbox, options, request, response).catch((error: unknown) => {
          fail(options, request, response, error);
        });
      });
    },
    close: () => closeServer(server),
  };
}

async function serve(
  sandbox: Sandbox,
  options: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = request.url ?? '/';
  const host = /^https?:\/\//.test(url) ? new URL(url).host : (request.headers.host ?? '');
  if (!isOwnHost(host)) {
    replyText(
      response,
      403,
      `"${host}" is not a name of this sandbox: it answers on 127.0.0.1 and *.localhost only`,
    );
    return;
  }
  const headers = plainHeaders(request);
  const exchange = { request, response, headers, destination: destination(url, host) };
  try {
    for (const mount of options.mounts) if (await mount(exchange)) return;
    if (exchange.destination.part === 'web') replyText(response, 404, 'Not Found');
    else await serveApi(sandbox, options, exchange);
  } catch (error) {
    if (!(error instanceof TransportFault)) throw error;
    const { blobs } = sandbox.core;
    const send = (answer: ApiResponse) => reply(response, answer, blobs, request.method === 'HEAD');
    await spoil(response, error.transport, blobs, send);
  }
}

/** REST, GraphQL and what the core itself answers. */
async function serveApi(
  sandbox: Sandbox,
  { handle }: ServerOptions,
  { request, response, headers }: Exchange,
): Promise<void> {
  const { blobs, limits } = sandbox.core;
  const body = await readBody(request, limits.requestBytes);
  if (body === undefined) {
    replyText(response, 413, `the body is larger than ${limits.requestBytes} bytes`, { connection: 'close' });
    return;
  }
  const asked = {
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers,
    ...(body.length === 0 ? {} : { body }),
  };
  const answer = asked.method === 'OPTIONS' ? PREFLIGHT : (handle ?? sandbox.handle)(asked);
  // Clients name it in their logs and errors; the core's own answers stay the same for the same requests.
  const id = randomBytes(16).toString('hex').toUpperCase();
  const more = { 'x-github-request-id': id, 'access-control-expose-headers': EXPOSED };
  await reply(
    response,
    { ...answer, headers: { ...more, ...answer.headers } },
    blobs,
    asked.method === 'HEAD',
  );
}

function fail(
  options: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): void {
  // The other side went away in the middle of an answer: nobody's fault, nobody to tell.
  if (response.destroyed || (error as { code?: string }).code === 'ERR_STREAM_PREMATURE_CLOSE') return;
  options.failed(error, request.method ?? '', request.url ?? '');
  if (response.headersSent) response.destroy();
  else {
    response.writeHead(500, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify({ message: 'Server Error (a bug of the sandbox)', status: '500' }));
  }
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
