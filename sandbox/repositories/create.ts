import type { Core } from '../kernel/core.ts';
import { newId, now } from '../kernel/core.ts';
import type { Role } from '../kernel/identity.ts';
import type { Collaborator, Repository } from '../state/repositories.ts';
import { nameKey } from './names.ts';

/** Settings of a new repository. https://docs.github.com/rest/repos/repos#create-a-repository-for-the-authenticated-user */
const DEFAULTS = {
  private: false,
  description: null,
  homepage: null,
  topics: [],
  defaultBranch: 'main',
  archived: false,
  isTemplate: false,
  hasIssues: true,
  hasProjects: true,
  hasWiki: true,
  hasDiscussions: false,
  forkOf: null,
  allowMergeCommit: true,
  allowSquashMerge: true,
  allowRebaseMerge: true,
  allowAutoMerge: false,
  allowUpdateBranch: false,
  deleteBranchOnMerge: false,
  allowForking: true,
  webCommitSignoffRequired: false,
  squashTitle: 'COMMIT_OR_PR_TITLE',
  squashMessage: 'COMMIT_MESSAGES',
  mergeTitle: 'MERGE_MESSAGE',
  mergeMessage: 'PR_TITLE',
  immutableReleases: false,
  actions: {
    enabled: true,
    defaultToken: 'read',
    mayApprovePulls: false,
    forkApproval: 'first_time_contributors',
  },
  lastNumber: 0,
  pushedAt: null,
} as const;

/** Adds a repository without commits, with GitHub's default settings. */
export function addRepository(
  core: Core,
  ownerId: number,
  name: string,
  more: Partial<Omit<Repository, 'id' | 'ownerId' | 'name'>> = {},
): Repository {
  const at = now(core);
  const id = newId(core);
  core.tables.repositoryRedirects.remove(nameKey(ownerId, name));
  return core.tables.repositories.put({
    ...DEFAULTS,
    id,
    ownerId,
    name,
    networkId: id,
    createdAt: at,
    updatedAt: at,
    ...more,
  });
}

/** Gives somebody a role on a repository. */
export function addCollaborator(
  core: Core,
  repositoryId: number,
  userId: number,
  role: Exclude<Role, 'none'>,
): Collaborator {
  return core.tables.collaborators.put({ key: `${repositoryId}/${userId}`, repositoryId, userId, role });
}
