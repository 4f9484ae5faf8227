import { readPermissions } from '../permissions.ts';
import { readCallReference } from './call-reference.ts';
import { scalarText } from './triggers.ts';
import type { CallJob, StepsJob, WorkflowJob } from './model.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** Keys the control plane decides by itself; the rest of a job goes to the runner as it stands. */
const DECIDED = new Set([
  'if',
  'needs',
  'name',
  'strategy',
  'permissions',
  'concurrency',
  'environment',
  'timeout-minutes',
  'cancel-timeout-minutes',
  'continue-on-error',
]);

/** Reads one job of a file that was accepted; `ids` are all job ids of the file. */
export function readJob(id: string, job: Mapping, line: number, ids: readonly string[]): WorkflowJob {
  const needs = [job['needs'] ?? []].flat().map((need) => sameId(scalarText(need), ids));
  const base = {
    id,
    needs: [...new Set(needs)],
    line,
    ...(job['name'] === undefined || job['name'] === null ? {} : { name: scalarText(job['name']) }),
    ...optional(job, 'if', 'if'),
    ...optional(job, 'strategy', 'strategy'),
    ...optional(job, 'concurrency', 'concurrency'),
    ...(job['permissions'] === undefined ? {} : { permissions: readPermissions(job['permissions']) }),
  };
  return job['uses'] === undefined ? readSteps(base, job) : readCall(base, job);
}

type Base = Omit<StepsJob, 'kind' | 'runsOn' | 'body'>;

function readSteps(base: Base, job: Mapping): StepsJob {
  return {
    ...base,
    kind: 'steps',
    runsOn: job['runs-on'],
    ...optional(job, 'environment', 'environment'),
    ...optional(job, 'timeout-minutes', 'timeoutMinutes'),
    ...optional(job, 'cancel-timeout-minutes', 'cancelTimeoutMinutes'),
    ...optional(job, 'continue-on-error', 'continueOnError'),
    body: Object.fromEntries(Object.entries(job).filter(([key]) => !DECIDED.has(key))),
  };
}

function readCall(base: Base, job: Mapping): CallJob {
  const uses = readCallReference(scalarText(job['uses']));
  // The checks have refused the file before; this keeps the type honest.
  if (uses.kind === 'wrong') throw new Error(uses.message);
  return {
    ...base,
    kind: 'call',
    uses,
    with: (job['with'] ?? {}) as Mapping,
    secrets: job['secrets'] === 'inherit' ? 'inherit' : ((job['secrets'] ?? {}) as Mapping),
  };
}

function optional<Name extends string>(
  job: Mapping,
  key: string,
  name: Name,
): { readonly [key in Name]?: unknown } {
  return (job[key] === undefined || job[key] === null ? {} : { [name]: job[key] }) as {
    readonly [key in Name]?: unknown;
  };
}

/** Ids of jobs ignore case where they are needed. */
export function sameId(need: string, ids: readonly string[]): string {
  return ids.find((id) => id === need) ?? ids.find((id) => id.toLowerCase() === need.toLowerCase()) ?? need;
}
