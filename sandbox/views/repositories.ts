import { grants } from '../access/permissions.ts';
import { roleOf } from '../access/roles.ts';
import { may, reaches } from '../access/visibility.ts';
import type { View } from '../kernel/core.ts';
import { atLeast } from '../kernel/identity.ts';
import { nodeId } from '../kernel/node-id.ts';
import { issueScope } from '../state/issues.ts';
import type { Repository } from '../state/repositories.ts';
import { accountById } from './accounts.ts';

/** `owner/name`. */
export function fullName(view: Pick<View, 'tables'>, repository: Repository): string {
  return `${view.tables.accounts.require(repository.ownerId).login}/${repository.name}`;
}

/** REST address of a repository. */
export function repositoryUrl(view: View, repository: Repository): string {
  return `${view.urls.api}/repos/${fullName(view, repository)}`;
}

const LINKS: Readonly<Record<string, string>> = {
  forks_url: '/forks',
  keys_url: '/keys{/key_id}',
  collaborators_url: '/collaborators{/collaborator}',
  teams_url: '/teams',
  hooks_url: '/hooks',
  issue_events_url: '/issues/events{/number}',
  events_url: '/events',
  assignees_url: '/assignees{/user}',
  branches_url: '/branches{/branch}',
  tags_url: '/tags',
  blobs_url: '/git/blobs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  git_refs_url: '/git/refs{/sha}',
  trees_url: '/git/trees{/sha}',
  statuses_url: '/statuses/{sha}',
  languages_url: '/languages',
  stargazers_url: '/stargazers',
  contributors_url: '/contributors',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  commits_url: '/commits{/sha}',
  git_commits_url: '/git/commits{/sha}',
  comments_url: '/comments{/number}',
  issue_comment_url: '/issues/comments{/number}',
  contents_url: '/contents/{+path}',
  compare_url: '/compare/{base}...{head}',
  merges_url: '/merges',
  archive_url: '/{archive_format}{/ref}',
  downloads_url: '/downloads',
  issues_url: '/issues{/number}',
  pulls_url: '/pulls{/number}',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  labels_url: '/labels{/name}',
  releases_url: '/releases{/id}',
  deployments_url: '/deployments',
};

/** What follows from a row alone, by the host its addresses are for: a pull request shows its repositories many times. */
const STATIC = new WeakMap<Repository, Map<string, ReturnType<typeof staticView>>>();

function staticView(view: View, repository: Repository) {
  const name = fullName(view, repository);
  const api = `${view.urls.api}/repos/${name}`;
  const links: Record<string, string> = {};
  for (const key in LINKS) links[key] = api + LINKS[key]!;
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: name,
    private: repository.private,
    html_url: `${view.urls.web}/${name}`,
    description: repository.description,
    fork: repository.forkOf !== null,
    url: api,
    ...links,
  };
}

/** GitHub's "minimal repository", of which the others are extensions. */
export function minimalRepositoryView(view: View, repository: Repository) {
  let byHost = STATIC.get(repository);
  if (byHost === undefined) STATIC.set(repository, (byHost = new Map<string, never>()));
  let fixed = byHost.get(view.urls.api);
  if (fixed === undefined) {
    if (byHost.size >= 16) byHost.clear();
    byHost.set(view.urls.api, (fixed = staticView(view, repository)));
  }
  return { ...fixed, owner: accountById(view, repository.ownerId) };
}

/** GitHub's "repository", as lists and webhook payloads carry it. */
export function repositoryView(view: View, repository: Repository) {
  const minimal = minimalRepositoryView(view, repository);
  const forks = view.tables.repositories.count('forkOf', repository.id);
  const issues = view.tables.issues.count('scope', issueScope(repository.id, 'open'));
  return {
    ...minimal,
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt ?? repository.createdAt,
    git_url: `git:${minimal.html_url.slice(minimal.html_url.indexOf('//'))}.git`,
    ssh_url: `git@${hostOf(view.urls.web)}:${minimal.full_name}.git`,
    clone_url: `${minimal.html_url}.git`,
    svn_url: minimal.html_url,
    homepage: repository.homepage,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: repository.hasIssues,
    has_projects: repository.hasProjects,
    has_downloads: true,
    has_wiki: repository.hasWiki,
    has_pages: false,
    has_discussions: repository.hasDiscussions,
    forks_count: forks,
    mirror_url: null,
    archived: repository.archived,
    disabled: false,
    open_issues_count: issues,
    license: null,
    allow_forking: repository.allowForking,
    is_template: repository.isTemplate,
    web_commit_signoff_required: repository.webCommitSignoffRequired,
    topics: [...repository.topics],
    visibility: repository.private ? 'private' : 'public',
    forks,
    open_issues: issues,
    watchers: 0,
    default_branch: repository.defaultBranch,
  };
}

