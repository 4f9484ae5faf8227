import type { Comparison } from '../../../src/contracts/comparison.ts';
import { compare, evaluationCharts, prepare } from '../../../src/evaluation/index.ts';
import type { CompareInput, ExampleRows, Failure, ReportContext } from '../../../src/evaluation/index.ts';
import { createRandom } from '../../../src/stats/index.ts';

/** A comparison with what a run knows about it: what reports are made of. */
export interface Sample {
  readonly name: string;
  readonly comparison: Comparison;
  readonly context: ReportContext;
}

interface Draw {
  readonly uniform: () => number;
  readonly normal: () => number;
  readonly pick: <T>(values: readonly T[]) => T;
}

function drawFrom(seed: number): Draw {
  const random = createRandom(seed);
  return {
    uniform: () => random.uniform(),
    normal: () => random.normal(),
    pick: (values) => values[random.below(values.length)]!,
  };
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** Binary predictions: both models see the signal, the candidate with `gain` more of it. */
export interface BinaryShape {
  readonly rows: number;
  readonly seed?: number;
  readonly gain?: number;
  /** Noise that only one of the models has: how much they disagree. */
  readonly apart?: number;
  readonly bias?: number;
  readonly levels?: readonly string[];
  /** This level is predicted worse by the candidate. */
  readonly hurt?: string;
  /** By how much its positives lose, on the logit scale. Default 0.3. */
  readonly hurtBy?: number;
}

/** Columns for `compare`, task binary. */
export function binaryInput(shape: BinaryShape): CompareInput {
  const {
    rows,
    seed = 1,
    gain = 0,
    apart = 0.2,
    bias = -1.2,
    levels = ['NE', 'NW', 'S', 'W'],
    hurt,
    hurtBy = 0.3,
  } = shape;
  const draw = drawFrom(seed);
  const target: number[] = [];
  const candidate: number[] = [];
  const baseline: number[] = [];
  const region: string[] = [];
  for (let i = 0; i < rows; i++) {
    const signal = 1.4 * draw.normal();
    const level = draw.pick(levels);
    const positive = draw.uniform() < sigmoid(signal * 1.2 + bias) ? 1 : 0;
    const loss = level === hurt ? -hurtBy * positive : 0;
    target.push(positive);
    region.push(level);
    baseline.push(sigmoid(signal + bias + apart * draw.normal()));
    candidate.push(sigmoid(signal * (1 + gain) + bias + loss + apart * (1 - 2 * gain) * draw.normal()));
  }
  return {
    task: 'binary',
    target,
    candidate: { score: candidate },
    baseline: { score: baseline },
    slices: { region },
  };
}

/** What a run tells about a small change to a churn model. */
export function churnContext(overrides: Partial<ReportContext> = {}): ReportContext {
  return {
    model: 'churn',
    baseline: 'v13',
    changed: { files: ['features.py'], params: [{ name: 'depth', from: 6, to: 8 }], data: 'same' },
    test: 'unchanged',
    holdout: 'visible',
    trainingRuns: 1,
    reportHref: 'https://example.org/runs/42/report.html',
    provenance: {
      git: { commit: '3f2a91c07d5be1a4c6f8e90b12d34a56c78e90f1', branch: 'deeper-trees', dirty: false },
      digests: [
        { name: 'Training data', digest: 'a3'.repeat(32) },
        { name: 'Test data', digest: '5b'.repeat(32) },
        { name: 'Model file', digest: 'c7'.repeat(32) },
      ],
      environment: [{ name: 'Python', value: '3.11.9, requirements.txt' }],
      durations: [
        { stage: 'Data', milliseconds: 412, reused: true },
        { stage: 'Training', milliseconds: 48_200 },
        { stage: 'Evaluation', milliseconds: 1930 },
      ],
      peakMemoryBytes: 812_000_000,
      started: '2026-02-03T10:11:12Z',
      version: '0.1.0',
      command: 'slipway run churn',
    },
    ...overrides,
  };
}

/** A few rows on which the models differ. */
export const CHURN_EXAMPLES: ExampleRows = {
  title: 'Broken by the candidate in region=NE',
  columns: ['customer_id', 'churned', 'v13', 'candidate', 'region', 'tenure', 'plan'],
  rows: Array.from({ length: 10 }, (_, i) => [
    `C-${10_482 + 37 * i}`,
    1,
    0.71 - 0.01 * i,
    0.32 + 0.012 * i,
    'NE',
    3 + i,
    i % 2 === 0 ? 'basic' : 'plus',
  ]),
  total: 34,
  href: 'https://example.org/runs/42/report.html#rows',
};

function sampleOf(name: string, input: CompareInput, context: ReportContext): Sample {
  const labels = { candidate: 'candidate', baseline: context.baseline ?? 'baseline' };
  return {
    name,
    comparison: compare(input),
    context: { ...context, charts: evaluationCharts(judgedRows(input), labels) },
  };
}

const CHURN_METRICS = ['roc_auc', 'accuracy', 'recall', 'precision', 'f1', 'brier', 'log_loss'];

function churnSamples(): Sample[] {
  const gates = [
    { metric: 'roc_auc', 'not-worse-by': 0.005 },
    { metric: 'roc_auc', min: 0.8 },
  ];
  const base = { metrics: CHURN_METRICS };
  const guard = { slices: 'declared', metric: 'recall', 'max-drop': 0.03 } as const;
  return [
    sampleOf(
      'pass',
      { ...binaryInput({ rows: 8412, gain: 0.14, apart: 0.5, hurt: 'NE' }), ...base, gates },
      churnContext({ examples: [CHURN_EXAMPLES] }),
    ),
    sampleOf(
      'fail',
      {
        ...binaryInput({ rows: 8412, seed: 2, apart: 0.3, gain: -0.5, hurt: 'NE' }),
        ...base,
        gates: [...gates, guard],
      },
      churnContext({ examples: [CHURN_EXAMPLES] }),
    ),
    sampleOf(
      'cannot-tell',
      {
        ...binaryInput({ rows: 2000, seed: 3, apart: 0.5 }),
        metrics: ['accuracy', 'roc_auc'],
        gates: [{ metric: 'accuracy', 'not-worse-by': 0.005 }],
      },
      churnContext({
        holdout: 'hidden',
        examples: [{ ...CHURN_EXAMPLES, title: 'Rows where they disagree', total: 160 }],
      }),
    ),
    sampleOf('no-gates', { ...binaryInput({ rows: 8412, seed: 4 }), ...base }, churnContext()),
    sampleOf(
      'first-version',
      firstVersion(binaryInput({ rows: 3000, seed: 5 }), gates),
      churnContext({ baseline: null, changed: null }),
    ),
    sampleOf(
      'too-few',
      { ...binaryInput({ rows: 60, seed: 6, bias: -3 }), metrics: ['roc_auc', 'recall'], gates },
      churnContext(),
    ),
    sampleOf(
      'identical',
      identical(binaryInput({ rows: 4000, seed: 7 }), gates),
      churnContext({ changed: { files: [], params: [], data: 'same' } }),
    ),
    sampleOf(
      'huge',
      { ...binaryInput({ rows: 60_000, seed: 8, apart: 0.02 }), ...base, gates },
      churnContext({ seedIgnored: true }),
    ),
  ];
}

function firstVersion(input: CompareInput, gates: NonNullable<CompareInput['gates']>): CompareInput {
  return { ...input, baseline: null, metrics: CHURN_METRICS, gates };
}

function identical(input: CompareInput, gates: NonNullable<CompareInput['gates']>): CompareInput {
  return { ...input, candidate: input.baseline!, metrics: CHURN_METRICS, gates };
}

function regressionInput(seed: number, rows: number, scale: number): CompareInput {
  const draw = drawFrom(seed);
  const target: number[] = [];
  const ours: number[] = [];
  const theirs: number[] = [];
  const day: number[] = [];
  for (let i = 0; i < rows; i++) {
    const size = Math.abs(draw.normal()) * 40 + 20;
    const block = Math.floor((i * 90) / rows);
    target.push(scale * (size + draw.normal() * size * 0.2));
    ours.push(scale * (size * 0.97 + 1.5 + draw.normal() * 3));
    theirs.push(scale * (size + draw.normal() * 7));
    day.push(block);
  }
  return {
    task: 'regression',
    target,
    candidate: { prediction: ours },
    baseline: { prediction: theirs },
    unit: { name: 'day', values: day },
    metrics: ['rmse', 'mae', 'r2'],
  };
}

function multiclassInput(): CompareInput {
  const draw = drawFrom(11);
  const classes = ['setosa', 'versicolor', 'virginica', 'Überraschung 🌺'];
  const rows = 3000;
  const target: string[] = [];
  const scores = (): Record<string, number[]> =>
    Object.fromEntries(classes.map((name) => [name, [] as number[]]));
  const ours = scores();
  const theirs = scores();
  for (let i = 0; i < rows; i++) {
    const truth = draw.pick(classes);
    target.push(truth);
    for (const [side, noise] of [
      [ours, 1.1],
      [theirs, 1.3],
    ] as const) {
      const raw = classes.map((name) => Math.exp((name === truth ? 1.8 : 0) + noise * draw.normal()));
      const sum = raw.reduce((a, b) => a + b, 0);
      classes.forEach((name, k) => side[name]!.push(raw[k]! / sum));
    }
  }
  return {
    task: 'multiclass',
    target,
    candidate: { scores: ours },
    baseline: { scores: theirs },
    metrics: ['accuracy', 'f1_macro', 'log_loss', 'recall[setosa]'],
    margins: { accuracy: 0.01 },
  };
}

/** Names as people and attackers choose them. */
export const LONG_NAMES: readonly string[] = [
  'a_very_long_column_name_that_never_ends=and_a_level_that_goes_on_and_on_and_on',
  'straße=Größe „ü“',
  '地域=東京都千代田区霞が関一丁目二番三号',
  'المنطقة=الشمال الشرقي',
  'emoji=👩‍🚀🇩🇪🏳️‍🌈',
  '<img src=x onerror=alert(1)>',
  '| pipe | `tick` | @team #1',
  'line\nbreak\ttab \u202edesrever',
];

function manySlices(): Sample {
  const levels = [
    ...LONG_NAMES,
    ...Array.from({ length: 22 }, (_, i) => `store ${String(i + 1).padStart(2, '0')}`),
  ];
  const input = binaryInput({ rows: 12_000, seed: 9, apart: 0.4, levels, hurt: 'store 07', hurtBy: 1.1 });
  return sampleOf(
    'slices',
    {
      ...input,
      metrics: ['recall', 'roc_auc'],
      gates: [
        { metric: 'recall', 'not-worse-by': 0.02 },
        { slices: 'declared', metric: 'recall', 'max-drop': 0.03 },
      ],
    },
    churnContext({
      model: 'shop-<b>@team</b>-with-quite-a-long-name-indeed',
      baseline: 'release/2026-02 @ `main`',
    }),
  );
}

/** Reports of every kind of decision, task and oddity. Computed by `compare` itself from seeded data. */
export function samples(): Sample[] {
  const seeds = {
    metric: 'roc_auc',
    candidate: [0.871, 0.874, 0.8722, 0.8765, 0.8731],
    baseline: [0.869, 0.8713, 0.8702, 0.8678, 0.8711],
  };
  const repeated = churnSamples()[0]!;
  return [
    ...churnSamples(),
    sampleOf(
      'regression',
      { ...regressionInput(21, 5000, 1), margins: { rmse: 0.2, mae: '5%' } },
      churnContext({
        model: 'arrival-delay',
        baseline: 'main (3f2a91c)',
        changed: { files: ['a.py', 'b.py', 'c.py', 'd.py', 'e.py'], params: [], data: 'different' },
      }),
    ),
    sampleOf(
      'tiny-numbers',
      { ...regressionInput(22, 5000, 1e-9), margins: { rmse: 2e-10 } },
      churnContext({ model: 'flux' }),
    ),
    sampleOf(
      'huge-numbers',
      { ...regressionInput(23, 5000, 1e9), margins: { rmse: 2e8 } },
      churnContext({ model: 'revenue' }),
    ),
    sampleOf('multiclass', multiclassInput(), churnContext({ model: 'iris' })),
    manySlices(),
    {
      ...repeated,
      name: 'repeats',
      comparison: {
        ...repeated.comparison,
        claim: 'change',
        change: {
          metric: 'roc_auc',
          value: 0.0033,
          low: -0.0004,
          high: 0.007,
          seed_sd: 0.0021,
          runs: { candidate: 5, baseline: 5 },
        },
      },
      context: { ...repeated.context, trainingRuns: 5, seeds },
    },
  ];
}

/** A model that got no verdict. */
export const FAILURE: Failure = {
  model: 'churn',
  decision: 'fail',
  code: 'TRAIN_FAILED',
  message: 'python train.py ended with exit code 1 after 4.2 s',
  problems: [
    {
      code: 'TRAIN_FAILED',
      message: 'python train.py ended with exit code 1 after 4.2 s',
      hint: 'read the last lines below, run `slipway run churn` again',
    },
  ],
  log: [
    'Traceback (most recent call last):',
    '  File "train.py", line 12, in <module>',
    "KeyError: 'tenure' ```\u001b[31m@team",
  ],
};

/** The rows of a comparison as a judgement gives them to the charts. */
function judgedRows(input: CompareInput): Parameters<typeof evaluationCharts>[0] {
  const { answers, candidate, baseline } = prepare(input);
  return { answers, candidate: candidate.outputs, baseline: baseline?.outputs ?? null };
}
