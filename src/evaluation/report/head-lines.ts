import { REASONS } from '../../contracts/codes.ts';
import type {
  Comparison,
  GateResult,
  MetricComparison,
  SliceComparison,
} from '../../contracts/comparison.ts';
import { code, formatNumber, formatRoughCount, shorten, strong, type Inline } from '../../report/index.ts';
import type { ReportContext } from './context.ts';
import { decidingGate, decidingMetric, metricLine, speaksOf, type Line } from './metric-line.ts';
import { holdableMargin, resolutionOf, sizeText } from './resolution.ts';
import { notableSlices, sliceSpans } from './slice-lines.ts';
import { decisionWord, isRate, metricPrecision, restyle, unitCount, unitNoun } from './words.ts';

function isFirstVersion(comparison: Comparison): boolean {
  return (
    comparison.reason === 'FIRST_VERSION' || comparison.gates.some((gate) => gate.reason === 'FIRST_VERSION')
  );
}

/** Slices that the first line of a failed comparison names. */
export function slicesInHead(comparison: Comparison): SliceComparison[] {
  const dropped = comparison.decision === 'fail' && decidingGate(comparison)?.reason === 'SLICE_DROPPED';
  return dropped ? notableSlices(comparison).slice(0, 3) : [];
}

function failure(comparison: Comparison, against: string): string {
  if (comparison.reason === 'PREDICTIONS_INCOMPLETE') return 'predictions are missing';
  switch (decidingGate(comparison)?.reason) {
    case 'SLICE_DROPPED':
      return 'a slice drops';
    case 'SUITE_FAILED':
    case 'SUITE_MISSING':
      return 'a test suite is not met';
    case 'FLOOR_MISSED':
      return 'the limit is not reached';
    case 'WORSE':
      return `worse than ${against}`;
    default:
      return 'a gate failed';
  }
}

/** What a decision means, in the words after the comma: `not worse than v13`. */
export function meaning(comparison: Comparison, context: ReportContext): string {
  const against = context.baseline === null ? 'the baseline' : shorten(context.baseline, 60);
  if (comparison.decision === 'fail') return failure(comparison, against);
  if (isFirstVersion(comparison)) return 'first version';
  const metric = decidingMetric(comparison);
  if (metric?.reason === 'IDENTICAL') return `predicts the same as ${against}`;
  if (metric?.verdict === 'better') return `better than ${against}`;
  if (metric?.verdict === 'not-worse') return `not worse than ${against}`;
  return 'every gate holds';
}

/** The first lines: `churn: PASS, not worse than v13. AUC …`, and their kin for the other decisions. */
export function headLines(comparison: Comparison, context: ReportContext): Line[] {
  const metric = decidingMetric(comparison);
  const word = strong(`${shorten(context.model, 60)}: ${decisionWord(comparison)}`);
  const numbers = metric === undefined ? [] : metricLine(metric, comparison);
  switch (comparison.decision) {
    case 'inconclusive':
      return cannotTellLines(comparison, context, word);
    case 'fail':
      return failLines(comparison, context, word);
    case 'skipped':
      return [[word, ', nothing is decided. ', ...numbers, informs(metric)]];
    case 'error':
      return [[word, `. ${comparison.message}`]];
    case 'pass':
      return [[word, `, ${meaning(comparison, context)}. `, ...numbers]];
  }
}

function failLines(comparison: Comparison, context: ReportContext, word: Inline): Line[] {
  const gate = decidingGate(comparison);
  const metric = decidingMetric(comparison);
  const numbers = metric === undefined ? [] : metricLine(metric, comparison);
  const lead: Line = [word, `, ${meaning(comparison, context)}. `];
  const rest = otherFailures(comparison, gate);
  if (gate === undefined || comparison.reason === 'PREDICTIONS_INCOMPLETE')
    return [[...lead, sentence(comparison)], ...rest];
  if (metric !== undefined && speaksOf(gate, metric.name)) return [[...lead, ...numbers], ...rest];
  const slices = sliceSpans(slicesInHead(comparison));
  const why =
    slices.length > 0 ? [...slices, ', gate ', code(shorten(gate.gate, 80))] : [restyle(gate.message)];
  return [[...lead, ...why], ...(numbers.length > 0 ? [numbers] : []), ...rest];
}

function sentence(comparison: Comparison): string {
  return restyle(comparison.message.replace(/^(?:Fail|Cannot tell|Pass): /u, ''));
}

