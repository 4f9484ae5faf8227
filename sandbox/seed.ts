export { addToken } from './access/tokens.ts';
import type { Core } from './kernel/core.ts';
import { newId, now } from './kernel/core.ts';
import type { Account } from './state/accounts.ts';
import { refKey, type Repository } from './state/repositories.ts';

export interface SampleUser {
  readonly login: string;
  readonly token: string;
}

/** The sample people are named after what they may do; every one has a classic token with all scopes. */
export const SAMPLE_LOGINS = ['owner', 'writer', 'writer-2', 'reader', 'outsider'] as const;
export const SAMPLE_SCOPES = [
  'repo',
  'workflow',
  'read:org',
  'admin:org',
  'admin:repo_hook',
  'delete_repo',
  'user',
  'gist',
];

/** Adds a person, an organisation or a bot. */
export function addAccount(
  core: Core,
  login: string,
  type: Account['type'] = 'User',
  more: Partial<Account> = {},
): Account {
  const at = now(core);
  return core.tables.accounts.put({
    id: newId(core),
    login,
    type,
    name: null,
    email: null,
    siteAdmin: false,
    createdAt: at,
    updatedAt: at,
    ...(type === 'Organization' ? { defaultRole: 'read', membersCreateRepositories: true } : {}),
    ...more,
  });
}

/** Adds a repository without commits. */
export function addRepository(
  core: Core,
  ownerId: number,
  name: string,
  more: Partial<Omit<Repository, 'id' | 'ownerId' | 'name'>> = {},
): Repository {
  const at = now(core);
  const id = newId(core);
  return core.tables.repositories.put({
    id,
    ownerId,
    name,
    private: false,
    description: null,
    homepage: null,
    topics: [],
    defaultBranch: 'main',
    archived: false,
    hasIssues: true,
    forkOf: null,
    networkId: id,
    allowMergeCommit: true,
    allowSquashMerge: true,
    allowRebaseMerge: true,
    allowAutoMerge: false,
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
    createdAt: at,
    updatedAt: at,
    pushedAt: null,
    ...more,
  });
}

/** Gives somebody a role on a repository. */
export function addCollaborator(
  core: Core,
  repositoryId: number,
  userId: number,
  role: 'read' | 'triage' | 'write' | 'maintain' | 'admin',
): void {
  core.tables.collaborators.put({ key: `${repositoryId}/${userId}`, repositoryId, userId, role });
}

/** Commits files onto a branch without any rule or event: how a repository begins. */
export function plantCommit(core: Core, repository: Repository, branch: string, oid: string): void {
  const name = `refs/heads/${branch}`;
  core.tables.refs.put({ key: refKey(repository.id, name), repositoryId: repository.id, name, oid });
}
