import { describe, expect, it } from 'vitest';
import { addAccount, addMember } from '../../../sandbox/access/accounts.ts';
import { addRepository, addToken, SAMPLE_SCOPES } from '../../../sandbox/seed.ts';
import { type Answer, newWorld, type World } from '../world.ts';

const RULESETS = '/repos/owner/repo/rulesets';
const REFS = { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } };
const BASIC = { name: 'main', enforcement: 'active', conditions: REFS, rules: [{ type: 'deletion' }] };

const create = (w: World, body: object): Answer => w.call('owner', `POST ${RULESETS}`, { ...BASIC, ...body });

function file(w: World, path: string): Answer {
  return w.call('owner', `PUT /repos/owner/repo/contents/${path}`, { message: path, content: 'eA==' });
}

describe('rulesets of a repository (REST: repos/rules)', () => {
  it('are made, listed without their rules, read, changed and deleted', () => {
    const w = newWorld();
    const made = create(w, {
      bypass_actors: [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }],
    });
    expect(made).toMatchObject({
      status: 201,
      body: {
        name: 'main',
        target: 'branch',
        source_type: 'Repository',
        source: 'owner/repo',
        enforcement: 'active',
        bypass_actors: [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }],
        conditions: REFS,
        rules: [{ type: 'deletion' }],
        current_user_can_bypass: 'always',
      },
    });
    const { id } = made.body as { id: number };
    const [listed] = w.call('writer', `GET ${RULESETS}`).body as object[];
    expect(listed).toMatchObject({ id, name: 'main' });
    expect(listed).not.toHaveProperty('rules');
    const seen = w.call('writer', `GET ${RULESETS}/${String(id)}`).body as object;
    expect(seen).toMatchObject({ rules: [{ type: 'deletion' }], current_user_can_bypass: 'never' });
    expect(seen).not.toHaveProperty('bypass_actors');
    const changed = w.call('owner', `PUT ${RULESETS}/${String(id)}`, {
      enforcement: 'disabled',
      rules: [{ type: 'update' }],
    });
    expect(changed).toMatchObject({
      status: 200,
      body: {
        name: 'main',
        enforcement: 'disabled',
        rules: [{ type: 'update', parameters: { update_allows_fetch_and_merge: false } }],
      },
    });
    expect(w.call('owner', `GET ${RULESETS}/${String(id)}/history`).body).toHaveLength(2);
    const [, first] = w.call('owner', `GET ${RULESETS}/${String(id)}/history`).body as {
      version_id: number;
    }[];
    expect(
      w.call('owner', `GET ${RULESETS}/${String(id)}/history/${String(first!.version_id)}`).body,
    ).toMatchObject({
      state: { rules: [{ type: 'deletion' }] },
    });
    expect(w.call('owner', `DELETE ${RULESETS}/${String(id)}`).status).toBe(204);
    expect(w.call('owner', `GET ${RULESETS}/${String(id)}`).status).toBe(404);
  });

  it('take administrators', () => {
    const w = newWorld();
    expect(w.call('writer', `POST ${RULESETS}`, BASIC).status).toBe(403);
  });

  const parameters = { operator: 'regex', pattern: '(' };
  it.each<[object, number, unknown]>([
    [
      { conditions: { ref_name: { include: ['main'], exclude: [] } } },
      422,
      ["Invalid target patterns: 'main'"],
    ],
    [{ conditions: { ref_name: { include: ['refs/heads/main'] } } }, 422, ["Invalid target patterns: ''"]],
    [
      { target: 'tag', conditions: { ref_name: { include: ['refs/heads/x'], exclude: [] } } },
      422,
      ["Invalid target patterns: 'refs/heads/x'"],
    ],
    [
      {
        target: 'tag',
        conditions: { ref_name: { include: ['~ALL'], exclude: [] } },
        rules: [{ type: 'branch_name_pattern', parameters: { operator: 'contains', pattern: 'x' } }],
      },
      422,
      ["Invalid rule 'branch_name_pattern': "],
    ],
    [
      { rules: [{ type: 'commit_message_pattern', parameters }] },
      422,
      ["Invalid rule 'commit_message_pattern': Pattern is not a valid regular expression"],
    ],
    [
      { bypass_actors: [{ actor_id: 15368, actor_type: 'Integration', bypass_mode: 'always' }] },
      422,
      ['Actor GitHub Actions integration must be part of the ruleset source or owner organization'],
    ],
    [
      { bypass_actors: [{ actor_id: 1, actor_type: 'OrganizationAdmin', bypass_mode: 'always' }] },
      422,
      ['Actor OrganizationAdmin 1 must be part of the ruleset source or owner organization'],
    ],
    [{ rules: [{ type: 'copilot_code_review', parameters: { review_on_push: true } }] }, 501, undefined],
    [{ rules: [{ type: 'code_scanning', parameters: { code_scanning_tools: [] } }] }, 501, undefined],
  ])('%j is refused with %i: nothing is accepted that is not enforced', (body, status, errors) => {
    const answer = create(newWorld(), body);
    expect([answer.status, (answer.body as { errors?: unknown }).errors]).toEqual([status, errors]);
  });

  it('have names of their own', () => {
    const w = newWorld();
    create(w, {});
    expect(create(w, {})).toMatchObject({ status: 422, body: { errors: ['Name must be unique'] } });
  });

  it('are told for a branch, whether it exists or not', () => {
    const w = newWorld();
    const { id } = create(w, { rules: [{ type: 'deletion' }, { type: 'non_fast_forward' }] }).body as {
      id: number;
    };
    create(w, { name: 'off', enforcement: 'disabled' });
    expect(w.call(undefined, 'GET /repos/owner/repo/rules/branches/main').body).toEqual([
      { type: 'deletion', ruleset_source_type: 'Repository', ruleset_source: 'owner/repo', ruleset_id: id },
      {
        type: 'non_fast_forward',
        ruleset_source_type: 'Repository',
        ruleset_source: 'owner/repo',
        ruleset_id: id,
      },
    ]);
    expect(w.call(undefined, 'GET /repos/owner/repo/rules/branches/other').body).toEqual([]);
  });

  it('leave a trace of what they said to every change', () => {
    const w = newWorld();
    file(w, 'a');
    create(w, { rules: [{ type: 'pull_request', parameters: pullRequest }] });
    expect(file(w, 'b').status).toBe(409);
    const list = w.call('owner', 'GET /repos/owner/repo/rulesets/rule-suites').body as { id: number }[];
    expect(list).toMatchObject([{ result: 'fail', ref: 'refs/heads/main', actor_name: 'owner' }]);
    expect(
      w.call('owner', `GET /repos/owner/repo/rulesets/rule-suites/${String(list[0]!.id)}`).body,
    ).toMatchObject({
      rule_evaluations: [
        { rule_type: 'pull_request', result: 'fail', enforcement: 'active', rule_source: { name: 'main' } },
      ],
    });
    expect(w.call('owner', 'GET /repos/owner/repo/rulesets/rule-suites?rule_suite_result=pass').body).toEqual(
      [],
    );
    expect(w.call('owner', 'GET /repos/owner/repo/rulesets/rule-suites?ref=other').body).toEqual([]);
  });
});

