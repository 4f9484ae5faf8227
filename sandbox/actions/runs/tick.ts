/** What happens because time passes: schedules, timeouts, wait timers, lost runners. */
import type { Core } from '../../kernel/core.ts';
import type { WorkflowJobRow } from '../../state/action-jobs.ts';
import type { PendingDeployment, WorkflowRun } from '../../state/actions.ts';
import { endJob } from '../jobs/end.ts';
import { settle } from '../jobs/step.ts';
import { cancelJob, forceCancelRun } from '../jobs/stop.ts';
import { announce } from '../jobs/watch.ts';
import { passTimer } from './control.ts';
import { fireSchedules } from './schedule.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** https://docs.github.com/actions/reference/limits */
const QUEUED = DAY;
const RUN = 35 * DAY;
const REVIEW = 30 * DAY;
/** A runner that says nothing for so long is lost. */
export const LEASE = 10 * MINUTE;

/** A moment at which something is due, and what. */
interface Due {
  readonly at: number;
  readonly act: () => void;
}

/** Does everything that is due by the clock, as one transaction. */
export function tick(core: Core): void {
  core.store.transaction(() => {
    const at = core.clock.now();
    for (const due of dueOf(core)) if (due.at <= at) due.act();
    fireSchedules(core);
    settle(core);
  });
}

/** The next moment at which `tick` has something to do, in milliseconds since 1970; undefined while nothing waits. */
export function nextTick(core: Core): number | undefined {
  let next: number | undefined;
  const earlier = (at: number) => {
    if (next === undefined || at < next) next = at;
  };
  for (const { at } of dueOf(core)) earlier(at);
  for (const mark of core.tables.scheduleMarks.all()) earlier(Date.parse(mark.dueAt));
  return next;
}

function* dueOf(core: Core): Generator<Due> {
  for (const job of core.tables.workflowJobs.where('open', 'open')) yield* ofJob(core, job);
  for (const run of core.tables.workflowRuns.where('open', 'open')) yield ofRun(core, run);
  for (const pending of [...core.tables.pendingDeployments.all()]) yield* ofPending(core, pending);
}

function* ofJob(core: Core, job: WorkflowJobRow): Generator<Due> {
  const { id } = job;
  if (job.status === 'queued' && !job.held)
    yield {
      at: Date.parse(job.queuedAt ?? job.createdAt) + QUEUED,
      act: () => {
        endJob(core, id, 'cancelled', { reason: 'The job was not taken by a runner within 24 hours' });
      },
    };
  if (job.status !== 'in_progress') return;
  yield {
    at: Date.parse(job.heardAt ?? job.startedAt ?? job.createdAt) + LEASE,
    act: () => loseJob(core, id),
  };
  if (job.cancelledAt !== null)
    yield {
      at: Date.parse(job.cancelledAt) + job.cancelMinutes * MINUTE,
      act: () => {
        announce(core, { kind: 'kill', jobId: id });
        endJob(core, id, 'cancelled');
      },
    };
  else
    yield {
      at: Date.parse(job.startedAt ?? job.createdAt) + job.timeoutMinutes * MINUTE,
      act: () => {
        cancelJob(
          core,
          id,
          `The job has exceeded the maximum execution time of ${duration(job.timeoutMinutes)}`,
        );
      },
    };
}

function ofRun(core: Core, run: WorkflowRun): Due {
  return {
    at: Date.parse(run.startedAt) + RUN,
    act: () => {
      forceCancelRun(core, run.id);
    },
  };
}

function* ofPending(core: Core, pending: PendingDeployment): Generator<Due> {
  const { jobId } = pending;
  if (pending.needsReview)
    yield {
      at: Date.parse(pending.createdAt) + REVIEW,
      act: () => {
        endJob(core, jobId, 'failure', { reason: 'The deployment was not approved within 30 days' });
      },
    };
  else if (pending.waitUntil !== null)
    yield { at: Date.parse(pending.waitUntil), act: () => passTimer(core, jobId) };
}

/** The runner of a job is gone: the job fails with GitHub's words. Also for runners that did not survive a restart. */
export function loseJob(core: Core, jobId: number): void {
  core.store.transaction(() => {
    const job = core.tables.workflowJobs.require(jobId);
    if (job.status !== 'in_progress') return;
    const blame =
      'Anything in your workflow that terminates the runner process, starves it for CPU/Memory, or blocks its network access can cause this error.';
    const reason =
      job.runner?.selfHosted === true
        ? `The self-hosted runner: ${job.runner.name} lost communication with the server. Verify the machine is running and has a healthy network connection. ${blame}`
        : `The hosted runner lost communication with the server. ${blame}`;
    announce(core, { kind: 'kill', jobId });
    endJob(core, jobId, 'failure', { reason });
    settle(core);
  });
}

/** `6h0m0s` */
function duration(minutes: number): string {
  return `${Math.floor(minutes / 60)}h${minutes % 60}m0s`;
}
