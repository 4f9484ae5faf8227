import { timelineOf } from '../../issues/timeline.ts';
import { html } from 'hono/html';

import type { Issue, TimelineEvent } from '../../state/issues.ts';
import type { Repository } from '../../state/repositories.ts';
import { commitLine } from '../code/commit-line.ts';
import { icon } from '../icons.ts';
import { home } from '../layout.ts';
import type { Html, Page } from '../page.ts';
import { reviewBox } from '../pulls/review-box.ts';
import { commentBox } from './comment.ts';
import { eventLine } from './line.ts';

/** Everything that happened to an issue or pull request, in its order. */
export function timeline(page: Page, repository: Repository, issue: Issue): (Html | string)[] {
  return timelineOf(page.core, issue.id).map((event) => part(page, repository, issue, event));
}

function part(page: Page, repository: Repository, issue: Issue, event: TimelineEvent): Html | string {
  const { data } = event;
  switch (data.kind) {
    case 'commented':
      return comment(page, repository, data.commentId);
    case 'reviewed':
      return reviewBox(page, repository, issue, data.reviewId);
    case 'committed':
      return html`<div class="event">
        ${icon('commit')}
        <div>${commitLine(page, repository, data.oid)}</div>
      </div>`;
    default:
      return eventLine(page, repository, event);
  }
}

function comment(page: Page, repository: Repository, id: number): Html | string {
  const row = page.core.tables.issueComments.get(id);
  if (row === undefined) return '';
  const at = `${home(page, repository)}/issues/comments/${id}`;
  return commentBox(page, repository, {
    anchor: `issuecomment-${id}`,
    authorId: row.authorId,
    body: row.body,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    editAt: `${at}/edit`,
    deleteAt: `${at}/delete`,
  });
}
