import type { Core } from '../../kernel/core.ts';
import { backendIds, type FindJob, type ResultsJob } from './job.ts';
import { readToken, signToken } from './signing.ts';
import { TwirpError } from './twirp-error.ts';

/**
 * `ACTIONS_RUNTIME_TOKEN` of a job: names run and job to the artifact and cache services in the claim that the
 * toolkit looks for (`scp: Actions.Results:<run>:<job>`). Only inside a transaction.
 */
export function newRuntimeToken(core: Core, job: ResultsJob): string {
  const ids = backendIds(job);
  const now = Math.floor(core.clock.now() / 1000);
  return signToken(core, {
    scp: `Actions.Results:${ids.run}:${ids.job}`,
    jobId: job.jobId,
    nbf: now,
    iat: now,
    // A job has its own end, and with it the token: this is the last limit, the longest wait of a run.
    exp: now + 35 * 86_400,
  });
}

/** The running job whose token this is. @throws TwirpError unauthenticated */
export function jobOfToken(core: Core, find: FindJob, authorization: string | undefined): ResultsJob {
  const token = /^bearer (.+)$/i.exec(authorization ?? '')?.[1];
  const claims = token === undefined ? undefined : readToken(core, token);
  const job = claims === undefined ? undefined : find(Number(claims['jobId']));
  if (job?.running !== true) throw new TwirpError('unauthenticated', 'the runtime token is not valid');
  return job;
}
