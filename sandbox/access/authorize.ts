import type { Operation } from '../contract/index.ts';
import type { Context } from '../kernel/context.ts';
import type { Core } from '../kernel/core.ts';
import { ApiError, notAccessible, notFound, requiresAuthentication } from '../kernel/errors.ts';
import { atLeast, type Identity, type UserIdentity } from '../kernel/identity.ts';
import type { Account } from '../state/accounts.ts';
import type { Repository } from '../state/repositories.ts';
import { notAJwt } from './jwt.ts';
import { needOf, type Need } from './needs.ts';
import { holds } from './permissions.ts';
import { refusal, roleForSettings } from './roles.ts';
import { holdsScope } from './scopes.ts';
import { canSee, personRole, reaches } from './visibility.ts';

/**
 * Refuses what token, role or scope do not allow for the operation as a whole; what depends on a row is the handler's.
 * The repository of the path is known to be visible. @throws ApiError 401, 403, 404
 */
export function authorize(c: Context, body: unknown): void {
  const need = needOf(c.operation);
  refuseCaller(c.viewer, need);
  if (need.caller === 'jwt' || need.caller === 'installation') return;
  if (need.place === 'repository') {
    allowOnRepository(c.core, c.viewer, c.repo, need, body);
    refuseIssueByPullsPermission(c, need);
  } else if (need.place === 'organization') allowOnOrganization(c.core, c.viewer, c.text('org'), need);
  else allowElsewhere(c.viewer, need);
}

/**
 * Conversations take `issues` or `pull_requests`, as every pull request is an issue; the second covers pull requests
 * only. What is public may be read all the same.
 */
function refuseIssueByPullsPermission(c: Context, need: Need): void {
  const { viewer, tables, repo } = c;
  const granted = 'permissions' in viewer ? viewer.permissions : undefined;
  if (granted === undefined || !need.eitherConversation || (need.publicRead && !repo.private)) return;
  if (need.permissions.some((set) => set[0]![0] === 'issues' && holds(granted, set))) return;
  const issue =
    'issue_number' in c.params
      ? tables.issues.find('number', `${repo.id}/${c.text('issue_number')}`)
      : tables.issues.get(tables.issueComments.get(c.number('comment_id'))?.issueId ?? 0);
  if (issue?.pull === false)
    throw lacking(viewer.kind === 'user' ? 'personal access token' : 'integration', need);
}

/**
 * The same question without a request: for git, GraphQL and pages, which do what an operation does.
 * @throws ApiError as `authorize`, and 404 for a repository the caller may not know of
 */
export function authorizeOn(
  core: Core,
  viewer: Identity,
  repository: Repository,
  operation: Operation,
): void {
  if (!canSee(core, viewer, repository)) throw notFound();
  const need = needOf(operation);
  refuseCaller(viewer, need);
  allowOnRepository(core, viewer, repository, need, undefined);
}

