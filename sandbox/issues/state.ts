import { now, type Core } from '../kernel/core.ts';
import type { Issue, StateReason } from '../state/issues.ts';
import type { Actor } from './actor.ts';
import { changeIssue, tellIssue } from './change.ts';
import { pulls } from './pull-port.ts';
import { addTimeline } from './timeline.ts';

/**
 * Closes an issue or pull request; one that is closed already stays as it is. `commitOid` is the commit that closed
 * it. A pull request follows through its own family, which tells `pull_request.closed`.
 */
export function closeIssue(
  core: Core,
  actor: Actor,
  issue: Issue,
  how: { readonly reason?: StateReason | null; readonly commitOid?: string } = {},
): Issue {
  if (issue.state === 'closed') return issue;
  const reason = issue.pull ? null : (how.reason ?? 'completed');
  const closed = changeIssue(core, issue.id, {
    state: 'closed',
    stateReason: reason,
    closedAt: now(core),
    closedById: actor.account.id,
  });
  addTimeline(core, actor, closed, { kind: 'closed', commitOid: how.commitOid ?? null, reason });
  if (closed.pull) pulls().follow(core, actor, closed);
  else tellIssue(core, actor, closed, 'closed');
  return core.tables.issues.require(issue.id);
}

/** Opens an issue or pull request again. @throws ApiError 422 for a pull request that cannot be */
export function reopenIssue(core: Core, actor: Actor, issue: Issue): Issue {
  if (issue.state === 'open') return issue;
  const open = changeIssue(core, issue.id, {
    state: 'open',
    stateReason: issue.pull ? null : 'reopened',
    closedAt: null,
    closedById: null,
  });
  addTimeline(core, actor, open, { kind: 'reopened' });
  if (open.pull) pulls().follow(core, actor, open);
  else tellIssue(core, actor, open, 'reopened');
  return core.tables.issues.require(issue.id);
}
