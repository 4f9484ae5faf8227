import type { ReasonCode } from './codes.ts';
import type { Decision, Verdict } from './decision.ts';

export const TASKS = ['binary', 'multiclass', 'regression', 'ranking', 'scores'] as const;
export type Task = (typeof TASKS)[number];

export type Direction = 'higher' | 'lower';

/** A value with its confidence interval; null where it is withheld (the metric's `reason` says why). */
export interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Candidate minus baseline in the metric's own direction of counting (not flipped for `lower` metrics). */
export interface DifferenceEstimate extends Estimate {
  readonly p: number | null;
  /** Name of the interval's method, e.g. `delong`, `smoothed-delta`, `bonett-price`, `t`, `influence`, `percentile`. */
  readonly method: string | null;
}

export interface MetricComparison {
  readonly name: string;
  readonly direction: Direction;
  readonly candidate: Estimate;
  readonly baseline?: Estimate;
  readonly difference?: DifferenceEstimate;
  /** Tolerated drop, in the metric's own unit (or share when it was given in %); null when none is declared. */
  readonly margin: number | null;
  readonly verdict: Verdict | null;
  readonly reason: ReasonCode | null;
  /** Units a decision would need if both models were truly equal; null when not applicable. */
  readonly units_needed: number | null;
}

export interface SliceComparison {
  /** `column=level` or the declared expression. */
  readonly name: string;
  readonly rows: number;
  readonly units: number;
  readonly metric: string;
  readonly candidate: number | null;
  readonly baseline: number | null;
  readonly difference: DifferenceEstimate;
  /** Benjamini–Hochberg over all declared slices, for display; null where p is withheld. */
  readonly q: number | null;
  /** Holm-adjusted over all declared slices, what guards read. */
  readonly p_adjusted: number | null;
  /** The smallest drop this slice could show, in the metric's unit. */
  readonly smallest_visible: number | null;
  readonly verdict: Verdict;
  readonly reason: ReasonCode | null;
}

export interface GateResult {
  /** The gate as a sentence, e.g. `roc_auc not-worse-by 0.005`. */
  readonly gate: string;
  readonly verdict: 'pass' | 'fail' | 'inconclusive' | 'skipped';
  readonly reason: ReasonCode;
  /** One sentence with the numbers. */
  readonly message: string;
}

/** A remark with its evidence; never changes the decision. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}

export interface UnitSummary {
  readonly name: string;
  readonly count: number;
  /** (SE by unit / SE by row)² of the primary metric's difference (or value); 1 by row. */
  readonly design_effect: number | null;
}

/** Effect of a change on the primary metric over retrainings with other seeds (candidate minus baseline). */
export interface ChangeEstimate {
  readonly metric: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Standard deviation of the metric between seeds, pooled over both sides. */
  readonly seed_sd: number;
  readonly runs: { readonly candidate: number; readonly baseline: number };
}

/** What `compare` answers; `slipway.comparison/1`. */
export interface Comparison {
  readonly schema: 'slipway.comparison/1';
  readonly decision: Decision;
  readonly reason: ReasonCode;
  readonly message: string;
  readonly task: Task;
  readonly rows: number;
  readonly unit: UnitSummary;
  readonly claim: 'artifact' | 'change';
  readonly look: number;
  /** As asked for; the intervals have level 1 - alpha/look. */
  readonly alpha: number;
  readonly metrics: readonly MetricComparison[];
  readonly slices: readonly SliceComparison[];
  readonly gates: readonly GateResult[];
  /** Rows only the candidate gets right, and rows only the baseline gets right (classification). */
  readonly changes: { readonly fixed: number; readonly broken: number; readonly disagree: number } | null;
  /** Only with three or more retrainings on both sides (claim `change`). */
  readonly change?: ChangeEstimate;
  readonly warnings: readonly Warning[];
}
