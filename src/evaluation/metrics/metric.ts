import type { Direction, Task } from '../../contracts/comparison.ts';
import type { ReasonCode } from '../../contracts/codes.ts';

/** The answers: what the rows truly are. Everything here comes from the data file, never from a predictions file. */
export type Answers = (
  | { readonly task: 'binary'; /** 1 = positive class. */ readonly y: Uint8Array }
  | {
      readonly task: 'multiclass';
      /** Codes into `classes`. */ readonly y: Int32Array;
      readonly classes: readonly string[];
    }
  | { readonly task: 'regression'; readonly y: Float64Array }
  | { readonly task: 'scores' }
) & {
  readonly rows: number;
  /** Row weights, finite and ≥ 0; null = all 1. */
  readonly weight: Float64Array | null;
};

/** What one model said, aligned with the answers row by row, float64, all finite (checked before). */
export interface Outputs {
  /** binary: probability or score of the positive class. */
  readonly score?: Float64Array;
  /** binary: 0/1; multiclass: code into `classes`; regression: the value. */
  readonly prediction?: Float64Array;
  /** multiclass: one column per class, in the order of `classes`. */
  readonly scores?: readonly Float64Array[];
  /** scores: per-row score columns by name. */
  readonly columns?: ReadonlyMap<string, Float64Array>;
  /** Thresholds that belong to the model, by metric name: what `recall@fpr<=1%` took from the validation rows. */
  readonly thresholds?: ReadonlyMap<string, number>;
}

/** Which rows belong together. Built once per comparison; null in Context means each row is its own unit. */
export interface Units {
  readonly name: string;
  /** Unit of each row, 0 … count-1. */
  readonly of: Int32Array;
  readonly count: number;
  /** Rows (sum of weights) of each unit. */
  readonly sizes: Float64Array;
  /** (Σm)²/Σm². */
  readonly effective: number;
}

export interface Context {
  readonly units: Units | null;
  /** Already divided by the look: intervals have level 1 - alpha. */
  readonly alpha: number;
  readonly seed: number;
}

/** value ± interval; `se` on the metric's own scale where the method has one. NaN where withheld, with `reason`. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly se: number;
  readonly method: string;
  readonly reason: ReasonCode | null;
}

/** Paired difference candidate - baseline with two-sided p (NaN where withheld). */
export interface PairedInterval extends Interval {
  readonly p: number;
  /** One-sided-ready z or t statistic's degrees of freedom; Infinity for normal. */
  readonly df: number;
}

/**
 * One metric of the vocabulary, ready for one task. All functions are pure; none throws on degenerate data: they give
 * NaN with a reason.
 */
export interface Metric {
  /** As asked for, canonical spelling: `roc_auc`, `recall@top=5%`, `f1_macro`, `recall[setosa]`. */
  readonly name: string;
  readonly direction: Direction;
  /** Shown, never gated (ece). */
  readonly displayOnly: boolean;
  /** Range of possible values, for charts and clamping: e.g. [0, 1]; infinite where open. */
  readonly range: readonly [number, number];
  /**
   * What the outputs must hold: `labels` a prediction (or, in classification, scores to take it from), `scores` the
   * score column(s), else the names of the per-row columns.
   */
  readonly needs?: 'labels' | 'scores' | readonly string[];
  /** scikit-learn's value to 1e-9, or NaN with the reason. */
  value(answers: Answers, outputs: Outputs): { readonly value: number; readonly reason: ReasonCode | null };
  /** Null when this data can be judged; else why not (data floor of verdict.md §3). */
  floor(answers: Answers, context: Context): ReasonCode | null;
  /** Interval of a single model. */
  interval(answers: Answers, outputs: Outputs, context: Context): Interval;
  /** Paired interval of candidate - baseline on the same rows. */
  difference(answers: Answers, candidate: Outputs, baseline: Outputs, context: Context): PairedInterval;
  /** Paired interval of log(candidate / baseline), for margins in %; absent where values may be ≤ 0. */
  logRatio?(answers: Answers, candidate: Outputs, baseline: Outputs, context: Context): PairedInterval;
}

/** A metric as the config writes it: a name of the vocabulary, or a custom one over per-row columns. */
export type MetricSpec =
  | string
  | { readonly name: string; readonly ratio: readonly [string, string]; readonly direction: Direction }
  | { readonly name: string; readonly mean: string; readonly direction: Direction }
  | { readonly name: string; readonly expr: string; readonly direction: Direction };

/** Turns a spec into a metric for a task. Throws InputError METRIC_UNKNOWN (with the nearest name) or METRIC_NOT_FOR_TASK. */
export type ResolveMetric = (
  spec: MetricSpec,
  task: Task,
  options: { readonly threshold: number; readonly classes?: readonly string[] },
) => Metric;
