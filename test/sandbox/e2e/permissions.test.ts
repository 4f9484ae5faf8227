import { describe, expect, it } from 'vitest';

import {
  ADMIN,
  EVERYTHING,
  FILE,
  INTEGRATION,
  NOT_FOUND,
  PAT,
  PUSH,
  R,
  ask,
  check,
  installation,
  rows,
  tokenOf,
  w,
} from './questions.ts';

describe('roles (https://docs.github.com/organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles/repository-roles-for-an-organization)', () => {
  rows('who can read, talks', [
    [undefined, `GET ${R}`, undefined, 200],
    [undefined, `GET ${R}/pulls/{n}`, undefined, 200],
    [undefined, `POST ${R}/issues/{n}/comments`, { body: 'hi' }, 401, 'Requires authentication'],
    ['outsider', `POST ${R}/issues/{n}/comments`, { body: 'hi' }, 201],
    ['reader', `POST ${R}/issues`, { title: 'a bug' }, 201],
    ['reader', `POST ${R}/pulls/{n}/reviews`, { event: 'APPROVE' }, 200],
    ['writer', `POST ${R}/pulls/{n}/reviews`, { event: 'APPROVE' }, 422],
    ['reader', `PATCH ${R}/issues/{n}`, { title: 'mine now' }, 403, ADMIN],
    ['writer', `PATCH ${R}/issues/{n}`, { title: 'better' }, 200],
  ]);
  rows('triage labels, assigns and asks for reviews', [
    ['reader', `POST ${R}/issues/{n}/labels`, { labels: ['bug'] }, 403, ADMIN],
    ['triage', `POST ${R}/issues/{n}/labels`, { labels: ['bug'] }, 200],
    [
      'triage',
      `POST ${R}/issues/{n}/labels`,
      { labels: ['new'] },
      403,
      'You do not have permission to create',
    ],
    ['triage', `POST ${R}/issues/{n}/assignees`, { assignees: ['writer'] }, 201],
    ['triage', `PATCH ${R}/issues/{n}`, { state: 'closed' }, 200],
    ['triage', `PATCH ${R}/issues/{n}`, { title: 'mine now' }, 403],
    ['reader', `PATCH ${R}/pulls/{n}`, { state: 'closed' }, 403],
    ['triage', `PATCH ${R}/pulls/{n}`, { state: 'closed' }, 200],
    ['triage', `PATCH ${R}/pulls/{n}`, { title: 'mine now' }, 403],
    ['triage', `POST ${R}/pulls/{n}/requested_reviewers`, { reviewers: ['writer-2'] }, 201],
    ['reader', `POST ${R}/pulls/{n}/requested_reviewers`, { reviewers: ['writer-2'] }, 403],
    ['triage', `POST ${R}/labels`, { name: 'new' }, 403],
    ['triage', `PUT ${R}/issues/{n}/lock`, {}, 403],
  ]);
  rows('write merges, releases, deploys', [
    ['reader', `PUT ${R}/pulls/{n}/merge`, {}, 403],
    ['triage', `PUT ${R}/pulls/{n}/merge`, {}, 403],
    ['writer-2', `PUT ${R}/pulls/{n}/merge`, {}, 200],
    ['reader', `POST ${R}/releases`, { tag_name: 'v1' }, 403, PUSH],
    ['writer', `POST ${R}/releases`, { tag_name: 'v1' }, 201],
    ['reader', `POST ${R}/statuses/{sha}`, { state: 'success' }, 403, PUSH],
    ['writer', `POST ${R}/statuses/{sha}`, { state: 'success' }, 201],
    ['reader', `POST ${R}/deployments`, { ref: 'main' }, 403, PUSH],
    ['writer', `POST ${R}/deployments`, { ref: 'main', required_contexts: [] }, 201],
    ['reader', `POST ${R}/git/refs`, { ref: 'refs/heads/x', sha: '{sha}' }, 403, PUSH],
    ['reader', `PUT ${R}/contents/x.txt`, FILE, 403, PUSH],
    ['reader', `POST ${R}/dispatches`, { event_type: 'go' }, 403, PUSH],
    ['reader', `POST ${R}/actions/workflows/ci.yml/dispatches`, { ref: 'main' }, 403, ADMIN],
    ['writer', `POST ${R}/actions/workflows/ci.yml/dispatches`, { ref: 'main' }, 404, NOT_FOUND],
    ['reader', `POST ${R}/actions/runs/1/rerun`, undefined, 403, ADMIN],
    ['writer', `POST ${R}/actions/runs/1/rerun`, undefined, 404, NOT_FOUND],
    ['reader', `GET ${R}/actions/secrets`, undefined, 403],
    ['writer', `GET ${R}/actions/secrets`, undefined, 200],
  ]);
  rows('maintain describes, admin decides', [
    ['writer', `PATCH ${R}`, { description: 'x' }, 403, ADMIN],
    ['maintain', `PATCH ${R}`, { description: 'x' }, 200],
    ['maintain', `PATCH ${R}`, { private: true }, 403, ADMIN],
    ['maintain', `PUT ${R}/topics`, { names: ['ml'] }, 200],
    ['writer', `GET ${R}/hooks`, undefined, 404, NOT_FOUND],
    ['maintain', `POST ${R}/hooks`, { config: { url: 'http://127.0.0.1:9/' } }, 403, ADMIN],
    ['admin', `POST ${R}/hooks`, { config: { url: 'http://127.0.0.1:9/' } }, 201],
    ['maintain', `PUT ${R}/collaborators/outsider`, {}, 403, ADMIN],
    ['admin', `PUT ${R}/collaborators/outsider`, {}, 201],
    ['reader', `GET ${R}/collaborators`, undefined, 403, 'Must have push access'],
    ['maintain', `PUT ${R}/environments/production`, {}, 403, ADMIN],
    ['admin', `PUT ${R}/environments/production`, {}, 200],
    ['maintain', `GET ${R}/branches/main/protection`, undefined, 404, NOT_FOUND],
    ['admin', `GET ${R}/branches/main/protection`, undefined, 404, 'Branch not protected'],
    ['maintain', `POST ${R}/rulesets`, { name: 'x', enforcement: 'disabled' }, 403, ADMIN],
    ['maintain', `DELETE ${R}`, undefined, 403, ADMIN],
    ['admin', `DELETE ${R}`, undefined, 204],
  ]);
});

