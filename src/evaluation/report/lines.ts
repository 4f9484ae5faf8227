import { REASONS } from '../../contracts/codes.ts';
import type {
  Comparison,
  GateResult,
  MetricComparison,
  SliceComparison,
} from '../../contracts/comparison.ts';
import {
  code,
  formatCount,
  formatInterval,
  formatNumber,
  formatPoints,
  formatRoughCount,
  link,
  precisionOf,
  shorten,
  strong,
  type Inline,
} from '../../report/index.ts';
import { gatePower, seOfInterval } from '../power.ts';
import type { ChangeSummary, ReportContext } from './context.ts';
import {
  absoluteMargin,
  decisionWord,
  differenceText,
  isRate,
  metricPrecision,
  metricSpan,
  pointsText,
  toleratedText,
  unitCount,
  valueText,
} from './words.ts';

/** A line of the comment. */
export type Line = readonly Inline[];

/** The metric a decision speaks of: of the first gate that decided, else the primary one. */
export function decidingMetric(comparison: Comparison): MetricComparison | undefined {
  const gate = decidingGate(comparison);
  const named =
    gate === undefined
      ? undefined
      : comparison.metrics
          .filter((metric) => gateNames(gate, metric.name))
          .sort((a, b) => b.name.length - a.name.length)[0];
  return named ?? comparison.metrics[0];
}

/** The first gate with the decision's own verdict. */
export function decidingGate(comparison: Comparison): GateResult | undefined {
  return comparison.gates.find((gate) => gate.verdict === comparison.decision);
}

function gateNames(gate: GateResult, metric: string): boolean {
  return gate.gate === metric || gate.gate.startsWith(`${metric} `);
}

/** `AUC .871 → .874, +.003 [−.001, +.007], tolerated −.005`; one model alone `AUC .871 [.858, .884]`. */
export function metricLine(metric: MetricComparison, comparison: Comparison): Line {
  const margin = absoluteMargin(metric, comparison.gates);
  const precision = metricPrecision(metric, margin);
  const name = [metricSpan(metric.name), ' '];
  const limit = limitOf(metric, comparison.gates);
  const bound = limit === null ? '' : `, limit ${formatNumber(limit, precision)}`;
  if (metric.difference === undefined) return [...name, valueText(metric.candidate, precision), bound];
  const tolerated =
    margin === null ? bound : `, tolerated ${toleratedText(margin, metric.direction, precision)}`;
  return [
    ...name,
    `${formatNumber(metric.baseline?.value, precision)} → ${formatNumber(metric.candidate.value, precision)}, ${differenceText(metric.difference, precision)}${tolerated}`,
  ];
}

/** The number of a `min` or `max` gate on the metric. */
function limitOf(metric: MetricComparison, gates: readonly GateResult[]): number | null {
  for (const { gate } of gates) {
    if (!gate.startsWith(`${metric.name} `)) continue;
    const found = /^\s*(?:min|max|≥|≤|>=|<=)\s*(-?[\d.]+(?:e-?\d+)?)\s*$/iu.exec(
      gate.slice(metric.name.length),
    );
    if (found?.[1] !== undefined && Number.isFinite(Number(found[1]))) return Number(found[1]);
  }
  return null;
}

/** What a passing or failing decision means, in the words after the comma: `not worse than v13`. */
export function meaning(comparison: Comparison, context: ReportContext): string {
  const against = context.baseline === null ? 'the baseline' : shorten(context.baseline, 60);
  const metric = decidingMetric(comparison);
  const gate = decidingGate(comparison);
  if (comparison.reason === 'PREDICTIONS_INCOMPLETE') return 'predictions are missing';
  if (comparison.decision === 'fail') {
    if (gate?.reason === 'SLICE_DROPPED') return 'a slice drops';
    if (gate?.reason === 'SUITE_FAILED' || gate?.reason === 'SUITE_MISSING') return 'a test suite is not met';
    if (gate?.reason === 'FLOOR_MISSED') return 'the limit is not reached';
    return metric?.difference === undefined ? 'a gate failed' : `worse than ${against}`;
  }
  if (comparison.gates.some((one) => one.reason === 'FIRST_VERSION') || comparison.reason === 'FIRST_VERSION')
    return 'first version';
  if (metric?.reason === 'IDENTICAL') return `predicts the same as ${against}`;
  if (metric?.verdict === 'better') return `better than ${against}`;
  if (metric?.verdict === 'not-worse') return `not worse than ${against}`;
  return 'every gate holds';
}

