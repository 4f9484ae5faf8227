import type { Task } from '../contracts/comparison.ts';
import type { Gate } from './gates.ts';
import { numbersOf } from './input/columns.ts';
import { gather } from './input/problems.ts';
import type { Problems } from './input/problems.ts';
import type { PredictionsInput } from './input/types.ts';
import { resolveMetric } from './metrics/index.ts';
import type { Metric, MetricSpec } from './metrics/metric.ts';

/** What metrics are resolved for. */
export interface Resolution {
  readonly task: Exclude<Task, 'ranking'>;
  readonly specs: readonly MetricSpec[];
  readonly gates: readonly Gate[];
  readonly threshold: number;
  readonly classes: readonly string[];
}

/** The usual metrics of a task, given what the models say; the first is primary. None for `scores`. */
export function defaultMetrics(task: Task, given: PredictionsInput): readonly string[] {
  switch (task) {
    case 'binary': {
      if (given.score === undefined && given.scores === undefined)
        return ['accuracy', 'balanced_accuracy', 'precision', 'recall', 'f1'];
      const values = given.score === undefined ? [] : numbersOf(given.score).values;
      const probabilities = !values.some((value) => value < 0 || value > 1);
      return [
        'roc_auc',
        'average_precision',
        ...(probabilities ? ['log_loss', 'brier'] : []),
        'accuracy',
        'f1',
      ];
    }
    case 'multiclass':
      return given.scores === undefined
        ? ['accuracy', 'balanced_accuracy', 'f1_macro', 'mcc']
        : ['accuracy', 'f1_macro', 'roc_auc_ovr', 'log_loss'];
    case 'regression':
      return ['mae', 'rmse', 'r2'];
    default:
      return [];
  }
}

/** Names of the per-row columns that metrics read. */
export function columnsRead(metrics: readonly Metric[]): string[] {
  return [...new Set(metrics.flatMap(({ needs }) => (typeof needs === 'object' ? needs : [])))];
}

function nameOfSpec(spec: MetricSpec): string {
  return typeof spec === 'string' ? spec : spec.name;
}

/**
 * Resolves the metrics asked for and those that gates name; gates come back with the metric's canonical name. Unknown
 * metrics, metrics that this task or these columns do not have, and gates on display metrics are problems.
 */
export function resolveAll(resolution: Resolution, problems: Problems): { metrics: Metric[]; gates: Gate[] } {
  const { task, specs, threshold, classes } = resolution;
  if (specs.length === 0) {
    problems.add('METRIC_UNKNOWN', 'task scores has no usual metrics: say which', {
      hint: 'for example --metrics "mean(wer):lower"',
    });
  }
  const byName = new Map<string, Metric>();
  const resolved = new Map<string, Metric | undefined>();
  const resolve = (spec: MetricSpec): Metric | undefined => {
    const key = nameOfSpec(spec);
    if (resolved.has(key)) return resolved.get(key);
    const metric = gather(problems, () => resolveMetric(spec, task, { threshold, classes }));
    resolved.set(key, metric);
    if (metric !== undefined && !byName.has(metric.name)) byName.set(metric.name, metric);
    return metric;
  };
  specs.forEach(resolve);
  const gates = resolution.gates.map((gate): Gate => {
    if (!('metric' in gate) || gate.metric === '') return gate;
    const metric = byName.get(gate.metric) ?? resolve(gate.metric);
    if (metric?.displayOnly === true) {
      problems.add('METRIC_NOT_FOR_TASK', `gate "${gate.label}": ${metric.name} is shown, never gated`, {
        hint: 'gate log_loss, brier or calibration_error2 instead',
      });
    }
    if (
      metric !== undefined &&
      gate.kind === 'not-worse' &&
      gate.margin.relative &&
      metric.logRatio === undefined
    ) {
      problems.add(
        'METRIC_NOT_FOR_TASK',
        `gate "${gate.label}": ${metric.name} may be 0 or less, a share of it means nothing`,
        { hint: 'give the margin in the unit of the metric' },
      );
    }
    if (metric === undefined) return gate;
    return { ...gate, metric: metric.name, label: gate.label.replace(gate.metric, () => metric.name) };
  });
  return { metrics: [...byName.values()], gates };
}
