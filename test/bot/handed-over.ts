import { runnerEvent } from '../../sandbox/actions/jobs/report.ts';
import type { Place, Stand } from './stand.ts';

/** No runner takes its jobs: the tests say how they end. */
export const WORKFLOW = `name: CI
on: [pull_request, push]
jobs:
  train:
    runs-on: [self-hosted, nobody]
    steps: [{run: echo}]
`;

const RUNNER = { id: 9, name: 'nobody', labels: ['nobody'], selfHosted: true };

/** Runs of a place's pull request, by the event that caused them; their jobs go on until {@link finish}. */
export function runsOf(here: Stand, place: Place, event: string) {
  const { workflowRuns, workflowJobs } = here.sandbox.sandbox.core.tables;
  return [...workflowRuns.all()]
    .filter((run) => run.repositoryId === place.id && run.event === event)
    .map(({ id, headSha }) => ({
      id,
      headSha,
      job: [...workflowJobs.all()].find(({ runId }) => runId === id)!.id,
    }));
}

/** Puts an artifact there as a run's job uploads it. */
export function upload(
  here: Stand,
  place: Place,
  run: { readonly id: number; readonly job: number },
  name: string,
  zip: Buffer,
): void {
  const { core } = here.sandbox.sandbox;
  const { blob, size, sha256 } = core.blobs.put(zip);
  const created = new Date().toISOString();
  core.store.transaction(() => {
    const id = 90_000 + [...core.tables.artifacts.all()].length;
    core.tables.artifacts.put({
      ...{ id, repositoryId: place.id, runId: run.id, attempt: 1, jobId: run.job, name },
      ...{ mimeType: 'application/zip', blob, size, sha256, finalized: true },
      ...{ createdAt: created, updatedAt: created, expiresAt: '2099-01-01T00:00:00Z' },
    });
  });
}

/** The job of a run succeeds. */
export function finish(here: Stand, { job }: { readonly job: number }): void {
  const { core } = here.sandbox.sandbox;
  runnerEvent(core, job, { kind: 'started', runner: RUNNER });
  runnerEvent(core, job, { kind: 'finished', conclusion: 'success', outputs: {} });
}
