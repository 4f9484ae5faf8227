import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { PlatformError } from '../src/contracts/errors.ts';
import { readBody } from './body.ts';
import type { Delivery, Received } from './deliveries.ts';
import type { Metrics } from './metrics.ts';

export interface ServerParts {
  receive(delivery: Delivery): Promise<Received>;
  readonly metrics: Metrics;
  /** Null: ready. Otherwise why not. */
  notReady(): string | null;
}

export interface RunningServer {
  readonly url: string;
  /** Ends open connections after answers under way. */
  close(): Promise<void>;
}

/** Where GitHub delivers, as Probot's apps have it. */
export const WEBHOOK_PATH = '/api/github/webhooks';

/** Slow senders are cut off: a delivery's bytes come at once. */
const REQUEST_TIMEOUT_MS = 30_000;

/** The bot's door: deliveries, /healthz, /readyz, /metrics. A delivery is answered as soon as it is known to be GitHub's. */
export async function startServer(
  parts: ServerParts,
  listen: { host: string; port: number },
): Promise<RunningServer> {
  const server = createServer((request, response) => {
    answer(parts, request, response).catch(() => {
      if (!response.headersSent) reply(response, 500, 'error');
      else response.destroy();
    });
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS / 2;
  await listening(server, listen);
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function listening(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new PlatformError({
              code: 'PORT_TAKEN',
              message: `port ${port} of ${host} is taken`,
              hint: 'stop the other program, or choose another port: PORT=3001',
            })
          : error,
      ),
    );
    server.listen(port, host, resolve);
  });
}

async function answer(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0];
  if (request.method === 'POST' && path === WEBHOOK_PATH) {
    await delivery(parts, request, response);
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    reply(response, 405, 'method not allowed');
    return;
  }
  const { status, text, type } = await page(parts, path ?? '/');
  reply(response, status, text, type);
}

const TEXT = 'text/plain; charset=utf-8';

async function page(
  parts: ServerParts,
  path: string,
): Promise<{ status: number; text: string; type: string }> {
  if (path === '/healthz') return { status: 200, text: 'ok', type: TEXT };
  if (path === '/readyz') {
    const reason = parts.notReady();
    return { status: reason === null ? 200 : 503, text: reason ?? 'ok', type: TEXT };
  }
  if (path !== '/metrics') return { status: 404, text: 'not found', type: TEXT };
  const { registry } = parts.metrics;
  return { status: 200, text: await registry.metrics(), type: registry.contentType };
}

async function delivery(
  parts: ServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  const ended = performance.now();
  if (body === null) {
    parts.metrics.deliveries.inc({ status: 413 });
    response.setHeader('connection', 'close');
    reply(response, 413, 'the body is too large');
    return;
  }
  const { status, message } = await parts.receive({ headers: request.headers, body });
  parts.metrics.deliveries.inc({ status });
  reply(response, status, message);
  parts.metrics.ack.observe((performance.now() - ended) / 1000);
}

function reply(response: ServerResponse, status: number, text: string, type = TEXT): void {
  response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff' });
  response.end(text);
}
