import type { Core } from '../../kernel/core.ts';
import type { WorkflowJobRow } from '../../state/action-jobs.ts';
import { legOf } from '../jobs/leg.ts';
import { heartbeat, runnerEvent } from '../jobs/report.ts';
import { watchJobs } from '../jobs/watch.ts';
import type { JobLeg, RunnerEngine, RunnerName } from '../leg.ts';
import { newRuntimeToken } from '../results/index.ts';
import { fits } from './labels.ts';
import { resultsJob } from './results-job.ts';

/** GitHub's words for a job whose machine is gone. */
const LOST =
  'The self-hosted runner lost communication with the server. Verify the machine is running and has a healthy network connection. Anything in your workflow that terminates the runner process, starves it for CPU/Memory, or blocks its network access can cause this error.';

/** A silent step is no lost runner: the pool says that its legs live. */
const HEARTBEAT = 60_000;

export interface PoolOptions {
  /** How many legs run at the same time. */
  readonly parallel: number;
  /** Labels of the self-hosted runner, beside `self-hosted`; `ubuntu-*` is always served. */
  readonly labels: readonly string[];
  /** Told when an engine fails where a job cannot be blamed. */
  readonly failed: (error: unknown) => void;
}

export interface Pool {
  /** Resolves once no leg runs and none that fits is queued. */
  idle(): Promise<void>;
  /** Loses the runner of a job, as a machine that is switched off: nothing more is reported. */
  lose(jobId: number): void;
  /** Ends all legs; their jobs are told lost at the next start. */
  stop(): Promise<void>;
}

interface Busy {
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

/** Takes queued jobs as they become durable and has an engine run them, a few at a time, oldest first. */
export function startPool(core: Core, engine: RunnerEngine, options: PoolOptions): Pool {
  const busy = new Map<number, Busy>();
  let stopped = false;
  const unwatch = watchJobs(core, ({ kind, jobId }) => {
    if (kind === 'queued') take();
    else busy.get(jobId)?.controller.abort(kind === 'cancel' ? 'cancel' : 'lost');
  });

  function take(): void {
    while (!stopped && busy.size < options.parallel) {
      const job = core.tables.workflowJobs
        .where('queued', 'queued')
        .find((row) => !busy.has(row.id) && fits(row, options.labels));
      if (job === undefined) return;
      start(job);
    }
  }

  function start(job: WorkflowJobRow): void {
    const controller = new AbortController();
    const done = runJob(core, engine, job.id, controller, options).finally(() => {
      busy.delete(job.id);
      take();
    });
    busy.set(job.id, { controller, done });
  }

  loseOrphans(core);
  take();
  const beat = setInterval(() => {
    for (const jobId of busy.keys()) heartbeat(core, jobId);
  }, HEARTBEAT);
  beat.unref();
  return {
    idle: async () => {
      while (busy.size > 0) await Promise.all([...busy.values()].map((one) => one.done));
    },
    lose: (jobId) => busy.get(jobId)?.controller.abort('lost'),
    stop: async () => {
      stopped = true;
      unwatch();
      clearInterval(beat);
      for (const { controller } of busy.values()) controller.abort('lost');
      await Promise.all([...busy.values()].map((one) => one.done));
    },
  };
}

/** Jobs that an earlier process was running: their runners died with it. */
function loseOrphans(core: Core): void {
  for (const job of core.tables.workflowJobs.where('open', 'open')) {
    if (job.status !== 'in_progress') continue;
    runnerEvent(core, job.id, { kind: 'finished', conclusion: 'failure', outputs: {}, reason: LOST });
  }
}

/** Runs one leg to its end. What the engine cannot do becomes the job's failure, with the reason as its annotation. */
async function runJob(
  core: Core,
  engine: RunnerEngine,
  jobId: number,
  controller: AbortController,
  { failed }: PoolOptions,
): Promise<void> {
  let leg: JobLeg;
  try {
    leg = core.store.transaction(() =>
      legOf(core, jobId, (job) => newRuntimeToken(core, resultsJob(core, job))),
    );
  } catch (error) {
    failed(error);
    refuse(core, jobId, error);
    return;
  }
  // The pool notes the job as taken before its engine may report: a report lets it look for the next one.
  await Promise.resolve();
  try {
    await engine.run(
      leg,
      (event) => {
        if (!runnerEvent(core, jobId, event)) controller.abort('lost');
      },
      controller.signal,
    );
  } catch (error) {
    failed(error);
    refuse(core, jobId, error);
  }
}

function refuse(core: Core, jobId: number, error: unknown): void {
  const job = core.tables.workflowJobs.get(jobId);
  if (job === undefined || job.status === 'completed') return;
  if (job.status === 'queued') runnerEvent(core, jobId, { kind: 'started', runner: runnerOf(job) });
  const reason = error instanceof Error ? error.message : String(error);
  runnerEvent(core, jobId, { kind: 'finished', conclusion: 'failure', outputs: {}, reason });
}

/** Name of the machine that takes a job: hosted ones are numbered, the self-hosted one is the sandbox itself. */
export function runnerOf(job: Pick<WorkflowJobRow, 'id' | 'labels'>): RunnerName {
  const selfHosted = job.labels.some((label) => label.toLowerCase() === 'self-hosted');
  const labels = [...job.labels];
  return selfHosted
    ? { id: 1, name: 'sandbox', labels, selfHosted }
    : { id: job.id, name: `GitHub Actions ${job.id}`, labels, selfHosted };
}
