import type { Core } from '../kernel/core.ts';
import { atLeast, ROLES, type Role } from '../kernel/identity.ts';
import type { Repository } from '../state/repositories.ts';

/**
 * A user's role on a repository: the highest of owner, organisation owner, the organisation's base role, collaborator,
 * and every team of theirs, a parent team's role being its child teams' too. 'none' of a public repository may still read it.
 * https://docs.github.com/organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles/repository-roles-for-an-organization
 */
export function roleOf(core: Core, userId: number, repository: Repository): Role {
  const { tables } = core;
  if (repository.ownerId === userId) return 'admin';
  let best: Role = tables.collaborators.get(`${repository.id}/${userId}`)?.role ?? 'none';
  const membership = tables.memberships.get(`${repository.ownerId}/${userId}`);
  if (membership !== undefined) {
    if (membership.role === 'admin') return 'admin';
    best = higher(best, tables.accounts.require(repository.ownerId).defaultRole ?? 'none');
  }
  if (tables.teamRepositories.count('repository', repository.id) === 0) return best;
  for (const team of teamsOf(core, userId))
    best = higher(best, tables.teamRepositories.get(`${team}/${repository.id}`)?.role ?? 'none');
  return best;
}

/** Ids of the teams a user is in, and of the teams above those. */
export function teamsOf(core: Core, userId: number): ReadonlySet<number> {
  const found = new Set<number>();
  for (const { teamId } of core.tables.teamMembers.where('user', userId)) {
    let id: number | null = teamId;
    while (id !== null && !found.has(id)) {
      found.add(id);
      id = core.tables.teams.get(id)?.parentId ?? null;
    }
  }
  return found;
}

/** The higher of two roles. */
export function higher(one: Role, other: Role): Role {
  return ROLES.indexOf(one) >= ROLES.indexOf(other) ? one : other;
}

/** Names after a family's name with a slash, as in the table of permissions. */
function operations(text: string): readonly string[] {
  let family = '';
  const names: string[] = [];
  for (const word of text.trim().split(/\s+/)) {
    if (word.endsWith('/')) family = word;
    else names.push(family + word);
  }
  return names;
}

/**
 * Roles of operations that are not what their method says: reading takes 'read', changing takes 'write', what needs the
 * permission `administration` or `repository_hooks` takes 'admin'. From the page above; where the row decides (an author
 * may edit an own comment), the handler does, and 'read' stands here.
 */
const EXCEPTIONS: readonly (readonly [Role, string])[] = [
  [
    'read',
    `issues/ create update create-comment update-comment delete-comment
     pulls/ create update update-branch create-review update-review delete-pending-review submit-review
     create-review-comment create-reply-for-review-comment update-review-comment delete-review-comment
     reactions/ create-for-issue delete-for-issue create-for-issue-comment delete-for-issue-comment
     create-for-pull-request-review-comment delete-for-pull-request-comment create-for-release
     delete-for-release create-for-commit-comment delete-for-commit-comment
     repos/ create-commit-comment update-commit-comment delete-commit-comment create-fork
     create-using-template remove-collaborator
     actions/ review-pending-deployments-for-run review-custom-gates-for-run
     checks/ create update create-suite`,
  ],
  [
    'triage',
    `issues/ add-labels set-labels remove-label remove-all-labels add-assignees remove-assignees
     pulls/ request-reviewers remove-requested-reviewers`,
  ],
  [
    'write',
    `repos/ list-collaborators check-collaborator get-collaborator-permission-level
     actions/ list-repo-secrets get-repo-public-key get-repo-secret list-repo-organization-secrets
     list-repo-variables get-repo-variable list-repo-organization-variables list-environment-secrets
     get-environment-public-key get-environment-secret list-environment-variables get-environment-variable`,
  ],
  ['maintain', 'repos/ update replace-all-topics'],
  ['admin', 'checks/ set-suites-preferences repos/ get-repo-rule-suites get-repo-rule-suite'],
];

const ROLE_OF = new Map<string, Role>(
  EXCEPTIONS.flatMap(([role, text]) => operations(text).map((id): [string, Role] => [id, role])),
);

/** The role a person needs for an operation on a repository. `permissions` are those a token would need. */
export function roleFor(operation: string, method: string, permissions: readonly string[]): Role {
  const exception = ROLE_OF.get(operation);
  if (exception !== undefined) return exception;
  if (permissions.includes('administration') || permissions.includes('repository_hooks')) return 'admin';
  return method === 'GET' ? 'read' : 'write';
}

/** Settings that those who maintain a repository may change; all others take an administrator. */
const MAINTAINED = new Set(
  `description homepage has_projects has_wiki has_discussions allow_squash_merge allow_merge_commit
  allow_rebase_merge allow_auto_merge delete_branch_on_merge allow_update_branch use_squash_pr_title_as_default
  squash_merge_commit_title squash_merge_commit_message merge_commit_title merge_commit_message`.split(/\s+/),
);

/** The role a change of a repository's settings takes, by the members of the request. */
export function roleForSettings(body: unknown): Role {
  const names = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  return names.length > 0 && names.every((name) => MAINTAINED.has(name)) ? 'maintain' : 'admin';
}

const SENTENCES = new Map([
  ['repos/list-collaborators', 'Must have push access to view repository collaborators.'],
  ['repos/check-collaborator', 'Must have push access to view repository collaborators.'],
  ['repos/get-collaborator-permission-level', 'Must have push access to view collaborator permission.'],
]);

/** What GitHub says to a person whose role is too low: what is about pushing names that, all else the administrator. */
export function refusal(operation: string, needed: Role): string {
  const sentence = SENTENCES.get(operation);
  if (sentence !== undefined) return sentence;
  const pushes = /^(?:repos|git)\//.test(operation) && !atLeast(needed, 'maintain');
  return pushes ? 'Must have push access to repository' : 'Must have admin rights to Repository.';
}
