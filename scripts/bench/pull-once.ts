/** One pull of the newest version from a sandbox over HTTP; prints how long it took, in milliseconds. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { httpAssetBytes } from '../../src/platform/github/asset-bytes.ts';
import { githubLogStore } from '../../src/platform/github/log-store.ts';
import { octokitApi } from '../../src/platform/github/octokit-api.ts';
import { githubReleases } from '../../src/platform/github/releases.ts';
import { openBlobCache } from '../../src/platform/storage/blob-cache.ts';
import { openFolderWriter } from '../../src/platform/storage/folder-writer.ts';
import { openLog, parseNamed, pull } from '../../src/registry/index.ts';

const [baseUrl = '', token = '', owner = '', repo = ''] = process.argv.slice(2);
const into = process.argv.at(-1)!;

const at = { owner, repo };
const through = { token, userAgent: 'slipway-bench' };
const api = octokitApi({ ...through, baseUrl });
const started = performance.now();
await pull(
  { log: await openLog(githubLogStore(api, at), { trust: { bot: null } }), named: parseNamed('churn') },
  {
    releases: githubReleases(api, { ...at, self: 0, bytes: httpAssetBytes(through), baseUrl }),
    folder: await openFolderWriter(join(into, 'model')),
    cache: openBlobCache({ root: join(into, 'cache') }),
    sleep: (ms) => wait(ms),
  },
);
process.stdout.write(String(performance.now() - started));
