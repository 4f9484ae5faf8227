import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
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

/** GitHub's "minimal repository", of which the others are extensions. */
export function minimalRepositoryView(view: View, repository: Repository) {
  const name = fullName(view, repository);
  const api = `${view.urls.api}/repos/${name}`;
  const html = `${view.urls.web}/${name}`;
  const links = Object.fromEntries(Object.entries(LINKS).map(([key, path]) => [key, api + path]));
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: name,
    private: repository.private,
    owner: accountById(view, repository.ownerId),
    html_url: html,
    description: repository.description,
    fork: repository.forkOf !== null,
    url: api,
    ...links,
  };
}

/** GitHub's "repository", as lists and webhook payloads carry it. */
export function repositoryView(view: View, repository: Repository) {
  const minimal = minimalRepositoryView(view, repository);
  const forks = view.tables.repositories.count('forkOf', repository.id);
  return {
    ...minimal,
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt ?? repository.createdAt,
    git_url: `git:${minimal.html_url.slice(minimal.html_url.indexOf('//'))}.git`,
    ssh_url: `git@${new URL(view.urls.web).hostname}:${minimal.full_name}.git`,
    clone_url: `${minimal.html_url}.git`,
    svn_url: minimal.html_url,
    homepage: repository.homepage,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: repository.hasIssues,
    has_projects: false,
    has_downloads: false,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: forks,
    mirror_url: null,
    archived: repository.archived,
    disabled: false,
    open_issues_count: 0,
    license: null,
    allow_forking: repository.allowForking,
    is_template: false,
    web_commit_signoff_required: repository.webCommitSignoffRequired,
    topics: [...repository.topics],
    visibility: repository.private ? 'private' : 'public',
    forks,
    open_issues: 0,
    watchers: 0,
    default_branch: repository.defaultBranch,
  };
}
