import type { CalibrationBin } from '../../report/index.ts';
import { ascendingOrder, wilson } from '../../stats/index.ts';

type Point = readonly [x: number, y: number];

/** Points a drawn curve has at most. */
export const MOST_POINTS = 200;

/**
 * At most `limit` of the points, evenly spaced along the curve's length, the first and the last exactly kept.
 */
export function thinCurve(points: readonly Point[], limit: number = MOST_POINTS): Point[] {
  if (points.length <= limit) return [...points];
  const along = new Float64Array(points.length);
  for (let i = 1; i < points.length; i++) {
    along[i] =
      along[i - 1]! + Math.hypot(points[i]![0] - points[i - 1]![0], points[i]![1] - points[i - 1]![1]);
  }
  const total = along[points.length - 1]!;
  const kept: Point[] = [points[0]!];
  let at = 0;
  for (let k = 1; k < limit - 1; k++) {
    const goal = (total * k) / (limit - 1);
    const before = at;
    while (at < points.length - 1 && along[at]! < goal) at++;
    if (at !== before && at < points.length - 1) kept.push(points[at]!);
  }
  kept.push(points[points.length - 1]!);
  return kept;
}

/** Sums of positives and of all rows (weights) at or above each distinct score, highest first. */
interface Thresholds {
  /** Weight of positives predicted at each threshold. */
  readonly hits: Float64Array;
  /** Weight of negatives predicted at each threshold. */
  readonly misses: Float64Array;
  readonly count: number;
  readonly positives: number;
  readonly negatives: number;
}

function thresholdsOf(y: ArrayLike<number>, score: Float64Array, weight: Float64Array | null): Thresholds {
  const order = ascendingOrder(score);
  const hits = new Float64Array(score.length);
  const misses = new Float64Array(score.length);
  let count = 0;
  let hit = 0;
  let miss = 0;
  for (let k = order.length - 1; k >= 0; k--) {
    const row = order[k]!;
    const w = weight === null ? 1 : weight[row]!;
    if (y[row] === 1) hit += w;
    else miss += w;
    if (k > 0 && score[order[k - 1]!] === score[row]) continue;
    hits[count] = hit;
    misses[count] = miss;
    count++;
  }
  return { hits, misses, count, positives: hit, negatives: miss };
}

/**
 * ROC curve as scikit-learn's roc_curve draws it: (0, 0), one point for each distinct score from the highest down, (1, 1);
 * thinned to at most 200 points. `y` is 1 for positives. Empty where a class is absent.
 */
export function rocPoints(
  y: ArrayLike<number>,
  score: Float64Array,
  weight: Float64Array | null = null,
): Point[] {
  const { hits, misses, count, positives, negatives } = thresholdsOf(y, score, weight);
  if (positives <= 0 || negatives <= 0) return [];
  const points: Point[] = [[0, 0]];
  for (let k = 0; k < count; k++) points.push([misses[k]! / negatives, hits[k]! / positives]);
  return thinCurve(points);
}

/**
 * Precision over recall as scikit-learn's precision_recall_curve, recall ascending; thresholds above the first positive,
 * where precision is 0 at recall 0, are left out, and the curve starts at the first precision. Thinned to at most 200
 * points. Empty without positives.
 */
export function precisionRecallPoints(
  y: ArrayLike<number>,
  score: Float64Array,
  weight: Float64Array | null = null,
): Point[] {
  const { hits, misses, count, positives } = thresholdsOf(y, score, weight);
  if (positives <= 0) return [];
  const points: Point[] = [];
  for (let k = 0; k < count; k++) {
    if (hits[k]! === 0) continue;
    const precision = hits[k]! / (hits[k]! + misses[k]!);
    if (points.length === 0) points.push([0, precision]);
    points.push([hits[k]! / positives, precision]);
    if (hits[k]! >= positives) break;
  }
  return thinCurve(points);
}

/**
 * Reliability bins of equal size: rows sorted by score are cut into at most `bins` runs, ties kept together. Each has its
 * mean score and the observed share of positives with Wilson's 95 % interval. Scores outside 0…1 give no bins.
 */
export function calibrationBins(y: ArrayLike<number>, score: Float64Array, bins = 10): CalibrationBin[] {
  const n = score.length;
  if (n === 0 || score.some((value) => !(value >= 0 && value <= 1))) return [];
  const order = ascendingOrder(score);
  const made: CalibrationBin[] = [];
  let start = 0;
  for (let bin = 1; bin <= bins && start < n; bin++) {
    let end = bin === bins ? n : Math.max(start + 1, Math.round((n * bin) / bins));
    while (end < n && score[order[end]!] === score[order[end - 1]!]) end++;
    let sum = 0;
    let positives = 0;
    for (let k = start; k < end; k++) {
      sum += score[order[k]!]!;
      if (y[order[k]!] === 1) positives++;
    }
    const rows = end - start;
    const [low, high] = wilson(positives / rows, rows, 0.05);
    made.push({ score: sum / rows, share: positives / rows, low, high, rows });
    start = end;
  }
  return made;
}

/** A value drawn through the cloud: quartiles of y in runs of x of equal size. */
export interface TrendPoint {
  readonly x: number;
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

function quantile(sorted: Float64Array, q: number): number {
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}

/** Median and quartiles of y in `bins` runs of rows of equal size, sorted by x; fewer bins below 20 rows each. */
export function trendOf(x: Float64Array, y: Float64Array, bins = 20): TrendPoint[] {
  const n = x.length;
  const count = Math.min(bins, Math.floor(n / 20));
  if (count < 2) return [];
  const order = ascendingOrder(x);
  return Array.from({ length: count }, (_, bin) => {
    const from = Math.round((n * bin) / count);
    const to = Math.round((n * (bin + 1)) / count);
    const inside = Float64Array.from({ length: to - from }, (_, k) => y[order[from + k]!]!).sort();
    const middleX = x[order[Math.floor((from + to - 1) / 2)]!]!;
    return {
      x: middleX,
      low: quantile(inside, 0.25),
      middle: quantile(inside, 0.5),
      high: quantile(inside, 0.75),
    };
  });
}

/** Every k-th row so that at most `limit` remain: rows of a test set come in no order that matters to a cloud of points. */
export function samplePoints(x: Float64Array, y: Float64Array, limit = 900): Point[] {
  const n = x.length;
  const count = Math.min(limit, n);
  return Array.from({ length: count }, (_, k) => {
    const row = Math.floor((k * n) / count);
    return [x[row]!, y[row]!];
  });
}
