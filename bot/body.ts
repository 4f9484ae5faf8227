import type { IncomingMessage } from 'node:http';

/** GitHub caps payloads at 25 MB; what wakes a repository is far smaller (docs.github.com, "Webhook events and payloads"). */
export const MAX_BODY_BYTES = 25 * 1024 * 1024;
/** GitHub's payloads nest about ten deep. */
const MAX_DEPTH = 64;

/** The whole body; null where it is larger than `max` bytes. Reading stops there. */
export async function readBody(request: IncomingMessage, max = MAX_BODY_BYTES): Promise<Buffer | null> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > max) return null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > max) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** True for JSON text that nests deeper than the bot reads; strings and escapes are passed over. Linear, no recursion. */
export function isTooDeep(text: string, max = MAX_DEPTH): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > max) return true;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return false;
}
