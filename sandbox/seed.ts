import { createHmac } from 'node:crypto';

import { addAccount, addMember, addTeam, addTeamMember } from './access/accounts.ts';
import { ensureActionsApp } from './access/apps.ts';
import { addToken, lettersOf } from './access/tokens.ts';
import type { Core } from './kernel/core.ts';
import { randomHex } from './kernel/core.ts';
import { refKey, type Repository } from './state/repositories.ts';

export { addAccount, addMember, addTeam, addTeamMember } from './access/accounts.ts';
export { createApp, installApp } from './access/apps.ts';
export { addToken } from './access/tokens.ts';
export { addCollaborator, addRepository } from './repositories/create.ts';

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
  'admin:org_hook',
  'delete_repo',
  'user',
  'gist',
];
const ORGANIZATION = 'acme';
const TEAM = 'ml';
const SECRET = 'sample-tokens';

/**
 * The sample people, the organisation `acme` (owner owns it, the writers are members and its team `ml`) and the Actions
 * App. A sandbox that was seeded is left as it is. Tokens follow from a secret of the sandbox, so they can be told again
 * after a restart; one that was revoked stays revoked.
 */
export function seedSamples(core: Core): readonly SampleUser[] {
  return core.store.transaction(() => {
    ensureActionsApp(core);
    const { tables } = core;
    const secret =
      tables.secretsOfSandbox.get(SECRET) ??
      tables.secretsOfSandbox.put({ name: SECRET, value: randomHex(core, 32) });
    const users = SAMPLE_LOGINS.map((login) => ({ login, token: sampleToken(secret.value, login) }));
    if (tables.accounts.find('login', ORGANIZATION) !== undefined) return users;
    const ids = new Map<string, number>();
    for (const { login, token } of users) {
      const { id } = tables.accounts.find('login', login) ?? addAccount(core, login);
      ids.set(login, id);
      addToken(core, id, { scopes: SAMPLE_SCOPES }, { text: token });
    }
    const organization = addAccount(core, ORGANIZATION, 'Organization', { name: 'Acme' });
    const team = addTeam(core, organization.id, TEAM);
    addMember(core, organization.id, ids.get('owner')!, 'admin');
    for (const login of ['writer', 'writer-2']) {
      addMember(core, organization.id, ids.get(login)!);
      addTeamMember(core, team.id, ids.get(login)!);
    }
    return users;
  });
}

function sampleToken(secret: string, login: string): string {
  const block = (part: number) => createHmac('sha512', secret).update(`${login}/${part}`).digest();
  return `ghp_${lettersOf(Buffer.concat([block(0), block(1)]), 36)}`;
}

/** Commits files onto a branch without any rule or event: how a repository begins. */
export function plantCommit(core: Core, repository: Repository, branch: string, oid: string): void {
  const name = `refs/heads/${branch}`;
  core.tables.refs.put({ key: refKey(repository.id, name), repositoryId: repository.id, name, oid });
}
