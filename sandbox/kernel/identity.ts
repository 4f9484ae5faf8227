/** Who asks. An unknown token is nobody: it never becomes an identity (401). */
export type Identity =
  | { readonly kind: 'anonymous' }
  | UserIdentity
  | { readonly kind: 'app'; readonly appId: number }
  | InstallationIdentity
  | JobIdentity;

/** A person's token: classic (scopes) or fine-grained (permissions on chosen repositories). */
export interface UserIdentity {
  readonly kind: 'user';
  readonly userId: number;
  readonly tokenId: number;
  readonly scopes?: readonly string[];
  readonly permissions?: Permissions;
  readonly repositories?: 'all' | readonly number[];
}

/** An installation access token of an App. */
export interface InstallationIdentity {
  readonly kind: 'installation';
  readonly appId: number;
  readonly installationId: number;
  readonly tokenId: number;
  readonly permissions: Permissions;
  readonly repositories: 'all' | readonly number[];
}

/** `GITHUB_TOKEN` of a running job: an installation token of the Actions App for one repository. */
export interface JobIdentity {
  readonly kind: 'job';
  readonly repositoryId: number;
  readonly runId: number;
  readonly jobId: number;
  readonly tokenId: number;
  readonly permissions: Permissions;
}

export type Access = 'read' | 'write' | 'admin';
/** Permission names of Apps: contents, pull_requests, issues, … → access. */
export type Permissions = Readonly<Partial<Record<string, Access>>>;

/** Roles on a repository, lowest first; 'none' sees public repositories only. */
export const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Is `role` at least `needed`? */
export function atLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
