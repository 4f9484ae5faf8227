/** Logs of jobs as files: a text per job, an archive per run. They are made when somebody asks. */
import { strToU8, zipSync } from 'fflate';

import type { Core } from '../../kernel/core.ts';
import type { WorkflowJobRow } from '../../state/action-jobs.ts';
import { attemptKey } from '../jobs/keys.ts';
import { sourceOf } from '../jobs/kept.ts';
import { signedPath } from './signing.ts';

/** Path and query under which the log of a job can be read for an hour. */
export function jobLogPath(core: Core, job: WorkflowJobRow): string {
  return signedPath(core, `/_results/joblog/${job.id}`, 'read');
}

/** Path and query under which the archive of an attempt's logs can be read for an hour. */
export function runLogsPath(core: Core, runId: number, attempt: number): string {
  return signedPath(core, `/_results/runlogs/${runId}-${attempt}`, 'read');
}

/** Has anybody kept what the job said? Not before its end, and no longer after somebody deleted it. */
export function hasLog(core: Core, job: WorkflowJobRow): boolean {
  return job.status === 'completed' && core.tables.jobLogs.count('job', sourceOf(core, job).id) > 0;
}

/** What a signed path of logs leads to; undefined where there is nothing any more. */
export function logFile(
  core: Core,
  path: string,
): { readonly type: string; readonly name: string; readonly bytes: Uint8Array } | undefined {
  const [, jobId] = /^\/_results\/joblog\/(\d+)$/.exec(path) ?? [];
  if (jobId !== undefined) {
    const job = core.tables.workflowJobs.get(Number(jobId));
    if (job === undefined || !hasLog(core, job)) return undefined;
    return { type: 'text/plain; charset=utf-8', name: 'job-logs.txt', bytes: strToU8(jobText(core, job)) };
  }
  const [, runId, attempt] = /^\/_results\/runlogs\/(\d+)-(\d+)$/.exec(path) ?? [];
  if (runId === undefined) return undefined;
  const jobs = core.tables.workflowJobs
    .where('attempt', attemptKey({ runId: Number(runId), attempt: Number(attempt) }))
    .filter((job) => hasLog(core, job));
  return { type: 'application/zip', name: `logs_${runId}.zip`, bytes: archive(core, jobs) };
}

/** `0_build.txt` for the whole job, `build/2_Run make.txt` for each step. */
function archive(core: Core, jobs: readonly WorkflowJobRow[]): Uint8Array {
  const files: Record<string, Uint8Array> = {};
  for (const [at, job] of jobs.entries()) {
    const folder = fileName(job.name);
    files[`${at}_${folder}.txt`] = strToU8(jobText(core, job));
    for (const step of core.tables.jobSteps.where('job', sourceOf(core, job).id)) {
      const text = linesOf(core, job, step.number).join('');
      if (text !== '') files[`${folder}/${step.number}_${fileName(step.name)}.txt`] = strToU8(text);
    }
  }
  return zipSync(files, { level: 6 });
}

/** Names in the archive: what a file system forbids is left out, and `/` of called workflows too. */
function fileName(name: string): string {
  return name.replace(/[<>:"/\\|?*\r\n]/g, '').slice(0, 90);
}

function jobText(core: Core, job: WorkflowJobRow): string {
  return linesOf(core, job).join('');
}

/** Lines with the time each was said, in the form of GitHub's logs; of one step, or of all in their order. */
function linesOf(core: Core, job: WorkflowJobRow, step?: number): string[] {
  return core.tables.jobLogs
    .where('job', sourceOf(core, job).id)
    .filter((log) => step === undefined || log.step === step)
    .flatMap(({ at, lines }) => lines.map((line) => `${at.replace(/Z$/, '.0000000Z')} ${line}\n`));
}
