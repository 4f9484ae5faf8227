import type { CommentEvent, RepositoryViews } from '../ports.ts';

/** First line of the one comment on a conversation. It only helps to find it: nothing is ever decided by it. */
const REPORT_MARKER = '<!-- slipway:report -->';
/** First line of a notice; the key says what about, so that it is given once. */
const noticeMarker = (key: string): string => `<!-- slipway:notice ${key} -->`;

/** GitHub's limit of a comment, in UTF-16 units (65,536), less what markers take. */
const MAX_COMMENT = 65_000;

/**
 * Makes the one comment say `text` (null: there is nothing to say, and no comment is begun). `own` are this account's
 * comments there: the oldest is kept and edited when it differs, others of its kind are removed, whoever raced.
 * One call where the comment is known and differs, none where it is right.
 */
export async function syncReport(
  views: RepositoryViews,
  number: number,
  own: readonly CommentEvent[],
  text: string | null,
): Promise<void> {
  await sync(views, number, own, REPORT_MARKER, text);
}

/** Says something once by a comment of its own, because an edit tells nobody. Known by its key. */
export async function giveNotice(
  views: RepositoryViews,
  number: number,
  own: readonly CommentEvent[],
  key: string,
  text: string,
): Promise<void> {
  const marker = noticeMarker(key);
  const [kept, ...others] = withMarker(own, marker);
  for (const { id } of others) await views.deleteComment(id);
  if (kept === undefined) await views.createComment(number, `${marker}\n${text}`);
}

/** Takes back notices that two replicas gave at the same time: the oldest of each key stays. */
export async function dropTwins(views: RepositoryViews, own: readonly CommentEvent[]): Promise<void> {
  const seen = new Set<string>();
  for (const { id, body } of own.toSorted((left, right) => left.id - right.id)) {
    const [marker] = body.split('\n', 1);
    if (marker === undefined || !marker.startsWith('<!-- slipway:notice ')) continue;
    if (seen.has(marker)) await views.deleteComment(id);
    seen.add(marker);
  }
}

/** True where a notice with this key was given. */
export function hasNotice(own: readonly CommentEvent[], key: string): boolean {
  return withMarker(own, noticeMarker(key)).length > 0;
}

async function sync(
  views: RepositoryViews,
  number: number,
  own: readonly CommentEvent[],
  marker: string,
  text: string | null,
): Promise<void> {
  const [kept, ...others] = withMarker(own, marker);
  for (const { id } of others) await views.deleteComment(id);
  if (text === null) return;
  const body = `${marker}\n${fitted(text)}`;
  if (kept === undefined) await views.createComment(number, body);
  else if (sameText(kept.body, body)) return;
  else await views.updateComment(kept.id, body);
}

function withMarker(own: readonly CommentEvent[], marker: string): readonly CommentEvent[] {
  return own.filter(({ body }) => body.startsWith(marker)).toSorted((left, right) => left.id - right.id);
}

/** GitHub gives line ends back as they were sent, browsers' edits come with carriage returns. */
function sameText(left: string, right: string): boolean {
  return left.replaceAll('\r\n', '\n') === right;
}

/** Cut at a line's end, so that markdown stays whole as far as it goes. */
function fitted(text: string): string {
  if (text.length <= MAX_COMMENT) return text;
  const end = text.lastIndexOf('\n', MAX_COMMENT - 200);
  return `${text.slice(0, end)}\n\n_The rest did not fit into a comment of GitHub’s. All of it: the run’s report._`;
}
