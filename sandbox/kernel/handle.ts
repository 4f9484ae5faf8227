import { isStoredAsset, storedAsset } from '../releases/storage.ts';
import type { Core } from './core.ts';
import type { ApiRequest, ApiResponse } from './message.ts';
import { answer, type Validation } from './pipeline.ts';
import { domainUrls, serverUrls, type Urls } from './urls.ts';

/** Which part of GitHub a request is for, by host and prefix. `web` is for the server: pages and git. */
export interface Destination {
  readonly part: 'rest' | 'graphql' | 'uploads' | 'web';
  readonly urls: Urls;
  /** Path and query without the prefix. */
  readonly path: string;
}

/**
 * Reads host and prefix: `api.<domain>`, `uploads.<domain>` and `<domain>` as github.com has them (also the names of
 * github.com itself, for clients that cannot be told otherwise), `/api/v3`, `/api/graphql`, `/api/uploads` on any other host.
 */
export function destination(url: string, host: string | undefined): Destination {
  const absolute = /^https?:\/\//.test(url)
    ? new URL(url)
    : new URL(`http://${host ?? 'github.localhost'}${url}`);
  const path = absolute.pathname + absolute.search;
  const byHost = /^(?:(api|uploads)\.)?((?:[\w-]+\.)?github\.(?:localhost|com))$/.exec(absolute.hostname);
  const port = absolute.port === '' ? '' : `:${absolute.port}`;
  if (byHost !== null) {
    const urls = domainUrls(`${byHost[2]!}${port}`);
    if (byHost[1] === 'uploads') return { part: 'uploads', urls, path };
    if (byHost[1] === 'api')
      return { part: absolute.pathname === '/graphql' ? 'graphql' : 'rest', urls, path };
    if (!path.startsWith('/api/')) return { part: 'web', urls, path };
  }
  const urls = serverUrls(absolute.origin);
  const prefix = /^\/api\/(v3|graphql|uploads)(?=[/?]|$)/.exec(path);
  if (prefix === null) return { part: 'web', urls, path };
  const rest = path.slice(prefix[0].length);
  const part = prefix[1] === 'v3' ? 'rest' : (prefix[1] as 'graphql' | 'uploads');
  return { part, urls, path: rest.startsWith('/') ? rest : `/${rest}` };
}

export type Graphql = (core: Core, request: ApiRequest, urls: Urls) => ApiResponse;

/** The core: a request in, an answer out, nothing waits. Pages and git are the server's and answer 404 here. */
export function handle(
  core: Core,
  request: ApiRequest,
  validation: Validation,
  graphql: Graphql,
): ApiResponse {
  const { part, urls, path } = destination(request.url, request.headers['host']);
  if (part === 'graphql') return graphql(core, request, urls);
  if (part === 'web') {
    if (isStoredAsset(path)) return storedAsset(core, request, path);
    return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not Found' };
  }
  return answer(core, request, urls, path, validation);
}
