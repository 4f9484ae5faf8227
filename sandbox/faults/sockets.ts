import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

import type { ApiResponse, BlobStore } from '../kernel/message.ts';
import type { Transport } from './thrown.ts';

/**
 * Does to the connection of an HTTP response what a fault says. `reply` writes a whole answer.
 * Resolves when there is nothing more to do; a stalled connection is left to the one who waits on it.
 */
export async function spoil(
  response: ServerResponse,
  transport: Transport,
  blobs: BlobStore,
  reply: (answer: ApiResponse) => Promise<void>,
): Promise<void> {
  switch (transport.kind) {
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'slow':
      await wait(transport.ms, undefined, { ref: false });
      if (!response.destroyed) await reply(transport.response);
      return;
    case 'cut':
      await writePart(response, transport.response, blobs, transport.share);
      // A reset would take back what was sent.
      response.socket?.destroySoon();
      return;
    case 'stall':
      await writePart(response, transport.response, blobs, transport.share);
  }
}

/** The head with the length of the whole body, and a part of the body. */
async function writePart(
  response: ServerResponse,
  answer: ApiResponse,
  blobs: BlobStore,
  share: number,
): Promise<void> {
  const body = bytesOf(answer, blobs);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(body.length) });
  response.flushHeaders();
  const part = body.subarray(0, Math.min(Math.floor(body.length * share), body.length - 1));
  if (part.length > 0)
    await new Promise<void>((done) =>
      response.write(part, () => {
        done();
      }),
    );
}

function bytesOf({ body }: ApiResponse, blobs: BlobStore): Uint8Array {
  if (body === undefined) return new Uint8Array();
  if (typeof body === 'string') return Buffer.from(body);
  return 'blob' in body ? blobs.read(body.blob, { start: body.start, end: body.end }) : body;
}
