import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/core';

import { Limited, Refused, unclear, type Api } from './api.ts';
import { limitOf, octokitApi, type OctokitApiOptions } from './octokit-api.ts';

export interface AppKey {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
}

export interface AppAuthOptions extends AppKey, Omit<OctokitApiOptions, 'token'> {}

type Permissions = Readonly<Record<string, 'read' | 'write'>>;

/** What the calls of one kind need, and nothing beside it (docs/trust.md). Every token is good for one of them. */
export const TOKEN_PURPOSES = {
  registry: { contents: 'write', metadata: 'read' },
  view: { issues: 'write', pull_requests: 'write', checks: 'write', metadata: 'read' },
  dispatch: { actions: 'write', deployments: 'write', metadata: 'read' },
  policy: { members: 'read', metadata: 'read' },
} as const satisfies Readonly<Record<string, Permissions>>;
export type TokenPurpose = keyof typeof TOKEN_PURPOSES;

/** The kind of token a documented route is called with. */
export function purposeOf(route: string): TokenPurpose {
  const path = route.slice(route.indexOf(' ') + 1);
  if (path.startsWith('/orgs/')) return 'policy';
  const part = /^\/repos\/\{owner\}\/\{repo\}\/([a-z-]+)/.exec(path)?.[1] ?? '';
  if (path.endsWith('/check-runs') || /^(issues|pulls|labels|check-runs|check-suites)$/.test(part))
    return 'view';
  if (path.endsWith('/commits/{commit_sha}/pulls')) return 'view';
  return part === 'actions' || part === 'deployments' ? 'dispatch' : 'registry';
}

/**
 * The API as an installation of the App. Tokens are minted for one repository and one kind of call each, kept until a
 * minute before they expire, and never shown.
 */
export function installationApi(options: AppAuthOptions): (installation: number, repository: number) => Api {
  const { appId, privateKey, ...rest } = options;
  const octokit = new Octokit({
    userAgent: options.userAgent,
    ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl }),
    request: {
      ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
    },
  });
  const auth = createAppAuth({ appId, privateKey, request: octokit.request });
  return (installation, repository) => {
    const apis = new Map<TokenPurpose, Api>();
    const apiFor = (purpose: TokenPurpose): Api => {
      const token = async (): Promise<string> => {
        try {
          const minted = await auth({
            type: 'installation',
            installationId: installation,
            repositoryIds: [repository],
            permissions: { ...TOKEN_PURPOSES[purpose] },
          });
          return minted.token;
        } catch (error) {
          throw refusal(error);
        }
      };
      return octokitApi({ ...rest, token });
    };
    return async (route, parameters) => {
      const purpose = purposeOf(route);
      let api = apis.get(purpose);
      if (api === undefined) apis.set(purpose, (api = apiFor(purpose)));
      return await api(route, parameters);
    };
  };
}

const MINT = 'POST /app/installations/{installation_id}/access_tokens';

/** Minting again does no harm: an unclear answer is one of a question. */
function refusal(error: unknown): Error {
  const { status, response } = error as {
    status?: number;
    response?: { headers: Readonly<Record<string, string>>; data?: { message?: string } };
  };
  if (status === undefined || status >= 500 || response === undefined)
    return unclear('GET (installation token)', 'no token was given', error);
  const said = response.data?.message ?? `status ${status}`;
  const until = limitOf(status, response.headers, said);
  if (until !== null) return new Limited(MINT, until);
  return new Refused(
    MINT,
    status,
    said,
    'check that the App is installed here with the permissions it needs',
  );
}
