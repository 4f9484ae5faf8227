import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';

import { acceptedPermissions, permissionSets } from '../../../sandbox/access/index.ts';
import type { Core } from '../../../sandbox/kernel/core.ts';
import {
  ROLES,
  type Access,
  type Identity,
  type Permissions,
  type Role,
} from '../../../sandbox/kernel/identity.ts';
import type { Repository } from '../../../sandbox/state/repositories.ts';
import { newWorld, type World } from '../world.ts';
import { addApp, install } from './keys.ts';
import { ON_REPOSITORIES, answer, verdict } from './questions.ts';

let world: World;
let core: Core;
let open: Repository;
let secret: Repository;
let installationId: number;
let appId: number;
let personId: number;

beforeEach(() => {
  world = newWorld();
  core = world.sandbox.core;
  open = world.repository;
  const { app } = addApp(core, 'tester', {});
  appId = app.id;
  installationId = install(core, app, 'owner').id;
  personId = core.tables.accounts.find('login', 'outsider')!.id;
  const made = world.call('owner', 'POST /user/repos', { name: 'secret', private: true });
  secret = core.tables.repositories.require(made.body.id as number);
});

const app = (permissions: Permissions, repositories: 'all' | number[] = 'all'): Identity => ({
  kind: 'installation',
  appId,
  installationId,
  tokenId: 0,
  permissions,
  repositories,
});
const job = (permissions: Permissions, repository = open): Identity => ({
  kind: 'job',
  repositoryId: repository.id,
  runId: 1,
  jobId: 1,
  tokenId: 0,
  permissions,
});
const classic = (scopes: string[] = ['repo', 'delete_repo']): Identity => ({
  kind: 'user',
  userId: personId,
  tokenId: 0,
  scopes,
});
const fine = (permissions: Permissions, repositories: 'all' | number[]): Identity => ({
  kind: 'user',
  userId: personId,
  tokenId: 0,
  permissions,
  repositories,
});

function giveRole(role: Role): void {
  core.store.transaction(() => {
    for (const { id } of [open, secret]) {
      const key = `${id}/${personId}`;
      if (role === 'none') core.tables.collaborators.remove(key);
      else core.tables.collaborators.put({ key, repositoryId: id, userId: personId, role });
    }
  });
}

const NAMES = [
  ...new Set(
    ON_REPOSITORIES.flatMap(({ id }) =>
      permissionSets(id)
        .flat()
        .map(([name]) => name),
    ),
  ),
];
const every = (access: Access): Permissions => Object.fromEntries(NAMES.map((name) => [name, access]));

