import { hash } from 'node:crypto';

import type { Core } from '../../sandbox/kernel/core.ts';
import type { Api } from '../../src/platform/github/api.ts';
import { githubLogStore } from '../../src/platform/github/log-store.ts';
import { appendEntry } from '../../src/registry/index.ts';
import { callApi } from './api.ts';
import type { PullFact } from './facts.ts';
import { OWNER, type Cast, type RepositoryName } from './world.ts';

/** Records the versions of pull requests that are merged when a schedule begins. */
export async function plantVersions(
  core: Core,
  token: string,
  repository: RepositoryName,
  cast: Cast,
  pulls: readonly PullFact[],
  clock: { advance(ms: number): void },
): Promise<void> {
  const place = { owner: OWNER, repo: repository };
  const api: Api = (route, parameters = {}) =>
    Promise.resolve(callApi(core, undefined, token, route, { ...place, ...parameters }));
  const store = githubLogStore(api, place);
  for (const { model, version, merged, number, author, decision } of pulls) {
    if (merged === null) continue;
    clock.advance(60_000);
    const person = { id: cast.ids[author], login: author };
    await appendEntry(
      store,
      {
        op: 'register',
        model,
        version,
        manifest: hash('sha256', `${repository}/${model}@${version}`),
        evaluation: hash('sha256', `evaluation of ${model}@${version}`),
        verdict: {
          decision,
          reason: decision === 'pass' ? 'ALL_GATES_PASS' : 'TOO_FEW_EVENTS',
          holdout: 'hidden',
        },
        commit: merged,
        pull: number,
        authors: [person],
        request: hash('sha256', `register ${model}@${version}`),
        actor: person,
        approvals: [],
        mode: 'app',
        config: null,
      },
      { trust: { bot: cast.ids.bot }, recheck: () => Promise.resolve(null), sleep: () => Promise.resolve() },
    );
  }
}
