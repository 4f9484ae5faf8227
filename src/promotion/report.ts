import { badge, code, paragraph, strong, table } from '../report/document.ts';
import type { Block, Cell, Document } from '../report/document.ts';
import { answerText } from './answer-text.ts';
import type { Answer, RequestKind, Rule, StagePolicy } from './types.ts';

/** A rule that was looked at for a request. */
export interface RuleLine {
  readonly rule: Rule;
  readonly met: boolean;
  /** What is. */
  readonly message: string;
  /** What would satisfy it; null where it is met. */
  readonly satisfy: string | null;
}

const PROMOTE: readonly Rule[] = [
  'blocked',
  'mode',
  'no-rights',
  'not-registered',
  'already-there',
  'frozen',
  'order',
  'soak',
  'verdict',
  'holdout',
  'approvals',
  'author-only',
  'deploying',
];

/** Rules that each kind of request is held against; others are shown only where they are not met. */
const RULES_OF: Readonly<Record<RequestKind, readonly Rule[]>> = {
  promote: PROMOTE,
  approve: ['blocked', 'mode', 'no-rights', 'not-registered', 'used-up'],
  rollback: ['blocked', 'mode', 'no-rights', 'nothing-to-roll-back'],
  freeze: ['blocked', 'mode', 'no-rights', 'frozen'],
  unfreeze: ['blocked', 'mode', 'no-rights', 'not-frozen'],
  accept: ['blocked', 'no-rights', 'nothing-to-accept', 'author-only'],
  'accept-test': ['blocked', 'no-rights', 'nothing-to-accept', 'author-only'],
};

const MET: Partial<Readonly<Record<Rule, string>>> = {
  blocked: 'the log is as it must be',
  mode: 'who can write the log fits what the stage asks for',
  'no-rights': 'who asks may',
  'not-registered': 'the version is registered, with what the stage needs',
  'already-there': 'the stage does not hold it',
  frozen: 'the stage is not frozen',
  'not-frozen': 'the stage is frozen',
  order: 'it ran verified in the stage before',
  soak: 'it ran there long enough',
  verdict: 'it was judged good, or accepted',
  holdout: 'it was judged on rows as the stage wants them',
  approvals: 'enough people approved it',
  'used-up': 'it did not leave the stage since it was approved',
  'author-only': 'somebody approved who did not make it',
  deploying: 'nothing else is on its way there',
  'nothing-to-roll-back': 'there is a version to go back to',
  'nothing-to-accept': 'there is an evaluation to accept',
};

/** Every rule that a request was held against, met or not. `policy`: of its stage; null where it has none. */
export function rulesOf(answer: Answer, policy: StagePolicy | null): readonly RuleLine[] {
  const unmet = answer.unmet.map(({ rule, message, satisfy }): RuleLine => ({
    rule,
    met: false,
    message,
    satisfy,
  }));
  // With a wrong name nothing else was looked at.
  if (answer.version === null && answer.request.kind === 'promote') return unmet;
  if (answer.unmet.some(({ rule }) => rule.startsWith('unknown-') || rule === 'syntax' || rule === 'blocked'))
    return unmet;
  const kind = answer.request.kind;
  const isKnown = (rule: Rule): boolean =>
    rule !== 'soak' || answer.unmet.every((one) => one.rule !== 'order');
  const met = RULES_OF[kind]
    .filter(
      (rule) => isKnown(rule) && isAsked(rule, policy) && !answer.unmet.some((one) => one.rule === rule),
    )
    .map((rule): RuleLine => ({ rule, met: true, message: metWords(rule, answer), satisfy: null }));
  const order = (line: RuleLine): number => (RULES_OF[kind].indexOf(line.rule) + 99) % 99;
  return [...unmet, ...met].sort((left, right) => order(left) - order(right));
}

/** Whether a stage asks for what a rule is about. */
function isAsked(rule: Rule, policy: StagePolicy | null): boolean {
  if (policy === null) return true;
  if (rule === 'order') return policy.after !== null;
  if (rule === 'soak') return policy.after !== null && policy.soakMs > 0;
  if (rule === 'approvals' || rule === 'author-only') return policy.approvals > 0;
  return rule !== 'holdout' || policy.holdout === 'hidden';
}

function metWords(rule: Rule, { approvals, needed }: Answer): string {
  const words = MET[rule] ?? 'met';
  if (rule !== 'approvals') return words;
  return `${words}: ${approvals.map(({ login }) => login).join(', ')} (${approvals.length} of ${needed})`;
}

/** What a request would meet: each rule with what is and what would satisfy it. Nothing was written. */
export function dryRunDocument(answer: Answer, rules: readonly RuleLine[]): Document {
  const { headline } = answerText(answer);
  const blocks: Block[] = [
    paragraph(strong(plain(headline))),
    table(
      ['rule', '', 'what is', 'what would satisfy it'],
      'llll',
      rules.map(({ rule, met, message, satisfy }): Cell[] => [
        code(rule),
        badge(met ? 'met' : 'unmet', met ? 'good' : 'bad'),
        plain(message),
        plain(satisfy ?? ''),
      ]),
    ),
    paragraph('Dry run: nothing was written.'),
  ];
  return { title: 'Dry run', summary: plain(headline), blocks };
}

/** Backticks are for comments; on a terminal they only disturb. */
function plain(text: string): string {
  return text.replaceAll('`', '');
}
