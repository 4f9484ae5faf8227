import type { Core } from '../../kernel/core.ts';
import { isoTime } from '../../kernel/environment.ts';
import { issueJobToken } from '../../access/tokens.ts';
import type { WorkflowJobRow } from '../../state/action-jobs.ts';
import { Scope } from '../expressions/scope.ts';
import { evaluate, evaluateString } from '../expressions/template.ts';
import type { JobLeg } from '../leg.ts';
import { tokenPermissions } from '../permissions.ts';
import type { StepsJob } from '../workflow/model.ts';
import { neededJobs, runContexts } from './contexts.ts';
import { workflowOf } from './files.ts';
import { githubTexts } from './github-context.ts';
import { scopeKey } from './keys.ts';
import { secrets } from './secrets.ts';
import { variables } from './values.ts';

/** Output under which a runner reports the evaluated address of the environment. */
export const ENVIRONMENT_URL = '__environment_url';

const DAY = 24 * 60;

/**
 * What a runner gets for a queued job, its token included: call it once, when the job is taken.
 * `runtimeToken` is the results service's to make.
 */
export function legOf(core: Core, jobId: number, runtimeToken: (job: WorkflowJobRow) => string): JobLeg {
  const row = core.tables.workflowJobs.require(jobId);
  const run = core.tables.workflowRuns.require(row.runId);
  const scope = core.tables.callScopes.require(scopeKey(row, row.scope));
  const workflow = workflowOf(core, scope.origin);
  const job = stepsJob(workflow.jobs, row.key);
  const repository = core.tables.repositories.require(row.repositoryId);
  const token = tokenOf(core, row);
  const { payload } = core.tables.runEvents.require(run.id);
  const given = secrets(core, run, scope, row.environmentId, token);
  const contexts = {
    ...runContexts(core, run),
    inputs: scope.inputs,
    secrets: { ...given, GITHUB_TOKEN: token },
  };
  return {
    jobId,
    runId: run.id,
    attempt: run.attempt,
    repository: {
      owner: core.tables.accounts.require(repository.ownerId).login,
      name: repository.name,
    },
    workflow: { name: run.name, path: run.path },
    sha: run.sha,
    ref: run.ref,
    event: { name: run.event, payload },
    actor: core.tables.accounts.require(run.actorId).login,
    key: row.key,
    name: row.name,
    job: bodyOf(job, row),
    workflowEnv: typeof workflow.env === 'string' ? madeEnv(workflow.env, contexts) : workflow.env,
    workflowDefaults: workflow.defaults,
    matrix: row.matrix ?? {},
    strategy: row.leg,
    needs: neededJobs(core, scope, job),
    inputs: scope.inputs,
    secrets: given,
    vars: variables(core, run, row.environmentId),
    token,
    runtimeToken: runtimeToken(row),
    github: githubTexts(core, run),
    timeoutMinutes: row.timeoutMinutes,
  };
}

/** `GITHUB_TOKEN`: it lives as long as the job may, a day at most. */
function tokenOf(core: Core, row: WorkflowJobRow): string {
  const minutes = Math.min(row.timeoutMinutes, DAY) + row.cancelMinutes;
  return issueJobToken(core, {
    repositoryId: row.repositoryId,
    runId: row.runId,
    jobId: row.id,
    permissions: tokenPermissions(row.permissions),
    expiresAt: isoTime(core.clock.now() + minutes * 60_000),
  });
}

/** An `env` that is an expression as a whole. */
function madeEnv(expression: string, contexts: Readonly<Record<string, unknown>>): Record<string, string> {
  const made = evaluate(expression, new Scope(contexts));
  const entries =
    typeof made === 'object' && made !== null && !Array.isArray(made) ? Object.entries(made) : [];
  return Object.fromEntries(entries.map(([name, value]) => [name, evaluateString(value, new Scope({}))]));
}

function stepsJob(jobs: readonly { readonly id: string; readonly kind: string }[], id: string): StepsJob {
  const job = jobs.find((one) => one.id === id);
  if (job?.kind !== 'steps') throw new Error(`${id} runs on no runner`);
  return job as StepsJob;
}

/** The job as the file has it; the environment's address comes back as one more output. */
function bodyOf(job: StepsJob, row: WorkflowJobRow): JobLeg['job'] {
  const url = (job.environment as { url?: unknown } | null | undefined)?.url;
  if (row.environmentId === null || typeof url !== 'string' || url === '') return job.body;
  const outputs = (job.body['outputs'] ?? {}) as Readonly<Record<string, unknown>>;
  return { ...job.body, outputs: { ...outputs, [ENVIRONMENT_URL]: url } };
}
