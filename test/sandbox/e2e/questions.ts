import { beforeEach, expect, it } from 'vitest';

import { issueInstallationToken, issueJobToken } from '../../../sandbox/access/tokens.ts';
import type { Permissions } from '../../../sandbox/kernel/identity.ts';
import {
  addAccount,
  addCollaborator,
  addMember,
  addRepository,
  addTeam,
  addTeamMember,
  addToken,
  SAMPLE_SCOPES,
} from '../../../sandbox/seed.ts';
import type { App, Installation } from '../../../sandbox/state/accounts.ts';
import { addApp, install } from '../access/keys.ts';
import { pullWorld, type PullWorld } from '../pulls/world.ts';
import type { Answer } from '../world.ts';

/**
 * Who may do what, as GitHub's documentation has it: role × kind of token × route × rules. Every row meets a sandbox of
 * its own: `owner/repo` is public with a pull request from `topic` into `main` by `writer`, `owner/secret` is private,
 * `acme/model` belongs to an organisation whose team `ml` (writer, writer-2) may write. {n} is the pull request,
 * {sha} the tip of `main`.
 */
export let w: PullWorld;
export let app: App;
let jwt: () => string;
export let installation: Installation;
export let number: number;

export const R = '/repos/owner/repo';
export const NOT_FOUND = 'Not Found';
export const ADMIN = 'Must have admin rights to Repository.';
export const PUSH = 'Must have push access to repository';
export const INTEGRATION = 'Resource not accessible by integration';
export const PAT = 'Resource not accessible by personal access token';
export const VIOLATIONS = 'Repository rule violations found';
export const EVERYTHING: Permissions = {
  actions: 'write',
  administration: 'write',
  checks: 'write',
  contents: 'write',
  deployments: 'write',
  issues: 'write',
  pull_requests: 'write',
  statuses: 'write',
};

export type As =
  | string
  | undefined
  | { readonly classic: readonly string[]; readonly of?: string }
  | { readonly fine: Permissions; readonly on?: 'all' | readonly string[]; readonly of?: string }
  | { readonly app: Permissions; readonly on?: readonly string[] }
  | { readonly job: Permissions };

beforeEach(() => {
  w = pullWorld();
  const { core } = w;
  const made = addApp(core, 'release-bot', { ...EVERYTHING, repository_hooks: 'write' });
  ({ app, jwt } = made);
  core.store.transaction(() => {
    for (const role of ['triage', 'maintain', 'admin'] as const) {
      const { id } = addAccount(core, role);
      addCollaborator(core, w.repository.id, id, role);
      addToken(core, id, { scopes: SAMPLE_SCOPES });
      // A collaborator of a person's repository may push; these keep the role the row asks about.
      const key = `${w.repository.id}/${id}`;
      core.tables.collaborators.put({ ...core.tables.collaborators.require(key), role });
    }
    const id = (login: string) => core.tables.accounts.find('login', login)!.id;
    addRepository(core, id('owner'), 'secret', { private: true });
    const acme = addAccount(core, 'acme', 'Organization');
    addMember(core, acme.id, id('owner'), 'admin');
    const team = addTeam(core, acme.id, 'ml');
    for (const login of ['writer', 'writer-2']) {
      addMember(core, acme.id, id(login));
      addTeamMember(core, team.id, id(login));
    }
    addRepository(core, acme.id, 'model', {});
  });
  installation = install(core, app, 'owner');
  w.push('topic', { 'b.txt': 'b\n' });
  number = w.open('topic');
  ask('owner', `POST ${R}/labels`, { name: 'bug' });
});

export const idOf = (login: string): number => w.core.tables.accounts.find('login', login)!.id;
const repositoryId = (name: string): number => {
  const [owner, repo] = name.split('/') as [string, string];
  return w.core.tables.repositories.find('name', `${idOf(owner)}/${repo}`)!.id;
};

export function tokenOf(as: As): string | undefined {
  if (as === undefined) return undefined;
  const { core } = w;
  return core.store.transaction(() => {
    if (as === 'jwt') return jwt();
    if (typeof as === 'string')
      return core.tables.accounts.find('login', as) === undefined
        ? as
        : addToken(core, idOf(as), { scopes: SAMPLE_SCOPES });
    if ('classic' in as) return addToken(core, idOf(as.of ?? 'owner'), { scopes: as.classic });
    if ('job' in as)
      return issueJobToken(core, {
        repositoryId: w.repository.id,
        runId: 1,
        jobId: 1,
        permissions: as.job,
        expiresAt: '2099-01-01T00:00:00Z',
      });
    const on = as.on === undefined || as.on === 'all' ? 'all' : as.on.map(repositoryId);
    if ('fine' in as)
      return addToken(core, idOf(as.of ?? 'owner'), { permissions: as.fine, repositories: on });
    return issueInstallationToken(core, installation.id, { permissions: as.app, repositories: on }).text;
  });
}

export function ask(as: As, route: string, body?: unknown, headers?: Record<string, string>): Answer {
  const token = tokenOf(as);
  const filled = route.replace('{n}', String(number)).replace('{sha}', w.tip('main'));
  const text = body === undefined ? undefined : JSON.stringify(body).replaceAll('{sha}', w.tip('main'));
  return w.call(
    token === undefined ? undefined : { token },
    filled,
    text === undefined ? undefined : (JSON.parse(text) as unknown),
    headers,
  );
}

export function check(answer: Answer, status: number, words?: string): void {
  const said = (answer.body as { message?: string } | undefined)?.message;
  expect([answer.status, words === undefined ? undefined : said]).toEqual([
    status,
    words === undefined ? undefined : (expect.stringContaining(words) as unknown),
  ]);
}

type Row = readonly [as: As, route: string, body: unknown, status: number, words?: string];
export const rows = (title: string, table: readonly Row[]): void => {
  it.each(table.map((row) => [JSON.stringify(row[0] ?? 'nobody'), row[1], row[3], row] as const))(
    `${title}: %s %s → %i`,
    (_as, _route, _status, [as, route, body, status, words]) => {
      check(ask(as, route, body), status, words);
    },
  );
};

export const FILE = { message: 'm', content: 'aGk=', branch: 'topic' };
