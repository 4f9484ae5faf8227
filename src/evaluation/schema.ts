import { z } from 'zod';

import { TASKS } from '../contracts/comparison.ts';
import {
  CellText,
  Command,
  Duration,
  EVEN_IF_BROKEN,
  MarginSchema,
  Name,
  NameList,
  percentShare,
} from '../contracts/scalars.ts';
import type { Margin } from '../contracts/scalars.ts';

/** `task`, `positive`, `threshold`, `predict` and `evaluate` of a model in `slipway.yaml`. */

export const TaskSchema = z
  .enum(TASKS)
  .describe('binary | multiclass | regression | ranking | scores (per-row scores for anything else).');

export const PositiveSchema = CellText.describe('binary: the class that `score` is the probability of.');

const ThresholdFile = z.strictObject({
  file: Name.describe('A JSON or YAML file that the training writes.'),
  key: Name.optional().describe(
    'The key in that file, dotted for nested ones; left out when the file is one number.',
  ),
});

export const ThresholdSchema = z
  .union([z.number(), ThresholdFile], {
    error: 'expected a number such as 0.5, or {file: model/threshold.json, key: best}',
  })
  .describe(
    'binary: the score from which a row counts as positive; a number, or {file, key} where training chooses it.',
  );

/** After parsing: `run` is one shell text; `timeout` is in milliseconds; `columns` maps our name to the file's. */
export const PredictSchema = z.strictObject({
  run: Command.describe(
    'Reads {input} (rows without target), writes {output}; {model} is the entry. Needed where the entry is not ONNX.',
  ),
  columns: z
    .record(Name, Name)
    .default({})
    .describe(
      'Where the predictions file names its columns differently: {id: row, score: proba, score_setosa: p0}.',
    ),
  timeout: Duration.optional().describe('The command is stopped after this long, e.g. 10m.'),
});

const DirectionSchema = z.enum(['higher', 'lower']);

const CustomMetricInput = z.strictObject({
  name: Name.describe('How the metric is called in gates and reports.'),
  ratio: z
    .tuple([Name, Name], { error: 'expected two columns, e.g. [edits, words]' })
    .optional()
    .describe('Sum of the first column over the sum of the second.'),
  mean: Name.optional().describe('Mean of a column.'),
  expr: Name.optional().describe('An expression over sums of columns, e.g. sum(cost) / sum(amount).'),
  run: Command.optional().describe('A command that prints the metric of the rows it is given.'),
  unit: Name.optional().describe('run: the column whose groups are left out in turn.'),
  direction: DirectionSchema.optional().describe('Which way is better: higher or lower.'),
});

const FORMS = ['ratio', 'mean', 'expr', 'run'] as const;

function checkCustomMetric(metric: Partial<Record<string, unknown>>, context: z.core.$RefinementCtx): void {
  const complain = (message: string, path: string[] = [], needs: readonly string[] = []): void => {
    context.addIssue({ code: 'custom', path, message, params: { needs }, continue: true });
  };
  const forms = FORMS.filter((form) => metric[form] !== undefined);
  if (forms.length === 0) complain('a custom metric needs one of `ratio`, `mean`, `expr`, `run`', [], FORMS);
  for (const form of forms.slice(1))
    complain(`\`${form}\` and \`${forms[0] ?? ''}\` exclude each other`, [form]);
  if (metric['direction'] === undefined)
    complain('a custom metric must say its `direction`: higher or lower', [], ['direction']);
  if (metric['unit'] !== undefined && metric['run'] === undefined)
    complain('`unit` belongs to a metric with `run`', ['unit']);
}

/** A metric that the config defines itself. */
export type CustomMetric = { readonly name: string; readonly direction: 'higher' | 'lower' } & (
  | { readonly ratio: readonly [string, string] }
  | { readonly mean: string }
  | { readonly expr: string }
  | { readonly run: string; readonly unit?: string }
);

function toCustomMetric(metric: z.output<typeof CustomMetricInput>): CustomMetric {
  const { name, direction = 'higher', ratio, mean, expr, run = '', unit } = metric;
  if (ratio !== undefined) return { name, direction, ratio };
  if (mean !== undefined) return { name, direction, mean };
  if (expr !== undefined) return { name, direction, expr };
  return { name, direction, run, ...(unit === undefined ? {} : { unit }) };
}

const CustomMetricSchema = CustomMetricInput.superRefine(checkCustomMetric, EVEN_IF_BROKEN).transform(
  toCustomMetric,
);
const MetricEntry = z.union([Name, CustomMetricSchema], {
  error: 'expected a metric’s name, or a custom metric {name, …}',
});

const MetricsSchema = z
  .union([MetricEntry, z.array(MetricEntry).min(1, { error: 'expected at least one metric' })], {
    error: 'expected a metric or a list of metrics',
  })
  .transform((value): readonly (string | CustomMetric)[] => (Array.isArray(value) ? value : [value]));

const LIMIT = { error: 'expected a number' };

/** Only where a gate is no mapping at all; keys speak for themselves. */
function gateError(issue: z.core.$ZodRawIssue): string | undefined {
  return issue.code === 'invalid_type'
    ? 'expected a gate such as {metric: roc_auc, not-worse-by: 0.005}'
    : undefined;
}

/** A value of the metric; `80%` is 0.8. */
const Limit = z
  .union([z.number(), z.string()], LIMIT)
  .refine((value) => typeof value === 'number' || percentShare(value) !== null, {
    error: 'expected a number such as 0.8 or 80%',
  })
  .transform((value) => (typeof value === 'number' ? value : (percentShare(value) ?? 0)));

const AMOUNT = { error: 'expected an amount in the metric’s own unit, such as 0.03' };

