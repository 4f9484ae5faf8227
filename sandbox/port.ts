import { ApiError } from './kernel/errors.ts';
import { storedAssetAt } from './releases/storage.ts';
import { PortCalls, type Body } from './port/calls.ts';
import type {
  ActivityData,
  ArtifactData,
  AssetData,
  BranchRuleData,
  CheckRunData,
  CommentData,
  CommitData,
  DeploymentData,
  DeploymentStatusData,
  IssueData,
  LabelData,
  ListedCommitData,
  PullData,
  ReactionData,
  RefData,
  ReleaseData,
  ReviewData,
  TagData,
  TimelineData,
  TreeData,
  WorkflowRunData,
} from './port/data.ts';

export type * from './port/data.ts';

export type { PortOptions } from './port/calls.ts';

/**
 * One repository as one token sees it, with values instead of HTTP: for simulations. Every method is one operation of
 * the REST API (lists one a page) and goes through the same rules, permissions, limits, events and faults.
 * Results are GitHub's REST forms, of which only the members of their types are promised.
 * Methods throw ApiError for what is no success, TransportFault and CrashFault where faults say so.
 */
export class Port extends PortCalls {
  // Git.

  /** `heads/main`; undefined where there is no such ref. */
  ref(name: string): RefData | undefined {
    return this.found(() => this.ask<RefData>('git/get-ref', { ref: name }));
  }

  /** Refs whose name begins with `tags/churn@`. */
  refs(prefix: string): readonly RefData[] {
    return this.ask('git/list-matching-refs', { ref: prefix });
  }

  /** Full name: `refs/tags/v1`. */
  createRef(ref: string, sha: string): RefData {
    return this.ask('git/create-ref', {}, { ref, sha });
  }

  updateRef(name: string, sha: string, force = false): RefData {
    return this.ask('git/update-ref', { ref: name }, { sha, force });
  }

  deleteRef(name: string): void {
    this.ask('git/delete-ref', { ref: name });
  }

  commit(sha: string): CommitData {
    return this.ask('git/get-commit', { commit_sha: sha });
  }

  /** One page of the commits before a ref or commit, newest first. */
  listCommits(ref: string, page = 1, perPage = 100): readonly ListedCommitData[] {
    return this.ask('repos/list-commits', { sha: ref, per_page: perPage, page });
  }

  /** Who moved which branch, newest first: at most the last hundred changes. */
  activities(query: { ref?: string; actor?: string; activity_type?: string } = {}): readonly ActivityData[] {
    return this.ask('repos/list-activities', { ...query, per_page: 100 });
  }

  /** Rules of all rulesets that hold for a branch. */
  branchRules(branch: string): readonly BranchRuleData[] {
    return this.every('repos/get-branch-rules', { branch });
  }

  tree(sha: string, recursive = false): TreeData {
    return this.ask('git/get-tree', { tree_sha: sha, ...(recursive ? { recursive: '1' } : {}) });
  }

  blob(sha: string): Uint8Array {
    const { content } = this.ask<{ content: string }>('git/get-blob', { file_sha: sha });
    return Buffer.from(content, 'base64');
  }

  tag(sha: string): TagData {
    return this.ask('git/get-tag', { tag_sha: sha });
  }

  /** Text of a file at a ref; undefined where there is none. */
  file(path: string, ref: string): string | undefined {
    const found = this.found(() => this.ask<{ content: string }>('repos/get-content', { path, ref }));
    return found === undefined ? undefined : Buffer.from(found.content, 'base64').toString('utf8');
  }

  /** Contents at paths on top of another tree; null removes. Gives the id of the new tree. */
  createTree(base: string | undefined, files: Readonly<Record<string, string | null>>): string {
    const tree = Object.entries(files).map(([path, content]) =>
      content === null
        ? { path, mode: '100644', type: 'blob', sha: null }
        : { path, mode: '100644', type: 'blob', content },
    );
    const body = base === undefined ? { tree } : { tree, base_tree: base };
    return this.ask<{ sha: string }>('git/create-tree', {}, body).sha;
  }

  createCommit(commit: { message: string; tree: string; parents: readonly string[] }): string {
    return this.ask<{ sha: string }>('git/create-commit', {}, commit).sha;
  }

  /** An annotated tag's object; `createRef` makes it a tag. */
  createTag(tag: { tag: string; message: string; object: string }): string {
    return this.ask<{ sha: string }>('git/create-tag', {}, { ...tag, type: 'commit' }).sha;
  }