/** `churn: PASS, not worse than v13. AUC …` and its kin for the other decisions: the first lines. */
export function headLines(comparison: Comparison, context: ReportContext): Line[] {
  const metric = decidingMetric(comparison);
  const word = strong(`${shorten(context.model, 60)}: ${decisionWord(comparison)}`);
  const numbers = metric === undefined ? [] : metricLine(metric, comparison);
  switch (comparison.decision) {
    case 'inconclusive':
      return cannotTellLines(comparison, context, word);
    case 'skipped':
      return [[word, ', nothing is decided. ', ...numbers, informs(metric)]];
    case 'error':
      return [[word, `. ${comparison.message}`]];
    default: {
      const gate = decidingGate(comparison);
      const plain = metric !== undefined && gate !== undefined && gateNames(gate, metric.name);
      const first: Line = [
        word,
        `, ${meaning(comparison, context)}. `,
        ...(plain || gate === undefined ? numbers : [gate.message]),
      ];
      return comparison.decision === 'fail' ? [first, ...otherFailures(comparison, gate)] : [first];
    }
  }
}

function otherFailures(comparison: Comparison, shown: GateResult | undefined): Line[] {
  const others = comparison.gates.filter((gate) => gate.verdict === 'fail' && gate !== shown);
  if (others.length === 0) return [];
  const named = others
    .slice(0, 3)
    .flatMap((gate, index): Inline[] => [index === 0 ? ' ' : ', ', code(shorten(gate.gate, 80))]);
  return [
    [
      others.length === 1 ? 'Fails too:' : `${others.length} more gates fail:`,
      ...named,
      others.length > 3 ? ' …' : '',
    ],
  ];
}

function informs(metric: MetricComparison | undefined): string {
  const difference = metric?.difference;
  if (metric === undefined || difference === undefined) return '';
  if (metric.reason === 'IDENTICAL') return ': both predict the same on every row';
  if (difference.low === null || difference.high === null)
    return metric.reason === null ? '' : `: ${REASONS[metric.reason]}`;
  const [low, high] =
    metric.direction === 'higher' ? [difference.low, difference.high] : [-difference.high, -difference.low];
  if (low > 0) return ': better';
  if (high < 0) return ': worse';
  return `: ${metric.direction === 'higher' ? 'drops' : 'rises'} over ${formatNumber(-low, metricPrecision(metric))} are ruled out`;
}

/** What a metric's test set could decide, where the interval was simply too wide. */
export interface Resolution {
  /** The margin 80 of 100 equal models would pass. */
  readonly holds: number;
  readonly margin: number;
  /** Share of equal models that end inconclusive. */
  readonly inconclusive: number;
  /** Units to add until the margin can be decided. */
  readonly more: number | null;
}

/** Reads {@link Resolution} off the printed interval; null where it is withheld or no margin is declared. */
export function resolutionOf(
  metric: MetricComparison | undefined,
  comparison: Comparison,
): Resolution | null {
  if (metric?.difference === undefined || metric.difference.low === null) return null;
  const margin = absoluteMargin(metric, comparison.gates);
  if (margin === null || margin <= 0) return null;
  const alpha = comparison.alpha / Math.max(1, comparison.look);
  const se = seOfInterval(metric.difference.low, metric.difference.high, alpha);
  if (!Number.isFinite(se) || se <= 0) return null;
  const { holds, inconclusive } = gatePower(se, margin, alpha);
  const more = metric.units_needed === null ? null : metric.units_needed - comparison.unit.count;
  return { holds, margin, inconclusive, more: more !== null && more > 0 ? more : null };
}

/** A difference as it is spoken of: `1.8 pt` for rates, else `.018`. Margins are rounded up so that they still hold. */
export function sizeText(size: number, metric: MetricComparison): string {
  if (isRate(metric.name)) return `${formatPoints(size, size < 0.001 ? 2 : 1).replace(/^\+/u, '')} pt`;
  return formatNumber(size, metricPrecision(metric));
}

/** A margin that this test set can decide, rounded up to the precision it is printed in. */
export function holdableMargin(resolution: Resolution, metric: MetricComparison): string {
  const precision = metricPrecision(metric);
  const decimals = 'decimals' in precision ? precision.decimals : null;
  if (decimals === null) return formatNumber(resolution.holds, precision);
  return formatNumber(Math.ceil(resolution.holds * 10 ** decimals - 1e-6) / 10 ** decimals, precision);
}

