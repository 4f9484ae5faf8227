import { describe, expect, it } from 'vitest';

import { newId } from '../../../sandbox/kernel/core.ts';
import { protectionKey, type Protection, type Rule, type Ruleset } from '../../../sandbox/state/rules.ts';
import { pullWorld, type PullWorld } from './world.ts';

const PULLS = '/repos/owner/repo/pulls';

const REVIEWS: NonNullable<Protection['reviews']> = {
  approvals: 1,
  dismissStale: false,
  codeOwners: false,
  lastPush: false,
  dismissal: null,
  bypass: null,
};

function protect(w: PullWorld, changes: Partial<Protection>): void {
  w.core.store.transaction(() =>
    w.core.tables.protections.put({
      id: newId(w.core),
      key: protectionKey(w.repository.id, 'main'),
      repositoryId: w.repository.id,
      branch: 'main',
      checks: null,
      reviews: null,
      restrictions: null,
      enforceAdmins: false,
      linearHistory: false,
      forcePushes: false,
      deletions: false,
      blockCreations: false,
      conversations: false,
      signatures: false,
      lock: false,
      forkSyncing: false,
      createdAt: '2026-01-01T00:00:00Z',
      updatedAt: '2026-01-01T00:00:00Z',
      ...changes,
    }),
  );
}

function rule(w: PullWorld, rules: readonly Rule[], bypass: Ruleset['bypass'] = []): void {
  w.core.store.transaction(() =>
    w.core.tables.rulesets.put({
      id: newId(w.core),
      repositoryId: w.repository.id,
      organizationId: null,
      name: 'main',
      target: 'branch',
      enforcement: 'active',
      bypass,
      refs: { include: ['~DEFAULT_BRANCH'], exclude: [] },
      repositories: null,
      rules,
      createdAt: '2026-01-01T00:00:00Z',
      updatedAt: '2026-01-01T00:00:00Z',
    }),
  );
}

function status(w: PullWorld, sha: string, context: string, state: 'success' | 'failure' | 'pending'): void {
  w.core.store.transaction(() => {
    const at = '2026-01-01T00:00:00Z';
    w.core.tables.commitStatuses.put({
      id: newId(w.core),
      repositoryId: w.repository.id,
      sha,
      state,
      context,
      description: null,
      targetUrl: null,
      creatorId: w.repository.ownerId,
      appId: null,
      createdAt: at,
      updatedAt: at,
    });
  });
}

function opened() {
  const w = pullWorld();
  w.push('feature', { 'b.txt': '1\n' });
  w.open('feature');
  const merge = (as: 'writer' | 'owner' = 'writer', body = {}) => {
    const answer = w.call(as, `PUT ${PULLS}/1/merge`, body);
    return [answer.status, answer.body.message];
  };
  const state = () => w.call('reader', `GET ${PULLS}/1`).body.mergeable_state;
  const review = (as: 'writer' | 'writer-2' | 'owner' | 'reader', event: string) =>
    w.call(as, `POST ${PULLS}/1/reviews`, { event, body: 'x' });
  return { ...w, merge, state, review };
}

const REVIEW_WANTED = 'At least 1 approving review is required by reviewers with write access.';

