/** One registration of one large file against a sandbox over HTTP; prints how long it took, in milliseconds. */
import { createReadStream, statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

import { digestOf } from '../../src/contracts/digest.ts';
import { httpAssetBytes } from '../../src/platform/github/asset-bytes.ts';
import { accountOfToken } from '../../src/platform/github/identity.ts';
import { githubLogStore } from '../../src/platform/github/log-store.ts';
import { octokitApi } from '../../src/platform/github/octokit-api.ts';
import { githubReleases } from '../../src/platform/github/releases.ts';
import { githubTags } from '../../src/platform/github/tags.ts';
import { register } from '../../src/registry/index.ts';

const [baseUrl = '', token = '', owner = '', repo = '', commit = '', file = '', digest = '', round = ''] =
  process.argv.slice(2);

const at = { owner, repo };
const through = { token, userAgent: 'slipway-bench' };
const api = octokitApi({ ...through, baseUrl });
const actor = await accountOfToken(api);
const started = performance.now();
await register(
  {
    key: digestOf(['bench', round]),
    ...{ model: 'churn', task: 'binary', commit, pull: null, authors: [], entry: 'model.safetensors' },
    files: [
      {
        path: 'model.safetensors',
        sha256: digest,
        source: {
          bytes: statSync(file).size,
          read: (start = 0) => createReadStream(file, { start, highWaterMark: 2 ** 20 }),
        },
      },
    ],
    ...{ run: { id: round, url: null }, created: '2026-01-01T00:00:00.000Z', params: {}, seeds: [] },
    digests: { train_key: null, data: null, environment: null, evaluation: null },
    ...{ metrics: [], verdict: null, number: null, actor, mode: 'open', config: null, slipway: '0.0.0' },
  },
  {
    log: githubLogStore(api, at),
    releases: githubReleases(api, { ...at, self: actor.id, bytes: httpAssetBytes(through), baseUrl }),
    tags: githubTags(api, at),
    trust: { bot: null },
    sleep: (ms) => wait(ms),
  },
);
process.stdout.write(String(performance.now() - started));
