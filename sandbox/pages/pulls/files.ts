import { html } from 'hono/html';

import { comparisonOf, objectsOf, treeOf } from '../../pulls/comparison.ts';
import { presentPlace } from '../../pulls/present-place.ts';
import { threadsOf } from '../../pulls/threads.ts';
import { pendingOf } from '../../pulls/reviews.ts';
import type { ReviewComment, Side } from '../../state/pulls.ts';
import { diffOf } from '../parts/diff.ts';
import type { Html, PageContext } from '../page.ts';
import { hidden } from '../parts/pieces.ts';
import { pullDocument, pullPageOf, type PullPage } from './head.ts';
import { threadBox } from './review-box.ts';
import { reviewForm } from './review-form.ts';

/** The changes with the threads on their lines. `?comment=R6&path=…` opens the form for a line. */
export function filesPage(c: PageContext): Html {
  const shown = pullPageOf(c);
  const { page, repository, pull, at } = shown;
  const store = objectsOf(page.core, pull);
  const { mergeBase, head } = comparisonOf(page.core, pull);
  const boxes = boxesOf(shown);
  const open = page.user !== null && pull.open;
  const diff = diffOf(page, repository, {
    before: treeOf(store, mergeBase),
    after: treeOf(store, head),
    at: head,
    above: (path) => boxes(path, 'file', 0),
    below: (path, { left, right }) => [
      ...(left === null ? [] : boxes(path, 'LEFT', left)),
      ...(right === null ? [] : boxes(path, 'RIGHT', right)),
    ],
    ...(open ? { beside } : {}),
  });
  return pullDocument(shown, 'files', html`${diff} ${reviewForm(page, pull, at)}`, true);
}

/** The link that opens the form for a line. */
function beside(path: string, side: Side, line: number, id: string): Html {
  const query = new URLSearchParams({ comment: `${side === 'LEFT' ? 'L' : 'R'}${line}`, path });
  const name = `Comment on line ${line}${side === 'LEFT' ? ' of the old file' : ''}`;
  return html`<a class="add" href="?${query.toString()}#${id}" aria-label="${name}" title="${name}">+</a>`;
}

/** What stands below a line: its threads, and the form where one wants to comment on it. */
function boxesOf(shown: PullPage): (path: string, side: Side | 'file', line: number) => Html[] {
  const threads = threadsByPlace(shown);
  const { searchParams } = shown.page.url;
  const wanted = /^([LR])(\d+)$/.exec(searchParams.get('comment') ?? '');
  const form =
    wanted === null
      ? undefined
      : placeKey(searchParams.get('path') ?? '', wanted[1] === 'L' ? 'LEFT' : 'RIGHT', Number(wanted[2]));
  return (path, side, line) => {
    const key = placeKey(path, side, line);
    const found = (threads.get(key) ?? []).map((first) =>
      threadBox(shown.page, shown.repository, first, false),
    );
    return key === form && side !== 'file' ? [...found, commentForm(shown, path, side, line)] : found;
  };
}

function placeKey(path: string, side: Side | 'file', line: number): string {
  return side === 'file' ? `${path}:file` : `${path}:${side}:${line}`;
}

/** First comments of threads by where they stand now; outdated ones are only in the conversation. */
function threadsByPlace({ page, pull }: PullPage): ReadonlyMap<string, ReviewComment[]> {
  const places = new Map<string, ReviewComment[]>();
  const pending = page.user === null ? undefined : pendingOf(page.core, pull, page.user.id);
  const own = pending === undefined ? [] : page.core.tables.reviewComments.where('review', pending.id);
  for (const first of [...threadsOf(page.core, pull), ...own]) {
    const place = presentPlace(page.core, pull, first);
    if (place === undefined) continue;
    const { path, side } = first.place;
    const key = placeKey(path, place.line === null ? 'file' : side, place.line ?? 0);
    places.set(key, [...(places.get(key) ?? []), first]);
  }
  return places;
}

function commentForm({ page, pull, at }: PullPage, path: string, side: Side, line: number): Html {
  return html`<form class="comment" method="post" action="${at}/comments">
    ${hidden({ back: page.url.pathname, path, side, line, commit_id: pull.head.oid })}
    <div class="inside">
      <textarea name="body" rows="4" aria-label="Comment on line ${line}" autofocus></textarea>
      <p class="row">
        <button class="primary" name="how" value="single">Comment</button>
        <button name="how" value="review">Add to review</button>
        <a href="${page.url.pathname}">Cancel</a>
      </p>
    </div>
  </form>`;
}