  isAncestor(base: string, head: string): boolean {
    const { status } = this.ask<{ status: string }>('repos/compare-commits-with-basehead', {
      basehead: `${base}...${head}`,
    });
    return status === 'ahead' || status === 'identical';
  }

  // People.

  /** Is somebody a member of an organisation's team now? */
  isTeamMember(organization: string, team: string, login: string): boolean {
    const values = { org: organization, team_slug: team, username: login };
    return (
      this.found(() => this.ask<{ state: string }>('teams/get-membership-for-user-in-org', values))?.state ===
      'active'
    );
  }

  /** `admin`, `maintain`, `write`, `triage`, `read` or `none`. */
  role(login: string): string {
    const body = this.ask<{ role_name: string }>('repos/get-collaborator-permission-level', {
      username: login,
    });
    return body.role_name;
  }

  // Labels, issues, comments.

  labels(): readonly LabelData[] {
    return this.every('issues/list-labels-for-repo');
  }

  createLabel(label: { name: string; color?: string; description?: string }): LabelData {
    return this.ask('issues/create-label', {}, label);
  }

  labelsOf(number: number): readonly LabelData[] {
    return this.every('issues/list-labels-on-issue', { issue_number: number });
  }

  addLabels(number: number, labels: readonly string[]): readonly LabelData[] {
    return this.ask('issues/add-labels', { issue_number: number }, { labels });
  }

  removeLabel(number: number, name: string): void {
    this.ask('issues/remove-label', { issue_number: number, name });
  }

  issue(number: number): IssueData {
    return this.ask('issues/get', { issue_number: number });
  }

  issues(
    query: { state?: 'open' | 'closed' | 'all'; labels?: string; since?: string } = {},
  ): readonly IssueData[] {
    return this.every('issues/list-for-repo', query);
  }

  createIssue(issue: { title: string; body?: string; labels?: readonly string[] }): IssueData {
    return this.ask('issues/create', {}, issue);
  }

  updateIssue(
    number: number,
    changes: { title?: string; body?: string; state?: 'open' | 'closed' },
  ): IssueData {
    return this.ask('issues/update', { issue_number: number }, changes);
  }

  timeline(number: number): readonly TimelineData[] {
    return this.every('issues/list-events-for-timeline', { issue_number: number });
  }

  comments(number: number): readonly CommentData[] {
    return this.every('issues/list-comments', { issue_number: number });
  }

  createComment(number: number, body: string): CommentData {
    return this.ask('issues/create-comment', { issue_number: number }, { body });
  }

  updateComment(id: number, body: string): CommentData {
    return this.ask('issues/update-comment', { comment_id: id }, { body });
  }

  deleteComment(id: number): void {
    this.ask('issues/delete-comment', { comment_id: id });
  }

  reactions(commentId: number): readonly ReactionData[] {
    return this.every('reactions/list-for-issue-comment', { comment_id: commentId });
  }

  /** Reacts to a comment; again is the same reaction. */
  react(
    commentId: number,
    content: '+1' | '-1' | 'laugh' | 'confused' | 'heart' | 'hooray' | 'rocket' | 'eyes',
  ): ReactionData {
    return this.ask('reactions/create-for-issue-comment', { comment_id: commentId }, { content });
  }

  unreact(commentId: number, reactionId: number): void {
    this.ask('reactions/delete-for-issue-comment', { comment_id: commentId, reaction_id: reactionId });
  }

  // Pull requests.

  /** Open and merged pull requests that have the commit. */
  pullsOf(sha: string): readonly PullData[] {
    return this.every('repos/list-pull-requests-associated-with-commit', { commit_sha: sha });
  }

  pull(number: number): PullData {
    return this.ask('pulls/get', { pull_number: number });
  }

  pulls(
    query: { state?: 'open' | 'closed' | 'all'; head?: string; base?: string } = {},
  ): readonly PullData[] {
    return this.every('pulls/list', query);
  }

  createPull(pull: { title: string; head: string; base: string; body?: string; draft?: boolean }): PullData {
    return this.ask('pulls/create', {}, pull);
  }

  updatePull(
    number: number,
    changes: { title?: string; body?: string; state?: 'open' | 'closed' },
  ): PullData {
    return this.ask('pulls/update', { pull_number: number }, changes);
  }

  mergePull(
    number: number,
    how: { sha?: string; merge_method?: 'merge' | 'squash' | 'rebase' } = {},
  ): string {
    return this.ask<{ sha: string }>('pulls/merge', { pull_number: number }, how).sha;
  }

  reviews(number: number): readonly ReviewData[] {
    return this.every('pulls/list-reviews', { pull_number: number });
  }