const pullRequest = {
  required_approving_review_count: 1,
  dismiss_stale_reviews_on_push: false,
  require_code_owner_review: false,
  require_last_push_approval: false,
  required_review_thread_resolution: false,
};

describe('rulesets of an organisation (REST: orgs/rules)', () => {
  it('bind the repositories they name and are listed with theirs', () => {
    const w = newWorld();
    const { core } = w.sandbox;
    const token = core.store.transaction(() => {
      const organization = addAccount(core, 'acme', 'Organization');
      const owner = core.tables.accounts.find('login', 'owner')!;
      addMember(core, organization.id, owner.id, 'admin');
      addRepository(core, organization.id, 'model');
      return addToken(core, owner.id, { scopes: SAMPLE_SCOPES });
    });
    const conditions = { ...REFS, repository_name: { include: ['mod*'], exclude: [], protected: true } };
    const made = w.call({ token }, 'POST /orgs/acme/rulesets', { ...BASIC, conditions });
    expect(made).toMatchObject({
      status: 201,
      body: { source_type: 'Organization', source: 'acme', conditions },
    });
    const { id } = made.body as { id: number };
    const listed = (query = ''): unknown[] =>
      w.call({ token }, `GET /repos/acme/model/rulesets${query}`).body as unknown[];
    expect(listed()).toMatchObject([{ id }]);
    expect(listed('?includes_parents=false')).toEqual([]);
    expect(w.call('outsider', 'GET /orgs/acme/rulesets').status).toBeGreaterThan(400);
    expect(
      w.call({ token }, `PUT /orgs/acme/rulesets/${String(id)}`, { enforcement: 'disabled' }).body,
    ).toMatchObject({
      enforcement: 'disabled',
      conditions,
    });
    expect(w.call({ token }, `DELETE /orgs/acme/rulesets/${String(id)}`).status).toBe(204);
  });
});
