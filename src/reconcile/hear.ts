import type { Person } from '../contracts/entry.ts';
import { requestsFrom, type PromotionConfig } from '../promotion/index.ts';
import { unheardIn } from './ignored.ts';
import type { HeardConversation, ReconcileMemory } from './memory.ts';
import type { CommentEvent, Conversation, LabelEvent, RepositoryReads } from './ports.ts';

const DAY_MS = 24 * 3_600_000;
/** How far back a process that knows nothing looks for conversations that are closed. */
const LOOK_BACK_MS = 30 * DAY_MS;
/** Lists of GitHub may be older than what was seen before: this much is looked at again. */
const OVERLAP_MS = 5 * 60_000;
/** Updates have seconds: a change within the second of reading could hide behind the same time. */
const SETTLED_MS = 3000;

const REQUEST_LABEL = /^(?:promote|approve):/i;

type Reads = Pick<
  RepositoryReads,
  'conversations' | 'conversation' | 'labelEvents' | 'comments' | 'arrived' | 'now'
>;

export interface HearOptions {
  /** Id of the repository. */
  readonly repository: number;
  readonly self: Person;
  readonly config: PromotionConfig;
}

/**
 * Reads what people ask for, of every conversation that changed since the last time: all open ones and those of the last
 * 30 days when nothing is known. Fills `memory.conversations` and moves `memory.cursor`.
 */
export async function hear(reads: Reads, memory: ReconcileMemory, options: HearOptions): Promise<void> {
  for (const conversation of await changed(reads, memory)) {
    const known = memory.conversations.get(conversation.number);
    if (known?.settled === true && isSame(known, conversation)) continue;
    memory.conversations.set(conversation.number, await heard(reads, conversation, options));
  }
}

/** Reads some conversations again, whatever is known of them: the last look before something is written. */
export async function hearAgain(
  reads: Reads,
  memory: ReconcileMemory,
  numbers: Iterable<number>,
  options: HearOptions,
): Promise<void> {
  for (const number of new Set(numbers)) {
    const conversation = await reads.conversation(number);
    if (conversation === null) memory.conversations.delete(number);
    else memory.conversations.set(number, await heard(reads, conversation, options));
  }
}

async function changed(reads: Reads, memory: ReconcileMemory): Promise<readonly Conversation[]> {
  const { cursor } = memory;
  const now = reads.now().getTime();
  const since = cursor === undefined ? now - LOOK_BACK_MS : Date.parse(cursor) - OVERLAP_MS;
  const recent = await reads.conversations({ since: new Date(since).toISOString() });
  const open = cursor === undefined ? await reads.conversations({ open: true }) : [];
  const all = new Map([...open, ...recent].map((one) => [one.number, one]));
  memory.cursor = [...all.values()].reduce(
    (newest, { updated }) => (Date.parse(updated) > Date.parse(newest) ? updated : newest),
    cursor ?? new Date(since).toISOString(),
  );
  return [...all.values()];
}

function isSame(known: HeardConversation, now: Conversation): boolean {
  return known.updated === now.updated && known.comments === now.comments;
}

async function heard(
  reads: Reads,
  conversation: Conversation,
  options: HearOptions,
): Promise<HeardConversation> {
  const read = reads.now().getTime();
  const { number, isPull, comments: count, labels, updated } = conversation;
  // Only labels that are there now ask for something; of others no event matters.
  const asking = labels.filter((label) => REQUEST_LABEL.test(label));
  const labelEvents = asking.length > 0 ? await reads.labelEvents(number) : [];
  const comments = count > 0 ? await reads.comments(number, count) : [];
  const said = { repository: options.repository, issue: { number, isPull }, labelEvents, labels, comments };
  const found = requestsFrom({ ...said, config: options.config });
  const arrived = isPull || found.requests.length === 0 ? null : await reads.arrived(number);
  const here = arrived === null ? said : { ...said, ...since(arrived, said) };
  return {
    ...conversation,
    ...(arrived === null ? found : requestsFrom({ ...here, config: options.config })),
    unheard: unheardIn(said, options.self),
    own: comments.filter(({ author }) => author.id === options.self.id),
    settled:
      read - Date.parse(updated) > SETTLED_MS &&
      comments.length >= count &&
      asking.every((label) => labelEvents.findLast((event) => event.label === label)?.action === 'labeled'),
  };
}

/** What was said before an issue was brought here was said about the models of another repository. */
function since(
  arrived: string,
  { labelEvents, comments }: { labelEvents: readonly LabelEvent[]; comments: readonly CommentEvent[] },
): { labelEvents: readonly LabelEvent[]; comments: readonly CommentEvent[] } {
  const isLater = (time: string): boolean => Date.parse(time) > Date.parse(arrived);
  return {
    labelEvents: labelEvents.filter(({ at }) => isLater(at)),
    comments: comments.filter(({ created }) => isLater(created)),
  };
}
