import type { Task } from '../../contracts/comparison.ts';
import type { Margin } from '../../contracts/scalars.ts';
import type { Column } from '../../table/table.ts';
import type { MetricSpec } from '../metrics/metric.ts';

/** A cell of a plain array; null, undefined and NaN are missing. */
export type Cell = number | string | boolean | bigint | null | undefined;

/** A column as a library user holds it: a plain or typed array, or a Column of a table. */
export type ColumnInput = readonly Cell[] | ArrayLike<number> | ArrayLike<bigint> | Column;

/** What one model said, row by row. At least one of the fields must be given. */
export interface PredictionsInput {
  /** binary: probability or score of the positive class. */
  readonly score?: ColumnInput;
  /** binary, multiclass: a class of the target; regression: a number. */
  readonly prediction?: ColumnInput;
  /** multiclass: one column of scores per class. */
  readonly scores?: Readonly<Record<string, ColumnInput>>;
  /** Per-row columns by name, for `scores` and for custom metrics; those that no metric reads are not looked at. */
  readonly columns?: Readonly<Record<string, ColumnInput>>;
  /** binary: this model's own threshold, where it differs from the common one. */
  readonly threshold?: number;
  /** Rows that were predicted and that the test set does not hold; default 0. */
  readonly extraRows?: number;
  /** Thresholds that belong to the model, by metric: what `recall@fpr<=1%` took from the validation rows. */
  readonly thresholds?: ReadonlyMap<string, number>;
}

/** A gate as slipway.yaml writes it. Margins and limits may be numbers; margins also a share such as `"20%"`. */
export interface GateInput {
  readonly metric?: MetricSpec;
  readonly min?: number;
  readonly max?: number;
  readonly 'not-worse-by'?: number | string;
  readonly slices?: 'declared';
  readonly 'max-drop'?: number;
  readonly 'max-gap-increase'?: number;
  readonly suite?: string;
  readonly expect?: 'all';
  readonly tolerance?: number;
}

/** A gate as slipway.yaml writes it, or as its schema gives it. */
export type AnyGate = Omit<GateInput, 'not-worse-by' | 'slices'> & {
  readonly slices?: 'declared' | readonly string[];
  readonly 'not-worse-by'?: number | string | Margin;
};

/** A further test set whose every prediction must equal its target. */
export interface SuiteInput {
  readonly target: ColumnInput;
  readonly prediction: ColumnInput;
  /** Shown when a row is not as expected; row numbers otherwise. */
  readonly id?: ColumnInput;
}

/** A column with its name; a bare array is called `unit`. */
export type NamedColumnInput = ColumnInput | { readonly name: string; readonly values: ColumnInput };

/** Models retrained with other seeds on the same data: the first of each side is the artifact that is judged. */
export interface RepeatsInput {
  readonly candidate: readonly PredictionsInput[];
  readonly baseline: readonly PredictionsInput[];
}

/** Rows that form one slice, given ready-made. `rows` are indices from 0. */
export interface SliceRows {
  readonly name: string;
  readonly rows: Int32Array;
}

/** Columns whose levels are slices, by name or as a list, and slices given ready-made. */
export type SlicesInput =
  | Readonly<Record<string, ColumnInput>>
  | readonly (SliceRows | { readonly name: string; readonly values: ColumnInput })[];

/** Two models (or one) on the same rows, with everything that decides the verdict. */
export interface CompareInput {
  readonly task: Task;
  /** Required except for `scores`. */
  readonly target?: ColumnInput;
  readonly candidate: PredictionsInput;
  /** Absent or null: there is nothing to compare with; relative gates are skipped (FIRST_VERSION). */
  readonly baseline?: PredictionsInput | null;
  /** binary: the class that `score` is the probability of; default 1, "1" or true. */
  readonly positive?: string | number | boolean;
  /** binary: a score of at least this is a positive prediction; default 0.5. */
  readonly threshold?: number;
  /** What is independent; default: each row. */
  readonly unit?: NamedColumnInput | null;
  readonly weight?: ColumnInput | null;
  /** One slice per level of each column (by name, or as a list), or slices given ready-made. */
  readonly slices?: SlicesInput | null;
  /** The first is primary; default: the usual ones of the task. */
  readonly metrics?: readonly MetricSpec[];
  /** Metric → tolerated drop, a number in the metric's unit or a share such as `"5%"`. Each is a not-worse-by gate. */
  readonly margins?: Readonly<Record<string, number | string>>;
  readonly gates?: readonly AnyGate[];
  /** Metrics that gates may name and that are not judged here: such gates are skipped (NOT_ACTIVE). */
  readonly inactiveMetrics?: readonly string[];
  /** Default 0.05. Intervals have level 1 − alpha/look. */
  readonly alpha?: number;
  /** How many candidates were judged on this test set in this change, this one included; default 1. */
  readonly look?: number;
  readonly seed?: number;
  readonly suites?: Readonly<Record<string, SuiteInput>>;
  readonly repeats?: RepeatsInput | null;
}