describe('what a permission is good for (https://docs.github.com/rest/authentication/permissions-required-for-github-apps)', () => {
  it.each<[operation: string, permissions: Permissions, private_: boolean, expected: 'yes' | number]>([
    ['repos/get-content', { contents: 'read' }, true, 'yes'],
    ['repos/get-content', {}, true, 403],
    ['repos/get-content', {}, false, 'yes'],
    ['repos/get', {}, true, 'yes'],
    ['repos/create-or-update-file-contents', { contents: 'write' }, true, 'yes'],
    ['repos/create-or-update-file-contents', { contents: 'read' }, false, 403],
    ['repos/create-or-update-file-contents', { workflows: 'write' }, false, 403],
    ['git/create-ref', { contents: 'write' }, false, 'yes'],
    ['repos/create-release', { contents: 'write' }, false, 'yes'],
    ['repos/upload-release-asset', { contents: 'read' }, false, 403],
    ['repos/merge', { contents: 'write' }, false, 'yes'],
    ['pulls/merge', { contents: 'write' }, false, 'yes'],
    ['pulls/merge', { pull_requests: 'write' }, false, 403],
    ['pulls/create', { pull_requests: 'write' }, false, 'yes'],
    ['pulls/create', { contents: 'write' }, false, 403],
    ['pulls/get', { contents: 'read' }, true, 'yes'],
    ['pulls/get', { pull_requests: 'read' }, true, 'yes'],
    ['pulls/get', { issues: 'read' }, true, 403],
    ['pulls/create-review', { pull_requests: 'write' }, true, 'yes'],
    ['pulls/create-review', { pull_requests: 'read' }, true, 403],
    ['issues/create', { issues: 'write' }, true, 'yes'],
    ['issues/create', { pull_requests: 'write' }, true, 403],
    ['issues/create-comment', { issues: 'write' }, true, 'yes'],
    ['issues/create-comment', { pull_requests: 'write' }, true, 'yes'],
    ['issues/create-comment', { issues: 'read', pull_requests: 'read' }, true, 403],
    ['issues/add-labels', { pull_requests: 'write' }, true, 'yes'],
    ['issues/list-for-repo', { issues: 'read' }, true, 'yes'],
    ['issues/list-for-repo', { pull_requests: 'read' }, true, 403],
    ['checks/create', { checks: 'write' }, false, 'yes'],
    ['checks/create', { checks: 'read' }, false, 403],
    ['checks/list-for-ref', {}, false, 'yes'],
    ['checks/list-for-ref', {}, true, 403],
    ['repos/create-commit-status', { statuses: 'write' }, false, 'yes'],
    ['repos/create-commit-status', { checks: 'write' }, false, 403],
    ['repos/create-deployment', { deployments: 'write' }, false, 'yes'],
    ['repos/create-deployment-status', { deployments: 'write' }, false, 'yes'],
    ['repos/create-deployment-status', { actions: 'write' }, false, 403],
    ['repos/get-environment', { actions: 'read' }, true, 'yes'],
    ['repos/create-or-update-environment', { administration: 'write' }, true, 'yes'],
    ['repos/create-or-update-environment', { environments: 'write' }, true, 403],
    ['actions/list-environment-variables', { environments: 'read' }, false, 'yes'],
    ['actions/list-environment-variables', { actions: 'read' }, false, 403],
    ['actions/list-repo-variables', { actions_variables: 'read' }, false, 'yes'],
    ['actions/list-repo-variables', {}, false, 403],
    ['actions/create-workflow-dispatch', { actions: 'write' }, false, 'yes'],
    ['actions/create-workflow-dispatch', { actions: 'read' }, false, 403],
    ['repos/create-dispatch-event', { contents: 'write' }, false, 'yes'],
    ['repos/create-dispatch-event', { actions: 'write' }, false, 403],
    ['actions/list-artifacts-for-repo', {}, false, 'yes'],
    ['actions/download-artifact', {}, false, 403],
    ['actions/download-artifact', { actions: 'read' }, false, 'yes'],
    ['repos/get-repo-rulesets', {}, false, 'yes'],
    ['repos/create-repo-ruleset', { administration: 'write' }, false, 'yes'],
    ['repos/create-repo-ruleset', { contents: 'write' }, false, 403],
    ['repos/get-branch-protection', { administration: 'read' }, false, 'yes'],
    ['repos/get-branch-protection', {}, false, 403],
    ['repos/add-collaborator', { administration: 'write' }, false, 'yes'],
    ['repos/get-collaborator-permission-level', {}, false, 'yes'],
    ['repos/create-webhook', { repository_hooks: 'write' }, false, 'yes'],
    ['repos/create-webhook', { administration: 'write' }, false, 403],
    ['repos/create-fork', { administration: 'write', contents: 'read' }, true, 'yes'],
    ['repos/create-fork', { administration: 'write' }, true, 403],
  ])('%s with %o, private: %s → %s', (operation, permissions, isPrivate, expected) => {
    const repository = isPrivate ? secret : open;
    expect(verdict(core, app(permissions), repository, operation)).toBe(expected);
    expect(verdict(core, job(permissions, repository), repository, operation)).toBe(expected);
  });

  it('is told in the answer, sets apart by semicolons (X-Accepted-GitHub-Permissions)', () => {
    expect(acceptedPermissions('pulls/get')).toBe('pull_requests=read; contents=read');
    expect(acceptedPermissions('repos/create-fork')).toBe('administration=write,contents=read');
    const { token } = { token: world.tokens.reader };
    expect(world.call({ token }, 'GET /repos/owner/repo').headers).not.toHaveProperty(
      'x-accepted-github-permissions',
    );
  });

  it('ends where the token ends: other repositories are public or not there', () => {
    const elsewhere = app(every('write'), [open.id]);
    expect(verdict(core, elsewhere, secret, 'repos/get')).toBe(404);
    const other = app(every('write'), [secret.id]);
    expect(verdict(core, other, open, 'repos/get-content')).toBe('yes');
    expect(verdict(core, other, open, 'issues/create')).toBe(403);
    expect(verdict(core, job(every('write'), secret), open, 'issues/create')).toBe(403);
  });

  it('is asked by every operation on a repository but the one of an App itself', () => {
    const free = ON_REPOSITORIES.filter(({ id }) => permissionSets(id).length === 0).map(({ id }) => id);
    expect(free).toEqual(['apps/get-repo-installation']);
  });
});

