import type { ModelState } from '../../contracts/model-state.ts';
import {
  answerText,
  COMMANDS,
  usage,
  type Answer,
  type Asked,
  type PromotionConfig,
} from '../../promotion/index.ts';
import {
  badge,
  code,
  details,
  heading,
  list,
  muted,
  paragraph,
  table,
  type Block,
  type Cell,
  type Inline,
  type Tone,
} from '../../report/index.ts';
import type { HeardConversation } from '../memory.ts';
import { spans } from './words.ts';

/** Commands that are understood, and that nothing carries out yet. */
const LATER: readonly Asked['command'][] = ['retrain', 'monitor'];

/** True for a command that is answered at once. */
export function isAnswered({ command }: Asked): boolean {
  return !LATER.includes(command);
}

export interface AskedFacts {
  readonly conversation: Pick<HeardConversation, 'asked' | 'help'>;
  readonly models: ReadonlyMap<string, ModelState>;
  readonly config: PromotionConfig;
  /** All of the repository. */
  readonly answers: readonly Answer[];
}

/** Answers to commands that ask for no entry. */
export function askedBlocks(facts: AskedFacts): Block[] {
  const { asked, help } = facts.conversation;
  const later = [...new Set(asked.filter((one) => !isAnswered(one)).map(({ command }) => command))];
  return [
    ...statusBlocks(facts),
    ...later.map((command) => paragraph(code(`/${command}`), ' is not active in this version of Slipway.')),
    ...(help.length === 0 ? [] : [details('Commands', helpBlocks())]),
  ];
}

/** What runs where and what waits, of the models that were asked for: all where one `/status` names none. */
function statusBlocks({ conversation, models, config, answers }: AskedFacts): Block[] {
  const wanted = conversation.asked.filter(({ command }) => command === 'status').map(({ model }) => model);
  if (wanted.length === 0) return [];
  const names = [...new Set([...Object.keys(config), ...models.keys()])].sort();
  const shown = wanted.includes(null) ? names : names.filter((name) => wanted.includes(name));
  const rows = shown.flatMap((model) => rowsOf(model, models.get(model), Object.keys(config[model] ?? {})));
  const waiting = answers.filter(
    ({ status, model }) => status === 'waiting' && (model === null || shown.includes(model)),
  );
  if (rows.length === 0) return [];
  return [
    heading('Status'),
    table(['model', 'stage', 'version', 'state', 'asked for by'], 'lllll', rows),
    ...(waiting.length === 0 ? [] : [list(waiting.map(waits))]),
  ];
}

/** How the version that a stage holds is doing there. */
export const STATES: Readonly<Record<string, { readonly word: string; readonly tone: Tone }>> = {
  verified: { word: 'runs', tone: 'good' },
  pending: { word: 'on its way', tone: 'caution' },
  failed: { word: 'failed', tone: 'bad' },
};

function rowsOf(model: string, state: ModelState | undefined, declared: readonly string[]): Cell[][] {
  const stages = new Set([...declared, ...Object.keys(state?.stages ?? {})]);
  return [...stages].map((stage) => {
    const { held = null, frozen = null } = state?.stages[stage] ?? {};
    const { word, tone } = STATES[held?.status ?? ''] ?? { word: held?.status ?? '', tone: 'neutral' };
    return [
      code(model),
      code(stage),
      held === null ? muted('–') : code(held.version),
      [held === null ? '' : badge(word, tone), frozen === null ? '' : muted(' frozen')],
      held === null ? '' : code(held.actor.login),
    ];
  });
}

function waits(answer: Answer): Inline[] {
  const { headline } = answerText(answer);
  const why = answer.unmet.map(({ message }) => message).join(' ');
  return [...spans(`${headline} ${why}`), muted(` — asked by ${answer.request.actor.login}`)];
}

function helpBlocks(): Block[] {
  return [
    paragraph(
      'Type a command at the top of a new comment, one a line. An edited comment counts for nothing.',
    ),
    table(
      ['type', 'what it does'],
      'll',
      COMMANDS.map((command): Cell[] => [code(usage(command)), command.does]),
    ),
    paragraph(
      'Labels on a pull request do the same: ',
      code('promote:STAGE'),
      ' asks, ',
      code('approve:STAGE'),
      ' approves its registered version.',
    ),
  ];
}
