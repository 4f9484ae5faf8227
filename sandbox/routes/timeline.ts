import { issueOfPath } from '../issues/find.ts';
import { timelineOf } from '../issues/timeline.ts';
import type { Context, Routes } from '../kernel/context.ts';
import { newestFirst } from '../kernel/page.ts';
import { isIssueEvent, type TimelineEvent } from '../state/issues.ts';
import { issueEventView, repositoryEventView, timelineView } from '../views/timeline.ts';

/** Events of issues and pull requests, and the whole conversation. */
export const timelineRoutes: Routes = {
  'issues/list-events': (c) => {
    const issue = issueOfPath(c);
    return c.page(c.tables.timeline.where('event', `i${issue.id}`), (row) => issueEventView(c, row));
  },
  'issues/list-events-for-repo': (c) => {
    const keys = c.tables.timeline.keys('event', `r${c.repo.id}`);
    return c.page(
      newestFirst(keys, (key) => c.tables.timeline.require(key)),
      (row) => repositoryEventView(c, row),
    );
  },
  'issues/get-event': (c) => c.ok(repositoryEventView(c, eventOfPath(c))),
  'issues/list-events-for-timeline': (c) => {
    const issue = issueOfPath(c);
    return c.page(timelineOf(c.core, issue.id), (row) => timelineView(c, row));
  },
};

function eventOfPath(c: Context): TimelineEvent {
  const row = c.tables.timeline.get(c.number('event_id'));
  return c.found(row?.repositoryId === c.repo.id && isIssueEvent(row) ? row : undefined);
}
