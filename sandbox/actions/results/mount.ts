import type { Mount } from '../../http/server.ts';
import { reply } from '../../http/reply.ts';
import type { Core } from '../../kernel/core.ts';
import { expireResults } from './expiry.ts';
import type { FindJob } from './job.ts';
import { answerResults, isResultsPath } from './service.ts';

/** How often what has expired is removed, in milliseconds. */
const SWEEP = 3_600_000;

/** The artifact and cache services as a part of the server. Removes what has expired: at once, and hourly while in use. */
export function resultsMount(core: Core, find: FindJob): Mount {
  let next = 0;
  const sweep = (): void => {
    const at = core.clock.now();
    if (at < next) return;
    next = at + SWEEP;
    core.store.transaction(() => {
      expireResults(core, find);
    });
  };
  sweep();
  return async ({ request, response, headers, destination }) => {
    if (destination.part !== 'web' || !isResultsPath(destination.path)) return false;
    sweep();
    const method = request.method ?? 'GET';
    const body = request as AsyncIterable<Uint8Array>;
    const answer = await answerResults(core, find, { method, url: destination.path, headers, body });
    // What was not read of a refused upload would be taken for the next request.
    const headersOut = request.readableEnded ? answer.headers : { ...answer.headers, connection: 'close' };
    await reply(response, { ...answer, headers: headersOut }, core.blobs, method === 'HEAD');
    return true;
  };
}
