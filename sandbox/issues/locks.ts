import type { Core } from '../kernel/core.ts';
import type { Issue, LockReason } from '../state/issues.ts';
import type { Actor } from './actor.ts';
import { changeIssue, tellIssue } from './change.ts';
import { addTimeline } from './timeline.ts';

/** Only people who may write comment on it from now on. A locked one gets the new reason. */
export function lockIssue(core: Core, actor: Actor, issue: Issue, reason: LockReason | null): Issue {
  if (issue.locked && issue.activeLockReason === reason) return issue;
  const locked = changeIssue(core, issue.id, { locked: true, activeLockReason: reason });
  addTimeline(core, actor, locked, { kind: 'locked', reason });
  tellIssue(core, actor, locked, 'locked');
  return locked;
}

/** Everybody who may read may comment again. */
export function unlockIssue(core: Core, actor: Actor, issue: Issue): Issue {
  if (!issue.locked) return issue;
  const open = changeIssue(core, issue.id, { locked: false, activeLockReason: null });
  addTimeline(core, actor, open, { kind: 'unlocked' });
  tellIssue(core, actor, open, 'unlocked');
  return open;
}
