import { REASONS } from '../../contracts/codes.ts';
import type {
  Comparison,
  GateResult,
  MetricComparison,
  SliceComparison,
} from '../../contracts/comparison.ts';
import {
  badge,
  code,
  formatCount,
  formatNumber,
  formatP,
  formatPoints,
  muted,
  precisionOf,
  shorten,
  table,
  type Cell,
  type Inline,
  type TableBlock,
} from '../../report/index.ts';
import type { ExampleRows } from './context.ts';
import { metricLine, speaksOf } from './metric-line.ts';
import { sliceDifference, slicePrecision } from './slice-lines.ts';
import {
  absoluteMargin,
  differenceText,
  isRate,
  levelText,
  metricPrecision,
  metricSpan,
  restyle,
  spokenVerdict,
  toleratedText,
  valueText,
  verdictTone,
} from './words.ts';

type Judged = Pick<MetricComparison, 'verdict' | 'reason'>;

function verdictCell(judged: Judged, asked: boolean): readonly Inline[] {
  if (judged.verdict === null) return [muted(judged.reason === null ? '–' : REASONS[judged.reason])];
  const { word, tone } = spokenVerdict(judged.verdict, asked, judged.reason !== null);
  return judged.reason === null
    ? [badge(word, tone)]
    : [badge(word, tone), muted(`: ${REASONS[judged.reason]}`)];
}

/** Every metric: both values, the difference with its interval, the margin, the verdict. */
export function metricsTable(comparison: Comparison, baseline: string): TableBlock {
  const level = levelText(comparison);
  const paired = comparison.metrics.some((metric) => metric.difference !== undefined);
  const arrow = (metric: MetricComparison): string => (metric.direction === 'higher' ? '↑' : '↓');
  if (!paired) {
    const rows = comparison.metrics.map((metric): Cell[] => [
      [metricSpan(metric.name), muted(`\u00a0${arrow(metric)}`)],
      valueText(metric.candidate, metricPrecision(metric)),
      verdictCell(metric, true),
    ]);
    return table(['Metric', `Value [${level}]`, 'Verdict'], 'lrl', rows);
  }
  const rows = comparison.metrics.map((metric): Cell[] => {
    const margin = absoluteMargin(metric, comparison.gates);
    const precision = metricPrecision(metric, margin);
    return [
      [metricSpan(metric.name), muted(`\u00a0${arrow(metric)}`)],
      valueText(metric.baseline, precision),
      valueText(metric.candidate, precision),
      differenceText(metric.difference, precision),
      margin === null ? '' : toleratedText(margin, metric.direction, precision),
      verdictCell(metric, margin !== null),
    ];
  });
  return table(
    ['Metric', shorten(baseline, 40), 'Candidate', `Difference [${level}]`, 'Tolerated', 'Verdict'],
    'lrrrrl',
    rows,
  );
}

/** A gate's numbers as the other tables write them; where it speaks of no metric, its own sentence. */
function gateWhy(gate: GateResult, comparison: Comparison): readonly Inline[] {
  const metric = comparison.metrics.find(({ name }) => speaksOf(gate, name));
  if (metric === undefined || gate.reason === 'FIRST_VERSION' || gate.reason === 'NOT_ACTIVE')
    return [restyle(gate.message)];
  const tail = [
    'BETTER',
    'NOT_WORSE',
    'WORSE',
    'INCONCLUSIVE',
    'FLOOR_REACHED',
    'FLOOR_MISSED',
    'IDENTICAL',
  ].includes(gate.reason)
    ? ''
    : `: ${REASONS[gate.reason]}`;
  if (!gate.gate.startsWith(`${metric.name} not-worse-by`)) {
    return [
      metricSpan(metric.name),
      ` ${valueText(metric.candidate, metricPrecision(metric, absoluteMargin(metric, comparison.gates)))}${tail}`,
    ];
  }
  return [...metricLine(metric, comparison), tail];
}

