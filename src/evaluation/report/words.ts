import type {
  Comparison,
  DifferenceEstimate,
  Direction,
  Estimate,
  GateResult,
  MetricComparison,
} from '../../contracts/comparison.ts';
import type { Decision, Verdict } from '../../contracts/decision.ts';
import {
  code,
  formatCount,
  formatDifference,
  formatInterval,
  formatNumber,
  formatPoints,
  precisionOf,
  shorten,
  type Inline,
  type Precision,
  type Tone,
} from '../../report/index.ts';

const METRIC_NAMES: Readonly<Record<string, string>> = {
  roc_auc: 'AUC',
  roc_auc_ovr: 'AUC (one vs rest)',
  roc_auc_ovo: 'AUC (one vs one)',
  average_precision: 'average precision',
  balanced_accuracy: 'balanced accuracy',
  log_loss: 'log loss',
  brier: 'Brier score',
  f1: 'F1',
  f1_macro: 'F1 (macro)',
  f1_micro: 'F1 (micro)',
  f1_weighted: 'F1 (weighted)',
  mcc: 'MCC',
  rmse: 'RMSE',
  mae: 'MAE',
  mape: 'MAPE',
  medae: 'median error',
  r2: 'R²',
  ece: 'ECE',
  calibration_error2: 'calibration error²',
};

/** The name people use for a metric: `AUC`, `RMSE`; otherwise as declared. */
export function metricName(name: string): string {
  return METRIC_NAMES[name] ?? shorten(name, 40);
}

/** The metric's name as a span: plain where it is our own word, set as code where a user chose it. */
export function metricSpan(name: string): Inline {
  return METRIC_NAMES[name] !== undefined || /^[a-z][a-z0-9_]{0,30}$/u.test(name)
    ? metricName(name)
    : code(shorten(name, 40));
}

/** Shares of rows, whose differences are read in percentage points. */
export function isRate(name: string): boolean {
  return /^(accuracy|balanced_accuracy|precision|recall|f1)\b|^(precision|recall|f1)_/u.test(name);
}

/** What a metric's numbers are measured in, for a common axis. */
export function familyOf(name: string): 'share' | 'target' | 'own' {
  if (/^(mae|rmse|medae|pinball)/u.test(name)) return 'target';
  if (/^(log_loss|mape|latency)/u.test(name)) return 'own';
  return METRIC_NAMES[name] !== undefined ||
    /^(accuracy|balanced_accuracy|precision|recall|f1|roc_auc|average_precision|mcc)/u.test(name)
    ? 'share'
    : 'own';
}

/** The word of a decision, as the comment's first line has it. */
export function decisionWord(comparison: Pick<Comparison, 'decision' | 'reason'>): string {
  switch (comparison.decision) {
    case 'pass':
      return 'PASS';
    case 'fail':
      return 'FAIL';
    case 'inconclusive':
      return 'CANNOT TELL';
    case 'skipped':
      return comparison.reason === 'NO_GATES' ? 'NO GATES' : 'SKIPPED';
    case 'error':
      return 'ERROR';
  }
}

/** Tone of a decision. */
export function decisionTone(decision: Decision): Tone {
  return ({ pass: 'good', fail: 'bad', error: 'bad', inconclusive: 'caution', skipped: 'neutral' } as const)[
    decision
  ];
}

/** Tone of a verdict on one metric, slice or gate. */
export function verdictTone(verdict: Verdict | null): Tone {
  switch (verdict) {
    case 'better':
    case 'pass':
      return 'good';
    case 'worse':
    case 'fail':
      return 'bad';
    case 'inconclusive':
      return 'caution';
    default:
      return 'neutral';
  }
}

/** A verdict in plain words: `cannot tell` where a gate asks and the data does not answer. */
export function verdictWord(verdict: Verdict | null): string {
  if (verdict === null) return '–';
  return verdict === 'inconclusive' ? 'cannot tell' : verdict.replace('-', ' ');
}

/** What is said of a metric or slice: word and tone. Where no gate asks, an interval around zero is no open question. */
export function spokenVerdict(
  verdict: Verdict | null,
  asked: boolean,
  withheld: boolean,
): { readonly word: string; readonly tone: Tone } {
  if (verdict === 'inconclusive' && !asked)
    return { word: withheld ? 'withheld' : 'no difference shown', tone: 'neutral' };
  return { word: verdictWord(verdict), tone: verdictTone(verdict) };
}

/** A sentence of the evaluation in the report's way of writing numbers: `0.871` → `.871`. */
export function restyle(message: string): string {
  return message.replace(/(?<![\w.,])0\.(?=\d+(?![\d.]))/gu, '.');
}

/** Half of an interval's width, NaN where withheld. */
export function halfWidth(estimate: Estimate | undefined): number {
  if (estimate?.low == null || estimate.high == null) return Number.NaN;
  return (estimate.high - estimate.low) / 2;
}

