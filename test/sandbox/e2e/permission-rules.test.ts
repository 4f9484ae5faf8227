import { describe, expect, it } from 'vitest';

import type { Answer } from '../world.ts';
import {
  EVERYTHING,
  FILE,
  INTEGRATION,
  NOT_FOUND,
  PAT,
  R,
  VIOLATIONS,
  app,
  ask,
  check,
  idOf,
  rows,
  w,
  type As,
} from './questions.ts';

const RULE_PARAMETERS = {
  dismiss_stale_reviews_on_push: false,
  require_code_owner_review: false,
  require_last_push_approval: false,
  required_approving_review_count: 1,
  required_review_thread_resolution: false,
};

/** A ruleset in force, made by the owner. */
function ruleset(
  target: 'branch' | 'tag',
  include: string,
  rules: readonly unknown[],
  bypass: readonly unknown[] = [],
  repository = R,
): void {
  const made = ask('owner', `POST ${repository}/rulesets`, {
    name: include,
    target,
    enforcement: 'active',
    conditions: { ref_name: { include: [include], exclude: [] } },
    rules,
    bypass_actors: bypass,
  });
  expect(made.status).toBe(201);
}

function protect(more: Record<string, unknown> = {}, repository = R): void {
  const made = ask('owner', `PUT ${repository}/branches/main/protection`, {
    required_status_checks: null,
    enforce_admins: false,
    required_pull_request_reviews: null,
    restrictions: null,
    ...more,
  });
  expect(made.status).toBe(200);
}

const tag = (as: As, name: string): Answer =>
  ask(as, `POST ${R}/git/refs`, { ref: `refs/tags/${name}`, sha: '{sha}' });

