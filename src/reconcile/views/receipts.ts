import type { Answer, Asked } from '../../promotion/index.ts';
import type { Reaction, RepositoryViews } from '../ports.ts';
import { isAnswered } from './asked.ts';

/** What a command's author sees at once on the comment: read, done, waits, or refused. */
const RECEIPTS: Readonly<Record<Answer['status'], Reaction>> = {
  granted: 'eyes',
  waiting: 'eyes',
  recorded: 'rocket',
  refused: 'confused',
};

/** What comments hold. */
export interface Heard {
  readonly answers: readonly Answer[];
  /** Comments with commands that are none. */
  readonly unreadable: readonly number[];
  /** Commands that ask for no entry. */
  readonly asked: readonly Asked[];
}

/**
 * Sets a receipt on every comment that holds a command; `given` remembers those set, and may be forgotten: a reaction
 * that is there already is not doubled by GitHub. Of a comment with several commands the least happy one shows.
 */
export async function giveReceipts(
  views: RepositoryViews,
  { answers, unreadable, asked }: Heard,
  given: Map<number, Reaction>,
): Promise<void> {
  const wanted = new Map<number, Reaction>(unreadable.map((id) => [id, 'confused']));
  for (const one of asked) {
    const { via, event } = one.source;
    if (via === 'comment')
      wanted.set(event, worse(wanted.get(event), isAnswered(one) ? 'rocket' : 'confused'));
  }
  // Whether an approval counts is asked only while something waits for it: afterwards it stays as it was.
  const waits = answers.some(({ request, status }) => request.kind === 'promote' && status === 'waiting');
  for (const { request, status } of answers) {
    const { via, event } = request.source;
    if (via !== 'comment' || (request.kind === 'approve' && status === 'refused' && !waits)) continue;
    wanted.set(event, worse(wanted.get(event), RECEIPTS[status]));
  }
  for (const [comment, reaction] of wanted) {
    if (given.get(comment) === reaction) continue;
    await views.react(comment, reaction);
    given.set(comment, reaction);
  }
}

const ORDER: readonly Reaction[] = ['confused', 'eyes', 'rocket'];

function worse(one: Reaction | undefined, other: Reaction): Reaction {
  if (one === undefined) return other;
  return ORDER.indexOf(one) <= ORDER.indexOf(other) ? one : other;
}