  review(
    number: number,
    review: { event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT'; body?: string; commit_id?: string },
  ): ReviewData {
    return this.ask('pulls/create-review', { pull_number: number }, review);
  }

  // Checks and statuses.

  checks(ref: string, name?: string): readonly CheckRunData[] {
    return this.every('checks/list-for-ref', { ref, check_name: name }, 'check_runs');
  }

  createCheck(check: Body & { name: string; head_sha: string }): CheckRunData {
    return this.ask('checks/create', {}, check);
  }

  updateCheck(id: number, changes: Body): CheckRunData {
    return this.ask('checks/update', { check_run_id: id }, changes);
  }

  setStatus(
    sha: string,
    status: { state: 'error' | 'failure' | 'pending' | 'success'; context: string; description?: string },
  ): void {
    this.ask('repos/create-commit-status', { sha }, status);
  }

  // Releases.

  releases(): readonly ReleaseData[] {
    return this.every('repos/list-releases');
  }

  /** The published release of a tag; undefined where there is none. */
  releaseOf(tag: string): ReleaseData | undefined {
    return this.found(() => this.ask<ReleaseData>('repos/get-release-by-tag', { tag }));
  }

  createRelease(release: Body & { tag_name: string }): ReleaseData {
    return this.ask('repos/create-release', {}, release);
  }

  updateRelease(id: number, changes: Body): ReleaseData {
    return this.ask('repos/update-release', { release_id: id }, changes);
  }

  deleteRelease(id: number): void {
    this.ask('repos/delete-release', { release_id: id });
  }

  assets(releaseId: number): readonly AssetData[] {
    return this.every('repos/list-release-assets', { release_id: releaseId });
  }

  uploadAsset(releaseId: number, name: string, bytes: Uint8Array): AssetData {
    const headers = { 'content-type': 'application/octet-stream' };
    return this.call('repos/upload-release-asset', { release_id: releaseId, name }, undefined, {
      headers,
      body: bytes,
    }).body as AssetData;
  }

  readAsset(id: number): Uint8Array {
    const headers = { accept: 'application/octet-stream' };
    const reply = this.call('repos/get-release-asset', { asset_id: id }, undefined, { headers });
    const address = reply.headers?.['location'];
    const body = (address === undefined ? reply.raw?.body : storedAssetAt(this.core, address).body) ?? '';
    if (typeof body === 'string') return Buffer.from(body);
    return 'blob' in body ? this.core.blobs.read(body.blob, { start: body.start, end: body.end }) : body;
  }

  deleteAsset(id: number): void {
    this.ask('repos/delete-release-asset', { asset_id: id });
  }

  // Workflow runs.

  workflowRuns(
    query: { event?: string; head_sha?: string; branch?: string; status?: string } = {},
  ): readonly WorkflowRunData[] {
    return this.every('actions/list-workflow-runs-for-repo', query, 'workflow_runs');
  }

  /** Artifacts of a run, or of the whole repository. */
  artifacts(query: { runId?: number; name?: string } = {}): readonly ArtifactData[] {
    const { runId, name } = query;
    if (runId === undefined) return this.every('actions/list-artifacts-for-repo', { name }, 'artifacts');
    return this.every('actions/list-workflow-run-artifacts', { run_id: runId, name }, 'artifacts');
  }

  // Deployments and dispatches.

  deployments(query: { environment?: string; sha?: string; ref?: string } = {}): readonly DeploymentData[] {
    return this.every('repos/list-deployments', query);
  }

  /** @throws ApiError 409 also where the ref was merged first and no deployment was made */
  createDeployment(deployment: Body & { ref: string }): DeploymentData {
    const reply = this.call('repos/create-deployment', {}, deployment);
    if (reply.status === 201) return reply.body as DeploymentData;
    throw new ApiError(409, (reply.body as { message: string }).message);
  }

  deploymentStatuses(id: number): readonly DeploymentStatusData[] {
    return this.every('repos/list-deployment-statuses', { deployment_id: id });
  }

  setDeploymentStatus(id: number, status: Body & { state: string }): DeploymentStatusData {
    return this.ask('repos/create-deployment-status', { deployment_id: id }, status);
  }

  dispatch(eventType: string, clientPayload: Body = {}): void {
    this.ask('repos/create-dispatch-event', {}, { event_type: eventType, client_payload: clientPayload });
  }

  dispatchWorkflow(
    workflow: string | number,
    ref: string,
    inputs: Readonly<Record<string, string>> = {},
  ): void {
    this.ask('actions/create-workflow-dispatch', { workflow_id: workflow }, { ref, inputs });
  }
}
