import type { Permissions, Role } from '../kernel/identity.ts';
import type { Store } from './store.ts';

/** A person, an organisation or the bot user of an App: whoever can own or do something. */
export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Organization' | 'Bot';
  readonly name: string | null;
  readonly email: string | null;
  readonly siteAdmin: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Organisations: role every member has on every repository. */
  readonly defaultRole?: Extract<Role, 'none' | 'read' | 'write' | 'admin'>;
  /** Organisations: may members create repositories? */
  readonly membersCreateRepositories?: boolean;
}

export interface Membership {
  /** `org/user` */
  readonly key: string;
  readonly organizationId: number;
  readonly userId: number;
  readonly role: 'member' | 'admin';
}

export interface Team {
  readonly id: number;
  readonly organizationId: number;
  readonly slug: string;
  readonly name: string;
  readonly description: string | null;
  readonly privacy: 'closed' | 'secret';
  readonly parentId: number | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface TeamMember {
  /** `team/user` */
  readonly key: string;
  readonly teamId: number;
  readonly userId: number;
  readonly role: 'member' | 'maintainer';
}

export interface TeamRepository {
  /** `team/repository` */
  readonly key: string;
  readonly teamId: number;
  readonly repositoryId: number;
  readonly role: Exclude<Role, 'none'>;
}

/** A GitHub App. */
export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly ownerId: number;
  readonly botId: number;
  readonly description: string | null;
  readonly externalUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly webhookSecret: string | null;
  /** Where its deliveries go; null: it has no webhook. */
  readonly webhookUrl: string | null;
  readonly webhookContentType: 'json' | 'form';
  readonly webhookInsecureSsl: '0' | '1';
  /** PEM, SPKI: RS256 signatures of the App's JWTs are verified with it. */
  readonly publicKeys: readonly string[];
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Installation {
  readonly id: number;
  readonly appId: number;
  readonly accountId: number;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly repositories: 'all' | readonly number[];
  readonly suspendedAt: string | null;
  readonly suspendedById: number | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A token by the SHA-256 of its text: the text itself is told once and never kept. */
export interface Token {
  readonly id: number;
  readonly sha256: string;
  readonly kind: 'classic' | 'fine-grained' | 'installation' | 'job';
  readonly userId: number | null;
  readonly installationId: number | null;
  readonly scopes: readonly string[] | null;
  readonly permissions: Permissions | null;
  readonly repositories: 'all' | readonly number[] | null;
  /** Fine-grained: the account whose resources it reaches; null: the user's own. */
  readonly resourceOwnerId: number | null;
  readonly job: { readonly repositoryId: number; readonly runId: number; readonly jobId: number } | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revoked: boolean;
}

/** A manifest an owner has confirmed; the code is exchanged once for the App's credentials. */
export interface AppManifest {
  readonly code: string;
  readonly ownerId: number;
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly expiresAt: string;
}

/** A secret of the sandbox itself. */
export interface Secret {
  readonly name: string;
  readonly value: string;
}

/** Tables of accounts, organisations, teams, Apps and tokens. */
export function accountTables(store: Store) {
  return { ...peopleTables(store), ...appTables(store) };
}

function peopleTables(store: Store) {
  return {
    accounts: store.table<Account>()('accounts', {
      key: (row) => row.id,
      indexes: {
        login: (row) => row.login.toLowerCase(),
        type: (row) => row.type,
        email: (row) => row.email?.toLowerCase(),
      },
    }),
    memberships: store.table<Membership>()('memberships', {
      key: (row) => row.key,
      indexes: { organization: (row) => row.organizationId, user: (row) => row.userId },
    }),
    teams: store.table<Team>()('teams', {
      key: (row) => row.id,
      indexes: {
        organization: (row) => row.organizationId,
        slug: (row) => `${row.organizationId}/${row.slug}`,
      },
    }),
    teamMembers: store.table<TeamMember>()('team_members', {
      key: (row) => row.key,
      indexes: { team: (row) => row.teamId, user: (row) => row.userId },
    }),
    teamRepositories: store.table<TeamRepository>()('team_repositories', {
      key: (row) => row.key,
      indexes: { team: (row) => row.teamId, repository: (row) => row.repositoryId },
    }),
  };
}

function appTables(store: Store) {
  return {
    apps: store.table<App>()('apps', {
      key: (row) => row.id,
      indexes: {
        slug: (row) => row.slug,
        bot: (row) => row.botId,
        owner: (row) => row.ownerId,
        clientId: (row) => row.clientId,
      },
    }),
    installations: store.table<Installation>()('installations', {
      key: (row) => row.id,
      indexes: {
        app: (row) => row.appId,
        account: (row) => row.accountId,
        appAccount: (row) => `${row.appId}/${row.accountId}`,
      },
    }),
    tokens: store.table<Token>()('tokens', {
      key: (row) => row.id,
      indexes: {
        sha256: (row) => row.sha256,
        user: (row) => row.userId ?? undefined,
        installation: (row) => row.installationId ?? undefined,
        job: (row) => row.job?.jobId,
      },
    }),
    appManifests: store.table<AppManifest>()('app_manifests', { key: (row) => row.code, indexes: {} }),
    secretsOfSandbox: store.table<Secret>()('sandbox_secrets', { key: (row) => row.name, indexes: {} }),
  };
}