/** Every gate with its verdict and the sentence that gives the numbers. */
export function gatesTable(comparison: Comparison): TableBlock {
  const word = { pass: 'pass', fail: 'fail', inconclusive: 'cannot tell', skipped: 'skipped' } as const;
  const rows = comparison.gates.map((gate): Cell[] => [
    code(shorten(gate.gate, 120)),
    badge(word[gate.verdict], verdictTone(gate.verdict)),
    gateWhy(gate, comparison),
  ]);
  return table(['Gate', 'Verdict', 'Why'], 'lll', rows);
}

/** Slices worst first, by the side that is worse for their metric. */
export function worstFirst(comparison: Comparison): SliceComparison[] {
  const loss = (slice: SliceComparison): number => {
    const lower = comparison.metrics.find((metric) => metric.name === slice.metric)?.direction === 'lower';
    return slice.difference.low === null ? Infinity : (slice.difference.value ?? Infinity) * (lower ? -1 : 1);
  };
  return comparison.slices.toSorted((a, b) => loss(a) - loss(b) || (a.name < b.name ? -1 : 1));
}

function slicesAlone(comparison: Comparison): TableBlock {
  const rows = comparison.slices.map((slice): Cell[] => [
    code(shorten(slice.name, 60)),
    formatCount(slice.rows),
    metricSpan(slice.metric),
    formatNumber(slice.candidate, slicePrecision(slice)),
  ]);
  return table(['Slice', 'Rows', 'Metric', 'Value'], 'lrlr', rows);
}

/** Every declared slice, with what it could not have shown; values alone where there is no baseline. */
export function slicesTable(comparison: Comparison): TableBlock {
  if (comparison.slices.every((slice) => slice.reason === 'FIRST_VERSION')) return slicesAlone(comparison);
  const rows = worstFirst(comparison).map((slice): Cell[] => {
    const precision = slicePrecision(slice);
    const visible =
      slice.smallest_visible === null
        ? '–'
        : isRate(slice.metric)
          ? `${formatPoints(slice.smallest_visible).replace('+', '')} pt`
          : formatNumber(slice.smallest_visible, precision);
    return [
      code(shorten(slice.name, 60)),
      formatCount(slice.rows),
      metricSpan(slice.metric),
      formatNumber(slice.baseline, precision),
      formatNumber(slice.candidate, precision),
      sliceDifference(slice),
      formatP(slice.q),
      visible,
      verdictCell(slice, false),
    ];
  });
  return table(
    [
      'Slice',
      'Rows',
      'Metric',
      'Baseline',
      'Candidate',
      `Difference [${levelText(comparison)}]`,
      'q',
      'Smallest visible',
      'Verdict',
    ],
    'lrlrrrrrl',
    rows,
  );
}

/** How each interval was computed: method, p-value, units needed. */
export function methodsTable(comparison: Comparison): TableBlock {
  const rows = comparison.metrics.map((metric): Cell[] => [
    metricSpan(metric.name),
    metric.difference?.method ?? '–',
    formatP(metric.difference?.p),
    formatCount(metric.units_needed),
  ]);
  return table(['Metric', 'Method', 'p', 'Units needed'], 'llrr', rows);
}

function cellOf(value: string | number | boolean | null): Cell {
  if (value === null) return muted('–');
  if (typeof value === 'number')
    return Number.isInteger(value) && Math.abs(value) < 1e15
      ? String(value)
      : formatNumber(value, precisionOf(value, Math.abs(value) / 100));
  return code(shorten(String(value), 60));
}

/** Rows on which the models differ. */
export function examplesTable(examples: ExampleRows): TableBlock {
  const numeric = examples.columns.map((_, index) =>
    examples.rows.every((row) => typeof row[index] === 'number' || row[index] == null),
  );
  return table(
    examples.columns.map((column) => shorten(column, 40)),
    numeric.map((is) => (is ? 'r' : 'l')).join(''),
    examples.rows.map((row) => examples.columns.map((_, index) => cellOf(row[index] ?? null))),
    `${examples.title}: ${formatCount(examples.rows.length)} of ${formatCount(examples.total)}`,
  );
}
