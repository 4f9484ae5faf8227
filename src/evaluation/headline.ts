import { REASONS } from '../contracts/codes.ts';
import type { GateResult } from '../contracts/comparison.ts';
import type { Outcome } from './decide-gates.ts';
import { orient } from './decide-metric.ts';
import type { Measurement } from './measure.ts';
import { decimalsFor, intervalText, lossWord, numberText, pairText, plural } from './message.ts';
import type { Prepared } from './prepare.ts';

/** What the one sentence of a comparison is made of. */
export interface HeadlineParts {
  readonly outcome: Outcome;
  readonly prepared: Prepared;
  readonly primary: Measurement | undefined;
  readonly gates: readonly GateResult[];
  readonly firstVersion: boolean;
}

function primaryText(primary: Measurement | undefined): string {
  if (primary === undefined) return '';
  const { metric, candidate, baseline, difference } = primary;
  return difference === null
    ? `${metric.name} ${intervalText(candidate)}`
    : `${metric.name} ${pairText(candidate, baseline, difference)}`;
}

/** What the interval says where no gate asks: better, worse, or which losses are ruled out. */
function informs(primary: Measurement | undefined): string {
  if (primary?.difference === null || primary === undefined) return '';
  if (primary.identical) return ': both models predict the same on every row';
  if (primary.floor !== null) return `: ${REASONS[primary.floor]}`;
  const { low, high } = orient(primary.difference.low, primary.difference.high, primary.metric.direction);
  if (primary.difference.reason !== null) return `: ${REASONS[primary.difference.reason]}`;
  if (low > 0) return ': better';
  if (high < 0) return ': worse';
  return `: cannot tell, ${lossWord(primary.metric.direction)} over ${numberText(Math.abs(low), decimalsFor((high - low) / 2))} ruled out`;
}

function missingText({ candidate, baseline, rows }: Prepared, who: 'candidate' | 'baseline'): string {
  const side = who === 'candidate' ? candidate : baseline;
  if (side?.missing === 0)
    return `the ${who} predicts ${plural(side.extra, 'row')} that the test set does not hold`;
  return `the ${who} has no finite prediction for ${side?.missing ?? 0} of ${plural(rows, 'row')}`;
}

/** One sentence with the numbers: what was decided, and by what. */
export function headline(parts: HeadlineParts): string {
  const { outcome, prepared, primary, gates } = parts;
  const numbers = primaryText(primary);
  switch (outcome.reason) {
    case 'PREDICTIONS_INCOMPLETE':
      return `Fail: ${missingText(prepared, 'candidate')}; a model that leaves rows out cannot be judged`;
    case 'BASELINE_NOT_FINITE':
      return `Cannot tell: ${missingText(prepared, 'baseline')}`;
    case 'NO_GATES':
      return `No gates declared, nothing is decided. ${numbers}${informs(primary)}`;
    case 'ALL_GATES_PASS': {
      const first = gates.find((gate) => gate.verdict === 'pass');
      return `Pass: ${gates.length === 1 ? '' : `${gates.filter((gate) => gate.verdict === 'pass').length} gates hold; `}${first?.message ?? numbers}`;
    }
    default: {
      const failed = gates.filter((gate) => gate.verdict === outcome.decision);
      const lead = outcome.decision === 'fail' ? 'Fail' : 'Cannot tell';
      if (parts.firstVersion || failed.length === 0)
        return `${lead}: ${REASONS[outcome.reason]}, and no other gate decides. ${numbers}`;
      const more = failed.length > 1 ? ` (and ${plural(failed.length - 1, 'more gate')})` : '';
      return `${lead}: ${failed[0]?.message ?? numbers}${more}`;
    }
  }
}
