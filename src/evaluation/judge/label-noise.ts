import { marginOnScale, orient, relativeVerdict } from '../decide-metric.ts';
import type { Margin } from '../../contracts/scalars.ts';
import type { Answers, Context, Metric, Outputs } from '../metrics/metric.ts';

/** More rows than this are not searched: each step judges all rows again. */
const MOST_ROWS = 200_000;

/** How many wrong labels would turn a verdict. */
export interface TurningPoint {
  readonly metric: string;
  readonly verdict: string;
  readonly labels: number;
}

/** What is searched: a judged difference of two classifiers. */
export interface TurningInput {
  readonly metric: Metric;
  readonly margin: Margin | null;
  readonly answers: Answers;
  readonly candidate: Outputs;
  readonly baseline: Outputs;
  readonly context: Context;
}

/** How much more the candidate than the baseline speaks for the row's label, and the label that it would change to. */
interface Flip {
  readonly row: number;
  readonly gain: number;
  readonly label: number;
}

function binaryFlips(y: Uint8Array, candidate: Outputs, baseline: Outputs): Flip[] {
  const ours = candidate.score ?? candidate.prediction;
  const theirs = baseline.score ?? baseline.prediction;
  if (ours === undefined || theirs === undefined) return [];
  return Array.from(y, (label, row) => ({
    row,
    gain: (ours[row]! - theirs[row]!) * (label === 1 ? 1 : -1),
    label: 1 - label,
  }));
}

/** Multiclass: only rows where exactly one model is right can turn; the label becomes the other model's class. */
function classFlips(y: Int32Array, candidate: Outputs, baseline: Outputs): Flip[] {
  const ours = candidate.prediction;
  const theirs = baseline.prediction;
  if (ours === undefined || theirs === undefined) return [];
  return Array.from(y, (label, row) => {
    const right = ours[row] === label;
    const same = ours[row] === theirs[row];
    return {
      row,
      gain: same ? 0 : right ? 1 : theirs[row] === label ? -1 : 0,
      label: right ? theirs[row]! : ours[row]!,
    };
  });
}

function flipped(answers: Answers, flips: readonly Flip[]): Answers {
  if (answers.task !== 'binary' && answers.task !== 'multiclass') return answers;
  const y = answers.y.slice();
  for (const flip of flips) y[flip.row] = flip.label;
  return { ...answers, y } as Answers;
}

function verdictOf(input: TurningInput, answers: Answers): string {
  const { metric, margin, context } = input;
  const difference = metric.difference(answers, input.candidate, input.baseline, context);
  return relativeVerdict({
    identical: false,
    withheld: metric.floor(answers, context) ?? difference.reason,
    interval: orient(difference.low, difference.high, metric.direction),
    margin: margin === null ? null : marginOnScale(margin, metric.direction),
    significant: true,
  }).verdict;
}

/**
 * The verdict turns if k labels are wrong: the smallest k for which flipping the k labels that speak most for the
 * verdict changes it, found by doubling and bisection. Null where nothing turns it, for other tasks, for margins given
 * as a share, on more than 200,000 rows, and where the verdict is open anyway.
 */
export function turningPoint(input: TurningInput): TurningPoint | null {
  const { answers, candidate, baseline, metric, margin } = input;
  if (answers.task !== 'binary' && answers.task !== 'multiclass') return null;
  if (answers.rows > MOST_ROWS || margin?.relative === true) return null;
  const verdict = verdictOf(input, answers);
  if (verdict === 'inconclusive') return null;
  const all =
    answers.task === 'binary'
      ? binaryFlips(answers.y, candidate, baseline)
      : classFlips(answers.y, candidate, baseline);
  const sign = verdict === 'worse' ? -1 : 1;
  const flips = all.filter(({ gain }) => sign * gain > 0).sort((a, b) => sign * (b.gain - a.gain));
  const turns = (count: number): boolean =>
    verdictOf(input, flipped(answers, flips.slice(0, count))) !== verdict;
  let high = 1;
  while (high < flips.length && !turns(high)) high *= 2;
  high = Math.min(high, flips.length);
  if (high === 0 || !turns(high)) return null;
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (turns(middle)) high = middle;
    else low = middle;
  }
  return { metric: metric.name, verdict, labels: high };
}

/** A row whose label both models contradict, with the probability each gives to that label. */
export interface Suspect {
  readonly row: number;
  readonly candidate: number;
  readonly baseline: number;
}

/** Both models give the label at most this probability. */
export const CONTRADICTION = 0.1;

/** Probability of each row's own label; null where the scores are no probabilities. */
function labelProbability(answers: Answers, outputs: Outputs): ((row: number) => number) | null {
  if (answers.task === 'binary' && outputs.score !== undefined) {
    const { score } = outputs;
    if (score.some((value) => value < 0 || value > 1)) return null;
    return (row) => (answers.y[row] === 1 ? score[row]! : 1 - score[row]!);
  }
  if (answers.task === 'multiclass' && outputs.scores !== undefined) {
    const { scores } = outputs;
    if (scores.some((column) => column.some((value) => value < 0 || value > 1))) return null;
    return (row) => scores[answers.y[row]!]![row]!;
  }
  return null;
}

/** Rows where both models confidently contradict the label, the most contradicted first; [] without probabilities. */
export function labelSuspects(answers: Answers, candidate: Outputs, baseline: Outputs): Suspect[] {
  const ours = labelProbability(answers, candidate);
  const theirs = labelProbability(answers, baseline);
  if (ours === null || theirs === null) return [];
  const found: Suspect[] = [];
  for (let row = 0; row < answers.rows; row++) {
    const suspect = { row, candidate: ours(row), baseline: theirs(row) };
    if (suspect.candidate <= CONTRADICTION && suspect.baseline <= CONTRADICTION) found.push(suspect);
  }
  return found.sort((a, b) => a.candidate + a.baseline - (b.candidate + b.baseline));
}
