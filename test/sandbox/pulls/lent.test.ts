import { describe, expect, it } from 'vitest';

import { gitEndpoint } from '../../../sandbox/refs/git-endpoint.ts';
import { branchTip } from '../../../sandbox/pulls/comparison.ts';
import { ZERO_ID } from '../../../sandbox/git/objects.ts';
import type { Who } from '../world.ts';
import { pullWorld } from './world.ts';

// https://docs.github.com/pull-requests/collaborating-with-pull-requests/working-with-forks/allowing-changes-to-a-pull-request-branch-created-from-a-fork
describe('a branch that a fork lends to the maintainers', () => {
  function lent() {
    const w = pullWorld();
    const fork = w.fork('outsider');
    w.push('change', { 'b.txt': '1\n' }, { as: 'outsider', into: fork });
    const number = w.open('outsider:change', {}, 'outsider');
    const push = (who: Who, branch: string, to?: string) => {
      const before = branchTip(w.core, fork.id, branch) ?? ZERO_ID;
      const after = to ?? w.commit({ 'c.txt': `${who}\n` }, before === ZERO_ID ? [] : [before]);
      const places = { directory: '', objectDirectory: '' };
      const endpoint = gitEndpoint(w.core, fork, w.actor(who), places);
      return endpoint.apply([{ ref: `refs/heads/${branch}`, before, after }], false)[0]!.ok;
    };
    return { ...w, fork, number, push };
  }

  it('takes pushes of who may write to the base, and of nobody else', () => {
    const w = lent();
    expect(w.push('reader', 'change')).toBe(false);
    expect(w.push('writer', 'change')).toBe(true);
    expect(w.call('reader', `GET /repos/owner/repo/pulls/${w.number}`).body.commits).toBe(2);
  });

  it('is the only branch, and is not theirs to delete', () => {
    const w = lent();
    expect(w.push('writer', 'main')).toBe(false);
    expect(w.push('writer', 'other')).toBe(false);
    expect(w.push('writer', 'change', ZERO_ID)).toBe(false);
    expect(w.push('outsider', 'other')).toBe(true);
  });

  it('is theirs only while the pull request is open and its author lets them', () => {
    const w = lent();
    w.call('outsider', `PATCH /repos/owner/repo/pulls/${w.number}`, { maintainer_can_modify: false });
    expect(w.push('writer', 'change')).toBe(false);
    w.call('outsider', `PATCH /repos/owner/repo/pulls/${w.number}`, { maintainer_can_modify: true });
    expect(w.push('writer', 'change')).toBe(true);
    w.call('outsider', `PATCH /repos/owner/repo/pulls/${w.number}`, { state: 'closed' });
    expect(w.push('writer', 'change')).toBe(false);
  });
});
