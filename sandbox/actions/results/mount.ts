import type { Mount } from '../../http/server.ts';
import { reply } from '../../http/reply.ts';
import type { Core } from '../../kernel/core.ts';
import type { FindJob } from './job.ts';
import { answerResults, isResultsPath } from './service.ts';

/** The artifact and cache services as a part of the server. */
export function resultsMount(core: Core, find: FindJob): Mount {
  return async ({ request, response, headers, destination }) => {
    if (destination.part !== 'web' || !isResultsPath(destination.path)) return false;
    const method = request.method ?? 'GET';
    const body = request as AsyncIterable<Uint8Array>;
    const answer = await answerResults(core, find, { method, url: destination.path, headers, body });
    // What was not read of a refused upload would be taken for the next request.
    const headersOut = request.readableEnded ? answer.headers : { ...answer.headers, connection: 'close' };
    await reply(response, { ...answer, headers: headersOut }, core.blobs, method === 'HEAD');
    return true;
  };
}
