import type { Pool } from '../actions/pool/pool.ts';
import { faultsDoor, type Faults } from '../faults/index.ts';
import type { Sandbox } from '../index.ts';
import { readBody } from './body.ts';
import { reply, replyText } from './reply.ts';
import type { Mount } from './server.ts';

const CONFIG_BYTES = 1 << 20;

/**
 * What GitHub does not have: `/_sandbox/faults` switches faults, `/_sandbox/jobs/ID/lose` takes a job's runner away.
 * Only for requests with a body type or method that a page of another origin cannot send unasked.
 */
export function adminMount(sandbox: Sandbox, faults: Faults, pool: () => Pool | undefined): Mount {
  return async ({ request, response, destination }) => {
    if (destination.part !== 'web' || !destination.path.startsWith('/_sandbox/')) return false;
    const method = request.method ?? 'GET';
    const lose = /^\/_sandbox\/jobs\/(\d+)\/lose$/.exec(destination.path);
    if (request.headers.origin !== undefined) replyText(response, 403, 'not for pages');
    else if (destination.path === '/_sandbox/faults') {
      const body = await readBody(request, CONFIG_BYTES);
      const answer = faultsDoor(faults, method, Buffer.from(body ?? []).toString());
      await reply(response, answer, sandbox.core.blobs, false);
    } else if (lose !== null && method === 'POST') {
      pool()?.lose(Number(lose[1]));
      response.writeHead(204).end();
    } else replyText(response, 404, 'Not Found');
    return true;
  };
}
