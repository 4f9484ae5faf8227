import type { Comparison, GateResult, MetricComparison } from '../../contracts/comparison.ts';
import { formatNumber, powerOf, type Inline } from '../../report/index.ts';
import {
  absoluteMargin,
  differenceText,
  metricPrecision,
  metricSpan,
  toleratedText,
  valueText,
} from './words.ts';

/** A line of the comment. */
export type Line = readonly Inline[];

/** True where a gate speaks of the metric itself: `roc_auc min 0.8`, `roc_auc not-worse-by 0.005`. */
export function speaksOf(gate: GateResult, metric: string): boolean {
  return gate.gate === metric || gate.gate.startsWith(`${metric} `);
}

/** The first gate with the decision's own verdict. */
export function decidingGate(comparison: Comparison): GateResult | undefined {
  return comparison.gates.find((gate) => gate.verdict === comparison.decision);
}

/** The metric a decision speaks of: that of the first gate that decided, else the primary one. */
export function decidingMetric(comparison: Comparison): MetricComparison | undefined {
  const gate = decidingGate(comparison);
  const named = comparison.metrics.filter((metric) => gate !== undefined && speaksOf(gate, metric.name));
  return named.sort((a, b) => b.name.length - a.name.length)[0] ?? comparison.metrics[0];
}

/** The number of a `min` or `max` gate on the metric; null without one. */
export function limitOf(metric: MetricComparison, gates: readonly GateResult[]): number | null {
  for (const gate of gates) {
    if (!speaksOf(gate, metric.name)) continue;
    const found = /^ (?:min|max) (-?[\d.]+(?:e[-+]?\d+)?)$/u.exec(gate.gate.slice(metric.name.length));
    if (found?.[1] !== undefined && Number.isFinite(Number(found[1]))) return Number(found[1]);
  }
  return null;
}

function bounds(metric: MetricComparison, comparison: Comparison): string {
  const margin = absoluteMargin(metric, comparison.gates);
  const precision = metricPrecision(metric, margin);
  if (metric.difference !== undefined && margin !== null)
    return `, tolerated ${toleratedText(margin, metric.direction, precision, true)}`;
  const limit = limitOf(metric, comparison.gates);
  return limit === null ? '' : `, limit ${formatNumber(limit, precision, true)}`;
}

/**
 * `AUC .871 → .874, +.003 [−.001, +.007], tolerated −.005`; one model alone `AUC .871 [.858, .884], limit .800`. A
 * power of ten common to all numbers is said once, at the end.
 */
export function metricLine(metric: MetricComparison, comparison: Comparison): Line {
  const precision = metricPrecision(metric, absoluteMargin(metric, comparison.gates));
  const bound = bounds(metric, comparison);
  const power = powerOf(precision) === '' ? '' : ` (numbers${powerOf(precision)})`;
  const value = (number: number | null | undefined): string => formatNumber(number, precision, true);
  if (metric.difference === undefined)
    return [metricSpan(metric.name), ` ${valueText(metric.candidate, precision, true)}${bound}${power}`];
  const both = `${value(metric.baseline?.value)} → ${value(metric.candidate.value)}`;
  const difference =
    metric.reason === 'IDENTICAL'
      ? 'the same prediction on every row'
      : `${differenceText(metric.difference, precision, true)}${bound}`;
  return [metricSpan(metric.name), ` ${both}, ${difference}${power}`];
}