describe("a person's role (https://docs.github.com/organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles/repository-roles-for-an-organization)", () => {
  const may = (role: Role, repository = open) => {
    giveRole(role);
    return ON_REPOSITORIES.filter(
      (operation) => operation.method !== 'GET' && answer(core, classic(), repository, operation) === 'yes',
    ).map(({ id }) => id);
  };
  const more = (than: Role, role: Role) => {
    const before = new Set(may(than));
    return may(role).filter((id) => !before.has(id));
  };

  it('of read: talk, review, propose, fork', () => {
    expect(may('read')).toEqual(may('none'));
    const others = may('read').filter((id) => !/comment|reactions|review/.test(id));
    expect(others).toEqual([
      'repos/create-fork',
      'repos/remove-collaborator',
      'issues/create',
      'issues/update',
      'pulls/create',
      'pulls/update',
      'pulls/update-branch',
    ]);
  });

  it('of triage: labels, assignees, reviewers', () => {
    expect(more('read', 'triage').sort()).toEqual([
      'issues/add-assignees',
      'issues/add-labels',
      'issues/remove-all-labels',
      'issues/remove-assignees',
      'issues/remove-label',
      'issues/set-labels',
      'pulls/remove-requested-reviewers',
      'pulls/request-reviewers',
    ]);
  });

  it('of write: contents, merges, releases, statuses, deployments, workflows, secrets', () => {
    const added = more('triage', 'write');
    for (const id of [
      'repos/create-or-update-file-contents',
      'git/create-ref',
      'pulls/merge',
      'repos/create-release',
      'repos/create-commit-status',
      'repos/create-deployment',
      'actions/create-workflow-dispatch',
      'actions/create-or-update-repo-secret',
      'issues/create-label',
      'issues/lock',
      'repos/rename-branch',
    ])
      expect(added).toContain(id);
  });

  it('of maintain: topics', () => {
    expect(more('write', 'maintain')).toEqual(['repos/replace-all-topics']);
  });

  it('of admin: everything else but what is for Apps', () => {
    giveRole('admin');
    const refused = ON_REPOSITORIES.filter(
      (operation) => answer(core, classic(), secret, operation) !== 'yes',
    ).map(({ id }) => id);
    expect(refused.sort()).toEqual([
      'actions/review-custom-gates-for-run',
      'apps/get-repo-installation',
      'checks/create',
      'checks/create-suite',
      'checks/update',
    ]);
  });

  it.each<[role: Role, operation: string, status: number, message: string]>([
    ['write', 'repos/delete', 403, 'Must have admin rights to Repository.'],
    ['write', 'repos/add-collaborator', 403, 'Must have admin rights to Repository.'],
    ['read', 'repos/create-release', 403, 'Must have push access to repository'],
    ['read', 'issues/add-labels', 403, 'Must have admin rights to Repository.'],
    ['read', 'actions/create-workflow-dispatch', 403, 'Must have admin rights to Repository.'],
    [
      'read',
      'repos/get-collaborator-permission-level',
      403,
      'Must have push access to view collaborator permission.',
    ],
    ['write', 'repos/list-webhooks', 404, 'Not Found'],
    ['write', 'repos/get-branch-protection', 404, 'Not Found'],
    ['admin', 'checks/create', 403, 'You must authenticate via a GitHub App.'],
    ['admin', 'apps/get-repo-installation', 401, 'A JSON web token could not be decoded'],
  ])('%s on %s: %i %s', (role, operation, status, message) => {
    giveRole(role);
    expect(answer(core, classic(), open, operation)).toEqual({ status, message });
  });

  it('of none finds no private repository', () => {
    giveRole('none');
    for (const operation of ON_REPOSITORIES) expect(verdict(core, classic(), secret, operation)).toBe(404);
  });
});