function cannotTellLines(comparison: Comparison, context: ReportContext, word: Inline): Line[] {
  const metric = decidingMetric(comparison);
  const resolution = resolutionOf(metric, comparison);
  const gate = decidingGate(comparison);
  const numbers = metric === undefined ? [] : metricLine(metric, comparison);
  if (metric === undefined || resolution === null || gate?.reason !== 'INCONCLUSIVE') {
    return [
      [word, `. ${gate?.message ?? comparison.message}`],
      ...(metric?.candidate.value === null || metric === undefined ? [] : [numbers]),
      accept(context),
    ];
  }
  const asks = isRate(metric.name)
    ? sizeText(resolution.margin, metric).replace(' pt', '')
    : sizeText(resolution.margin, metric);
  const times = Math.min(99, Math.round(resolution.inconclusive * 100));
  return [
    [
      word,
      `. ${unitCount(comparison.unit.name, comparison.unit.count)} resolve ${sizeText(resolution.holds, metric)}, the gate asks ${asks}`,
    ],
    [...numbers, `; equal models end here ${times} times in 100`],
    [
      'Do one: ',
      ...(resolution.more === null
        ? []
        : [
            `label ≈ ${formatRoughCount(resolution.more)} more ${unitCount(comparison.unit.name, 2).replace(/^2 /u, '')} · `,
          ]),
      `set margin ${holdableMargin(resolution, metric)} on the base branch · approver: `,
      code(`/accept ${shorten(context.model, 60)} "why"`),
    ],
  ];
}

function accept(context: ReportContext): Line {
  return [
    'To release it all the same, an approver writes ',
    code(`/accept ${shorten(context.model, 60)} "why"`),
  ];
}

/** `8,412 customers, test unchanged, look 1. Fixes 212 rows, breaks 187`. */
export function testLine(comparison: Comparison, context: ReportContext): Line {
  const byRow = comparison.unit.name === 'row';
  const parts = [
    byRow
      ? unitCount('row', comparison.rows)
      : `${unitCount(comparison.unit.name, comparison.unit.count)} (${formatCount(comparison.rows)} rows)`,
    ...(context.test == null
      ? []
      : [
          { unchanged: 'test unchanged', changed: 'test set changed', rolled: 'test window rolled on' }[
            context.test
          ],
        ]),
    `look ${comparison.look}`,
    ...(context.holdout === 'visible'
      ? ['test rows visible in the repository']
      : context.holdout === 'hidden'
        ? ['test rows hidden']
        : []),
  ];
  const changes = comparison.changes;
  const rows =
    changes === null
      ? ''
      : changes.disagree === 0
        ? '. Same prediction on every row'
        : `. Fixes ${formatCount(changes.fixed)} rows, breaks ${formatCount(changes.broken)}`;
  return [`${parts.join(', ')}${rows}`];
}

function valueOf(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'number') return String(value);
  return shorten(typeof value === 'string' ? value : JSON.stringify(value), 24);
}

function changeParts(changed: ChangeSummary): Inline[] {
  const parts: Inline[][] = [
    ...changed.files.slice(0, 3).map((file): Inline[] => [code(shorten(file, 40))]),
    ...(changed.files.length > 3 ? [[`${changed.files.length - 3} more files`]] : []),
    ...changed.params
      .slice(0, 3)
      .map((param): Inline[] => [
        code(shorten(param.name, 30)),
        ' ',
        code(valueOf(param.from)),
        ' → ',
        code(valueOf(param.to)),
      ]),
    ...(changed.params.length > 3 ? [[`${changed.params.length - 3} more parameters`]] : []),
    ...(changed.data === null
      ? []
      : [[changed.data === 'same' ? 'same data' : 'other training data: mixes code and data']]),
  ];
  return parts.flatMap((part, index) => (index === 0 ? part : [', ', ...part]));
}

/** `Changed: features.py, depth 6 → 8, same data. One training run: says nothing about the code`; null when nothing is known. */
export function changeLine(comparison: Comparison, context: ReportContext): Line | null {
  const { changed } = context;
  const empty = changed != null && changed.files.length === 0 && changed.params.length === 0;
  const what: Inline[] =
    changed == null
      ? []
      : empty && changed.data !== 'different'
        ? ['Nothing changed in code, parameters or data']
        : ['Changed: ', ...changeParts(changed)];
  const claim = claimText(comparison, context);
  if (what.length === 0 && claim === '') return null;
  return [...what, what.length > 0 && claim !== '' ? '. ' : '', claim];
}

