import type { Core } from '../../sandbox/kernel/core.ts';
import type { Sandbox } from '../../sandbox/index.ts';
import type { Api } from '../../src/platform/github/api.ts';
import { register } from '../../src/registry/index.ts';
import { callApi } from './api.ts';
import type { PullFact } from './facts.ts';
import { registrationOf, versionPorts } from './versions.ts';
import { OWNER, type Cast, type RepositoryName } from './world.ts';

/** Registers the versions of pull requests that are merged when a schedule begins. */
export async function plantVersions(
  sandbox: Sandbox,
  token: string,
  repository: RepositoryName,
  cast: Cast,
  pulls: readonly PullFact[],
  clock: { advance(ms: number): void },
): Promise<void> {
  const api = plainApi(sandbox.core, token, repository);
  const sleep = () => Promise.resolve();
  const ports = versionPorts(api, { world: { sandbox }, cast, repository, sleep });
  for (const pull of pulls) {
    if (pull.merged === null) continue;
    clock.advance(60_000);
    const { version } = await register(registrationOf(repository, cast, pull), ports);
    if (version !== pull.version) throw new Error(`planted ${version}, expected ${pull.version}`);
  }
}

/** The API without faults and steps. */
export function plainApi(core: Core, token: string, repository: RepositoryName): Api {
  const place = { owner: OWNER, repo: repository };
  return async (route, parameters = {}) =>
    await Promise.resolve().then(() => callApi(core, undefined, token, route, { ...place, ...parameters }));
}