describe('tokens (https://docs.github.com/rest/authentication/authenticating-to-the-rest-api)', () => {
  rows('nobody and unknown tokens', [
    ['ghp_unknown', `GET ${R}`, undefined, 401, 'Bad credentials'],
    [undefined, 'GET /user', undefined, 401, 'Requires authentication'],
    [undefined, 'GET /repos/owner/secret', undefined, 404, NOT_FOUND],
    [undefined, 'POST /repos/owner/secret/issues', { title: 'x' }, 404, NOT_FOUND],
    ['outsider', 'GET /repos/owner/secret', undefined, 404, NOT_FOUND],
    ['writer', 'POST /repos/owner/secret/issues', { title: 'x' }, 404, NOT_FOUND],
  ]);
  rows('scopes', [
    [{ classic: [] }, `GET ${R}`, undefined, 200],
    [{ classic: [] }, 'GET /repos/owner/secret', undefined, 404, NOT_FOUND],
    [{ classic: ['public_repo'] }, 'GET /repos/owner/secret', undefined, 404, NOT_FOUND],
    [{ classic: ['repo'] }, 'GET /repos/owner/secret', undefined, 200],
    [{ classic: [] }, `POST ${R}/issues`, { title: 'x' }, 404, NOT_FOUND],
    [{ classic: ['public_repo'] }, `POST ${R}/issues`, { title: 'x' }, 201],
    [{ classic: ['repo:status'] }, `POST ${R}/statuses/{sha}`, { state: 'success' }, 201],
    [{ classic: ['repo:status'] }, `POST ${R}/deployments`, { ref: 'main' }, 404],
    [{ classic: ['repo'] }, `DELETE ${R}`, undefined, 403, ADMIN],
    [{ classic: ['repo'] }, `PUT ${R}/contents/.github/workflows/ci.yml`, FILE, 404, NOT_FOUND],
    [{ classic: ['repo', 'workflow'] }, `PUT ${R}/contents/.github/workflows/ci.yml`, FILE, 201],
    [
      { classic: ['repo'] },
      `POST ${R}/check-runs`,
      { name: 'x', head_sha: '{sha}' },
      403,
      'You must authenticate via a GitHub App.',
    ],
  ]);
  rows('fine-grained: what is granted, where it is granted, and never more than its user', [
    [{ fine: {} }, `GET ${R}`, undefined, 200],
    [{ fine: {} }, `POST ${R}/issues`, { title: 'x' }, 403, PAT],
    [{ fine: { issues: 'read' } }, `POST ${R}/issues`, { title: 'x' }, 403, PAT],
    [{ fine: { issues: 'write' } }, `POST ${R}/issues`, { title: 'x' }, 201],
    [{ fine: { issues: 'write' }, on: ['owner/repo'] }, 'GET /repos/owner/secret', undefined, 404, NOT_FOUND],
    [
      { fine: { issues: 'read' }, on: ['owner/secret'] },
      'GET /repos/owner/secret/pulls',
      undefined,
      403,
      PAT,
    ],
    [{ fine: EVERYTHING, of: 'writer' }, `POST ${R}/issues`, { title: 'x' }, 403, PAT],
    [{ fine: EVERYTHING }, `PUT ${R}/contents/.github/workflows/ci.yml`, FILE, 403, PAT],
    [
      { fine: { ...EVERYTHING, workflows: 'write' } },
      `PUT ${R}/contents/.github/workflows/ci.yml`,
      FILE,
      201,
    ],
    [{ fine: EVERYTHING }, `POST ${R}/check-runs`, { name: 'x', head_sha: '{sha}' }, 403],
  ]);
  rows('installations', [
    [{ app: {} }, 'GET /user', undefined, 403, INTEGRATION],
    [{ app: {} }, 'GET /app', undefined, 401, 'A JSON web token could not be decoded'],
    [{ app: {} }, 'GET /installation/repositories', undefined, 200],
    [{ app: { contents: 'write' } }, `POST ${R}/releases`, { tag_name: 'v1' }, 201],
    [{ app: { contents: 'read' } }, `POST ${R}/releases`, { tag_name: 'v1' }, 403, INTEGRATION],
    [{ app: { pull_requests: 'write' } }, `PUT ${R}/pulls/{n}/merge`, {}, 403, INTEGRATION],
    [{ app: { contents: 'write' } }, `PUT ${R}/pulls/{n}/merge`, {}, 200],
    [{ app: { checks: 'write' } }, `POST ${R}/check-runs`, { name: 'x', head_sha: '{sha}' }, 201],
    [{ app: { checks: 'read' } }, `POST ${R}/check-runs`, { name: 'x', head_sha: '{sha}' }, 403, INTEGRATION],
    [{ app: EVERYTHING, on: ['owner/repo'] }, 'GET /repos/owner/secret', undefined, 404, NOT_FOUND],
    [{ app: EVERYTHING, on: ['owner/secret'] }, `POST ${R}/issues`, { title: 'x' }, 403, INTEGRATION],
    [{ app: EVERYTHING }, 'POST /repos/acme/model/issues', { title: 'x' }, 403, INTEGRATION],
    [{ app: { contents: 'write' } }, `PUT ${R}/contents/.github/workflows/ci.yml`, FILE, 403, INTEGRATION],
    [{ app: EVERYTHING }, `GET ${R}/hooks`, undefined, 403, INTEGRATION],
  ]);
  rows('an App as itself', [
    ['jwt', 'GET /app', undefined, 200],
    ['jwt', `GET ${R}/installation`, undefined, 200],
    ['owner', `GET ${R}/installation`, undefined, 401, 'A JSON web token could not be decoded'],
    [undefined, 'GET /app', undefined, 401, 'A JSON web token could not be decoded'],
    ['jwt', `POST ${R}/issues`, { title: 'x' }, 403, INTEGRATION],
    ['jwt', 'GET /user', undefined, 403, INTEGRATION],
    [
      'jwt',
      'GET /installation/repositories',
      undefined,
      403,
      'You must authenticate with an installation access token',
    ],
  ]);
  rows('GITHUB_TOKEN', [
    [{ job: { contents: 'read' } }, `GET ${R}/contents/README.md`, undefined, 200],
    [{ job: { contents: 'read' } }, `PUT ${R}/contents/x.txt`, FILE, 403, INTEGRATION],
    [{ job: { contents: 'read' } }, `POST ${R}/issues/{n}/comments`, { body: 'x' }, 403, INTEGRATION],
    [{ job: { pull_requests: 'write' } }, `POST ${R}/issues/{n}/comments`, { body: 'x' }, 201],
    [{ job: EVERYTHING }, `PUT ${R}/contents/.github/workflows/ci.yml`, FILE, 403, INTEGRATION],
    [{ job: EVERYTHING }, `POST ${R}/pulls/{n}/reviews`, { event: 'APPROVE' }, 422],
    [{ job: EVERYTHING }, `PUT ${R}/environments/production`, {}, 403, INTEGRATION],
    [{ job: EVERYTHING }, `GET ${R}/actions/secrets`, undefined, 403, INTEGRATION],
    [{ job: EVERYTHING }, 'GET /repos/owner/secret', undefined, 404, NOT_FOUND],
    [{ job: EVERYTHING }, 'GET /user', undefined, 403, INTEGRATION],
  ]);

  it('of a suspended installation are refused, and none are issued (https://docs.github.com/apps/maintaining-github-apps/suspending-a-github-app-installation)', () => {
    const token = tokenOf({ app: EVERYTHING })!;
    const tokens = `/app/installations/${installation.id}/access_tokens`;
    check(ask('jwt', `PUT /app/installations/${installation.id}/suspended`), 204);
    check(ask(token, `GET ${R}`), 403, 'This installation has been suspended');
    check(ask('jwt', `POST ${tokens}`, {}), 403, 'This installation has been suspended');
    check(ask('jwt', `DELETE /app/installations/${installation.id}/suspended`), 204);
    check(ask(token, `GET ${R}`), 200);
  });

  it('are nobody’s after their time: an hour for installations', () => {
    const token = tokenOf({ app: EVERYTHING })!;
    w.clock.advance(3600_000);
    check(ask(token, `GET ${R}`), 401, 'Bad credentials');
  });

  it('of an installation are asked for with no more than it has', () => {
    const route = `POST /app/installations/${installation.id}/access_tokens`;
    check(
      ask('jwt', route, { permissions: { secrets: 'write' } }),
      422,
      'permissions requested are not granted',
    );
    check(ask('jwt', route, { repositories: ['model'] }), 422, 'There is at least one repository');
    check(ask('jwt', 'POST /app/installations/1/access_tokens', {}), 404);
    check(ask('owner', route, {}), 401);
    const made = ask('jwt', route, { repositories: ['repo'], permissions: { issues: 'read' } });
    expect(made.body).toMatchObject({ permissions: { issues: 'read' }, repository_selection: 'selected' });
    check(ask(made.body.token as string, `POST ${R}/issues`, { title: 'x' }), 403, INTEGRATION);
  });
});