/** True where the margin was declared as a share of the baseline (`not-worse-by 20%`). */
export function hasRelativeMargin(metric: MetricComparison, gates: readonly GateResult[]): boolean {
  return gates.some(({ gate }) => gate.startsWith(`${metric.name} not-worse-by `) && gate.endsWith('%'));
}

/** The margin in the metric's own unit: a margin in % of the baseline is turned into one; null without a margin. */
export function absoluteMargin(metric: MetricComparison, gates: readonly GateResult[]): number | null {
  if (metric.margin === null || !hasRelativeMargin(metric, gates)) return metric.margin;
  const base = metric.baseline?.value;
  return base === null || base === undefined ? null : Math.abs(base) * metric.margin;
}

/** One precision for all numbers of a metric: values, difference, margin. */
export function metricPrecision(metric: MetricComparison, margin: number | null = metric.margin): Precision {
  const values = [
    metric.candidate.value,
    metric.baseline?.value,
    metric.candidate.low,
    metric.candidate.high,
  ].filter((value) => value !== null && value !== undefined);
  const scale = Math.max(0, ...values.map(Math.abs));
  const halves = [halfWidth(metric.difference), halfWidth(metric.candidate), margin ?? Number.NaN].filter(
    (half) => Number.isFinite(half) && half > 0,
  );
  return precisionOf(scale, Math.min(...halves));
}

/** `+.003 [−.001, +.007]`, the value alone where the interval is withheld. `bare` leaves a power of ten out. */
export function differenceText(
  difference: DifferenceEstimate | undefined,
  precision: Precision,
  bare = false,
): string {
  if (difference === undefined) return '–';
  if (difference.low === null) return formatDifference(difference.value, precision, bare);
  return `${formatDifference(difference.value, precision, true)} ${formatInterval(difference.low, difference.high, precision, { signed: true, bare })}`;
}

/** `−4.9 pt [−8.1, −1.7]`. */
export function pointsText(difference: DifferenceEstimate): string {
  const decimals = halfWidth(difference) < 0.002 ? 2 : 1;
  const value = `${formatPoints(difference.value, decimals)} pt`;
  return difference.low === null
    ? value
    : `${value} [${formatPoints(difference.low, decimals)}, ${formatPoints(difference.high, decimals)}]`;
}

/** `.871 [.858, .884]`, the value alone where the interval is withheld. `bare` leaves a power of ten out. */
export function valueText(estimate: Estimate | undefined, precision: Precision, bare = false): string {
  if (estimate === undefined) return '–';
  if (estimate.low === null) return formatNumber(estimate.value, precision, bare);
  return `${formatNumber(estimate.value, precision, true)} ${formatInterval(estimate.low, estimate.high, precision, { bare })}`;
}

/** The tolerated change with the sign of harm: `−.005`, for errors `+.005`. */
export function toleratedText(
  margin: number,
  direction: Direction,
  precision: Precision,
  bare = false,
): string {
  return formatDifference(direction === 'higher' ? -margin : margin, precision, bare);
}

function plural(noun: string): string {
  if (/[^aeiou]y$/u.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(?:s|x|ch|sh)$/u.test(noun) ? `${noun}es` : `${noun}s`;
}

/** Names that are nouns of what they hold; any other column name (`ts`, `humid`) would make an odd plural. */
const NOUNS = new Set(
  'account building car case client company customer day device document driver employee flight group hospital hour household image item machine member month order patient person player product query region row sensor series session shop site station store student subject team trip user vehicle video week year'.split(
    ' ',
  ),
);

/** The noun in the name of a unit: `customer` of `customer_id`; null for a name that holds none. */
function nounOf(name: string): string | null {
  const [, stem = '', id] = /^([a-z]{2,20}?)(_id)?$/u.exec(name) ?? [];
  return stem !== '' && (id !== undefined || NOUNS.has(stem)) ? stem : null;
}

/** What is counted, without the number: `customers`, `days`; odd names as `units of X`. */
export function unitNoun(name: string): string {
  const noun = nounOf(name);
  return noun === null ? `units of ${shorten(name, 30)}` : plural(noun);
}

/** `8,412 customers`, `91 days`, `1 row`; odd names as `12 units of X`. */
export function unitCount(name: string, count: number): string {
  const noun = nounOf(name);
  return `${formatCount(count)} ${count === 1 && noun !== null ? noun : unitNoun(name)}`;
}

/** Confidence level after the looks, as a percentage: `95 %`, `97.5 %`. */
export function levelText(comparison: Comparison): string {
  const level = 100 * (1 - comparison.alpha / Math.max(1, comparison.look));
  return `${Number(level.toFixed(2))}\u00a0%`;
}
