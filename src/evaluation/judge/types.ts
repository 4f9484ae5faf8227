import type { Comparison, Task, Warning } from '../../contracts/comparison.ts';
import type { Table } from '../../table/index.ts';
import type { Answers, Metric, Outputs, Units } from '../metrics/metric.ts';
import type { EvaluateConfig } from '../schema.ts';
import type { TurningPoint } from './label-noise.ts';
import type { Leaks, TrainingHashes } from './leaks.ts';
import type { TestSetStatus } from './test-set.ts';
import type { UnitConfig } from './unit-column.ts';

/** What of `data` in slipway.yaml a verdict reads. */
export interface DataColumns {
  /** A column, or `row`. */
  readonly id: string;
  /** Default `target`. */
  readonly target?: string | undefined;
  readonly unit?: UnitConfig | undefined;
  readonly weight?: string | undefined;
  /** Columns that are left out of a row's content. */
  readonly drop?: readonly string[] | undefined;
}

/** A threshold of both models, or one for each where training chooses it. */
export type ThresholdInput = number | { readonly candidate: number; readonly baseline: number };

/**
 * Predictions are tables with the columns of DESIGN §3.2 under our names, either with the id column (joined by id) or
 * without (row by row beside the answers). Rows without a value are missing there.
 */
export interface TestPredictions {
  /** Our own rows: all columns, target included. */
  readonly answers: Table;
  readonly candidate: Table;
  readonly baseline: Table | null;
}

/** Where the test set differs from the base's. */
export interface TestSetContext {
  readonly status: TestSetStatus;
  /** The base's test rows and both models' predictions on them; null where they could not be had. */
  readonly old: TestPredictions | null;
}

/** Everything a verdict on a pipeline run is made of. */
export interface JudgeInput extends TestPredictions {
  readonly task: Task;
  readonly data: DataColumns;
  readonly evaluate: Pick<EvaluateConfig, 'metrics' | 'slices' | 'gates'>;
  readonly positive?: string | number | boolean | undefined;
  readonly threshold?: ThresholdInput | undefined;
  readonly alpha?: number | undefined;
  readonly look?: number | undefined;
  readonly seed?: number | undefined;
  /** Suites by name: answers and the candidate's predictions on them. */
  readonly suites?:
    Readonly<Record<string, { readonly answers: Table; readonly candidate: Table }>> | undefined;
  /** Predictions of retrainings with other seeds, the artifact first; both sides need three for a claim. */
  readonly repeats?:
    { readonly candidate: readonly Table[]; readonly baseline: readonly Table[] } | null | undefined;
  /** Validation rows and predictions on them, for thresholds that metrics take from there (`recall@fpr<=1%`). */
  readonly validation?: TestPredictions | null | undefined;
  readonly testSet?: TestSetContext | undefined;
  /** What each model was trained on, where it is known. */
  readonly training?: readonly TrainingHashes[] | undefined;
}

/** Power of one gate on this test set. */
export interface GateStatement {
  readonly gate: string;
  /** The gate's margin is a share of the baseline, and so is `holds`. */
  readonly relative: boolean;
  /** Share of truly equal models that end inconclusive. */
  readonly inconclusive: number;
  /** The margin this set can hold, in the unit in which the gate's margin was given. */
  readonly holds: number;
}

/** A comparison that is shown beside the one that decides. */
export interface Beside {
  readonly what: 'new test set' | 'added rows';
  readonly comparison: Comparison;
}

/** The rows that were judged, for charts and examples; outputs are null where they could not be used. */
export interface JudgedRows {
  readonly answers: Answers;
  readonly candidate: Outputs | null;
  readonly baseline: Outputs | null;
  readonly units: Units | null;
  readonly metrics: readonly Metric[];
  /** Names of the classes by code; [] for other tasks. */
  readonly classes: readonly (string | null)[];
  /** Position of each judged row in the answers that were given. */
  readonly positions: Int32Array;
}

/** A suspect label with the position of its row in the answers. */
export interface SuspectLabel {
  readonly row: number;
  readonly id: string;
  /** Probabilities that the models give to the label. */
  readonly candidate: number;
  readonly baseline: number;
}

/** The verdict on a pipeline run with everything that explains it. */
export interface Judgement {
  readonly comparison: Comparison;
  readonly beside: Beside | null;
  readonly leaks: Pick<Leaks, 'byId' | 'byContent' | 'share' | 'natural'> & { readonly removed: number };
  readonly power: readonly GateStatement[];
  readonly turning: TurningPoint | null;
  /** At most 20, the most contradicted first. */
  readonly suspects: readonly SuspectLabel[];
  readonly rows: JudgedRows;
  readonly warnings: readonly Warning[];
}
