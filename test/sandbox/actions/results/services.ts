import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { memoryBlobs } from '../../../../sandbox/blobs/index.ts';
import {
  answerResults,
  type FindJob,
  newRuntimeToken,
  type ResultsJob,
} from '../../../../sandbox/actions/results/index.ts';
import { plainHeaders } from '../../../../sandbox/http/body.ts';
import { reply } from '../../../../sandbox/http/reply.ts';
import { createSandbox, type Sandbox } from '../../../../sandbox/index.ts';
import { manualClock, seededRandomness } from '../../../../sandbox/kernel/environment.ts';
import type { Limits } from '../../../../sandbox/kernel/limits.ts';

const MAIN = 'refs/heads/main';

/** The two services with a few jobs, and a clock that stands still. */
export interface Services {
  readonly sandbox: Sandbox;
  readonly clock: ReturnType<typeof manualClock>;
  readonly jobs: Map<number, ResultsJob>;
  /** A running job; the runtime token comes with it. */
  job(part?: Partial<ResultsJob>): { job: ResultsJob; token: string };
  readonly find: FindJob;
}

/** New services; limits may be lowered. */
export function newServices(limits: Partial<Limits> = {}): Services {
  const clock = manualClock();
  const sandbox = createSandbox({ clock, random: seededRandomness(1), limits, blobs: memoryBlobs() });
  const jobs = new Map<number, ResultsJob>();
  const find = (id: number): ResultsJob | undefined => jobs.get(id);
  return {
    sandbox,
    clock,
    jobs,
    find,
    job: (part = {}) => {
      const job: ResultsJob = {
        repositoryId: 1,
        runId: 10,
        attempt: 1,
        jobId: 100 + jobs.size,
        running: true,
        cacheRefs: [MAIN],
        savesCaches: true,
        ...part,
      };
      jobs.set(job.jobId, job);
      return { job, token: sandbox.core.store.transaction(() => newRuntimeToken(sandbox.core, job)) };
    },
  };
}

/** The services on a port of 127.0.0.1. */
export async function serve(services: Services): Promise<{ readonly url: string; close(): void }> {
  const { core } = services.sandbox;
  const server = createServer((request, response) => {
    const body = request as AsyncIterable<Uint8Array>;
    const { method = 'GET', url = '/' } = request;
    void answerResults(core, services.find, { method, url, headers: plainHeaders(request), body }).then(
      (answer) => reply(response, answer, core.blobs, method === 'HEAD'),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => void server.close() };
}
