import { attemptKey } from '../actions/jobs/keys.ts';
import { sourceOf } from '../actions/jobs/kept.ts';
import { readCommit } from '../git/commit-object.ts';
import { isoTime } from '../git/person.ts';
import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import type { WorkflowJobRow } from '../state/action-jobs.ts';
import type { RunAttempt, WorkflowFile, WorkflowRun } from '../state/actions.ts';
import type { Repository } from '../state/repositories.ts';
import { accountById } from './accounts.ts';
import { pullMinimal } from './pulls.ts';
import { fullName, minimalRepositoryView, repositoryUrl } from './repositories.ts';

/** GitHub's "workflow". */
export function workflowView(view: View, file: WorkflowFile) {
  const repository = view.tables.repositories.require(file.repositoryId);
  const page = `${view.urls.web}/${fullName(view, repository)}`;
  return {
    id: file.id,
    node_id: nodeId('W', file.id),
    name: file.name,
    path: file.path,
    state: file.state,
    created_at: file.createdAt,
    updated_at: file.updatedAt,
    url: `${repositoryUrl(view, repository)}/actions/workflows/${file.id}`,
    html_url: `${page}/blob/${repository.defaultBranch}/${file.path}`,
    badge_url: `${page}/workflows/${encodeURIComponent(file.name)}/badge.svg`,
    ...(file.state === 'deleted' ? { deleted_at: file.updatedAt } : {}),
  };
}

/** Address of a run in the API. */
export function runUrl(view: View, run: Pick<WorkflowRun, 'id' | 'repositoryId'>): string {
  return `${repositoryUrl(view, view.tables.repositories.require(run.repositoryId))}/actions/runs/${run.id}`;
}

/** Page of a run. */
export function runPage(view: View, run: Pick<WorkflowRun, 'id' | 'repositoryId'>): string {
  const repository = view.tables.repositories.require(run.repositoryId);
  return `${view.urls.web}/${fullName(view, repository)}/actions/runs/${run.id}`;
}

/** GitHub's "workflow-run"; an earlier attempt has its own status, times and addresses. */
export function runView(view: View, run: WorkflowRun, attempt?: RunAttempt, withPulls = true) {
  const of = attempt ?? {
    attempt: run.attempt,
    status: run.status,
    conclusion: run.conclusion,
    triggeringActorId: run.triggeringActorId,
    startedAt: run.startedAt,
    updatedAt: run.updatedAt,
  };
  const repository = view.tables.repositories.require(run.repositoryId);
  const head = view.tables.repositories.get(run.headRepositoryId) ?? repository;
  const api = repositoryUrl(view, repository);
  const url = `${api}/actions/runs/${run.id}`;
  const self = attempt === undefined ? url : `${url}/attempts/${of.attempt}`;
  const suite = run.checkSuiteId ?? run.id;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('WFR', run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.path,
    display_title: run.title,
    run_number: run.number,
    event: run.event,
    status: of.status,
    conclusion: of.conclusion,
    workflow_id: run.workflowId,
    check_suite_id: suite,
    check_suite_node_id: nodeId('CS', suite),
    url: self,
    html_url: attempt === undefined ? runPage(view, run) : `${runPage(view, run)}/attempts/${of.attempt}`,
    pull_requests: withPulls ? pullsOf(view, run) : [],
    created_at: run.createdAt,
    updated_at: of.updatedAt,
    actor: accountById(view, run.actorId),
    run_attempt: of.attempt,
    referenced_workflows: run.referenced,
    run_started_at: of.startedAt,
    triggering_actor: accountById(view, of.triggeringActorId),
    ...addresses(url, self),
    check_suite_url: `${api}/check-suites/${suite}`,
    previous_attempt_url: of.attempt > 1 ? `${url}/attempts/${of.attempt - 1}` : null,
    workflow_url: `${api}/actions/workflows/${run.workflowId}`,
    head_commit: simpleCommit(view, head, run.headSha),
    repository: minimalRepositoryView(view, repository),
    head_repository: minimalRepositoryView(view, head),
  };
}

function addresses(url: string, self: string) {
  return {
    jobs_url: `${self}/jobs`,
    logs_url: `${self}/logs`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
  };
}

/** Pull requests of this repository; those of forks are not told. */
function pullsOf(view: View, run: WorkflowRun) {
  if (run.headRepositoryId !== run.repositoryId) return [];
  return run.pullIds.flatMap((id) => {
    const pull = view.tables.pulls.get(id);
    return pull === undefined ? [] : [pullMinimal(view, pull)];
  });
}

/** GitHub's "simple-commit"; null for a commit that is not there. */
function simpleCommit(view: View, repository: Repository, sha: string) {
  const store = view.core.objects(repository);
  if (!store.has(sha)) return null;
  const { tree, message, author, committer } = readCommit(store, sha);
  const person = ({ name, email }: { readonly name: string; readonly email: string }) => ({ name, email });
  return {
    id: sha,
    tree_id: tree,
    message: message.replace(/\n$/, ''),
    timestamp: isoTime(committer),
    author: person(author),
    committer: person(committer),
  };
}

/** GitHub's "job". Steps of a result that was kept are those of the job that ran. */
export function jobView(view: View, job: WorkflowJobRow) {
  const run = view.tables.workflowRuns.require(job.runId);
  const api = repositoryUrl(view, view.tables.repositories.require(job.repositoryId));
  const steps = view.tables.jobSteps
    .where('job', sourceOf(view.core, job).id)
    .sort((one, other) => one.number - other.number);
  return {
    id: job.id,
    run_id: job.runId,
    workflow_name: run.name,
    head_branch: run.headBranch,
    run_url: runUrl(view, run),
    run_attempt: job.attempt,
    node_id: nodeId('CR', job.checkRunId ?? job.id),
    head_sha: run.headSha,
    url: `${api}/actions/jobs/${job.id}`,
    html_url: `${runPage(view, run)}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion,
    created_at: job.createdAt,
    started_at: job.startedAt ?? job.queuedAt ?? job.createdAt,
    completed_at: job.completedAt,
    name: job.name,
    steps: steps.map(({ name, status, conclusion, number, startedAt, completedAt }) => ({
      name,
      status,
      conclusion,
      number,
      started_at: startedAt,
      completed_at: completedAt,
    })),
    check_run_url: `${api}/check-runs/${job.checkRunId ?? job.id}`,
    labels: job.labels,
    runner_id: job.runner?.id ?? null,
    runner_name: job.runner?.name ?? null,
    runner_group_id: job.runner === null ? null : job.runner.selfHosted ? 1 : 0,
    runner_group_name: job.runner === null ? null : job.runner.selfHosted ? 'Default' : 'GitHub Actions',
  };
}

/** Jobs of one attempt of a run. */
export function jobsOfAttempt(view: View, runId: number, attempt: number): WorkflowJobRow[] {
  return view.tables.workflowJobs.where('attempt', attemptKey({ runId, attempt }));
}
