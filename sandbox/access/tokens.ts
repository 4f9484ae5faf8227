import { hash } from 'node:crypto';

import type { Core } from '../kernel/core.ts';
import { newId, now } from '../kernel/core.ts';
import { isoTime } from '../kernel/environment.ts';
import type { Permissions } from '../kernel/identity.ts';
import type { Token } from '../state/accounts.ts';

/** What a new token may do: scopes (classic), or permissions on repositories of one owner (fine-grained). */
export type Grant =
  | { readonly scopes: readonly string[] }
  | {
      readonly permissions: Permissions;
      readonly repositories: 'all' | readonly number[];
      /** Whose resources; the user's own without it. */
      readonly resourceOwnerId?: number;
    };

/** Permissions a workflow may ask for. https://docs.github.com/actions/reference/workflow-syntax-for-github-actions#permissions */
const OF_JOBS = new Set(
  `actions artifact_metadata attestations checks contents deployments discussions id_token issues models packages
  pages pull_requests repository_projects security_events statuses vulnerability_alerts`.split(/\s+/),
);
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const HOUR = 3_600_000;

/** The text under which a token's row is found: the text itself is never kept. */
export function tokenHash(text: string): string {
  return hash('sha256', text);
}

/** GitHub offers people no permission for checks: only Apps write them. https://docs.github.com/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens */
function offered(permissions: Permissions): Permissions {
  return Object.fromEntries(Object.entries(permissions).filter(([name]) => name !== 'checks'));
}

/** Gives a user a classic (`ghp_`) or fine-grained (`github_pat_`) token; its text is told here and nowhere else. */
export function addToken(
  core: Core,
  userId: number,
  grant: Grant,
  more: { readonly expiresAt?: string; readonly text?: string } = {},
): string {
  const fine = 'permissions' in grant;
  const text =
    more.text ?? (fine ? `github_pat_${letters(core, 22)}_${letters(core, 59)}` : `ghp_${letters(core, 36)}`);
  put(core, text, {
    kind: fine ? 'fine-grained' : 'classic',
    userId,
    scopes: fine ? null : grant.scopes,
    permissions: fine ? offered(grant.permissions) : null,
    repositories: fine ? grant.repositories : null,
    resourceOwnerId: fine ? (grant.resourceOwnerId ?? userId) : null,
    expiresAt: more.expiresAt ?? null,
  });
  return text;
}

/** An installation's token (`ghs_`), good for an hour. The caller has checked that the installation has all of it. */
export function issueInstallationToken(
  core: Core,
  installationId: number,
  grant: { readonly permissions: Permissions; readonly repositories: 'all' | readonly number[] },
): { readonly text: string; readonly expiresAt: string } {
  const at = now(core);
  for (const token of core.tables.tokens.where('installation', installationId))
    if (token.expiresAt !== null && token.expiresAt <= at) core.tables.tokens.remove(token.id);
  const text = `ghs_${letters(core, 36)}`;
  const expiresAt = isoTime(core.clock.now() + HOUR);
  put(core, text, { kind: 'installation', installationId, ...grant, expiresAt });
  return { text, expiresAt };
}

/**
 * The `GITHUB_TOKEN` of a job: the permissions of the workflow, on the job's repository only. Names may be written as in
 * a workflow (`pull-requests`); what a workflow cannot ask for (`administration`, `secrets`) is not granted.
 */
export function issueJobToken(
  core: Core,
  job: {
    readonly repositoryId: number;
    readonly runId: number;
    readonly jobId: number;
    readonly permissions: Readonly<Partial<Record<string, 'read' | 'write' | 'none' | 'admin'>>>;
    readonly expiresAt: string;
  },
): string {
  const { repositoryId, runId, jobId, expiresAt } = job;
  const permissions: Record<string, 'read' | 'write'> = {};
  for (const [name, access] of Object.entries(job.permissions)) {
    const permission = name.replaceAll('-', '_');
    if (OF_JOBS.has(permission) && (access === 'read' || access === 'write'))
      permissions[permission] = access;
  }
  const text = `ghs_${letters(core, 36)}`;
  put(core, text, {
    kind: 'job',
    permissions,
    repositories: [repositoryId],
    job: { repositoryId, runId, jobId },
    expiresAt,
  });
  return text;
}

/** Ends the tokens of a job: from now on they are nobody's. */
export function revokeJobToken(core: Core, jobId: number): void {
  for (const token of core.tables.tokens.where('job', jobId)) core.tables.tokens.remove(token.id);
}

/** Ends every token of an installation. */
export function revokeInstallationTokens(core: Core, installationId: number): void {
  for (const token of core.tables.tokens.where('installation', installationId))
    core.tables.tokens.remove(token.id);
}

/** The live token of that text: known, not revoked, not expired. */
export function liveToken(core: Core, text: string): Token | undefined {
  const token = core.tables.tokens.find('sha256', tokenHash(text));
  if (token === undefined || token.revoked) return undefined;
  if (token.expiresAt !== null && Date.parse(token.expiresAt) <= core.clock.now()) return undefined;
  return token;
}

/** `count` random letters and digits. */
export function letters(core: Core, count: number): string {
  return lettersOf(core.random.bytes(count * 2), count);
}

/** `count` letters and digits out of twice as many bytes: two a letter keep the bias below a thousandth. */
export function lettersOf(bytes: Buffer, count: number): string {
  let text = '';
  for (let at = 0; at < count; at++) text += ALPHABET[bytes.readUInt16BE(at * 2) % ALPHABET.length]!;
  return text;
}

function put(core: Core, text: string, token: Partial<Token> & Pick<Token, 'kind' | 'expiresAt'>): void {
  core.tables.tokens.put({
    id: newId(core),
    sha256: tokenHash(text),
    userId: null,
    installationId: null,
    scopes: null,
    permissions: null,
    repositories: null,
    resourceOwnerId: null,
    job: null,
    createdAt: now(core),
    revoked: false,
    ...token,
  });
}