describe('rulesets (https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets)', () => {
  it('keep tags for an App that may bypass: nobody else makes, moves or deletes them, not even the owner', () => {
    check(tag('writer', 'v1'), 201);
    const bypass = [{ actor_id: app.id, actor_type: 'Integration', bypass_mode: 'always' }];
    ruleset('tag', 'refs/tags/v*', [{ type: 'creation' }, { type: 'update' }, { type: 'deletion' }], bypass);
    for (const as of ['writer', 'owner', { job: EVERYTHING }])
      check(tag(as, 'v2'), 422, 'Cannot create ref due to creations being restricted.');
    check(ask('owner', `DELETE ${R}/git/refs/tags/v1`), 422, 'Cannot delete this tag');
    const next = w.commit({ 'n.txt': 'n' }, [w.tip('main')]);
    check(
      ask('writer', `PATCH ${R}/git/refs/tags/v1`, { sha: next }),
      422,
      'Cannot update this protected ref.',
    );
    check(ask('writer', `POST ${R}/releases`, { tag_name: 'v2' }), 422, 'Validation Failed');
    check(ask('writer', `POST ${R}/releases`, { tag_name: 'v1' }), 201);
    check(tag('writer', 'other'), 201);
    check(tag({ app: EVERYTHING }, 'v2'), 201);
    check(ask({ app: EVERYTHING }, `DELETE ${R}/git/refs/tags/v1`), 204);
  });

  it('name roles that may pass', () => {
    const bypass = [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }];
    ruleset('tag', 'refs/tags/v*', [{ type: 'creation' }], bypass);
    for (const as of ['writer', 'maintain', { app: EVERYTHING }]) check(tag(as, 'v1'), 422, VIOLATIONS);
    check(tag('admin', 'v1'), 201);
    check(tag('owner', 'v2'), 201);
  });

  it('name teams that may pass', () => {
    const model = '/repos/acme/model';
    const ml = w.core.tables.teams.where('organization', idOf('acme'))[0]!;
    check(ask('owner', 'PUT /orgs/acme/teams/ml/repos/acme/model', { permission: 'push' }), 204);
    check(ask('owner', `PUT ${model}/contents/a.txt`, { message: 'm', content: 'aGk=' }), 201);
    const bypass = [{ actor_id: ml.id, actor_type: 'Team', bypass_mode: 'always' }];
    ruleset('branch', '~DEFAULT_BRANCH', [{ type: 'update' }], bypass, model);
    check(ask('owner', `PUT ${model}/contents/b.txt`, { message: 'm', content: 'aGk=' }), 409, VIOLATIONS);
    check(ask('writer', `PUT ${model}/contents/b.txt`, { message: 'm', content: 'aGk=' }), 201);
  });

  it('refuse deleting, force pushes and what comes without a pull request, by every route', () => {
    check(ask('writer', `POST ${R}/git/refs`, { ref: 'refs/heads/release/1', sha: '{sha}' }), 201);
    ruleset('branch', 'refs/heads/release/**', [
      { type: 'deletion' },
      { type: 'non_fast_forward' },
      { type: 'pull_request', parameters: RULE_PARAMETERS },
    ]);
    const ref = `${R}/git/refs/heads/release/1`;
    check(ask('owner', `DELETE ${ref}`), 422, 'Cannot delete this branch');
    const stranger = w.commit({ 's.txt': 's' }, []);
    check(
      ask('owner', `PATCH ${ref}`, { sha: stranger, force: true }),
      422,
      'Cannot force-push to this branch',
    );
    const pullRequest = 'Changes must be made through a pull request.';
    check(ask('owner', `PUT ${R}/contents/x.txt`, { ...FILE, branch: 'release/1' }), 409, pullRequest);
    check(ask('writer', `POST ${R}/merges`, { base: 'release/1', head: 'topic' }), 409, pullRequest);
    check(ask('owner', `POST ${R}/branches/release%2F1/rename`, { new_name: 'other' }), 422, VIOLATIONS);
    check(
      ask({ job: EVERYTHING }, `PUT ${R}/contents/x.txt`, { ...FILE, branch: 'release/1' }),
      409,
      pullRequest,
    );
  });

  it('count approvals of those who may write only', () => {
    ruleset('branch', 'refs/heads/main', [{ type: 'pull_request', parameters: RULE_PARAMETERS }]);
    const merge = (as: As) => ask(as, `PUT ${R}/pulls/{n}/merge`, {});
    check(merge('writer'), 405, 'At least 1 approving review is required by reviewers with write access.');
    for (const as of ['outsider', 'reader', 'triage']) {
      check(ask(as, `POST ${R}/pulls/{n}/reviews`, { event: 'APPROVE' }), 200);
      check(merge('owner'), 405, 'At least 1 approving review');
    }
    check(ask('writer-2', `POST ${R}/pulls/{n}/reviews`, { event: 'APPROVE' }), 200);
    check(merge('reader'), 403);
    check(
      ask('writer', `PUT ${R}/pulls/{n}/merge`, { sha: '0'.repeat(40) }),
      409,
      'Head branch was modified.',
    );
    check(merge('writer'), 200);
    check(merge('writer'), 405, 'Pull Request is not mergeable');
  });
});

