import { html } from 'hono/html';

import { presentPlace } from '../../pulls/present-place.ts';
import { threadOf } from '../../pulls/review-comments.ts';
import type { Issue } from '../../state/issues.ts';
import type { Review, ReviewComment, ReviewState } from '../../state/pulls.ts';
import type { Repository } from '../../state/repositories.ts';
import { commentBox } from '../conversation/comment.ts';
import { icon, type IconName } from '../icons.ts';
import { home, person } from '../layout.ts';
import { each, mayHere, when, type Html, type Page } from '../page.ts';
import { hidden, moment } from '../parts/pieces.ts';

const DID: Readonly<Record<ReviewState, readonly [IconName, string, string]>> = {
  APPROVED: ['success', 'approved these changes', 'good'],
  CHANGES_REQUESTED: ['failure', 'requested changes', 'bad'],
  COMMENTED: ['eye', 'reviewed', 'dim'],
  DISMISSED: ['failure', 'reviewed (dismissed)', 'dim'],
  PENDING: ['eye', 'began a review', 'wait'],
};

/** A review in the conversation: its verdict, its words, and the threads it began. */
export function reviewBox(page: Page, repository: Repository, issue: Issue, id: number): Html | string {
  const { reviews, reviewComments, accounts } = page.core.tables;
  const review = reviews.get(id);
  if (review === undefined) return '';
  const comments = reviewComments.where('review', id).filter(({ replyTo }) => replyTo === null);
  const silent = review.body.trim() === '' && review.state === 'COMMENTED';
  // A single answer is shown in its thread.
  if (silent && comments.length === 0) return '';
  const [name, did, tone] = DID[review.state];
  const at = home(page, repository);
  return html`<div class="event" id="pullrequestreview-${id}">
      ${icon(name, undefined, tone)}
      <div>
        ${person(accounts.get(review.userId))} ${did} ${moment(review.submittedAt ?? review.createdAt)}
      </div>
      ${dismissForm(page, repository, issue, review)}
    </div>
    ${when(review.body.trim() !== '', () =>
      commentBox(page, repository, {
        anchor: `review-${id}`,
        authorId: review.userId,
        body: review.body,
        createdAt: review.submittedAt ?? review.createdAt,
        updatedAt: review.submittedAt ?? review.createdAt,
        did: 'wrote',
        editAt: `${at}/pull/${issue.number}/reviews/${id}/edit`,
      }),
    )}
    ${each(comments, (comment) => threadBox(page, repository, comment))}`;
}

function dismissForm(page: Page, repository: Repository, issue: Issue, review: Review): Html | string {
  const verdict = review.state === 'APPROVED' || review.state === 'CHANGES_REQUESTED';
  if (!verdict || issue.state === 'closed' || !mayHere(page, repository, 'write')) return '';
  return html`<details class="menu">
    <summary class="hint">Dismiss</summary>
    <form method="post" action="${home(page, repository)}/pull/${issue.number}/reviews/${review.id}/dismiss">
      ${hidden({ back: page.url.pathname })}
      <label class="field">Why <input name="message" required /></label>
      <button>Dismiss this review</button>
    </form>
  </details>`;
}

/** A thread of review comments with the lines it is about, its answers and the form to answer. */
export function threadBox(page: Page, repository: Repository, first: ReviewComment, withHunk = true): Html {
  const comments = threadOf(page.core, first.id, page.user?.id ?? null);
  const pull = page.core.tables.pulls.require(first.pullId);
  const at = home(page, repository);
  const place = presentPlace(page.core, pull, first);
  const resolved = first.resolvedById !== null;
  const { line } = first.place;
  return html`<details class="box thread" ${resolved ? '' : 'open'}>
    <summary>
      <span class="mono">${first.place.path}${line === null ? '' : `:${place?.line ?? line}`}</span>
      ${when(place === undefined, () => html`<span class="badge">outdated</span>`)}
      ${when(resolved, () => html`<span class="badge">resolved</span>`)}
      ${when(first.pending, () => html`<span class="badge">pending</span>`)}
    </summary>
    ${when(withHunk && first.diffHunk !== '', () => hunk(first.diffHunk))}
    ${each(comments, (comment) =>
      commentBox(page, repository, {
        anchor: `discussion_r${comment.id}`,
        authorId: comment.userId,
        body: comment.body,
        createdAt: comment.createdAt,
        updatedAt: comment.updatedAt,
        editAt: `${at}/pulls/comments/${comment.id}/edit`,
        deleteAt: `${at}/pulls/comments/${comment.id}/delete`,
      }),
    )}
    ${when(page.user !== null && !first.pending, () => answerForm(page, repository, pull.number, first, resolved))}
  </details>`;
}

function answerForm(
  page: Page,
  repository: Repository,
  number: number,
  first: ReviewComment,
  resolved: boolean,
): Html {
  const action = `${home(page, repository)}/pull/${number}/threads/${first.id}`;
  return html`<form class="inside" method="post" action="${action}/answer">
    ${hidden({ back: page.url.pathname })}
    <textarea name="body" rows="2" aria-label="Answer" placeholder="Answer"></textarea>
    <p class="row">
      <button>Answer</button>
      ${when(
        mayHere(page, repository, 'write'),
        () =>
          html`<button formaction="${action}/${resolved ? 'unresolve' : 'resolve'}">
            ${resolved ? 'Open again' : 'Resolve'}
          </button>`,
      )}
    </p>
  </form>`;
}

const LAST_LINES = 6;

/** The end of a hunk: the lines a comment is about. */
function hunk(text: string): Html {
  const lines = text.split('\n');
  const shown = lines.slice(-LAST_LINES).filter((line) => !line.startsWith('@@'));
  const kind = (line: string) =>
    line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : 'context';
  return html`<div class="scroll">
    <table class="code diff" aria-label="Commented lines">
      <tbody>
        ${each(
          shown,
          (line) =>
            html`<tr class="${kind(line)}">
              <td class="sign">${line.charAt(0).replace('-', '−')}</td>
              <td>${line.slice(1)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