function claimText(comparison: Comparison, context: ReportContext): string {
  const { change } = comparison;
  if (change !== undefined) {
    const precision = precisionOf(change.value, (change.high - change.low) / 2);
    return `The change itself over ${change.runs.candidate} + ${change.runs.baseline} training runs: ${differenceText({ ...change, p: null, method: null }, precision)}`;
  }
  if (context.seedIgnored === true)
    return 'The training ignores its seed: nothing can be said about the change itself';
  if (context.trainingRuns === 1) return 'One training run: says nothing about the code';
  if (context.trainingRuns === 2) return 'Two training runs: too few to speak about the code';
  return '';
}

function sliceText(slice: SliceComparison): string {
  const { difference } = slice;
  const precision = precisionOf(
    Math.max(Math.abs(slice.candidate ?? 0), Math.abs(slice.baseline ?? 0)),
    difference.low === null || difference.high === null ? Number.NaN : (difference.high - difference.low) / 2,
  );
  return isRate(slice.metric) ? pointsText(difference) : differenceText(difference, precision);
}

/** Slices that a reader should see first: worse, or a drop that stays notable among all declared (q < .1). */
export function notableSlices(comparison: Comparison): SliceComparison[] {
  const rank = (slice: SliceComparison): number => slice.p_adjusted ?? slice.difference.p ?? 1;
  return comparison.slices
    .filter((slice) => slice.verdict === 'worse' || slice.verdict === 'fail')
    .sort((a, b) => rank(a) - rank(b));
}

/** `drops < 3 pt in 4 of 9 slices`: what the declared slices cannot show; null when nothing is declared. */
export function invisibleText(comparison: Comparison): string | null {
  const sizes = comparison.slices
    .map((slice) => slice.smallest_visible)
    .filter((size): size is number => size !== null && Number.isFinite(size))
    .sort((a, b) => a - b);
  const unknown = comparison.slices.length - sizes.length;
  const total = comparison.slices.length;
  if (total === 0) return null;
  if (sizes.length === 0) return `any drop in all ${total} slices: too few rows`;
  const middle = sizes[Math.floor(sizes.length / 2)] ?? 0;
  const rate = isRate(comparison.slices[0]?.metric ?? '');
  const step = rate ? (middle >= 0.02 ? 0.01 : 0.001) : 10 ** Math.floor(Math.log10(middle));
  const bound = Math.max(step, Math.floor(middle / step + 1e-9) * step);
  const count = sizes.filter((size) => size >= bound).length + unknown;
  const text = rate
    ? `${Number((bound * 100).toFixed(2))} pt`
    : formatNumber(bound, precisionOf(bound, bound));
  return `drops < ${text} in ${count} of ${total} slices`;
}

/** `Look at: region=NE (412) recall −4.9 pt [−8.1, −1.7] → 10 examples. Invisible: …`; null without slices and examples. */
export function sliceLine(comparison: Comparison, context: ReportContext): Line | null {
  const invisible = invisibleText(comparison);
  const notable = notableSlices(comparison).slice(0, 2);
  const tail = invisible === null ? '' : `Invisible: ${invisible}`;
  if (notable.length === 0) return invisible === null ? null : [`No declared slice is worse. ${tail}`];
  const found = notable.flatMap((slice, index): Inline[] => [
    index === 0 ? '' : ', ',
    code(shorten(slice.name, 40)),
    ` (${formatCount(slice.rows)}) `,
    metricSpan(slice.metric),
    ` ${sliceText(slice)}`,
  ]);
  return ['Look at: ', ...found, ...examplesSpan(context), `. ${tail}`];
}

function examplesSpan(context: ReportContext): Inline[] {
  const examples = context.examples?.[0];
  if (examples === undefined) return [];
  const text = `${formatCount(examples.rows.length)} examples`;
  return [' → ', examples.href == null ? text : link(text, examples.href)];
}

/** `Read 8 of the 160 rows where they disagree → …`; null without examples. */
export function disagreementLine(comparison: Comparison, context: ReportContext): Line | null {
  const examples = context.examples?.[0];
  if (examples === undefined || comparison.decision !== 'inconclusive' || examples.rows.length === 0)
    return null;
  const count = comparison.changes?.disagree ?? examples.total;
  const text = `Read ${formatCount(examples.rows.length)} of the ${formatCount(count)} rows where they disagree`;
  return examples.href == null ? [text, ' (in the report)'] : [text, ' → ', link('rows', examples.href)];
}

/** `[.858, .884]`-style intervals are shown with this level and what they are by. */
export function intervalNote(low: number | null, high: number | null): string {
  return formatInterval(low, high);
}
