import { describe, expect, it } from 'vitest';
import { addAccount, addMember, addTeam } from '../../../sandbox/access/accounts.ts';
import { addCollaborator, addRepository, addToken, SAMPLE_SCOPES } from '../../../sandbox/seed.ts';
import { type Answer, newWorld, type World } from '../world.ts';

const MAIN = '/repos/acme/model/branches/main/protection';
const OFF = {
  required_status_checks: null,
  enforce_admins: null,
  required_pull_request_reviews: null,
  restrictions: null,
};

/** A world with `acme/model`, whose `main` has one commit; calls are an organisation owner's. */
function acme(): World & { as: (route: string, body?: unknown) => Answer } {
  const w = newWorld();
  const { core } = w.sandbox;
  const token = core.store.transaction(() => {
    const organization = addAccount(core, 'acme', 'Organization');
    const owner = core.tables.accounts.find('login', 'owner')!;
    addMember(core, organization.id, owner.id, 'admin');
    addTeam(core, organization.id, 'ml');
    const repository = addRepository(core, organization.id, 'model');
    addCollaborator(core, repository.id, core.tables.accounts.find('login', 'writer')!.id, 'write');
    return addToken(core, owner.id, { scopes: SAMPLE_SCOPES });
  });
  const as = (route: string, body?: unknown): Answer => w.call({ token }, route, body);
  as('PUT /repos/acme/model/contents/a', { message: 'a', content: 'eA==' });
  return { ...w, as };
}

describe('branch protection (REST: branches/branch-protection)', () => {
  it('is set whole, read and removed', () => {
    const w = acme();
    expect(w.as(`GET ${MAIN}`)).toMatchObject({ status: 404, body: { message: 'Branch not protected' } });
    const set = w.as(`PUT ${MAIN}`, {
      required_status_checks: { strict: true, contexts: [], checks: [{ context: 'build', app_id: -1 }] },
      enforce_admins: true,
      required_pull_request_reviews: {
        dismissal_restrictions: { users: ['writer'], teams: ['ml'] },
        require_code_owner_reviews: true,
        required_approving_review_count: 2,
        bypass_pull_request_allowances: { users: ['owner'] },
      },
      restrictions: { users: ['writer'], teams: ['ml'], apps: [] },
      required_linear_history: true,
    });
    expect(set).toMatchObject({
      status: 200,
      body: {
        required_status_checks: {
          strict: true,
          contexts: ['build'],
          checks: [{ context: 'build', app_id: null }],
        },
        enforce_admins: { enabled: true },
        required_pull_request_reviews: {
          required_approving_review_count: 2,
          require_code_owner_reviews: true,
          dismiss_stale_reviews: false,
          dismissal_restrictions: { users: [{ login: 'writer' }], teams: [{ slug: 'ml' }] },
        },
        restrictions: { users: [{ login: 'writer' }], teams: [{ slug: 'ml' }], apps: [] },
        required_linear_history: { enabled: true },
        allow_force_pushes: { enabled: false },
        lock_branch: { enabled: false },
      },
    });
    expect(w.as(`GET ${MAIN}`).body).toEqual(set.body);
    expect(w.as('GET /repos/acme/model/branches/main').body).toMatchObject({
      protected: true,
      protection: {
        enabled: true,
        required_status_checks: { enforcement_level: 'everyone', contexts: ['build'] },
      },
    });
    expect(w.as(`DELETE ${MAIN}`).status).toBe(204);
    expect(w.as(`GET ${MAIN}`).status).toBe(404);
  });

  it('is changed part by part', () => {
    const w = acme();
    w.as(`PUT ${MAIN}`, OFF);
    const checks = `${MAIN}/required_status_checks`;
    expect(w.as(`GET ${checks}`)).toMatchObject({
      status: 404,
      body: { message: 'Required status checks not enabled' },
    });
    w.as(`PUT ${MAIN}`, { ...OFF, required_status_checks: { strict: false, contexts: ['a', 'b'] } });
    expect(w.as(`POST ${checks}/contexts`, { contexts: ['b', 'c'] }).body).toEqual(['a', 'b', 'c']);
    expect(w.as(`DELETE ${checks}/contexts`, { contexts: ['a'] }).body).toEqual(['b', 'c']);
    expect(w.as(`PUT ${checks}/contexts`, { contexts: ['d'] }).body).toEqual(['d']);
    expect(w.as(`PATCH ${checks}`, { strict: true }).body).toMatchObject({ strict: true, contexts: ['d'] });
    expect(w.as(`DELETE ${checks}`).status).toBe(204);
    const reviews = `${MAIN}/required_pull_request_reviews`;
    expect(w.as(`PATCH ${reviews}`, { dismiss_stale_reviews: true }).body).toMatchObject({
      dismiss_stale_reviews: true,
      required_approving_review_count: 1,
    });
    expect(w.as(`PATCH ${reviews}`, { required_approving_review_count: 7 }).status).toBe(422);
    expect(w.as(`DELETE ${reviews}`).status).toBe(204);
    expect(w.as(`POST ${MAIN}/enforce_admins`).body).toMatchObject({ enabled: true });
    expect(w.as(`DELETE ${MAIN}/enforce_admins`).status).toBe(204);
    expect(w.as(`DELETE ${MAIN}/enforce_admins`).status).toBe(404);
    expect(w.as(`GET ${MAIN}/restrictions`)).toMatchObject({
      body: { message: 'Push restrictions not enabled' },
    });
  });

  it('binds what is pushed: 409 for files, with GitHub’s words', () => {
    const w = acme();
    w.as(`PUT ${MAIN}`, { ...OFF, required_pull_request_reviews: {} });
    const write = { message: 'b', content: 'eA==' };
    expect(w.call('writer', 'PUT /repos/acme/model/contents/b', write)).toMatchObject({
      status: 409,
      body: { message: 'Changes must be made through a pull request.' },
    });
    expect(w.as('PUT /repos/acme/model/contents/b', write).status).toBe(201);
  });

  it('takes an administrator, a branch that exists, and an organisation for lists of people', () => {
    const w = acme();
    expect(w.call('writer', `PUT ${MAIN}`, OFF).status).toBe(403);
    expect(w.as('PUT /repos/acme/model/branches/none/protection', OFF)).toMatchObject({
      status: 404,
      body: { message: 'Branch not found' },
    });
    w.call('owner', 'PUT /repos/owner/repo/contents/a', { message: 'a', content: 'eA==' });
    const restrictions = { users: ['writer'], teams: [] };
    expect(
      w.call('owner', 'PUT /repos/owner/repo/branches/main/protection', { ...OFF, restrictions }),
    ).toMatchObject({
      status: 422,
      body: { message: 'Only organization repositories can have users and team restrictions' },
    });
  });
});