describe('branch protection (https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches)', () => {
  const write = (as: As) => ask(as, `PUT ${R}/contents/x.txt`, { ...FILE, branch: 'main' });

  it('refuses force pushes and deletion to everybody', () => {
    check(ask('owner', `PATCH ${R}`, { default_branch: 'topic' }), 200);
    protect();
    const stranger = w.commit({ 's.txt': 's' }, []);
    check(
      ask('owner', `PATCH ${R}/git/refs/heads/main`, { sha: stranger, force: true }),
      422,
      'Cannot force-push',
    );
    check(ask('owner', `DELETE ${R}/git/refs/heads/main`), 422, 'Cannot delete');
    check(write('writer'), 201);
    protect({ allow_force_pushes: true, allow_deletions: true });
    check(ask('writer', `PATCH ${R}/git/refs/heads/main`, { sha: stranger, force: true }), 200);
    check(ask('writer', `DELETE ${R}/git/refs/heads/main`), 204);
  });

  it('asks for reviews, of administrators only where it says so', () => {
    const reviews = { required_pull_request_reviews: { required_approving_review_count: 1 } };
    protect(reviews);
    check(write('writer'), 409, 'Changes must be made through a pull request.');
    check(write({ app: EVERYTHING }), 409, 'Changes must be made through a pull request.');
    check(write('owner'), 201);
    check(ask('writer', `PUT ${R}/pulls/{n}/merge`, {}), 405, 'At least 1 approving review');
    protect({ ...reviews, enforce_admins: true });
    check(ask('owner', `PUT ${R}/pulls/{n}/merge`, {}), 405, 'At least 1 approving review');
  });

  it('asks for checks', () => {
    protect({ required_status_checks: { strict: false, contexts: ['ci'] }, enforce_admins: true });
    check(write('owner'), 409, 'Required status check "ci" is expected.');
    check(ask('owner', `PUT ${R}/pulls/{n}/merge`, {}), 405, 'Required status check "ci" is expected.');
    const state = { state: 'success', context: 'ci' };
    check(ask('reader', `POST ${R}/statuses/${w.tip('topic')}`, state), 403);
    check(ask('writer', `POST ${R}/statuses/${w.tip('topic')}`, state), 201);
    check(ask('owner', `PUT ${R}/pulls/{n}/merge`, {}), 200);
  });

  it('names who may push, in organisations', () => {
    const model = '/repos/acme/model';
    const body = (name: string) => ({ message: 'm', content: 'aGk=', path: name });
    check(ask('owner', 'PUT /orgs/acme/teams/ml/repos/acme/model', { permission: 'push' }), 204);
    check(ask('owner', `PUT ${model}/contents/a.txt`, body('a')), 201);
    protect({ restrictions: { users: ['writer-2'], teams: [], apps: [] } }, model);
    check(
      ask('writer', `PUT ${model}/contents/b.txt`, body('b')),
      409,
      "You're not authorized to push to this branch.",
    );
    check(ask('writer-2', `PUT ${model}/contents/b.txt`, body('b')), 201);
    check(ask('owner', `PUT ${model}/contents/c.txt`, body('c')), 201);
  });
});

describe('workflow files (https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps: "workflow")', () => {
  it('come with a merge only by a token that may write them, unless they stand on a branch already', () => {
    const fork = w.fork('outsider');
    w.push('ci', { '.github/workflows/ci.yml': 'on: push\n' }, { as: 'outsider', into: fork });
    const opened = w.open('outsider:ci', {}, 'outsider');
    const merge = (as: As) => ask(as, `PUT ${R}/pulls/${opened}/merge`, {});
    check(merge({ app: { contents: 'write' } }), 403, INTEGRATION);
    check(merge({ job: EVERYTHING }), 403, INTEGRATION);
    check(merge({ fine: EVERYTHING }), 403, PAT);
    w.push('mine', { '.github/workflows/ci.yml': 'on: push\n' });
    check(merge({ app: { contents: 'write' } }), 200);
  });
});

describe('an archived repository (https://docs.github.com/repositories/archiving-a-github-repository/archiving-repositories)', () => {
  it('is read-only for everybody', () => {
    check(ask('owner', `PATCH ${R}`, { archived: true }), 200);
    const archived = 'Repository was archived so is read-only.';
    for (const as of ['owner', 'writer', { app: EVERYTHING }, { job: EVERYTHING }]) {
      check(ask(as, `PUT ${R}/contents/x.txt`, FILE), 403, archived);
      check(ask(as, `POST ${R}/issues/{n}/comments`, { body: 'x' }), 403, archived);
    }
    check(ask('reader', `GET ${R}/issues`), 200);
    check(ask('owner', `PATCH ${R}`, { archived: false }), 200);
    check(ask('writer', `PUT ${R}/contents/x.txt`, FILE), 201);
  });
});

