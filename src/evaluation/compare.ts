import type { Comparison, Warning } from '../contracts/comparison.ts';
import { countChanges } from './changes.ts';
import { decideGates } from './decide-gates.ts';
import type { Overrule, Outcome } from './decide-gates.ts';
import { estimateChange } from './change-claim.ts';
import { headline } from './headline.ts';
import { isRelative } from './gates.ts';
import type { CompareInput } from './input/types.ts';
import { isIncomplete } from './input/outputs.ts';
import { judgeGates } from './judge-gates.ts';
import { identicalOutputs, measure } from './measure.ts';
import type { Measured, Measurement } from './measure.ts';
import { plural } from './message.ts';
import type { Context } from './metrics/metric.ts';
import { prepare } from './prepare.ts';
import type { Prepared } from './prepare.ts';
import { compareSlices } from './slices/compare-slices.ts';
import { betterElsewhere, metricComparison, relativeVerdicts } from './verdicts.ts';

function overruleOf({ candidate, baseline }: Prepared): Overrule {
  if (isIncomplete(candidate)) return 'PREDICTIONS_INCOMPLETE';
  return baseline !== null && baseline.missing > 0 ? 'BASELINE_NOT_FINITE' : null;
}

function measuredOf({ answers, candidate, baseline }: Prepared): Measured {
  const ours = isIncomplete(candidate) ? null : candidate.outputs;
  const theirs = baseline === null || baseline.missing > 0 ? null : baseline.outputs;
  return {
    answers,
    candidate: ours,
    baseline: theirs,
    identical: ours !== null && theirs !== null && identicalOutputs(ours, theirs),
  };
}

/** (SE by unit / SE by row)² of the primary metric's difference, or of its value where there is no baseline. */
function designEffect(
  prepared: Prepared,
  data: Measured,
  measurement: Measurement | undefined,
  context: Context,
): number | null {
  if (context.units === null) return 1;
  if (measurement === undefined || measurement.floor !== null) return null;
  const byRow = measure(measurement.metric, data, { ...context, units: null });
  const [unit, row] =
    measurement.difference === null
      ? [measurement.candidate, byRow.candidate]
      : [measurement.difference, byRow.difference];
  const effect = ((unit?.se ?? Number.NaN) / (row?.se ?? Number.NaN)) ** 2;
  return prepared.rows > 0 && Number.isFinite(effect) ? effect : null;
}

/** Metrics that slices are compared by: the primary one, and those of the guards. */
function sliceMetrics({ metrics, gates }: Prepared): Prepared['metrics'] {
  const guarded = new Set(gates.flatMap((gate) => (gate.kind === 'guard' ? [gate.metric] : [])));
  return metrics.filter((metric, index) => index === 0 || guarded.has(metric.name));
}

function missingWarnings({ candidate, baseline, rows }: Prepared): Warning[] {
  const warnings: Warning[] = [];
  if (candidate.extra > 0)
    warnings.push({
      code: 'PREDICTIONS_INCOMPLETE',
      message: `the candidate predicts ${plural(candidate.extra, 'row')} that the test set does not hold`,
    });
  const sides = [
    { who: 'candidate', code: 'PREDICTIONS_INCOMPLETE', side: candidate },
    { who: 'baseline', code: 'BASELINE_NOT_FINITE', side: baseline },
  ];
  for (const { who, code, side } of sides) {
    if (side === null || side.missing === 0) continue;
    const message = `the ${who} has no finite prediction for ${side.missing} of ${plural(rows, 'row')}, first in row ${side.firstMissing + 1}`;
    warnings.push({ code, message });
  }
  return warnings;
}

function measureAll(prepared: Prepared, data: Measured, context: Context): Map<string, Measurement> {
  const ratios = new Set(
    prepared.gates.flatMap((gate) =>
      gate.kind === 'not-worse' && gate.margin.relative ? [gate.metric] : [],
    ),
  );
  return new Map(
    prepared.metrics.map((metric) => [metric.name, measure(metric, data, context, ratios.has(metric.name))]),
  );
}

function metricRows(
  prepared: Prepared,
  measurements: ReadonlyMap<string, Measurement>,
  relative: ReturnType<typeof relativeVerdicts>,
  gates: Comparison['gates'],
  alpha: number,
): Comparison['metrics'] {
  const incomplete = isIncomplete(prepared.candidate);
  const noBaseline = prepared.baseline !== null && prepared.baseline.missing > 0;
  return prepared.metrics.map((metric) => {
    const gate = [...relative.keys()].find((one) => one.metric === metric.name) ?? null;
    const limitAt = prepared.gates.findIndex(
      (one) => (one.kind === 'min' || one.kind === 'max') && one.metric === metric.name,
    );
    const row = metricComparison(
      measurements.get(metric.name)!,
      gate,
      gate === null ? null : (relative.get(gate) ?? null),
      gates[limitAt]?.verdict ?? null,
      { alpha, units: prepared.unit.count },
    );
    if (incomplete) return { ...row, verdict: 'fail', reason: 'PREDICTIONS_INCOMPLETE' };
    return noBaseline ? { ...row, verdict: 'inconclusive', reason: 'BASELINE_NOT_FINITE' } : row;
  });
}

/** Gates were declared, none of them could be judged for want of a baseline. */
function firstVersion(prepared: Prepared, outcome: Outcome): boolean {
  return outcome.reason === 'FIRST_VERSION' && prepared.gates.some(isRelative);
}

/**
 * Compares two models (or looks at one) on the same rows: metrics with intervals, declared slices, gates and the
 * decision, by the procedure of docs/verdicts.md. Pure; the same input gives the same answer to the last bit.
 * Throws InputError with every problem of the input at once.
 */
export function compare(input: CompareInput): Comparison {
  return comparePrepared(prepare(input));
}

/** The same for an input that was read already. */
export function comparePrepared(prepared: Prepared): Comparison {
  const { look, seed } = prepared;
  const alpha = prepared.alpha / look;
  const context: Context = { units: prepared.unit.units, alpha, seed };
  const data = measuredOf(prepared);
  const measurements = measureAll(prepared, data, context);
  const relative = relativeVerdicts(prepared.gates, measurements, alpha);
  const slices =
    prepared.slices.length === 0
      ? []
      : compareSlices(prepared.slices, sliceMetrics(prepared), { ...data, context });
  const overrule = overruleOf(prepared);
  const gates = judgeGates({ prepared, measurements, relative, slices, overrule, alpha });
  const outcome = decideGates(gates, overrule);
  const primary = measurements.get(prepared.metrics[0]?.name ?? '');
  const change = estimateChange(prepared, primary, context);
  const metrics = metricRows(prepared, measurements, relative, gates, alpha);
  return {
    schema: 'slipway.comparison/1',
    ...outcome,
    message: headline({ outcome, prepared, primary, gates, firstVersion: firstVersion(prepared, outcome) }),
    task: prepared.task,
    rows: prepared.rows,
    unit: {
      name: prepared.unit.name,
      count: prepared.unit.count,
      design_effect: designEffect(prepared, data, primary, context),
    },
    claim: change === null ? 'artifact' : 'change',
    look,
    alpha: prepared.alpha,
    metrics,
    slices,
    gates,
    changes:
      data.candidate === null || data.baseline === null
        ? null
        : countChanges(prepared.answers, data.candidate, data.baseline),
    ...(change === null ? {} : { change }),
    warnings: [...missingWarnings(prepared), ...betterElsewhere([...measurements.values()], alpha)],
  };
}
