import type { Tone } from '../tone.ts';

/** A chart as data. Every chart has a title, shown above it, and a sentence for those who cannot see it. */
interface ChartHead {
  readonly title: string;
  /** What the picture shows, in words: `<desc>` of the SVG and the text shown where there is no picture. */
  readonly description: string;
  /** What a page shows under the title instead of the description, where that repeats what is seen. */
  readonly caption?: string;
}

/** One interval of a forest plot. Null `value`, `low`, `high` where it is withheld: then `text` says why. */
export interface ForestRow {
  readonly label: string;
  /** Small print under the label: `412 rows`. */
  readonly note?: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Tolerated drop, > 0; the band between it and zero is shaded. */
  readonly margin: number | null;
  readonly tone: Tone;
  /** The numbers as text: `+.003 [−.001, +.007]`. */
  readonly text: string;
  /** The verdict in a word. */
  readonly verdict: string;
}

/** Rows that share one axis. Values are differences, candidate − baseline, in the metric's own counting. */
export interface ForestPanel {
  /** Which numbers the axis shows: `share`, `hours`; empty for plain numbers. */
  readonly unit: string;
  /** `lower` turns the axis round, so that better is always on the right. */
  readonly direction: 'higher' | 'lower';
  readonly rows: readonly ForestRow[];
}

/** Differences of metrics with their intervals, or of slices: the key picture. */
export interface ForestSpec extends ChartHead {
  readonly kind: 'forest';
  readonly panels: readonly ForestPanel[];
}

/** A curve of one model. Points are in drawing order. */
export interface Curve {
  readonly label: string;
  readonly role: 'candidate' | 'baseline';
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** True positive rate over false positive rate. */
export interface RocSpec extends ChartHead {
  readonly kind: 'roc';
  readonly curves: readonly Curve[];
}

/** Precision over recall; `prevalence` is the share of positives, what guessing gets. */
export interface PrecisionRecallSpec extends ChartHead {
  readonly kind: 'precision-recall';
  readonly curves: readonly Curve[];
  readonly prevalence: number;
}

/** One bin of a reliability diagram: mean score, observed share with its interval, rows. */
export interface CalibrationBin {
  readonly score: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly rows: number;
}

export interface CalibrationSpec extends ChartHead {
  readonly kind: 'calibration';
  readonly series: readonly {
    readonly label: string;
    readonly role: 'candidate' | 'baseline';
    readonly bins: readonly CalibrationBin[];
  }[];
}

/** Predicted (x) against actual (y), or the residual actual − predicted (y) over the prediction (x). */
export interface ScatterSpec extends ChartHead {
  readonly kind: 'predicted-actual' | 'residuals';
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Rows the points were drawn from. */
  readonly rows: number;
  /** Median and quartiles of y in bins of x, for the trend through the cloud. */
  readonly trend: readonly {
    readonly x: number;
    readonly low: number;
    readonly middle: number;
    readonly high: number;
  }[];
}

/** The metric's value of each training run (seed), both sides on one axis. */
export interface SeedsSpec extends ChartHead {
  readonly kind: 'seeds';
  readonly direction: 'higher' | 'lower';
  readonly groups: readonly {
    readonly label: string;
    readonly role: 'candidate' | 'baseline';
    readonly values: readonly number[];
    /** Index of the judged artifact. */ readonly judged: number | null;
  }[];
}

export type ChartSpec =
  ForestSpec | RocSpec | PrecisionRecallSpec | CalibrationSpec | ScatterSpec | SeedsSpec;
