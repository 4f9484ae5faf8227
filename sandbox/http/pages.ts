import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { plainHeaders, readBody } from './body.ts';
import { replyText } from './reply.ts';
import type { Mount } from './server.ts';

/** A page's form holds a comment or an App manifest, never a file. */
const FORM_BYTES = 1 << 20;

/** Mounts a fetch-style application on the web part: pages, in the terms of `Request` and `Response`. */
export function pagesMount(application: (request: Request) => Promise<Response>): Mount {
  return async ({ request, response, destination }) => {
    if (destination.part !== 'web') return false;
    const body = await readBody(request, FORM_BYTES);
    if (body === undefined) {
      replyText(response, 413, `a form is at most ${FORM_BYTES} bytes`, { connection: 'close' });
      return true;
    }
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const answer = await application(toRequest(request, destination.path, body, gone.signal));
    await send(response, answer);
    return true;
  };
}

function toRequest(request: IncomingMessage, path: string, body: Uint8Array, signal: AbortSignal): Request {
  const method = request.method ?? 'GET';
  return new Request(new URL(path, `http://${request.headers.host ?? 'localhost'}`), {
    method,
    headers: plainHeaders(request),
    signal,
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: Buffer.from(body) }),
  });
}

async function send(response: ServerResponse, answer: Response): Promise<void> {
  const cookies = answer.headers.getSetCookie();
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => name !== 'set-cookie'));
  response.writeHead(answer.status, cookies.length === 0 ? headers : { ...headers, 'set-cookie': cookies });
  if (answer.body === null) response.end();
  else await pipeline(Readable.fromWeb(answer.body as never), response);
}