/** A repository as lists show it to somebody: with what that somebody may do. */
export function listedRepositoryView(view: View, repository: Repository) {
  const permissions = permissionsView(view, repository);
  return { ...repositoryView(view, repository), ...(permissions === undefined ? {} : { permissions }) };
}

/** GitHub's "full repository": parent and source of forks, and the settings of merges for those who may push. */
export function fullRepositoryView(view: View, repository: Repository) {
  const { tables } = view;
  const parent = repository.forkOf === null ? undefined : tables.repositories.get(repository.forkOf);
  const source = parent === undefined ? undefined : (tables.repositories.get(repository.networkId) ?? parent);
  const owner = tables.accounts.require(repository.ownerId);
  return {
    ...listedRepositoryView(view, repository),
    ...(may(view.core, view.viewer, repository, 'write', 'contents') ? mergeSettings(repository) : {}),
    ...(owner.type === 'Organization' ? { organization: accountById(view, owner.id) } : {}),
    ...(parent === undefined || source === undefined
      ? {}
      : { parent: listedRepositoryView(view, parent), source: listedRepositoryView(view, source) }),
    network_count: Math.max(0, tables.repositories.count('network', repository.networkId) - 1),
    subscribers_count: 0,
    temp_clone_token: null,
  };
}

function mergeSettings(repository: Repository) {
  return {
    allow_squash_merge: repository.allowSquashMerge,
    allow_merge_commit: repository.allowMergeCommit,
    allow_rebase_merge: repository.allowRebaseMerge,
    allow_auto_merge: repository.allowAutoMerge,
    allow_update_branch: repository.allowUpdateBranch,
    delete_branch_on_merge: repository.deleteBranchOnMerge,
    use_squash_pr_title_as_default: repository.squashTitle === 'PR_TITLE',
    squash_merge_commit_title: repository.squashTitle,
    squash_merge_commit_message: repository.squashMessage,
    merge_commit_title: repository.mergeTitle,
    merge_commit_message: repository.mergeMessage,
  };
}

/** What the reader may do there; of tokens of Apps, as far as it can be said in roles. Nothing for nobody. */
function permissionsView({ core, viewer }: View, repository: Repository) {
  switch (viewer.kind) {
    case 'anonymous':
    case 'app':
      return undefined;
    case 'user':
      return roleView(roleOf(core, viewer.userId, repository), !repository.private);
    case 'installation':
    case 'job': {
      const mine = reaches(core, viewer, repository);
      const has = (permission: string, access: 'read' | 'write') =>
        mine && grants(viewer.permissions, permission, access);
      return {
        admin: has('administration', 'write'),
        maintain: false,
        push: has('contents', 'write'),
        triage: has('issues', 'write') && has('pull_requests', 'write'),
        pull: !repository.private || has('contents', 'read'),
      };
    }
  }
}

/** A role in GitHub's five flags; what is public may be pulled without one. */
export function roleView(role: Parameters<typeof atLeast>[0], isPublic = false) {
  return {
    admin: atLeast(role, 'admin'),
    maintain: atLeast(role, 'maintain'),
    push: atLeast(role, 'write'),
    triage: atLeast(role, 'triage'),
    pull: isPublic || atLeast(role, 'read'),
  };
}

const HOSTS = new Map<string, string>();

function hostOf(origin: string): string {
  let host = HOSTS.get(origin);
  if (host === undefined) {
    if (HOSTS.size >= 64) HOSTS.clear();
    HOSTS.set(origin, (host = new URL(origin).hostname));
  }
  return host;
}
