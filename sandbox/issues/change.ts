import { now, type Core, type View } from '../kernel/core.ts';
import { emit, type Payload } from '../kernel/events.ts';
import type { Issue } from '../state/issues.ts';
import { issueView } from '../views/issues.ts';
import type { Actor } from './actor.ts';
import { pulls } from './pull-port.ts';

/** Changes members of an issue as it is now, and the time of its last update. */
export function changeIssue(core: Core, id: number, changes: Partial<Omit<Issue, 'id'>>): Issue {
  const { issues } = core.tables;
  return issues.put({ ...issues.require(id), ...changes, updatedAt: now(core) });
}

/** Tells what happened to an issue (`issues.<action>`) or a pull request (`pull_request.<action>`). */
export function tellIssue(
  core: Core,
  actor: Actor,
  issue: Issue,
  action: string,
  more: (view: View) => Payload = () => ({}),
): void {
  if (issue.pull) {
    pulls().emit(core, actor, issue, action, more);
    return;
  }
  emit(core, {
    name: 'issues',
    action,
    repositoryId: issue.repositoryId,
    sender: actor.account,
    by: actor.by,
    payload: (view) => ({ issue: issueView(view, issue), ...more(view) }),
    facts: { issueId: issue.id },
  });
}
