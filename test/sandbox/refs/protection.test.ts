import { describe, expect, it } from 'vitest';
import { makeWorld } from './world.ts';
import { MAIN, push, rewrite } from './pushes.ts';

describe('branch protection (about protected branches)', () => {
  it('refuses force pushes and deletion by anybody, with GH006', () => {
    const w = makeWorld();
    w.protect('main');
    w.protect('old');
    const outcome = w.update(w.people.admin, { ref: MAIN, after: w.commit({ x: '' }) });
    expect(outcome).toMatchObject({
      refused: {
        reason: 'protected branch hook declined',
        lines: [
          'error: GH006: Protected branch update failed for refs/heads/main.',
          '',
          '- Cannot force-push to this branch',
          '',
        ],
      },
    });
    w.update(w.people.write, { ref: 'refs/heads/old', after: w.tip('main')! });
    const removed = w.update(w.people.admin, { ref: 'refs/heads/old', after: null });
    expect(removed).toMatchObject({ refused: { message: 'Cannot delete this protected branch' } });
    expect(push(w)).toBe('ok');
  });

  it('that allows them lets them through', () => {
    const w = makeWorld();
    w.protect('main', { forcePushes: true });
    expect(rewrite(w, w.people.write)).toBe('ok');
  });

  const reviews = {
    approvals: 1,
    dismissStale: false,
    codeOwners: false,
    lastPush: false,
    dismissal: null,
    bypass: null,
  };

  it('wants pull requests of all but administrators, unless they are included', () => {
    const w = makeWorld();
    w.protect('main', { reviews });
    expect(
      w.update(w.people.write, { ref: MAIN, after: w.commit({ b: '' }, [w.tip('main')!]) }),
    ).toMatchObject({
      refused: { message: 'Changes must be made through a pull request.' },
    });
    expect(push(w, w.people.admin)).toContain('bypassed: Bypassed rule violations for refs/heads/main:');
    expect(push(w, w.people.write, { kind: 'merge', pullId: 1 })).toBe('ok');
    w.protect('main', { reviews, enforceAdmins: true });
    expect(push(w, w.people.admin)).not.toContain('bypassed');
    const users = [w.people.write.account.id];
    w.protect('main', { reviews: { ...reviews, bypass: { users, teams: [], apps: [] } } });
    expect(push(w)).toBe('ok');
  });

  it('restricts who pushes; administrators always may', () => {
    const w = makeWorld();
    const restrictions = { users: [w.people.maintain.account.id], teams: [], apps: [] };
    w.protect('main', { restrictions, enforceAdmins: true });
    const outcome = w.update(w.people.write, { ref: MAIN, after: w.commit({ b: '' }, [w.tip('main')!]) });
    expect(outcome.ok || outcome.refused.message).toContain("You're not authorized to push to this branch.");
    expect(push(w, w.people.write, { kind: 'merge', pullId: 1 })).not.toBe('ok');
    expect(push(w, w.people.maintain)).toBe('ok');
    expect(push(w, w.people.admin)).toBe('ok');
  });

  it('restricts creation only where that is said', () => {
    const w = makeWorld();
    const restrictions = { users: [], teams: [], apps: [] };
    const create = (name: string): boolean =>
      w.update(w.people.write, { ref: `refs/heads/${name}`, after: w.tip('main')! }).ok;
    w.protect('a', { restrictions });
    w.protect('b', { restrictions, blockCreations: true });
    expect([create('a'), create('b')]).toEqual([true, false]);
  });

  it('wants checks, a linear history, an unlocked branch', () => {
    const w = makeWorld();
    w.protect('main', { checks: { strict: false, checks: [{ context: 'build', appId: null }] } });
    expect(
      w.update(w.people.write, { ref: MAIN, after: w.commit({ b: '' }, [w.tip('main')!]) }),
    ).toMatchObject({
      refused: { message: 'Required status check "build" is expected.' },
    });
    w.protect('main', { lock: true });
    expect(
      w.update(w.people.write, { ref: MAIN, after: w.commit({ b: '' }, [w.tip('main')!]) }),
    ).toMatchObject({
      refused: { message: 'Cannot change this locked branch' },
    });
    w.protect('main', { linearHistory: true });
    const main = w.tip('main')!;
    const merge = w.commit({}, [main, w.commit({ b: '' }, [main])]);
    expect(w.update(w.people.write, { ref: MAIN, after: merge }).ok).toBe(false);
  });
});
