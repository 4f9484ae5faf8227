import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';

import type { HookAnswer, HookRequest } from './attempt.ts';

const RESPONSE_BYTES = 65_536;

/** Names below `localhost` are this machine, whatever a resolver says (RFC 6761 §6.3). */
const loopback: LookupFunction = (_name, options, found) => {
  if (options.all === true) {
    found(null, [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ]);
  } else found(null, '127.0.0.1', 4);
};

/** Delivers over HTTP(S) to this machine; follows no redirect, reads at most 64 KiB of the answer. */
export function httpSend(hook: HookRequest, signal: AbortSignal): Promise<HookAnswer> {
  return new Promise((resolve, reject) => {
    const secure = hook.url.startsWith('https:');
    const options: RequestOptions & { rejectUnauthorized?: boolean } = {
      method: 'POST',
      headers: { ...hook.headers, 'Content-Length': String(Buffer.byteLength(hook.body)) },
      lookup: loopback,
      agent: false,
      signal,
      ...(secure ? { rejectUnauthorized: !hook.insecure } : {}),
    };
    const request = (secure ? httpsRequest : httpRequest)(hook.url, options, (response) => {
      readAnswer(response).then(resolve, reject);
    });
    request.on('error', reject);
    request.end(hook.body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<HookAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (size < RESPONSE_BYTES) chunks.push(chunk);
    size += chunk.length;
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) headers[name] = String(value);
  const body = Buffer.concat(chunks).subarray(0, RESPONSE_BYTES).toString('utf8');
  return { status: response.statusCode ?? 0, headers, body };
}
