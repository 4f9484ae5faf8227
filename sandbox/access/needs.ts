import type { Operation } from '../contract/index.ts';
import type { Role } from '../kernel/identity.ts';
import { acceptedPermissions, permissionSets, type PermissionSet } from './permissions.ts';
import { roleFor } from './roles.ts';
import { scopesFor, type Place } from './scopes.ts';

/**
 * Who may call an operation at all. `person`: no token of an App. `jwt`: an App as itself. `installation`: its
 * installation, or a job. `app`: those, where GitHub keeps a feature to Apps. `anyone`: the rest decides.
 */
export type Caller = 'anyone' | 'person' | 'jwt' | 'installation' | 'app';

/** Everything an operation asks of its caller. */
export interface Need {
  readonly operation: Operation;
  readonly caller: Caller;
  readonly place: Place;
  readonly permissions: readonly PermissionSet[];
  /** `X-Accepted-GitHub-Permissions`. */
  readonly acceptedPermissions: string | undefined;
  /** Scopes of classic tokens of which one is enough; what private repositories need comes on top. */
  readonly scopes: readonly string[];
  /** `X-Accepted-OAuth-Scopes`. */
  readonly acceptedScopes: string;
  /** `issues` or `pull_requests` would do, and the path names one conversation. */
  readonly eitherConversation: boolean;
  /** Anybody may read it where the repository is public. */
  readonly publicRead: boolean;
  readonly role: Role;
  readonly membership: 'none' | 'member' | 'owner';
  /** Too low a role is answered with 404: GitHub hides these from those who may not manage them. */
  readonly hidden: boolean;
  /** Refused while the repository is archived. */
  readonly changes: boolean;
}

const JWT = new Set(
  `get-authenticated list-installations get-installation delete-installation suspend-installation
  unsuspend-installation create-installation-access-token get-repo-installation get-org-installation
  get-user-installation get-webhook-config-for-app update-webhook-config-for-app list-webhook-deliveries
  get-webhook-delivery redeliver-webhook-delivery`
    .split(/\s+/)
    .map((name) => `apps/${name}`),
);
const INSTALLATION = new Set([
  'apps/revoke-installation-access-token',
  'apps/list-repos-accessible-to-installation',
]);
/** https://docs.github.com/rest/checks/runs: only Apps write checks; custom gates are an App's too. */
const APP = new Set([
  'checks/create',
  'checks/update',
  'checks/create-suite',
  'actions/review-custom-gates-for-run',
]);

/** Reads that need a permission or role even where the repository is public. */
const NEVER_PUBLIC_PERMISSIONS = new Set([
  'administration',
  'secrets',
  'actions_variables',
  'environments',
  'repository_hooks',
]);
const NEVER_PUBLIC = new Set([
  'repos/list-collaborators',
  'repos/check-collaborator',
  'repos/get-collaborator-permission-level',
  'actions/download-artifact',
  'actions/download-workflow-run-logs',
  'actions/download-workflow-run-attempt-logs',
  'actions/download-job-logs-for-workflow-run',
]);
const PUBLIC_OF_ORGANIZATIONS = new Set([
  'orgs/get',
  'orgs/list-members',
  'orgs/check-membership-for-user',
  'repos/list-for-org',
]);
const MEMBERS = new Set(
  `orgs/get-membership-for-user orgs/list-members teams/list teams/create teams/get-by-name teams/update-in-org
  teams/delete-in-org teams/list-members-in-org teams/list-child-in-org teams/get-membership-for-user-in-org
  teams/add-or-update-membership-for-user-in-org teams/remove-membership-for-user-in-org teams/list-repos-in-org
  teams/check-permissions-for-repo-in-org teams/add-or-update-repo-permissions-in-org teams/remove-repo-in-org
  orgs/remove-membership-for-user repos/create-in-org issues/list-for-org`.split(/\s+/),
);
/** Reading refuses nothing, and these are how an archived repository is brought back, left or copied. */
const IN_ARCHIVED = new Set(['repos/update', 'repos/delete', 'repos/create-fork', 'repos/transfer']);
const HIDDEN = /^repos\/(?:.*webhook.*|.*deploy-key.*|get-.*protection|get-all-status-check-contexts)$/;

const NEEDS = new WeakMap<Operation, Need>();

/** What an operation asks of its caller. */
export function needOf(operation: Operation): Need {
  let need = NEEDS.get(operation);
  if (need === undefined) NEEDS.set(operation, (need = build(operation)));
  return need;
}

function build(operation: Operation): Need {
  const { id, method } = operation;
  const permissions = permissionSets(id);
  const names = permissions.flatMap((set) => set.map(([permission]) => permission));
  const place = placeOf(operation);
  const scopes = scopesFor(operation, place);
  return {
    operation,
    caller: callerOf(operation),
    place,
    permissions,
    acceptedPermissions: acceptedPermissions(id),
    scopes,
    acceptedScopes: scopes.join(', '),
    eitherConversation:
      /\{(?:issue_number|comment_id)\}/.test(operation.path) &&
      names.includes('issues') &&
      names.includes('pull_requests'),
    publicRead:
      method === 'GET' &&
      (place === 'repository'
        ? !NEVER_PUBLIC.has(id) && !names.some((name) => NEVER_PUBLIC_PERMISSIONS.has(name))
        : PUBLIC_OF_ORGANIZATIONS.has(id)),
    role: roleFor(id, method, names),
    membership: MEMBERS.has(id) ? 'member' : PUBLIC_OF_ORGANIZATIONS.has(id) ? 'none' : 'owner',
    hidden: HIDDEN.test(id) && method === 'GET',
    changes: method !== 'GET' && !IN_ARCHIVED.has(id),
  };
}

function placeOf({ path }: Operation): Place {
  if (path.startsWith('/repos/{owner}/{repo}')) return 'repository';
  if (path.startsWith('/orgs/{org}') || path === '/user/memberships/orgs/{org}') return 'organization';
  return 'elsewhere';
}

function callerOf({ id, path }: Operation): Caller {
  if (JWT.has(id)) return 'jwt';
  if (INSTALLATION.has(id)) return 'installation';
  if (APP.has(id)) return 'app';
  const mine = /^\/(?:user(?:\/(?!\{account_id\}).*)?|issues|orgs\/\{org\}\/issues)$/;
  // A template's repository is made in the name of a person; for Apps GitHub names no account it would belong to.
  return mine.test(path) || id === 'repos/create-using-template' ? 'person' : 'anyone';
}
