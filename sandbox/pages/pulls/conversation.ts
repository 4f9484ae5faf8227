import { html } from 'hono/html';

import { pendingOf } from '../../pulls/reviews.ts';
import { commentBox, commentForm } from '../conversation/comment.ts';
import { assigneeSection, labelSection, milestoneSection } from '../conversation/sidebar.ts';
import { timeline } from '../conversation/timeline.ts';
import { home } from '../layout.ts';
import { mayHere, type Html, type PageContext } from '../page.ts';
import { pullDocument, pullPageOf, type PullPage } from './head.ts';
import { mergeBox } from './merge-box.ts';
import { reviewerSection } from './reviewers.ts';
import { reviewForm } from './review-form.ts';
import { threadBox } from './review-box.ts';

/** What was said and done about a pull request, and what can be done now. */
export function pullPage(c: PageContext): Html {
  const shown = pullPageOf(c);
  const { page, repository, issue } = shown;
  return pullDocument(
    shown,
    'conversation',
    html`<div class="two">
      <div>
        ${commentBox(page, repository, {
          anchor: `issue-${issue.id}`,
          authorId: issue.authorId,
          body: issue.body ?? '_No description._',
          createdAt: issue.createdAt,
          updatedAt: issue.createdAt,
          did: 'wrote',
        })}
        ${timeline(page, repository, issue)} ${pendingPart(shown)} ${mergeBox(shown)} ${talk(shown)}
      </div>
      <aside aria-label="About this pull request">
        ${reviewerSection(shown)} ${labelSection(page, repository, issue)}
        ${assigneeSection(page, repository, issue)} ${milestoneSection(page, issue)}
      </aside>
    </div>`,
  );
}

function talk({ page, repository, pull, issue, at }: PullPage): Html {
  const may = page.user !== null && (page.user.id === issue.authorId || mayHere(page, repository, 'triage'));
  const state =
    !may || pull.merged !== null
      ? []
      : issue.state === 'open'
        ? [{ value: 'close', text: 'Close pull request' }]
        : [{ value: 'reopen', text: 'Reopen pull request' }];
  return html`${reviewForm(page, pull, at)} ${commentForm(page, repository, pull.number, state)}`;
}

/** The viewer's own review that is not submitted yet, with its comments. */
function pendingPart({ page, repository, pull }: PullPage): Html | string {
  const review = page.user === null ? undefined : pendingOf(page.core, pull, page.user.id);
  if (review === undefined) return '';
  const comments = page.core.tables.reviewComments.where('review', review.id);
  return html`<section class="box" aria-label="Your pending review">
    <header class="row between">
      <h2>Your pending review</h2>
      <form method="post" action="${home(page, repository)}/pull/${pull.number}/reviews/${review.id}/discard">
        <input type="hidden" name="back" value="${page.url.pathname}" />
        <button class="danger">Discard</button>
      </form>
    </header>
    <div class="inside">
      <p class="hint">Only you see it until you submit it below.</p>
      ${comments.map((comment) => threadBox(page, repository, comment))}
    </div>
  </section>`;
}
