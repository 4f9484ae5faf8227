import { InputError } from '../contracts/errors.ts';
import type { LogStore, ReleaseStore } from '../registry/ports.ts';
import { githubHere, placeHere, type GithubHere } from './github.ts';
import { VERSION } from './version.ts';

/** A repository's log and releases on GitHub. */
export interface RegistryHere {
  readonly github: GithubHere;
  readonly log: LogStore;
  /** As the account `self` sees them: only its drafts are its own. */
  readonly releases: (self: number) => ReleaseStore;
}

/**
 * The registry of the repository around `folder`, as the environment's token sees it.
 * @throws InputError PERMISSION no token · GIT it is not known which repository
 */
export async function registryHere(folder: string): Promise<RegistryHere> {
  const github = (await githubHere(folder)) ?? (await whyNot(folder));
  const [{ githubLogStore }, { githubReleases }, { httpAssetBytes }] = await Promise.all([
    import('../platform/github/log-store.ts'),
    import('../platform/github/releases.ts'),
    import('../platform/github/asset-bytes.ts'),
  ]);
  const { api, owner, repo, baseUrl, token } = github;
  return {
    github,
    log: githubLogStore(api, { owner, repo }),
    releases: (self) => {
      const bytes = httpAssetBytes({ token, userAgent: `slipway/${VERSION}` });
      return githubReleases(api, { owner, repo, self, bytes, baseUrl });
    },
  };
}

async function whyNot(folder: string): Promise<never> {
  if ((await placeHere(folder)) === null) {
    throw new InputError({
      code: 'GIT',
      message: 'it is not known which repository on GitHub this is: origin is none of GitHub’s',
      hint: 'run it in a clone, or export GITHUB_REPOSITORY=owner/name',
    });
  }
  throw new InputError({
    code: 'PERMISSION',
    message:
      'the files of versions lie in releases on GitHub, and there is no token: GH_TOKEN and GITHUB_TOKEN are empty',
    hint: 'export GH_TOKEN=$(gh auth token); in a workflow: env: {GH_TOKEN: "${{ github.token }}"} with `contents: read` (register: `contents: write`)',
  });
}