function otherFailures(comparison: Comparison, shown: GateResult | undefined): Line[] {
  const others = comparison.gates.filter((gate) => gate.verdict === 'fail' && gate !== shown);
  if (others.length === 0 || comparison.reason === 'PREDICTIONS_INCOMPLETE') return [];
  const named = others
    .slice(0, 3)
    .flatMap((gate, index): Inline[] => [index === 0 ? ' ' : ', ', code(shorten(gate.gate, 80))]);
  return [
    [
      others.length === 1 ? 'Fails too:' : `${others.length} more gates fail:`,
      ...named,
      others.length > 3 ? ', …' : '',
    ],
  ];
}

/** What an interval says where no gate asks. */
function informs(metric: MetricComparison | undefined): string {
  const difference = metric?.difference;
  if (metric === undefined || difference === undefined || metric.reason === 'IDENTICAL') return '';
  if (difference.low === null || difference.high === null)
    return metric.reason === null ? '' : `: ${REASONS[metric.reason]}`;
  const [low, high] =
    metric.direction === 'higher' ? [difference.low, difference.high] : [-difference.high, -difference.low];
  if (low > 0) return ': better';
  if (high < 0) return ': worse';
  return `: ${metric.direction === 'higher' ? 'drops' : 'rises'} over ${formatNumber(-low, metricPrecision(metric))} are ruled out`;
}

function command(context: ReportContext): Inline {
  return code(`/accept ${shorten(context.model, 60)} "why"`);
}

/** Two files were compared: there is no request that could be accepted. */
function plainFiles(context: ReportContext): boolean {
  return context.trainingRuns === null;
}

/** How an inconclusive verdict is released; nothing where there is nothing to release. */
function acceptLines(context: ReportContext): Line[] {
  if (plainFiles(context)) return [];
  return [['To release it all the same, an approver writes ', command(context)]];
}

/** What a test set that is too small can be helped by. */
export interface WaysOut {
  /** `2,000 rows resolve 1.8 pt, the gate asks 0.5`. */
  readonly why: string;
  /** `equal models end here 86 times in 100`. */
  readonly chance: string;
  readonly ways: readonly Line[];
}

/** The ways out of an inconclusive gate; null where more rows are not what is missing. */
export function waysOut(comparison: Comparison, context: ReportContext): WaysOut | null {
  const metric = decidingMetric(comparison);
  const gate = decidingGate(comparison);
  if (metric === undefined || gate?.reason !== 'INCONCLUSIVE' || !speaksOf(gate, metric.name)) return null;
  const resolution = resolutionOf(metric, comparison);
  if (comparison.decision !== 'inconclusive' || resolution?.more == null) return null;
  const { name, count } = comparison.unit;
  const asks = sizeText(resolution.margin, metric);
  return {
    why: `${unitCount(name, count)} resolve ${sizeText(resolution.holds, metric)}, the gate asks ${isRate(metric.name) ? asks.replace(' pt', '') : asks}`,
    chance: `equal models end here ${Math.min(99, Math.round(resolution.inconclusive * 100))} times in 100`,
    ways: [
      [
        `${/^(?:hour|day|date|week|month)$/u.test(name) ? 'collect' : 'label'} ≈ ${formatRoughCount(resolution.more)} more ${unitNoun(name)}`,
      ],
      [
        `set margin ${holdableMargin(resolution, metric, comparison)}${plainFiles(context) ? '' : ' on the base branch'}`,
      ],
      ...(plainFiles(context) ? [] : [['approver: ', command(context)]]),
    ],
  };
}

/** Where more rows would decide, three ways out; else why it cannot be told. */
function cannotTellLines(comparison: Comparison, context: ReportContext, word: Inline): Line[] {
  const metric = decidingMetric(comparison);
  const gate = decidingGate(comparison);
  const numbers = metric === undefined ? [] : metricLine(metric, comparison);
  const help = waysOut(comparison, context);
  if (help !== null) {
    const ways = help.ways.flatMap((way, index): Inline[] => [...(index === 0 ? [] : [' · ']), ...way]);
    return [
      [word, `. ${help.why}`],
      [...numbers, `; ${help.chance}`],
      ['Do one: ', ...ways],
    ];
  }
  if (gate === undefined && isFirstVersion(comparison)) {
    const next = 'Only gates against a baseline are declared: add a limit (min or max) on the base branch';
    return [[word, ', first version. ', ...numbers], [next], ...acceptLines(context)];
  }
  if (gate !== undefined && metric !== undefined && speaksOf(gate, metric.name)) {
    return [[word, '. ', ...numbers, `: ${REASONS[gate.reason]}`], ...acceptLines(context)];
  }
  const lead: Line = [word, `. ${gate === undefined ? sentence(comparison) : restyle(gate.message)}`];
  return [lead, ...(gate === undefined ? [] : [numbers]), ...acceptLines(context)];
}
