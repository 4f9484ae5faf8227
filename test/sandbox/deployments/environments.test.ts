import { describe, expect, it } from 'vitest';

import { environmentGate, findEnvironment, isReviewer } from '../../../sandbox/deployments/index.ts';
import { newWorld, type World } from '../world.ts';

const ENVIRONMENTS = '/repos/owner/repo/environments';

function idOf(world: World, login: string): number {
  return world.sandbox.core.tables.accounts.find('login', login)!.id;
}

function put(world: World, body: Record<string, unknown> = {}, name = 'production') {
  return world.call('owner', `PUT ${ENVIRONMENTS}/${name}`, body);
}

describe('an environment', () => {
  it('has the rules it was given, and loses those it is not given again', () => {
    const world = newWorld();
    const reviewers = [{ type: 'User', id: idOf(world, 'writer') }];
    const made = put(world, {
      wait_timer: 30,
      reviewers,
      prevent_self_review: true,
      deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
    });
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({
      name: 'production',
      can_admins_bypass: true,
      protection_rules: [
        { type: 'wait_timer', wait_timer: 30 },
        {
          type: 'required_reviewers',
          prevent_self_review: true,
          reviewers: [{ type: 'User', reviewer: { login: 'writer' } }],
        },
        { type: 'branch_policy' },
      ],
      deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
    });
    expect(put(world).body).toMatchObject({
      id: made.body.id,
      protection_rules: [],
      deployment_branch_policy: null,
    });
  });

  it('goes by its name in any case', () => {
    const world = newWorld();
    const { id } = put(world).body;
    expect(world.call('reader', `GET ${ENVIRONMENTS}/PRODUCTION`).body.id).toBe(id);
    expect(world.call('owner', `DELETE ${ENVIRONMENTS}/Production`).status).toBe(204);
    expect(world.call('reader', `GET ${ENVIRONMENTS}/production`).status).toBe(404);
  });

  it.each([
    ['a wait of more than thirty days', { wait_timer: 43_201 }],
    ['a negative wait', { wait_timer: -1 }],
    [
      'a policy that says two things',
      { deployment_branch_policy: { protected_branches: true, custom_branch_policies: true } },
    ],
    [
      'a policy that says nothing',
      { deployment_branch_policy: { protected_branches: false, custom_branch_policies: false } },
    ],
    ['seven reviewers', { reviewers: Array.from({ length: 7 }, (_, id) => ({ type: 'User', id })) }],
    ['a reviewer who is nobody', { reviewers: [{ type: 'User', id: 999_999 }] }],
    ['custom rules of its own making', { can_admins_bypass: false }],
  ])('refuses %s', (_title, body) => {
    expect(put(newWorld(), body).status).toBe(422);
  });

  it('takes an administrator to change', () => {
    expect(newWorld().call('writer', `PUT ${ENVIRONMENTS}/production`, {}).status).toBeGreaterThanOrEqual(
      403,
    );
  });

  it('knows its reviewers', () => {
    const world = newWorld();
    put(world, { reviewers: [{ type: 'User', id: idOf(world, 'writer') }] });
    const { core } = world.sandbox;
    const environment = findEnvironment(core, world.repository.id, 'production')!;
    expect(isReviewer(core, environment, idOf(world, 'writer'))).toBe(true);
    expect(isReviewer(core, environment, idOf(world, 'owner'))).toBe(false);
  });
});

describe('branch policies', () => {
  const POLICIES = `${ENVIRONMENTS}/production/deployment-branch-policies`;

  function custom() {
    const world = newWorld();
    put(world, { deployment_branch_policy: { protected_branches: false, custom_branch_policies: true } });
    return world;
  }

  function allows(world: World, ref: string): boolean {
    const { core } = world.sandbox;
    return core.store.transaction(() => environmentGate(core, world.repository, 'production').allows(ref));
  }

  it('are there where the environment has custom ones only', () => {
    const world = newWorld();
    put(world);
    expect(world.call('reader', `GET ${POLICIES}`).status).toBe(404);
    expect(world.call('owner', `POST ${POLICIES}`, { name: 'main' }).status).toBe(404);
  });

  it('decide by patterns which refs deploy', () => {
    const world = custom();
    const made = world.call('owner', `POST ${POLICIES}`, { name: 'release/*' });
    world.call('owner', `POST ${POLICIES}`, { name: 'v*', type: 'tag' });
    expect(world.call('owner', `POST ${POLICIES}`, { name: 'release/*' }).status).toBe(303);
    expect(world.call('reader', `GET ${POLICIES}`).body).toMatchObject({ total_count: 2 });
    expect(
      [
        'refs/heads/release/1',
        'refs/heads/release/1/x',
        'refs/heads/v1',
        'refs/tags/v1',
        'refs/pull/1/merge',
      ].map((ref) => allows(world, ref)),
    ).toEqual([true, false, false, true, false]);
    world.call('owner', `PUT ${POLICIES}/${made.body.id}`, { name: 'main' });
    expect([allows(world, 'refs/heads/main'), allows(world, 'refs/heads/release/1')]).toEqual([true, false]);
    expect(world.call('owner', `DELETE ${POLICIES}/${made.body.id}`).status).toBe(204);
    expect(allows(world, 'refs/heads/main')).toBe(false);
  });

  it('of protected branches let all deploy while none is protected', () => {
    const world = newWorld();
    put(world, { deployment_branch_policy: { protected_branches: true, custom_branch_policies: false } });
    expect(allows(world, 'refs/heads/main')).toBe(true);
  });
});

describe('custom protection rules', () => {
  it('are not built, and there are none', () => {
    const world = newWorld();
    put(world);
    const path = `${ENVIRONMENTS}/production/deployment_protection_rules`;
    expect(world.call('reader', `GET ${path}`).body).toEqual({
      total_count: 0,
      custom_deployment_protection_rules: [],
    });
    expect(world.call('owner', `POST ${path}`, { integration_id: 1 }).status).toBe(501);
  });
});