/** Who may call it at all. */
function refuseCaller(viewer: Identity, { caller, operation }: Need): void {
  const { kind } = viewer;
  switch (caller) {
    case 'jwt':
      if (kind !== 'app') throw notAJwt();
      return;
    case 'installation':
      if (kind === 'installation' || kind === 'job') return;
      if (kind === 'anonymous') throw requiresAuthentication();
      throw new ApiError(
        403,
        operation.id === 'apps/list-repos-accessible-to-installation'
          ? 'You must authenticate with an installation access token in order to list repositories for an installation.'
          : 'You must authenticate with an installation access token.',
      );
    case 'app':
      if (kind === 'installation' || kind === 'job') return;
      if (kind === 'anonymous') throw requiresAuthentication();
      throw new ApiError(403, 'You must authenticate via a GitHub App.');
    case 'person':
      if (kind === 'anonymous') throw requiresAuthentication();
      if (kind !== 'user') throw notAccessible('integration');
      return;
    case 'anyone':
      // An App as itself reads what everybody may read outside of repositories and organisations, and nothing else.
      if (kind === 'app' && (operation.method !== 'GET' || /^\/(?:repos|orgs)\//.test(operation.path)))
        throw notAccessible('integration');
  }
}

function allowOnRepository(
  core: Core,
  viewer: Identity,
  repository: Repository,
  need: Need,
  body: unknown,
): void {
  const publicRead = need.publicRead && !repository.private;
  switch (viewer.kind) {
    case 'anonymous':
      if (!publicRead) throw requiresAuthentication();
      return;
    case 'app':
      throw notAccessible('integration');
    case 'installation':
    case 'job':
      if (!publicRead && !(reaches(core, viewer, repository) && permitted(viewer.permissions, need)))
        throw lacking('integration', need);
      break;
    case 'user':
      if (publicRead) return;
      if (viewer.permissions === undefined) checkScope(viewer, need, repository.private);
      else if (!reaches(core, viewer, repository) || !permitted(viewer.permissions, need))
        throw lacking('personal access token', need);
      checkRole(core, viewer, repository, need, body);
  }
  if (repository.archived && changes(need, body))
    throw new ApiError(403, 'Repository was archived so is read-only.');
}

/** A classic token without the scope is told as little as nobody: 404, as the troubleshooting page has it. */
function checkScope(viewer: UserIdentity, need: Need, isPrivate: boolean): void {
  if (holdsScope(viewer.scopes, need.scopes) && !(isPrivate && !holdsScope(viewer.scopes, ['repo']))) return;
  const headers = { 'x-accepted-oauth-scopes': isPrivate ? 'repo' : need.acceptedScopes };
  if (need.operation.id === 'repos/delete')
    throw new ApiError(403, 'Must have admin rights to Repository.', {
      headers: { 'x-accepted-oauth-scopes': need.acceptedScopes },
    });
  throw new ApiError(404, 'Not Found', { headers });
}

function checkRole(
  core: Core,
  viewer: UserIdentity,
  repository: Repository,
  need: Need,
  body: unknown,
): void {
  const role = need.operation.id === 'repos/update' ? roleForSettings(body) : need.role;
  if (atLeast(personRole(core, viewer.userId, repository), role)) return;
  if (need.hidden) throw notFound();
  throw new ApiError(403, refusal(need.operation.id, role));
}

/** An archived repository takes one change of its settings: that it is archived no longer. */
function changes(need: Need, body: unknown): boolean {
  if (need.operation.id !== 'repos/update') return need.changes;
  return (body as { archived?: unknown } | undefined)?.archived !== false;
}

function allowOnOrganization(core: Core, viewer: Identity, login: string, need: Need): void {
  const organization = core.tables.accounts.find('login', login.toLowerCase());
  if (organization?.type !== 'Organization') throw notFound();
  if (need.publicRead) return;
  switch (viewer.kind) {
    case 'anonymous':
      throw requiresAuthentication();
    case 'app':
    case 'job':
      throw notAccessible('integration');
    case 'installation': {
      const account = core.tables.installations.require(viewer.installationId).accountId;
      if (account !== organization.id || !permitted(viewer.permissions, need))
        throw lacking('integration', need);
      return;
    }
    case 'user':
      checkMember(core, viewer, organization, need);
  }
}

function checkMember(core: Core, viewer: UserIdentity, organization: Account, need: Need): void {
  const role = core.tables.memberships.get(`${organization.id}/${viewer.userId}`)?.role;
  if (viewer.permissions === undefined) {
    if (!holdsScope(viewer.scopes, need.scopes)) throw notFound();
  } else {
    const owner = core.tables.tokens.get(viewer.tokenId)?.resourceOwnerId;
    if (owner !== organization.id || !permitted(viewer.permissions, need))
      throw lacking('personal access token', need);
  }
  if (need.operation.path.startsWith('/user/')) return;
  if (role === undefined) throw notFound();
  if (need.membership === 'owner' && role !== 'admin')
    throw new ApiError(403, 'You must be an admin of the organization.');
}

/** Nothing but the caller decides. */
function allowElsewhere(viewer: Identity, need: Need): void {
  if (viewer.kind !== 'user' || need.caller !== 'person') return;
  if (viewer.permissions !== undefined) {
    if (need.permissions.length > 0 && !permitted(viewer.permissions, need))
      throw lacking('personal access token', need);
    return;
  }
  if (holdsScope(viewer.scopes, need.scopes)) return;
  if (need.operation.id === 'orgs/list-for-authenticated-user') {
    throw new ApiError(403, 'You need at least read:org scope or user scope to list your organizations.', {
      headers: { 'x-accepted-oauth-scopes': need.acceptedScopes },
    });
  }
  throw notFound();
}

function permitted(permissions: Parameters<typeof holds>[0], need: Need): boolean {
  return need.permissions.some((set) => holds(permissions, set));
}

/** 403, with the permissions that would do in `X-Accepted-GitHub-Permissions`. */
function lacking(by: 'integration' | 'personal access token', need: Need): ApiError {
  const { message, status } = notAccessible(by);
  return new ApiError(status, message, {
    headers:
      need.acceptedPermissions === undefined
        ? {}
        : { 'x-accepted-github-permissions': need.acceptedPermissions },
  });
}