describe('requests (https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api)', () => {
  const raw = (route: string, body: string) =>
    w.sandbox.handle({
      method: 'POST',
      url: `http://api.github.localhost${route}`,
      headers: { 'user-agent': 'test', authorization: `Bearer ${w.tokens.owner}` },
      body,
    });

  rows('unknown routes, wrong methods, wrong values', [
    ['owner', 'GET /nope', undefined, 404, NOT_FOUND],
    ['owner', `PUT ${R}/issues`, {}, 404, NOT_FOUND],
    ['owner', `GET ${R}/issues/abc`, undefined, 404, NOT_FOUND],
    ['owner', `POST ${R}/issues`, {}, 422, '"title" wasn\'t supplied.'],
    ['owner', `POST ${R}/issues`, { title: 'x', labels: 'bug' }, 422, 'Invalid request.'],
    ['owner', `POST ${R}/issues`, { title: 'x'.repeat(257) }, 422, 'Validation Failed'],
    ['owner', `POST ${R}/issues/{n}/comments`, { body: 'x'.repeat(65_537) }, 422, 'Validation Failed'],
    ['owner', `POST ${R}/labels`, { name: 'bug' }, 422, 'Validation Failed'],
    [
      'owner',
      `POST ${R}/git/refs`,
      { ref: 'refs/heads/a..b', sha: '{sha}' },
      422,
      'is not a valid ref name.',
    ],
    [
      'owner',
      `POST ${R}/git/refs`,
      { ref: 'refs/heads/topic', sha: '{sha}' },
      422,
      'Reference already exists',
    ],
    [
      'owner',
      `POST ${R}/dispatches`,
      { event_type: 'x'.repeat(101) },
      422,
      'Only 100 characters are allowed; 101 were supplied.',
    ],
    ['owner', `DELETE ${R}/git/refs/heads/nope`, undefined, 422, 'Reference does not exist'],
    [
      'owner',
      `POST ${R}/git/refs`,
      { ref: 'refs/heads/x', sha: '0'.repeat(40) },
      422,
      'Object does not exist',
    ],
  ]);

  it('that are no JSON, or none of an object, are 400', () => {
    expect(raw(`${R}/issues`, '{').status).toBe(400);
    expect(raw(`${R}/issues`, '"x"')).toMatchObject({
      status: 400,
      body: expect.stringContaining('Body should be a JSON object') as unknown,
    });
  });

  it('tell limits, pages and tags; what did not change is 304 and costs nothing', () => {
    const list = ask('owner', `GET ${R}/branches?per_page=1`);
    expect(list.headers).toMatchObject({
      link: expect.stringMatching(/page=2>; rel="next", .*rel="last"/) as unknown,
      'x-ratelimit-limit': '5000',
      'x-ratelimit-resource': 'core',
    });
    expect(ask(undefined, `GET ${R}`).headers['x-ratelimit-limit']).toBe('60');
    const one = w.call('owner', `GET ${R}`);
    const again = w.call('owner', `GET ${R}`, undefined, { 'if-none-match': one.headers['etag']! });
    expect([again.status, again.body, again.headers['x-ratelimit-used']]).toEqual([
      304,
      undefined,
      one.headers['x-ratelimit-used'],
    ]);
  });

  it('know a commit by the beginning of its id', () => {
    const sha = w.tip('topic');
    expect(ask('owner', `GET ${R}/commits/${sha.slice(0, 7)}`).body).toMatchObject({ sha });
    expect(ask('owner', `GET ${R}/compare/main...${sha.slice(0, 10)}`).body).toMatchObject({ ahead_by: 1 });
    check(ask('owner', `GET ${R}/commits/0000000`), 422, 'No commit found for SHA: 0000000');
  });

  it.each(['feat/a#1', 'ü/日本', '100%', 'a+b', 'a&b=c', '😀/x', "it's", '(x)'])(
    'find the branch and the tag %s',
    (name) => {
      const path = encodeURIComponent(name);
      for (const kind of ['heads', 'tags']) {
        const ref = `refs/${kind}/${name}`;
        expect(ask('owner', `POST ${R}/git/refs`, { ref, sha: '{sha}' }).body).toMatchObject({ ref });
        expect(ask('owner', `GET ${R}/git/ref/${kind}/${path}`).body).toMatchObject({ ref });
      }
      check(ask('owner', `GET ${R}/branches/${path}`), 200);
      check(ask('owner', `GET ${R}/commits/${path}`), 200);
      check(ask('owner', `GET ${R}/compare/main...${path}`), 200);
      check(ask('owner', `GET ${R}/contents/README.md?ref=${path}`), 200);
      check(ask('owner', `PUT ${R}/contents/n.txt`, { ...FILE, branch: name }), 201);
      check(ask('owner', `POST ${R}/releases`, { tag_name: name }), 201);
      check(ask('owner', `GET ${R}/releases/tags/${path}`), 200);
      check(ask('owner', `DELETE ${R}/git/refs/heads/${path}`), 204);
    },
  );
});
