import type { Core } from '../../kernel/core.ts';
import { artifactUrl, createArtifact, deleteArtifact, finalizeArtifact, listArtifacts } from './artifacts.ts';
import { cacheDownload, createCacheEntry, finalizeCacheEntry } from './caches.ts';
import { Fields } from './fields.ts';
import type { FindJob, ResultsJob } from './job.ts';
import { jobOfToken } from './runtime-token.ts';
import { TwirpError } from './twirp-error.ts';

type Method = (core: Core, job: ResultsJob, input: Fields, origin: string) => unknown;

const ARTIFACTS = 'github.actions.results.api.v1.ArtifactService';
const CACHES = 'github.actions.results.api.v1.CacheService';

const METHODS: ReadonlyMap<string, Method> = new Map([
  [`${ARTIFACTS}/CreateArtifact`, createArtifact],
  [`${ARTIFACTS}/FinalizeArtifact`, finalizeArtifact],
  [`${ARTIFACTS}/ListArtifacts`, listArtifacts],
  [`${ARTIFACTS}/GetSignedArtifactURL`, artifactUrl],
  [`${ARTIFACTS}/DeleteArtifact`, deleteArtifact],
  [`${CACHES}/CreateCacheEntry`, createCacheEntry],
  [`${CACHES}/FinalizeCacheEntryUpload`, finalizeCacheEntry],
  [`${CACHES}/GetCacheEntryDownloadURL`, cacheDownload],
]);

/** One remote call, JSON in and out, as one transaction. */
export function callTwirp(
  core: Core,
  find: FindJob,
  call: {
    /** Path after `/twirp/`. */
    readonly method: string;
    readonly authorization: string | undefined;
    readonly body: string;
    /** Where the caller reaches this service. */
    readonly origin: string;
  },
): { readonly status: number; readonly body: string } {
  try {
    const answer = core.store.transaction(() => {
      const method = METHODS.get(call.method);
      if (method === undefined)
        throw new TwirpError('bad_route', `the sandbox does not support ${call.method}`);
      const job = jobOfToken(core, find, call.authorization);
      return method(core, job, new Fields(parse(call.body)), call.origin);
    });
    return { status: 200, body: JSON.stringify(answer) };
  } catch (error) {
    if (!(error instanceof TwirpError)) throw error;
    return { status: error.status, body: JSON.stringify({ code: error.code, msg: error.message }) };
  }
}

function parse(body: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new TwirpError('malformed', 'the body is not JSON');
  }
  if (typeof value !== 'object' || value === null)
    throw new TwirpError('malformed', 'the body is no message');
  return value as Readonly<Record<string, unknown>>;
}
