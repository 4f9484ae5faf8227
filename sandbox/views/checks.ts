import { readCommit } from '../git/commit-object.ts';
import { isoTime, type Person } from '../git/person.ts';
import { latestOf } from '../checks/latest.ts';
import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import { commitKey, type CheckAnnotation, type CheckRun, type CheckSuite } from '../state/checks.ts';
import type { Repository } from '../state/repositories.ts';
import { appView } from './apps.ts';
import { deploymentView } from './deployments.ts';
import { pullMinimal } from './pulls.ts';
import { fullName, minimalRepositoryView, repositoryUrl } from './repositories.ts';

/** Open pull requests of this repository whose head the commit is; those of forks are not told: https://docs.github.com/rest/checks/runs */
function pullsOf(view: View, repositoryId: number, sha: string) {
  return view.tables.pulls
    .where('openHeadOid', commitKey(repositoryId, sha).replace('/', ':'))
    .filter((pull) => pull.head.repositoryId === repositoryId)
    .map((pull) => pullMinimal(view, pull));
}

/** The page of a check run; that of a workflow's job is the job's. */
export function checkRunPage(view: View, run: CheckRun): string {
  const page = `${view.urls.web}/${fullName(view, view.tables.repositories.require(run.repositoryId))}`;
  const job = run.jobId === null ? undefined : view.tables.workflowJobs.get(run.jobId);
  return job === undefined ? `${page}/runs/${run.id}` : `${page}/actions/runs/${job.runId}/job/${job.id}`;
}

/** GitHub's "check-run". */
export function checkRunView(view: View, run: CheckRun) {
  const repository = view.tables.repositories.require(run.repositoryId);
  const url = `${repositoryUrl(view, repository)}/check-runs/${run.id}`;
  const app = view.tables.apps.require(run.appId);
  const page = checkRunPage(view, run);
  const fallback = run.jobId === null ? app.externalUrl : page;
  const deployment = run.jobId === null ? undefined : view.tables.deployments.find('job', run.jobId);
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CR', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? fallback,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: view.tables.checkAnnotations.count('run', run.id),
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: appView(view, app),
    pull_requests: pullsOf(view, run.repositoryId, run.headSha),
    ...(deployment === undefined ? {} : { deployment: simpleDeployment(view, deployment.id) }),
  };
}

/** GitHub's "deployment-simple". */
function simpleDeployment(view: View, id: number) {
  const hidden = new Set(['creator', 'sha', 'ref', 'payload']);
  const whole = deploymentView(view, view.tables.deployments.require(id));
  return Object.fromEntries(Object.entries(whole).filter(([name]) => !hidden.has(name)));
}

/** The check run of a webhook: with its suite, in words its description knows; a job that waits is queued there. */
export function checkRunPayload(view: View, run: CheckRun) {
  const shown = checkRunView(view, run);
  const suite = view.tables.checkSuites.require(run.suiteId);
  const { id, node_id, head_branch, head_sha, status, conclusion, url, before, after, ...rest } =
    suitePayload(view, suite);
  const { app, pull_requests, created_at, updated_at } = rest;
  return {
    ...shown,
    status: shown.status === 'waiting' || shown.status === 'requested' ? 'queued' : shown.status,
    check_suite: {
      ...{ id, node_id, head_branch, head_sha, conclusion, url, before, after },
      status: status === 'requested' ? 'queued' : status,
      ...{ app, pull_requests, created_at, updated_at },
    },
  };
}

/** GitHub's "check-suite" without its repository: what webhooks carry. */
export function suitePayload(view: View, suite: CheckSuite) {
  const repository = view.tables.repositories.require(suite.repositoryId);
  const url = `${repositoryUrl(view, repository)}/check-suites/${suite.id}`;
  return {
    id: suite.id,
    node_id: nodeId('CS', suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    status: suite.status,
    conclusion: suite.conclusion,
    url,
    before: suite.before,
    after: suite.after,
    pull_requests: pullsOf(view, suite.repositoryId, suite.headSha),
    app: appView(view, view.tables.apps.require(suite.appId)),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    rerequestable: suite.rerequestable,
    runs_rerequestable: suite.rerequestable,
    latest_check_runs_count: latestOf(view.tables.checkRuns.where('suite', suite.id)).length,
    check_runs_url: `${url}/check-runs`,
    head_commit: simpleCommitView(view, repository, suite.headSha),
  };
}

/** GitHub's "check-suite". */
export function checkSuiteView(view: View, suite: CheckSuite) {
  const repository = view.tables.repositories.require(suite.repositoryId);
  return { ...suitePayload(view, suite), repository: minimalRepositoryView(view, repository) };
}

/** GitHub's "simple-commit". */
function simpleCommitView(view: View, repository: Repository, sha: string) {
  const { tree, message, author, committer } = readCommit(view.core.objects(repository), sha);
  const person = ({ name, email }: Person) => ({ name, email });
  return {
    id: sha,
    tree_id: tree,
    message: message.replace(/\n$/, ''),
    timestamp: isoTime(committer),
    author: person(author),
    committer: person(committer),
  };
}

/** GitHub's "check-annotation". */
export function annotationView(view: View, run: CheckRun, annotation: CheckAnnotation) {
  const repository = view.tables.repositories.require(run.repositoryId);
  const path = annotation.path.split('/').map(encodeURIComponent).join('/');
  return {
    path: annotation.path,
    blob_href: `${view.urls.web}/${fullName(view, repository)}/blob/${run.headSha}/${path}`,
    start_line: annotation.startLine,
    start_column: annotation.startColumn,
    end_line: annotation.endLine,
    end_column: annotation.endColumn,
    annotation_level: annotation.level,
    title: annotation.title,
    message: annotation.message,
    raw_details: annotation.rawDetails,
  };
}
