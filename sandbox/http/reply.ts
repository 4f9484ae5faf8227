import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { ApiResponse, BlobStore } from '../kernel/message.ts';

/** Writes an answer of the core; bytes of the blob store are streamed, so that a gigabyte costs no memory. */
export async function reply(
  response: ServerResponse,
  answer: ApiResponse,
  blobs: BlobStore,
  head: boolean,
): Promise<void> {
  const { body } = answer;
  const streamed = typeof body === 'object' && 'blob' in body;
  const length = streamed ? body.end - body.start : body === undefined ? 0 : Buffer.byteLength(body);
  const bodiless = answer.status === 204 || answer.status === 304;
  response.writeHead(
    answer.status,
    bodiless ? answer.headers : { 'content-length': String(length), ...answer.headers },
  );
  if (head || bodiless || body === undefined) response.end();
  else if (streamed) {
    await pipeline(Readable.from(blobs.stream(body.blob, { start: body.start, end: body.end })), response);
  } else response.end(body);
}

/** A short text answer: refusals of the server itself. */
export function replyText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(`${text}\n`);
}
