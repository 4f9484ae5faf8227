import type { ModelState } from '../../contracts/model-state.ts';
import { answerText, type Answer, type PromotionConfig } from '../../promotion/index.ts';
import {
  badge,
  code,
  details,
  heading,
  link,
  list,
  muted,
  paragraph,
  table,
  toMarkdown,
  type Block,
  type Cell,
  type Document,
  type Inline,
} from '../../report/index.ts';
import type { HeardConversation } from '../memory.ts';
import { askedBlocks, STATES } from './asked.ts';
import { spans } from './words.ts';

/** What a conversation's one comment is made of. */
export interface ReportFacts {
  readonly conversation: HeardConversation;
  readonly models: ReadonlyMap<string, ModelState>;
  /** To what was asked here. */
  readonly answers: readonly Answer[];
  /** To everything that was asked in the repository. */
  readonly all: readonly Answer[];
  readonly config: PromotionConfig;
  /** Reports of what was judged at its head. */
  readonly judged: readonly Document[];
  /** Why nothing can be written at all, null where all is well. */
  readonly blocked: { readonly message: string; readonly repair: string } | null;
  /** Address of the log's branch. */
  readonly logUrl: string;
}

/** The words of the one comment; null where there is nothing to say. */
export function reportText(facts: ReportFacts): string | null {
  const blocks = [
    ...facts.judged.flatMap(({ title, blocks }) => [heading(title), ...blocks]),
    ...blockedBlocks(facts),
    ...versionBlocks(facts),
    ...requestBlocks(facts),
    ...refusedBlocks(facts),
    ...askedBlocks({ ...facts, answers: facts.all }),
  ];
  if (blocks.length === 0) return null;
  const footer = paragraph(
    muted('Slipway · what counts is '),
    link('the log', facts.logUrl),
    muted(' · /help'),
  );
  return toMarkdown({ title: '', summary: '', blocks: [...blocks, footer] });
}

function asksSomething({ conversation }: ReportFacts): boolean {
  return conversation.requests.length > 0 || conversation.refused.length > 0 || conversation.asked.length > 0;
}

function blockedBlocks(facts: ReportFacts): Block[] {
  if (facts.blocked === null || !asksSomething(facts)) return [];
  const { message, repair } = facts.blocked;
  return [
    {
      kind: 'callout',
      tone: 'bad',
      title: 'Nothing can be recorded now',
      blocks: [paragraph(message), paragraph('Repair: ', code(repair))],
    },
  ];
}

/** The versions that came from this pull request, and where they are. */
function versionBlocks({ conversation, models }: ReportFacts): Block[] {
  const rows = [...models.values()].flatMap((state) =>
    state.versions
      .filter(({ pull }) => conversation.isPull && pull === conversation.number)
      .map((version): Cell[] => [
        code(`${state.model}@${version.version}`),
        placesOf(state, version.version),
        version.verdict === null ? muted('not judged') : version.verdict.decision,
      ]),
  );
  if (rows.length === 0) return [];
  const places = [...models.values()].flatMap((state) => deeds(state, conversation.number));
  return [
    heading('Versions'),
    table(['version', 'where', 'verdict'], 'lll', rows),
    ...(places.length === 0 ? [] : [list(places)]),
  ];
}

/** Who brought which of this pull request's versions where, by the log. */
function deeds(state: ModelState, pull: number): (readonly Inline[])[] {
  return Object.entries(state.stages).flatMap(([stage, { held }]) => {
    const version = state.versions.find((one) => one.version === held?.version);
    if (held === null || version?.pull !== pull) return [];
    const what = held.op === 'rollback' ? ' rolled back by ' : ' asked for by ';
    return [
      [
        code(`${state.model}@${version.version}`),
        ' in ',
        code(stage),
        what,
        code(held.actor.login),
        muted(` (entry ${held.n})`),
      ],
    ];
  });
}

function placesOf(state: ModelState, version: string): Cell {
  const places = Object.entries(state.stages).flatMap(([stage, { held }]) => {
    if (held?.version !== version) return [];
    const { word, tone } = STATES[held.status] ?? { word: held.status, tone: 'neutral' };
    return [code(stage), ' ', badge(word, tone), ' '];
  });
  return places.length === 0 ? [muted('registered')] : places;
}

function requestBlocks({ answers }: ReportFacts): Block[] {
  // Rights of those who approved are asked only while something waits for them: later they are nobody's business.
  const waits = answers.some(({ request, status }) => request.kind === 'promote' && status === 'waiting');
  // A label that was answered is taken off; what came of it is told by the versions above, not by the request.
  const told = answers.filter(({ request, status }) =>
    request.kind === 'approve'
      ? waits && status === 'refused'
      : status !== 'recorded' || request.source.via !== 'label',
  );
  if (told.length === 0) return [];
  const refused = told.filter(({ status }) => status === 'refused');
  const done = told.filter(({ status }) => status === 'recorded');
  return [
    heading('Requests'),
    // What waits comes first; what is granted waits for its turn.
    ...told.filter((one) => !refused.includes(one) && !done.includes(one)).flatMap(answerBlocks),
    ...refused.slice(-SHOWN).flatMap(answerBlocks),
    ...doneBlocks(done.slice(-SHOWN)),
    ...earlier([...refused.slice(0, -SHOWN).flatMap(answerBlocks), ...doneBlocks(done.slice(0, -SHOWN))]),
  ];
}

/** The newest of a kind are shown, older ones folded away. */
const SHOWN = 5;

function doneBlocks(done: readonly Answer[]): Block[] {
  if (done.length === 0) return [];
  return [list(done.map((answer) => [...spans(answerText(answer).headline), by(answer)]))];
}

function earlier(blocks: readonly Block[]): Block[] {
  return blocks.length === 0 ? [] : [details('Earlier', blocks)];
}

function answerBlocks(answer: Answer): Block[] {
  const { headline, lines } = answerText(answer);
  return [paragraph(...spans(headline), by(answer)), ...(lines.length === 0 ? [] : [list(lines.map(spans))])];
}

function by({ request }: Answer) {
  return muted(` — asked by ${request.actor.login}`);
}

function refusedBlocks({ conversation }: ReportFacts): Block[] {
  const { refused } = conversation;
  if (refused.length === 0) return [];
  const items = refused.map(({ unmet }) => [...spans(unmet.message), ' ', ...spans(unmet.satisfy)]);
  const old = items.slice(0, -SHOWN);
  return [
    heading('Not understood', 3),
    list(items.slice(-SHOWN)),
    ...earlier(old.length === 0 ? [] : [list(old)]),
  ];
}
