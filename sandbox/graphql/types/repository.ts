import { roleOf } from '../../access/index.ts';
import { nodeId } from '../../kernel/node-id.ts';
import type { Role } from '../../kernel/identity.ts';
import type { Repository } from '../../state/repositories.ts';
import { fullName } from '../../views/repositories.ts';
import type { Asking } from '../asking.ts';
import { fields, type Fields } from '../fields.ts';
import type { RestRepository } from '../rest.ts';
import { accountNode, repositoryNode, type RepositoryNode } from './nodes.ts';
import { REPOSITORY_CONTENT } from './repository-content.ts';
import { REPOSITORY_LISTS } from './repository-lists.ts';
import { sortedRepositories } from './repository-list.ts';

const VISIBLE = ['ADMIN', 'MAINTAIN', 'WRITE', 'TRIAGE', 'READ'] as const;

const settings: Fields<RepositoryNode> = {
  hasIssuesEnabled: ({ row }) => row.hasIssues,
  hasProjectsEnabled: ({ row }, _, asking) => restOf(asking, row).has_projects,
  hasWikiEnabled: ({ row }, _, asking) => restOf(asking, row).has_wiki,
  hasDiscussionsEnabled: ({ row }, _, asking) => restOf(asking, row).has_discussions,
  hasSponsorshipsEnabled: () => false,
  hasVulnerabilityAlertsEnabled: () => false,
  mergeCommitAllowed: ({ row }) => row.allowMergeCommit,
  squashMergeAllowed: ({ row }) => row.allowSquashMerge,
  rebaseMergeAllowed: ({ row }) => row.allowRebaseMerge,
  autoMergeAllowed: ({ row }) => row.allowAutoMerge,
  deleteBranchOnMerge: ({ row }) => row.deleteBranchOnMerge,
  forkingAllowed: ({ row }) => row.allowForking,
  webCommitSignoffRequired: ({ row }) => row.webCommitSignoffRequired,
  squashMergeCommitTitle: ({ row }) => row.squashTitle,
  squashMergeCommitMessage: ({ row }) => row.squashMessage,
  mergeCommitTitle: ({ row }) => row.mergeTitle,
  mergeCommitMessage: ({ row }) => row.mergeMessage,
  allowUpdateBranch: ({ row }, _, asking) => restOf(asking, row).allow_update_branch ?? false,
};

const viewer: Fields<RepositoryNode> = {
  viewerPermission: ({ row }, _, asking) => permissionOf(asking, row),
  viewerCanAdminister: ({ row }, _, asking) => permissionOf(asking, row) === 'ADMIN',
  viewerCanCreateProjects: () => false,
  viewerDefaultMergeMethod: ({ row }) =>
    row.allowMergeCommit ? 'MERGE' : row.allowSquashMerge ? 'SQUASH' : 'REBASE',
  viewerDefaultCommitEmail: (_, __, asking) => asking.account?.email ?? noreply(asking),
  viewerPossibleCommitEmails: (_, __, asking) =>
    [asking.account?.email, noreply(asking)].filter((one) => typeof one === 'string'),
  viewerHasStarred: () => false,
  viewerSubscription: () => 'UNSUBSCRIBED',
};

/** What the sandbox's repositories never are, or never have: nobody can make it so. */
const absent: Fields<RepositoryNode> = {
  isDisabled: () => false,
  isLocked: () => false,
  lockReason: () => null,
  isMirror: () => false,
  mirrorUrl: () => null,
  isSecurityPolicyEnabled: () => false,
  securityPolicyUrl: () => null,
  codeOfConduct: () => null,
  contactLinks: () => [],
  fundingLinks: () => [],
  isBlankIssuesEnabled: () => true,
  usesCustomOpenGraphImage: () => false,
  projects: () => [],
  projectsV2: () => [],
  pinnedIssues: () => [],
  submodules: () => [],
};

