import type { Sandbox } from '../../sandbox/index.ts';
import type { Api } from '../../src/platform/github/api.ts';
import { octokitApi } from '../../src/platform/github/octokit-api.ts';

/** GitHub's API as one token sees it: Octokit over the sandbox, in this process. Routes are told as they are called. */
export function sandboxApi(sandbox: Sandbox, token: string, onCall?: (route: string) => void): Api {
  return octokitApi({
    baseUrl: 'http://api.github.localhost',
    token,
    fetch: sandbox.fetch,
    userAgent: 'slipway-test',
    ...(onCall === undefined ? {} : { onCall: ({ route }) => onCall(route) }),
  });
}
