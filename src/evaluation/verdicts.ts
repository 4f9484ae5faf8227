import type { MetricComparison, Warning } from '../contracts/comparison.ts';
import { holm, unitsNeeded } from '../stats/index.ts';
import { marginOnScale, orient, relativeVerdict } from './decide-metric.ts';
import type { RelativeVerdict } from './decide-metric.ts';
import type { Gate } from './gates.ts';
import { differenceOf, estimateOf, finite } from './measure.ts';
import type { Measurement } from './measure.ts';
import { differenceText } from './message.ts';
import type { PairedInterval } from './metrics/metric.ts';

export type NotWorseGate = Extract<Gate, { kind: 'not-worse' }>;

/** What verdicts are given against. */
export interface VerdictContext {
  /** Already divided by the look. */
  readonly alpha: number;
  readonly units: number;
}

/** The interval a gate reads: the difference, or the log ratio where its margin is a share. */
export function intervalOfGate(measurement: Measurement, gate: NotWorseGate | null): PairedInterval | null {
  return gate?.margin.relative === true && !measurement.identical
    ? measurement.logRatio
    : measurement.difference;
}

/** The verdict of a measured difference; `significant` is what Holm's correction says. */
export function relativeOf(
  measurement: Measurement,
  gate: NotWorseGate | null,
  significant: boolean,
): RelativeVerdict {
  const { metric, identical, floor } = measurement;
  const interval = intervalOfGate(measurement, gate);
  return relativeVerdict({
    identical,
    withheld: floor ?? interval?.reason ?? null,
    interval: orient(interval?.low ?? Number.NaN, interval?.high ?? Number.NaN, metric.direction),
    margin: gate === null ? null : marginOnScale(gate.margin, metric.direction),
    significant,
  });
}

/** Verdict of every not-worse-by gate; `worse` needs its p, Holm-adjusted over these gates, below α. */
export function relativeVerdicts(
  gates: readonly Gate[],
  measurements: ReadonlyMap<string, Measurement>,
  alpha: number,
): Map<NotWorseGate, RelativeVerdict> {
  const compared = gates.flatMap((gate) => {
    const measurement = gate.kind === 'not-worse' ? measurements.get(gate.metric) : undefined;
    return gate.kind === 'not-worse' && measurement?.difference ? [{ gate, measurement }] : [];
  });
  const ps = compared.map(({ gate, measurement }) => {
    const p = intervalOfGate(measurement, gate)?.p ?? Number.NaN;
    return Number.isNaN(p) ? 1 : p;
  });
  const adjusted = holm(ps);
  return new Map(
    compared.map(({ gate, measurement }, index) => [
      gate,
      relativeOf(measurement, gate, adjusted[index]! < alpha),
    ]),
  );
}

/** Units that would decide, where an interval left a gate open; null elsewhere. */
export function neededUnits(
  measurement: Measurement,
  gate: NotWorseGate | null,
  relative: RelativeVerdict | null,
  context: VerdictContext,
): number | null {
  if (gate === null || relative?.reason !== 'INCONCLUSIVE') return null;
  const se = intervalOfGate(measurement, gate)?.se ?? Number.NaN;
  return finite(
    unitsNeeded(context.units, se, marginOnScale(gate.margin, measurement.metric.direction), context.alpha),
  );
}

/** One metric for the report: its first not-worse-by gate gives the margin and the verdict. */
export function metricComparison(
  measurement: Measurement,
  gate: NotWorseGate | null,
  gated: RelativeVerdict | null,
  limit: MetricComparison['verdict'],
  context: VerdictContext,
): MetricComparison {
  const { metric, candidate, baseline, difference } = measurement;
  const relative = gated ?? (difference === null ? null : relativeOf(measurement, null, true));
  const withheld =
    measurement.floor ??
    intervalOfGate(measurement, gate)?.reason ??
    candidate?.reason ??
    baseline?.reason ??
    null;
  return {
    name: metric.name,
    direction: metric.direction,
    candidate: estimateOf(candidate),
    ...(baseline === null ? {} : { baseline: estimateOf(baseline) }),
    ...(difference === null ? {} : { difference: differenceOf(difference) }),
    margin: gate?.margin.value ?? null,
    verdict: relative?.verdict ?? limit,
    reason: measurement.identical ? 'IDENTICAL' : withheld,
    units_needed: neededUnits(measurement, gate, relative, context),
  };
}

/**
 * Hints: metrics other than the primary one on which the candidate is better even after Holm's correction over all
 * metrics shown. They decide nothing.
 */
export function betterElsewhere(measurements: readonly Measurement[], alpha: number): Warning[] {
  const others = measurements
    .slice(1)
    .filter(({ difference, floor }) => floor === null && Number.isFinite(difference?.p));
  const adjusted = holm(others.map(({ difference }) => difference!.p));
  return others.flatMap(({ metric, difference }, index) => {
    const { low } = orient(difference!.low, difference!.high, metric.direction);
    if (!(low > 0 && adjusted[index]! < alpha)) return [];
    return [
      {
        code: 'BETTER_ELSEWHERE',
        message: `${metric.name} is better too: ${differenceText(difference)} (a hint: the first metric decides)`,
      },
    ];
  });
}
