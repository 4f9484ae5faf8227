import type { Comparison, MetricComparison, SliceComparison } from '../../../src/contracts/comparison.ts';
import type { ReportContext } from '../../../src/evaluation/index.ts';

/** Comparisons whose every number is written down, for tests of wording. */
export const AUC: MetricComparison = {
  name: 'roc_auc',
  direction: 'higher',
  candidate: { value: 0.874, low: 0.861, high: 0.886 },
  baseline: { value: 0.871, low: 0.858, high: 0.884 },
  difference: { value: 0.003, low: -0.001, high: 0.007, p: 0.14, method: 'delong' },
  margin: 0.005,
  verdict: 'not-worse',
  reason: null,
  units_needed: null,
};

export const SLICE: SliceComparison = {
  name: 'region=NE',
  rows: 412,
  units: 412,
  metric: 'recall',
  candidate: 0.61,
  baseline: 0.659,
  difference: { value: -0.049, low: -0.081, high: -0.017, p: 0.003, method: 'bonett-price' },
  q: 0.03,
  p_adjusted: 0.027,
  smallest_visible: 0.046,
  verdict: 'worse',
  reason: null,
};

export const PASS: Comparison = {
  schema: 'slipway.comparison/1',
  decision: 'pass',
  reason: 'ALL_GATES_PASS',
  message: 'Pass: …',
  task: 'binary',
  rows: 8412,
  unit: { name: 'customer_id', count: 8412, design_effect: 1 },
  claim: 'artifact',
  look: 1,
  alpha: 0.05,
  metrics: [AUC],
  slices: [
    SLICE,
    ...['NW', 'S', 'W', 'SW', 'SE', 'E', 'N', 'X'].map((level, i): SliceComparison => ({
      ...SLICE,
      name: `region=${level}`,
      difference: { ...SLICE.difference, value: 0.001, low: -0.02, high: 0.022 },
      smallest_visible: 0.02 + 0.003 * i,
      verdict: 'inconclusive',
    })),
  ],
  gates: [{ gate: 'roc_auc not-worse-by 0.005', verdict: 'pass', reason: 'NOT_WORSE', message: 'm' }],
  changes: { fixed: 212, broken: 187, disagree: 399 },
  warnings: [],
};

const ACCURACY: MetricComparison = {
  name: 'accuracy',
  direction: 'higher',
  candidate: { value: 0.84, low: 0.823, high: 0.855 },
  baseline: { value: 0.842, low: 0.825, high: 0.857 },
  difference: { value: -0.002, low: -0.0145, high: 0.0105, p: 0.75, method: 'bonett-price' },
  margin: 0.005,
  verdict: 'inconclusive',
  reason: null,
  units_needed: 25_500,
};

export const CANNOT_TELL: Comparison = {
  ...PASS,
  decision: 'inconclusive',
  reason: 'GATE_INCONCLUSIVE',
  rows: 2000,
  unit: { name: 'row', count: 2000, design_effect: 1 },
  metrics: [ACCURACY],
  slices: [],
  gates: [
    { gate: 'accuracy not-worse-by 0.005', verdict: 'inconclusive', reason: 'INCONCLUSIVE', message: 'm' },
  ],
  changes: { fixed: 78, broken: 82, disagree: 160 },
};

export const CONTEXT: ReportContext = {
  model: 'churn',
  baseline: 'v13',
  changed: { files: ['features.py'], params: [{ name: 'depth', from: 6, to: 8 }], data: 'same' },
  test: 'unchanged',
  trainingRuns: 1,
  examples: [
    {
      title: 'Broken',
      columns: ['id'],
      rows: Array.from({ length: 10 }, (_, i) => [i]),
      total: 30,
      href: 'https://example.org/rows',
    },
  ],
};
