import { newId, now, type Core } from '../kernel/core.ts';
import type { Issue, TimelineEvent } from '../state/issues.ts';
import type { TimelineData } from '../state/timeline.ts';
import { viaApp, type Actor } from './actor.ts';

/** Adds a line to the conversation of an issue or pull request. Tells nobody: the caller emits its own event. */
export function addTimeline(
  core: Core,
  actor: Actor,
  issue: Pick<Issue, 'id' | 'repositoryId'>,
  data: TimelineData,
): TimelineEvent {
  return core.tables.timeline.put({
    id: newId(core),
    repositoryId: issue.repositoryId,
    issueId: issue.id,
    actorId: actor.account.id,
    performedViaAppId: viaApp(core, actor),
    createdAt: now(core),
    data,
  });
}

/** The conversation of an issue, oldest first. */
export function timelineOf(core: Core, issueId: number): readonly TimelineEvent[] {
  return core.tables.timeline.where('issue', issueId);
}
