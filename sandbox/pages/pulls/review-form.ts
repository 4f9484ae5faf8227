import { html } from 'hono/html';

import { pendingOf } from '../../pulls/reviews.ts';
import type { Pull } from '../../state/pulls.ts';
import { issueOf } from '../../pulls/find.ts';
import type { Html, Page } from '../page.ts';
import { hidden } from '../parts/pieces.ts';

/** The form to review: a verdict and words. Authors may only comment on their own. */
export function reviewForm(page: Page, pull: Pull, at: string): Html | string {
  if (page.user === null || !pull.open) return '';
  const pending = pendingOf(page.core, pull, page.user.id);
  const own = issueOf(page.core, pull).authorId === page.user.id;
  const choice = (value: string, text: string, hint: string, disabled: boolean) =>
    html`<label>
      <input
        type="radio"
        name="event"
        value="${value}"
        ${value === 'COMMENT' ? 'checked' : ''}
        ${disabled ? 'disabled' : ''}
      />
      <span><strong>${text}</strong> <span class="hint">${hint}</span></span>
    </label>`;
  return html`<details class="box" id="review" ${pending === undefined ? '' : 'open'}>
    <summary class="inside">
      <strong>${pending === undefined ? 'Review the changes' : 'Submit your review'}</strong>
    </summary>
    <form class="inside" method="post" action="${at}/reviews">
      ${hidden({ back: page.url.pathname, ...(pending === undefined ? {} : { review: pending.id }) })}
      <label class="field">What you think <textarea name="body" rows="4"></textarea></label>
      <fieldset>
        <legend class="visually-hidden">Verdict</legend>
        ${choice('COMMENT', 'Comment', 'without a verdict', false)}
        ${choice('APPROVE', 'Approve', own ? 'not of your own pull request' : 'these changes may be merged', own)}
        ${choice('REQUEST_CHANGES', 'Request changes', own ? 'not of your own pull request' : 'something must change first', own)}
      </fieldset>
      <button class="primary">Submit review</button>
    </form>
  </details>`;
}
