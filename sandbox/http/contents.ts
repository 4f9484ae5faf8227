import { identify } from '../access/index.ts';
import { contentDownload, isContentPath } from '../contents/download.ts';
import type { Sandbox } from '../index.ts';
import { ApiError } from '../kernel/errors.ts';
import type { Identity } from '../kernel/identity.ts';
import { reply } from './reply.ts';
import type { Mount } from './server.ts';

/** Archives and raw files by their addresses among the pages. */
export function contentMount(sandbox: Sandbox): Mount {
  return async ({ request, response, headers, destination }) => {
    const { core } = sandbox;
    const { part, path } = destination;
    if (part !== 'web' || !isContentPath(path) || !['GET', 'HEAD'].includes(request.method ?? ''))
      return false;
    const answer = core.store.transaction(() => contentDownload(core, viewerOf(sandbox, headers), path));
    const missing = {
      status: 404,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: 'Not Found',
    };
    await reply(response, answer ?? missing, core.blobs, request.method === 'HEAD');
    return true;
  };
}

/** Whoever the token names; a bad one is nobody, as on github.com's download hosts. */
function viewerOf({ core }: Sandbox, headers: Readonly<Record<string, string>>): Identity {
  try {
    return identify(core, headers);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { kind: 'anonymous' };
  }
}
