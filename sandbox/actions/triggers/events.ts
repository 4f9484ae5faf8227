/**
 * Events that start workflows: their activity types and where their runs happen.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */

/**
 * Where the workflow file is read and the run happens.
 * `ref`: the ref the event is about. `merge`: the pull request's merge ref. `default`: the default branch.
 * `tag`: the release's tag. `deployment`: what is deployed.
 */
export type Place = 'ref' | 'merge' | 'default' | 'tag' | 'deployment';

interface WorkflowEvent {
  readonly place: Place;
  /** Types that count where the workflow names none; absent means all. */
  readonly usual?: readonly string[];
}

const PULL = ['opened', 'synchronize', 'reopened'];
const onDefault: WorkflowEvent = { place: 'default' };

const EVENTS: Readonly<Record<string, WorkflowEvent>> = {
  branch_protection_rule: onDefault,
  check_run: onDefault,
  check_suite: onDefault,
  create: { place: 'ref' },
  delete: onDefault,
  deployment: { place: 'deployment' },
  deployment_status: { place: 'deployment' },
  discussion: onDefault,
  discussion_comment: onDefault,
  fork: onDefault,
  gollum: onDefault,
  issue_comment: onDefault,
  issues: onDefault,
  label: onDefault,
  merge_group: { place: 'ref' },
  milestone: onDefault,
  page_build: onDefault,
  public: onDefault,
  pull_request: { place: 'merge', usual: PULL },
  pull_request_review: { place: 'merge' },
  pull_request_review_comment: { place: 'merge' },
  pull_request_target: { place: 'default', usual: PULL },
  push: { place: 'ref' },
  registry_package: onDefault,
  release: { place: 'tag' },
  repository_dispatch: onDefault,
  schedule: onDefault,
  status: onDefault,
  watch: onDefault,
  workflow_dispatch: { place: 'ref' },
  workflow_run: onDefault,
};

/** Where runs of an event happen; undefined for events that start no workflow. */
export function placeOf(event: string): Place | undefined {
  return EVENTS[event]?.place;
}

/** Types that start a workflow which names none; undefined means every type. */
export function usualTypes(event: string): readonly string[] | undefined {
  return EVENTS[event]?.usual;
}

/** Workflow events that a webhook event may start: a pull request is two of them. */
export function workflowEvents(webhook: string): readonly string[] {
  if (webhook === 'pull_request') return ['pull_request', 'pull_request_target'];
  return webhook in EVENTS && webhook !== 'pull_request_target' ? [webhook] : [];
}