const GateInput = z.strictObject(
  {
    metric: Name.optional().describe('The metric that is gated: one of `metrics`, or `latency`.'),
    min: Limit.optional().describe('The metric must be at least this.'),
    max: Limit.optional().describe('The metric must be at most this.'),
    'not-worse-by': MarginSchema.optional().describe(
      'Against the baseline: the loss that is tolerated, 0.005 or 20% of the baseline.',
    ),
    slices: z
      .union([z.literal('declared'), NameList], { error: 'expected `declared` or a list of slices' })
      .optional()
      .describe('A guard over slices: `declared` for all of `evaluate.slices`, or some of them.'),
    'max-drop': z
      .number(AMOUNT)
      .positive(AMOUNT)
      .optional()
      .describe('slices: the largest drop of the metric in any slice.'),
    'max-gap-increase': z
      .number(AMOUNT)
      .positive(AMOUNT)
      .optional()
      .describe('slices: how much the gap between a group and the rest may grow.'),
    suite: Name.optional().describe('A further test set of `data.suites`.'),
    expect: z
      .literal('all', { error: 'expected `all`' })
      .optional()
      .describe('suite: every prediction must equal its target.'),
    tolerance: z
      .number(LIMIT)
      .min(0, { error: 'expected 0 or more' })
      .optional()
      .describe('suite, regression: how far a prediction may be off.'),
  },
  { error: gateError },
);

/** One condition each; a gate that gives several (min and not-worse-by) becomes several. Keys are those of the YAML. */
export type GateConfig =
  | { readonly metric: string; readonly min: number }
  | { readonly metric: string; readonly max: number }
  | { readonly metric: string; readonly 'not-worse-by': Margin }
  | { readonly slices: 'declared' | readonly string[]; readonly metric: string; readonly 'max-drop': number }
  | {
      readonly slices: 'declared' | readonly string[];
      readonly metric: string;
      readonly 'max-gap-increase': number;
    }
  | { readonly suite: string; readonly expect: 'all'; readonly tolerance?: number };

function checkGate(gate: Partial<Record<string, unknown>>, context: z.core.$RefinementCtx): void {
  const complain = (message: string, path: string[] = [], needs: readonly string[] = []): void => {
    context.addIssue({ code: 'custom', path, message, params: { needs }, continue: true });
  };
  const given = Object.keys(GateInput.shape).filter((key) => gate[key] !== undefined);
  const kind = given.includes('suite') ? 'suite' : given.includes('slices') ? 'slices' : 'metric';
  const { needs, oneOf, may } = GATE_KEYS[kind];
  for (const key of needs.filter((needed) => !given.includes(needed)))
    complain(`${GATE_NAMES[kind]} needs \`${key}\``, [], [key]);
  if (oneOf.length > 0 && !oneOf.some((key) => given.includes(key)))
    complain(`${GATE_NAMES[kind]} needs one of \`${oneOf.join('`, `')}\``, [], oneOf);
  for (const key of given.filter((one) => ![...needs, ...oneOf, ...may].includes(one))) {
    complain(
      `\`${key}\` does not belong to ${GATE_NAMES[kind]} (it takes ${[...needs, ...oneOf, ...may].join(', ')})`,
      [key],
    );
  }
}

const GATE_NAMES = {
  metric: 'a gate on a metric',
  slices: 'a gate on slices',
  suite: 'a gate on a suite',
} as const;
const GATE_KEYS: Record<
  'metric' | 'slices' | 'suite',
  Record<'needs' | 'oneOf' | 'may', readonly string[]>
> = {
  metric: { needs: ['metric'], oneOf: ['min', 'max', 'not-worse-by'], may: [] },
  slices: { needs: ['slices', 'metric'], oneOf: ['max-drop', 'max-gap-increase'], may: [] },
  suite: { needs: ['suite'], oneOf: [], may: ['expect', 'tolerance'] },
};

function toGates(gate: z.output<typeof GateInput>): GateConfig[] {
  const { metric = '', min, max, slices, suite, tolerance } = gate;
  if (suite !== undefined)
    return [{ suite, expect: 'all', ...(tolerance === undefined ? {} : { tolerance }) }];
  const gates: GateConfig[] = [];
  if (slices !== undefined) {
    if (gate['max-drop'] !== undefined) gates.push({ slices, metric, 'max-drop': gate['max-drop'] });
    if (gate['max-gap-increase'] !== undefined)
      gates.push({ slices, metric, 'max-gap-increase': gate['max-gap-increase'] });
    return gates;
  }
  if (min !== undefined) gates.push({ metric, min });
  if (max !== undefined) gates.push({ metric, max });
  if (gate['not-worse-by'] !== undefined) gates.push({ metric, 'not-worse-by': gate['not-worse-by'] });
  return gates;
}

const GateSchema = GateInput.superRefine(checkGate, EVEN_IF_BROKEN).transform(toGates);

export const BASELINES = ['production', 'base-branch'] as const;

export const EvaluateSchema = z.strictObject({
  metrics: MetricsSchema.describe(
    'The first is primary. Names are scikit-learn’s; also recall@top=5%, or custom ones.',
  ),
  slices: NameList.optional()
    .transform((list) => list ?? [])
    .describe(
      'Parts of the test rows that are looked at: a column (each of its levels) or an expression such as tenure < 6.',
    ),
  baseline: z
    .enum(BASELINES)
    .default('production')
    .describe(
      'What a candidate is compared with: what production runs (default), or the model of the base branch.',
    ),
  gates: z
    .array(GateSchema, { error: 'expected a list of gates' })
    .default([])
    .transform((gates): readonly GateConfig[] => gates.flat())
    .describe('What a candidate must hold. Without gates the verdict informs and decides nothing.'),
});
/** `gates` holds one condition each. */
export type EvaluateConfig = z.output<typeof EvaluateSchema>;