describe('scopes of classic tokens (https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps)', () => {
  it.each<[scopes: string[], operation: string, private_: boolean, expected: 'yes' | number]>([
    [[], 'repos/get', false, 'yes'],
    [[], 'issues/create', false, 404],
    [['public_repo'], 'issues/create', false, 'yes'],
    [['public_repo'], 'repos/get', true, 404],
    [['repo'], 'issues/create', true, 'yes'],
    [['repo'], 'repos/delete', true, 403],
    [['delete_repo'], 'repos/delete', false, 'yes'],
    [['admin:repo_hook'], 'repos/create-webhook', false, 'yes'],
    [['read:repo_hook'], 'repos/create-webhook', false, 404],
    [['read:repo_hook'], 'repos/list-webhooks', false, 'yes'],
    [['repo:status'], 'repos/create-commit-status', false, 'yes'],
    [['repo:status'], 'repos/create-deployment', false, 404],
    [['repo_deployment'], 'repos/create-deployment', false, 'yes'],
    [['workflow'], 'repos/create-or-update-file-contents', false, 404],
  ])('%o: %s, private: %s → %s', (scopes, operation, isPrivate, expected) => {
    giveRole('admin');
    expect(verdict(core, classic(scopes), isPrivate ? secret : open, operation)).toBe(expected);
  });

  it('are told in every answer', () => {
    const { headers } = world.call('owner', 'PATCH /repos/owner/repo', {});
    expect(headers['x-oauth-scopes']).toContain('repo, workflow');
    expect(headers['x-accepted-oauth-scopes']).toBe('public_repo, repo');
  });
});

describe('whatever the token', () => {
  const tokens = fc.record({
    permissions: fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom<Access>('read', 'write'), {
      maxKeys: 6,
    }),
    role: fc.constantFrom(...ROLES),
    isPrivate: fc.boolean(),
    chosen: fc.boolean(),
    operation: fc.constantFrom(...ON_REPOSITORIES),
  });

  it('a fine-grained token does nothing its user may not do, nor its permissions allow an App', () => {
    fc.assert(
      fc.property(tokens, ({ permissions, role, isPrivate, chosen, operation }) => {
        giveRole(role);
        const repository = isPrivate ? secret : open;
        const list = chosen ? [repository.id] : [];
        if (answer(core, fine(permissions, list), repository, operation) !== 'yes') return;
        expect(answer(core, classic(), repository, operation)).toBe('yes');
        expect(answer(core, app(permissions, list), repository, operation)).toBe('yes');
      }),
    );
  });

  it('a permission more never forbids what was allowed', () => {
    fc.assert(
      fc.property(tokens, fc.constantFrom(...NAMES), ({ permissions, isPrivate, operation }, name) => {
        const repository = isPrivate ? secret : open;
        if (answer(core, app(permissions), repository, operation) !== 'yes') return;
        expect(answer(core, app({ ...permissions, [name]: 'write' }), repository, operation)).toBe('yes');
      }),
    );
  });

  it('read permissions change nothing, but for a comment on a commit', () => {
    const changing = ON_REPOSITORIES.filter(
      (operation) =>
        operation.method !== 'GET' && answer(core, app(every('read')), open, operation) === 'yes',
    );
    const pings = ['repos/ping-webhook', 'repos/test-push-webhook'];
    expect(changing.map(({ id }) => id).filter((id) => !pings.includes(id))).toEqual([
      'repos/create-commit-comment',
    ]);
  });

  it('nobody changes anything, and sees nothing private', () => {
    const nobody: Identity = { kind: 'anonymous' };
    for (const operation of ON_REPOSITORIES) {
      if (operation.method !== 'GET') expect(verdict(core, nobody, open, operation)).toBe(401);
      expect(verdict(core, nobody, secret, operation)).toBe(404);
    }
  });
});
