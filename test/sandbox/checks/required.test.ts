import { describe, expect, it } from 'vitest';

import { checkWorld } from './world.ts';

const REPO = '/repos/owner/repo';

function opened() {
  const w = checkWorld();
  const app = w.install('Linter');
  const sha = w.push('feature', { 'b.txt': '1\n' });
  w.open('feature');
  const merge = () => {
    const { status, body } = w.call('writer', `PUT ${REPO}/pulls/1/merge`, {});
    return [status, body.message];
  };
  const check = (name: string, conclusion?: string, by = app) =>
    w.call(by, `POST ${REPO}/check-runs`, {
      name,
      head_sha: sha,
      ...(conclusion === undefined ? {} : { conclusion }),
    }).status;
  const report = (context: string, state: string) =>
    w.call('writer-2', `POST ${REPO}/statuses/${sha}`, { context, state }).status;
  const state = () => w.call('reader', `GET ${REPO}/pulls/1`).body.mergeable_state;
  return { ...w, app, sha, merge, check, report, state };
}

describe('required status checks (docs: about protected branches)', () => {
  it('hold the merge button until the named App has reported and the status is good', () => {
    const w = opened();
    const other = w.install('Other');
    const checks = [{ context: 'lint', app_id: w.app.app.id }, { context: 'ci' }];
    const answer = w.call('owner', `PUT ${REPO}/branches/main/protection`, {
      required_status_checks: { strict: false, contexts: [], checks },
      enforce_admins: true,
      required_pull_request_reviews: null,
      restrictions: null,
    });
    expect(answer.status).toBe(200);
    expect(w.merge()).toEqual([405, '2 of 2 required status checks are expected.']);
    w.check('lint', 'success', other);
    w.report('ci', 'success');
    expect(w.state()).toBe('blocked');
    expect(w.merge()).toEqual([405, 'Required status check "lint" is expected.']);
    w.check('lint');
    expect(w.merge()).toEqual([405, 'Required status check "lint" is in progress.']);
    w.check('lint', 'failure');
    expect(w.merge()).toEqual([405, 'Required status check "lint" is failing.']);
    w.check('lint', 'neutral');
    w.report('ci', 'error');
    expect(w.merge()).toEqual([405, 'Required status check "ci" is failing.']);
    w.report('ci', 'success');
    expect(w.state()).toBe('clean');
    expect(w.merge()[0]).toBe(200);
  });

  it('of rulesets too, in their words', () => {
    const w = opened();
    const answer = w.call('owner', `POST ${REPO}/rulesets`, {
      name: 'main',
      target: 'branch',
      enforcement: 'active',
      conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
      rules: [
        {
          type: 'required_status_checks',
          parameters: {
            strict_required_status_checks_policy: false,
            required_status_checks: [{ context: 'lint', integration_id: w.app.app.id }, { context: 'ci' }],
          },
        },
      ],
    });
    expect(answer.status).toBe(201);
    w.report('lint', 'success');
    w.report('ci', 'success');
    const [status, message] = w.merge();
    expect(status).toBe(405);
    expect(message).toContain('Required status check "lint" is expected.');
    w.check('lint', 'success');
    expect(w.merge()[0]).toBe(200);
  });

  it('of one name in several suites must all be good', () => {
    const w = opened();
    const other = w.install('Other');
    w.check('lint', 'success');
    w.check('lint', 'failure', other);
    expect(w.state()).toBe('unstable');
    w.check('lint', 'success', other);
    expect(w.state()).toBe('clean');
  });
});
