import * as http from 'node:http';

import type { Environment } from './context.ts';

/**
 * Sends requests of this process through the proxy that a self-hosted runner is told of (docs.github.com: using a proxy server
 * with a runner). Node's own `fetch` does not look for one by itself. Of plain HTTP nothing is proxied: GitHub has none.
 */
export function useProxyOf(env: Environment): void {
  const proxy = env['https_proxy'] ?? env['HTTPS_PROXY'] ?? '';
  // The runner's Node may be older than Node 24.14, which has it.
  const use = (http as Partial<typeof http>).setGlobalProxyFromEnv;
  if (proxy === '' || use === undefined) return;
  use({ https_proxy: proxy, no_proxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '' });
}