/** Types of repositories. */
export const REPOSITORIES: Readonly<Record<string, Fields<never>>> = {
  Repository: fields<RepositoryNode>({
    ...settings,
    ...viewer,
    ...absent,
    ...REPOSITORY_CONTENT,
    ...REPOSITORY_LISTS,
    id: ({ row }) => nodeId('R', row.id),
    databaseId: ({ row }) => row.id,
    name: ({ row }) => row.name,
    nameWithOwner: ({ row }, _, asking) => fullName(asking, row),
    owner: ({ row }, _, asking) => accountNode(asking.tables.accounts.require(row.ownerId)),
    description: ({ row }) => row.description,
    homepageUrl: ({ row }) => row.homepage,
    url: ({ row }, _, asking) => `${asking.urls.web}/${fullName(asking, row)}`,
    resourcePath: ({ row }, _, asking) => `/${fullName(asking, row)}`,
    sshUrl: ({ row }, _, asking) => restOf(asking, row).ssh_url,
    openGraphImageUrl: ({ row }, _, asking) => `${asking.urls.web}/avatars/${row.ownerId}`,
    createdAt: ({ row }) => row.createdAt,
    updatedAt: ({ row }) => row.updatedAt,
    pushedAt: ({ row }) => row.pushedAt,
    isPrivate: ({ row }) => row.private,
    visibility: ({ row }) => (row.private ? 'PRIVATE' : 'PUBLIC'),
    isFork: ({ row }) => row.forkOf !== null,
    isArchived: ({ row }) => row.archived,
    isEmpty: ({ row }, _, asking) => asking.tables.refs.count('repository', row.id) === 0,
    isInOrganization: ({ row }, _, asking) =>
      asking.tables.accounts.require(row.ownerId).type === 'Organization',
    isTemplate: ({ row }, _, asking) => restOf(asking, row).is_template ?? false,
    isUserConfigurationRepository: ({ row }, _, asking) =>
      asking.tables.accounts.require(row.ownerId).login.toLowerCase() === row.name.toLowerCase(),
    parent: ({ row }, _, asking) => parentOf(asking, row),
    templateRepository: ({ row }, _, asking) => templateOf(asking, row),
    forkCount: ({ row }, _, asking) => asking.tables.repositories.count('forkOf', row.id),
    forks: ({ row }, args, asking) =>
      sortedRepositories(
        asking.tables.repositories
          .where('forkOf', row.id)
          .filter((one) => isAffiliated(asking, one, args['affiliations'])),
        args,
      ),
    stargazerCount: ({ row }, _, asking) => restOf(asking, row).stargazers_count,
    diskUsage: ({ row }, _, asking) => restOf(asking, row).size,
    licenseInfo: ({ row }, _, asking) => restOf(asking, row).license,
  }),
  License: fields<NonNullable<RestRepository['license']>>({
    key: ({ key }) => key,
    name: ({ name }) => name,
    nickname: () => null,
    spdxId: ({ spdx_id }) => spdx_id,
  }),
};

/** The repository as REST shows it to the caller. */
function restOf(asking: Asking, row: Repository): RestRepository {
  return asking.read('repos/get', row) as RestRepository;
}

function parentOf(asking: Asking, row: Repository): RepositoryNode | null {
  const parent = row.forkOf === null ? undefined : asking.tables.repositories.get(row.forkOf);
  return parent === undefined ? null : repositoryNode(parent);
}

function templateOf(asking: Asking, row: Repository): RepositoryNode | null {
  const id = restOf(asking, row).template_repository?.id;
  return id === undefined ? null : repositoryNode(asking.tables.repositories.require(id));
}

function noreply(asking: Asking): string | undefined {
  const { account } = asking;
  return account === null ? undefined : `${account.id}+${account.login}@users.noreply.github.com`;
}

/** The caller's permission: a person's role, an App's access to the contents. */
export function permissionOf(asking: Asking, row: Repository): string | null {
  const { viewer } = asking;
  if (viewer.kind === 'anonymous' || viewer.kind === 'app') return null;
  if (viewer.kind !== 'user') return viewer.permissions['contents'] === 'write' ? 'WRITE' : 'READ';
  const role: Role = roleOf(asking.core, viewer.userId, row);
  return VISIBLE.find((one) => one.toLowerCase() === role) ?? (row.private ? null : 'READ');
}

function isAffiliated(asking: Asking, row: Repository, wanted: unknown): boolean {
  const me = asking.account;
  if (!Array.isArray(wanted)) return true;
  if (me === null) return false;
  if (wanted.includes('OWNER') && row.ownerId === me.id) return true;
  return (
    wanted.includes('COLLABORATOR') && asking.tables.collaborators.get(`${row.id}/${me.id}`) !== undefined
  );
}
