import type { ModelState } from '../../contracts/model-state.ts';
import { answerText, help, type Answer } from '../../promotion/index.ts';
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
  type Tone,
} from '../../report/index.ts';
import type { HeardConversation } from '../memory.ts';
import { spans } from './words.ts';

/** What a conversation's one comment is made of. */
export interface ReportFacts {
  readonly conversation: HeardConversation;
  readonly models: ReadonlyMap<string, ModelState>;
  readonly answers: readonly Answer[];
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
    ...helpBlocks(facts),
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

const TONES: Readonly<Record<string, Tone>> = { verified: 'good', pending: 'caution', failed: 'bad' };
const WORDS: Readonly<Record<string, string>> = { verified: 'runs', pending: 'on its way', failed: 'failed' };

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
  const places = Object.entries(state.stages).flatMap(([stage, { held }]) =>
    held?.version === version
      ? [code(stage), ' ', badge(WORDS[held.status] ?? held.status, TONES[held.status] ?? 'neutral'), ' ']
      : [],
  );
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
  const open = told.filter(({ status }) => status !== 'recorded');
  const done = told.filter(({ status }) => status === 'recorded');
  return [
    heading('Requests'),
    ...open.flatMap(answerBlocks),
    ...(done.length === 0
      ? []
      : [list(done.map((answer) => [...spans(answerText(answer).headline), by(answer)]))]),
  ];
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
  return [
    heading('Not understood', 3),
    list(refused.map(({ unmet }) => [...spans(unmet.message), ' ', ...spans(unmet.satisfy)])),
  ];
}

function helpBlocks({ conversation }: ReportFacts): Block[] {
  return conversation.help.length === 0
    ? []
    : [details('Commands', [{ kind: 'code', language: '', text: help() }])];
}