describe('branch protection (docs: about protected branches)', () => {
  it('wants approvals by people with write access', () => {
    const w = opened();
    protect(w, { reviews: REVIEWS });
    expect([w.state(), w.merge()]).toEqual(['blocked', [405, REVIEW_WANTED]]);
    w.review('reader', 'APPROVE');
    expect(w.state()).toBe('blocked');
    w.review('writer-2', 'APPROVE');
    expect([w.state(), w.merge()[0]]).toEqual(['clean', 200]);
  });

  it('a request for changes blocks until it is dismissed', () => {
    const w = opened();
    protect(w, { reviews: REVIEWS });
    w.review('owner', 'APPROVE');
    const { body } = w.review('writer-2', 'REQUEST_CHANGES');
    expect(w.state()).toBe('blocked');
    w.call('owner', `PUT ${PULLS}/1/reviews/${body.id}/dismissals`, { message: 'Done' });
    expect(w.state()).toBe('clean');
  });

  it('administrators pass unless they are bound too', () => {
    const w = opened();
    protect(w, { reviews: REVIEWS, enforceAdmins: true });
    expect(w.merge('owner')).toEqual([405, REVIEW_WANTED]);
    protect(w, { reviews: REVIEWS });
    expect(w.merge('owner')[0]).toBe(200);
  });

  it('dismisses approvals of something else, and keeps them where nothing changed', () => {
    const w = opened();
    protect(w, { reviews: { ...REVIEWS, dismissStale: true }, checks: null });
    w.review('writer-2', 'APPROVE');
    w.push('main', { 'z.txt': 'z\n' }, { as: 'owner' });
    w.call('writer', `PUT ${PULLS}/1/update-branch`, {});
    expect(w.state()).toBe('clean');
    w.told();
    w.push('feature', { 'b.txt': '2\n' });
    expect(w.told().map(({ name }) => name)).toContain('pull_request_review.dismissed');
    expect(w.state()).toBe('blocked');
  });

  it('wants checks to succeed, from the named App where one is named', () => {
    const w = opened();
    protect(w, { checks: { strict: false, checks: [{ context: 'ci', appId: null }] } });
    expect(w.merge()).toEqual([405, 'Required status check "ci" is expected.']);
    status(w, w.tip('feature'), 'ci', 'failure');
    expect(w.merge()).toEqual([405, 'Required status check "ci" is failing.']);
    status(w, w.tip('feature'), 'ci', 'success');
    protect(w, { checks: { strict: false, checks: [{ context: 'ci', appId: 77 }] } });
    expect(w.merge()).toEqual([405, 'Required status check "ci" is expected.']);
    protect(w, { checks: { strict: false, checks: [{ context: 'ci', appId: null }] } });
    expect(w.merge()[0]).toBe(200);
  });

  it('wants the head up to date where checks are strict', () => {
    const w = opened();
    protect(w, { checks: { strict: true, checks: [] } });
    w.push('main', { 'z.txt': 'z\n' }, { as: 'owner' });
    expect(w.state()).toBe('behind');
    expect(w.merge()[0]).toBe(405);
    w.call('writer', `PUT ${PULLS}/1/update-branch`, {});
    expect([w.state(), w.merge()[0]]).toEqual(['clean', 200]);
  });

  it('wants the owners of the code, somebody else than the last pusher, and settled threads', () => {
    const w = pullWorld();
    w.push('main', { CODEOWNERS: 'b.txt @owner\n' });
    w.push('feature', { 'b.txt': '1\n' });
    w.open('feature');
    protect(w, { reviews: { ...REVIEWS, codeOwners: true, lastPush: true }, conversations: true });
    w.call('writer-2', `POST ${PULLS}/1/reviews`, {
      event: 'APPROVE',
      comments: [{ path: 'b.txt', line: 1, body: '?' }],
    });
    const reasons = () => w.call('writer', `PUT ${PULLS}/1/merge`, {}).body.message;
    expect(reasons()).toBe(
      'Waiting on code owner review from owner. A conversation must be resolved before this pull request can be merged.',
    );
    w.push('feature', { 'b.txt': '2\n' }, { as: 'writer-2' });
    expect(reasons()).toContain('New changes require approval from someone other than the last pusher.');
  });

  it('failing checks that nobody requires make it unstable', () => {
    const w = opened();
    status(w, w.tip('feature'), 'lint', 'failure');
    expect([w.state(), w.merge()[0]]).toEqual(['unstable', 200]);
  });
});

describe('rulesets (docs: available rules for rulesets)', () => {
  const wanted: Rule = {
    type: 'pull_request',
    parameters: {
      required_approving_review_count: 1,
      dismiss_stale_reviews_on_push: false,
      require_code_owner_review: false,
      require_last_push_approval: false,
      required_review_thread_resolution: false,
      allowed_merge_methods: ['squash'],
    },
  };

  it('answer in their own words and bind administrators too', () => {
    const w = opened();
    rule(w, [wanted]);
    expect(w.merge('owner', { merge_method: 'squash' })).toEqual([
      405,
      `Repository rule violations found\n\n${REVIEW_WANTED}\n\n`,
    ]);
    w.review('writer-2', 'APPROVE');
    expect(w.merge('writer')[0]).toBe(405);
    expect(w.merge('writer', { merge_method: 'squash' })[0]).toBe(200);
  });

  it('let those pass who are named for pull requests', () => {
    const w = opened();
    const id = w.core.tables.accounts.find('login', 'writer')!.id;
    rule(w, [wanted], [{ type: 'User', id, mode: 'pull_request' }]);
    expect(w.merge('writer')[0]).toBe(200);
  });

  it('refuse pushes to the base and still let a pull request be merged', () => {
    const w = opened();
    rule(w, [{ ...wanted, parameters: { ...wanted.parameters, required_approving_review_count: 0 } }]);
    expect(() => w.push('main', { 'z.txt': 'z' })).toThrow('Changes must be made through a pull request.');
    expect(w.merge('writer', { merge_method: 'squash' })[0]).toBe(200);
  });
});
