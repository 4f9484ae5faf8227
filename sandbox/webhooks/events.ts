import type { Access, Permissions } from '../kernel/identity.ts';
import type { HookKind } from '../state/webhooks.ts';

/** Who may subscribe to an event, and which permissions (any one of them) let an App receive it. */
interface Subscription {
  readonly kinds: readonly HookKind[];
  readonly permissions: readonly string[];
}

const everywhere: readonly HookKind[] = ['repository', 'organization', 'app'];
const notRepositories: readonly HookKind[] = ['organization', 'app'];
const apps: readonly HookKind[] = ['app'];
const hooksOnly: readonly HookKind[] = ['repository', 'organization'];

function of(kinds: readonly HookKind[], ...permissions: readonly string[]): Subscription {
  return { kinds, permissions };
}

/**
 * Events a webhook can subscribe to: https://docs.github.com/webhooks/webhook-events-and-payloads
 * (availability, and the permission an App must have for it). Those the sandbox never causes are known too.
 */
const EVENTS: ReadonlyMap<string, Subscription> = new Map(
  Object.entries({
    branch_protection_configuration: of(everywhere, 'administration'),
    branch_protection_rule: of(everywhere, 'administration'),
    check_run: of(everywhere, 'checks'),
    check_suite: of(everywhere, 'checks'),
    code_scanning_alert: of(everywhere, 'security_events'),
    commit_comment: of(everywhere, 'contents'),
    create: of(everywhere, 'contents'),
    custom_property: of(notRepositories, 'organization_custom_properties'),
    custom_property_values: of(everywhere, 'organization_custom_properties'),
    delete: of(everywhere, 'contents'),
    dependabot_alert: of(everywhere, 'vulnerability_alerts'),
    deploy_key: of(everywhere, 'deployments'),
    deployment: of(everywhere, 'deployments'),
    deployment_protection_rule: of(apps, 'deployments'),
    deployment_review: of(apps, 'deployments'),
    deployment_status: of(everywhere, 'deployments'),
    discussion: of(everywhere, 'discussions'),
    discussion_comment: of(everywhere, 'discussions'),
    fork: of(everywhere, 'contents'),
    gollum: of(everywhere, 'contents'),
    issue_comment: of(everywhere, 'issues', 'pull_requests'),
    issue_dependencies: of(everywhere, 'issues'),
    issues: of(everywhere, 'issues'),
    label: of(everywhere, 'metadata'),
    member: of(everywhere, 'members'),
    membership: of(notRepositories, 'members'),
    merge_group: of(apps, 'merge_queues'),
    meta: of(everywhere),
    milestone: of(everywhere, 'issues', 'pull_requests'),
    org_block: of(notRepositories, 'organization_administration'),
    organization: of(notRepositories, 'members'),
    package: of(everywhere, 'packages'),
    page_build: of(everywhere, 'pages'),
    personal_access_token_request: of(notRepositories, 'organization_personal_access_token_requests'),
    public: of(everywhere, 'metadata'),
    pull_request: of(everywhere, 'pull_requests'),
    pull_request_review: of(everywhere, 'pull_requests'),
    pull_request_review_comment: of(everywhere, 'pull_requests'),
    pull_request_review_thread: of(everywhere, 'pull_requests'),
    push: of(everywhere, 'contents'),
    registry_package: of(everywhere, 'packages'),
    release: of(everywhere, 'contents'),
    repository: of(everywhere, 'metadata'),
    repository_advisory: of(everywhere, 'repository_advisories'),
    repository_dispatch: of(apps, 'contents'),
    repository_import: of(hooksOnly),
    repository_ruleset: of(everywhere, 'administration', 'organization_administration'),
    repository_vulnerability_alert: of(hooksOnly),
    secret_scanning_alert: of(everywhere, 'secret_scanning_alerts'),
    secret_scanning_alert_location: of(everywhere, 'secret_scanning_alerts'),
    secret_scanning_scan: of(everywhere, 'secret_scanning_alerts'),
    security_and_analysis: of(everywhere, 'administration'),
    star: of(everywhere, 'metadata'),
    status: of(everywhere, 'statuses'),
    sub_issues: of(everywhere, 'issues'),
    team: of(notRepositories, 'members'),
    team_add: of(everywhere, 'members'),
    watch: of(everywhere, 'metadata'),
    workflow_dispatch: of(apps, 'contents'),
    workflow_job: of(everywhere, 'actions'),
    workflow_run: of(everywhere, 'actions'),
  }),
);

/** Sent to every App whether it subscribes or not. */
const UNASKED: ReadonlySet<string> = new Set([
  'installation',
  'installation_repositories',
  'installation_target',
  'github_app_authorization',
]);

/** Can a hook of this kind subscribe to the event? `*` stands for all of them. */
export function canSubscribe(kind: HookKind, event: string): boolean {
  return event === '*' || EVENTS.get(event)?.kinds.includes(kind) === true;
}

/** Does a repository's or organisation's hook with these subscriptions get the event? */
export function hookWants(
  kind: HookKind,
  events: readonly string[],
  name: string,
  action: string | undefined,
): boolean {
  if (!events.includes('*') && !events.includes(name)) return false;
  if (EVENTS.get(name)?.kinds.includes(kind) !== true) return false;
  // "Repository and organization webhooks only receive payloads for the created and completed event types".
  if (name === 'check_run') return action === 'created' || action === 'completed';
  if (name === 'check_suite') return action === 'completed';
  return true;
}

/** Does an App's hook get the event, by what its installation subscribes to and was granted? */
export function appWants(
  permissions: Permissions,
  events: readonly string[],
  name: string,
  action: string | undefined,
): boolean {
  if (UNASKED.has(name)) return true;
  const subscription = EVENTS.get(name);
  if (subscription?.kinds.includes('app') !== true) return false;
  const checks = name === 'check_run' || name === 'check_suite';
  // "GitHub Apps with write-level access for the Checks permission are automatically subscribed".
  if (!events.includes(name) && !(checks && atLeastAccess(permissions['checks'], 'write'))) return false;
  const asked = checks && action !== 'created' && action !== 'completed';
  const needed: Access = asked ? 'write' : 'read';
  return subscription.permissions.some(
    (permission) => permission === 'metadata' || atLeastAccess(permissions[permission], needed),
  );
}

function atLeastAccess(granted: Access | undefined, needed: 'read' | 'write'): boolean {
  if (granted === undefined) return false;
  return needed === 'read' || granted !== 'read';
}
