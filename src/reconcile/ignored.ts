import type { Person } from '../contracts/entry.ts';
import { requestsFrom, type Answer, type RefusedText } from '../promotion/index.ts';
import type { HeardConversation } from './memory.ts';
import type { CommentEvent, LabelEvent } from './ports.ts';
import type { Line } from './types.ts';
import type { Unheard } from './unheard.ts';

/** How the comments of Slipway's own account begin. */
const OWN = '<!-- slipway:';

/**
 * What is passed over in silence where it stands: commands and labels of bots, and comments that are made to look like
 * Slipway's own. Only the log of the process tells of them.
 */
export function unheardIn(
  heard: Omit<Parameters<typeof requestsFrom>[0], 'config'>,
  self: Person,
): readonly Unheard[] {
  const { labelEvents, comments } = heard;
  const asABot = { ...heard, labelEvents: labelEvents.map(asPerson), comments: comments.map(asPerson) };
  const { requests, refused, asked, help } = requestsFrom(asABot);
  const bots = new Set([...labelEvents, ...comments].filter(({ bot }) => bot).map(({ id }) => id));
  const sources = [...requests, ...refused, ...asked, ...help].filter(
    ({ source, actor }) => bots.has(source.event) && actor.id !== self.id,
  );
  return [
    ...sources.map(({ source: { via, event }, actor }) => ({ via, event, actor, why: 'bots are not heard' })),
    ...comments
      .filter(({ author, body }) => author.id !== self.id && body.trimStart().startsWith(OWN))
      .map(({ id, author }) => ({
        via: 'comment' as const,
        event: id,
        actor: author,
        why: `it is made to look like Slipway’s, and is not by ${self.login}`,
      })),
  ];
}

function asPerson<Event extends LabelEvent | CommentEvent>(event: Event): Event {
  return { ...event, bot: false };
}

/** Lines that were given are known; of this many the oldest process would forget. */
const MOST_TOLD = 10_000;

/**
 * One line for each request that is not granted and everything that is not heard, with why; each once, and again when
 * the reason changes. `told` remembers.
 */
export function ignoredLines(
  conversations: Iterable<Pick<HeardConversation, 'number' | 'refused' | 'unheard'>>,
  answers: readonly Answer[],
  told: Set<string>,
): readonly Line[] {
  if (told.size > MOST_TOLD) told.clear();
  const lines = [
    ...answers.filter(({ status }) => status === 'refused' || status === 'waiting').map(ofAnswer),
    ...[...conversations].flatMap(({ number, refused, unheard }) => [
      ...refused.map((one) => ofRefused(one)),
      ...unheard.map((one) => ofUnheard(number, one)),
    ]),
  ];
  return lines.filter((line) => {
    const key = JSON.stringify(line.facts);
    if (told.has(key)) return false;
    told.add(key);
    return true;
  });
}

function ofAnswer({ request, status, model, version, unmet }: Answer): Line {
  const { kind, stage, actor, source } = request;
  const why = unmet.map(({ message }) => message).join(' ');
  const rules = unmet.map(({ rule }) => rule);
  const facts = { kind, model, version, stage, ...placeOf(source), by: actor.login, rules, why };
  return { level: 'info', message: status === 'waiting' ? 'request waits' : 'request refused', facts };
}

function ofRefused({ source, actor, unmet }: RefusedText): Line {
  const facts = { ...placeOf(source), by: actor.login, rules: [unmet.rule], why: unmet.message };
  return { level: 'info', message: 'request refused', facts };
}

function ofUnheard(issue: number, { via, event, actor, why }: Unheard): Line {
  return { level: 'warn', message: 'ignored', facts: { issue, via, event, by: actor.login, why } };
}

function placeOf({ issue, via, event }: Answer['request']['source']) {
  return { issue, via, event };
}
