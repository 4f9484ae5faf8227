import type { Comparison, MetricComparison } from '../../contracts/comparison.ts';
import { formatNumber, formatPoints } from '../../report/index.ts';
import { gatePower, seOfInterval } from '../power.ts';
import { absoluteMargin, hasRelativeMargin, isRate, metricPrecision } from './words.ts';

/** What a metric's test set could decide, where the interval was simply too wide. */
export interface Resolution {
  /** The margin 80 of 100 equal models would pass, in the metric's unit. */
  readonly holds: number;
  readonly margin: number;
  /** Share of equal models that end inconclusive, 0 … 1. */
  readonly inconclusive: number;
  /** Units to add until the margin can be decided; null when unknown. */
  readonly more: number | null;
}

/** Reads {@link Resolution} off the printed interval; null where it is withheld or no margin is declared. */
export function resolutionOf(
  metric: MetricComparison | undefined,
  comparison: Comparison,
): Resolution | null {
  if (metric?.difference === undefined || metric.difference.low === null) return null;
  const margin = absoluteMargin(metric, comparison.gates);
  if (margin === null || margin <= 0) return null;
  const alpha = comparison.alpha / Math.max(1, comparison.look);
  const se = seOfInterval(metric.difference.low, metric.difference.high, alpha);
  if (!Number.isFinite(se) || se <= 0) return null;
  const { holds, inconclusive } = gatePower(se, margin, alpha);
  const more = metric.units_needed === null ? null : metric.units_needed - comparison.unit.count;
  return { holds, margin, inconclusive, more: more !== null && more > 0 ? more : null };
}

/** A size as it is spoken of: `1.8 pt` for rates, else `.018`. */
export function sizeText(size: number, metric: MetricComparison): string {
  if (!isRate(metric.name)) return formatNumber(size, metricPrecision(metric));
  return `${formatPoints(size, size < 0.001 ? 2 : 1).replace('+', '')} pt`;
}

/** The margin that this test set can decide, as it would stand in the config, rounded up so that it still holds. */
export function holdableMargin(
  resolution: Resolution,
  metric: MetricComparison,
  comparison: Comparison,
): string {
  const base = Math.abs(metric.baseline?.value ?? 0);
  if (hasRelativeMargin(metric, comparison.gates) && base > 0)
    return `${Math.ceil((resolution.holds / base) * 1000 - 1e-6) / 10}%`;
  const precision = metricPrecision(metric);
  const step = 10 ** ((precision.exponent ?? 0) - precision.decimals);
  return formatNumber(Math.ceil(resolution.holds / step - 1e-6) * step, precision);
}
