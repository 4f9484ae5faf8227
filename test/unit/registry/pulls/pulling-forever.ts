import { httpAssetBytes } from '../../../../src/platform/github/asset-bytes.ts';
import { octokitApi } from '../../../../src/platform/github/octokit-api.ts';
import { githubReleases } from '../../../../src/platform/github/releases.ts';
import { openBlobCache } from '../../../../src/platform/storage/blob-cache.ts';
import { openFolderWriter } from '../../../../src/platform/storage/folder-writer.ts';
import { parseNamed, pull } from '../../../../src/registry/index.ts';
import { logOf } from '../../../support/memory-releases.ts';

/** A process that pulls over a line on which, after some bytes of a file, nothing comes any more. */
const [baseUrl, token, root, digest] = process.argv.slice(2) as [string, string, string, string];
const userAgent = 'slipway-test';

const network: typeof fetch = async (url, init) => {
  const response = await fetch(url, init);
  const isLarge = Number(response.headers.get('content-length')) > 2 ** 20;
  if (!isLarge || response.body === null) return response;
  let left = 2 ** 20 + 5000;
  const body = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: async (chunk, controller) => {
        controller.enqueue(chunk.subarray(0, left));
        left -= chunk.length;
        if (left <= 0) await new Promise(() => setInterval(() => undefined, 1000));
      },
    }),
  );
  return new Response(body, { status: response.status, headers: response.headers });
};

const bytes = httpAssetBytes({ token, userAgent, fetch: network });
const api = octokitApi({ baseUrl, token, userAgent });
await pull(
  { log: logOf(digest), named: parseNamed('churn#production') },
  {
    releases: githubReleases(api, { owner: 'owner', repo: 'repo', self: 0, bytes, baseUrl }),
    folder: await openFolderWriter(`${root}/killed`),
    cache: openBlobCache({ root: `${root}/cache` }),
    sleep: () => Promise.resolve(),
  },
);
