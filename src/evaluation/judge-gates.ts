import type { GateResult, SliceComparison } from '../contracts/comparison.ts';
import { gateOfRelative, guardVerdict } from './decide-gates.ts';
import type { Overrule } from './decide-gates.ts';
import { limitVerdict } from './decide-metric.ts';
import type { RelativeVerdict } from './decide-metric.ts';
import { isRelative, marginText } from './gates.ts';
import type { Gate } from './gates.ts';
import type { Measurement } from './measure.ts';
import { countText, intervalText, lossWord, numberText, pairText, plural, signedText } from './message.ts';
import type { Prepared } from './prepare.ts';
import { judgeSuite } from './suite.ts';
import type { NotWorseGate } from './verdicts.ts';
import { neededUnits } from './verdicts.ts';
import { REASONS } from '../contracts/codes.ts';

/** Everything gates are judged by. */
export interface GateEvidence {
  readonly prepared: Prepared;
  readonly measurements: ReadonlyMap<string, Measurement>;
  readonly relative: ReadonlyMap<NotWorseGate, RelativeVerdict>;
  readonly slices: readonly SliceComparison[];
  readonly overrule: Overrule;
  /** Already divided by the look. */
  readonly alpha: number;
}

type Judged = Omit<GateResult, 'gate'>;

function whyOpen(
  gate: NotWorseGate,
  measurement: Measurement,
  verdict: RelativeVerdict,
  evidence: GateEvidence,
): string {
  const numbers = `${gate.metric} ${pairText(measurement.candidate, measurement.baseline, measurement.difference)}`;
  if (verdict.reason !== 'INCONCLUSIVE') return `${numbers}: ${REASONS[verdict.reason]}`;
  const { unit } = evidence.prepared;
  const needed = neededUnits(measurement, gate, verdict, { alpha: evidence.alpha, units: unit.count });
  const ask = needed === null ? '' : `; if truly equal, about ${plural(needed, unit.name)} would decide`;
  return `${numbers}: ${plural(unit.count, unit.name)} cannot tell this from the tolerated ${marginText(gate.margin)}${ask}`;
}

function judgeNotWorse(gate: NotWorseGate, evidence: GateEvidence): Judged {
  const measurement = evidence.measurements.get(gate.metric);
  const relative = evidence.relative.get(gate);
  if (measurement === undefined || relative === undefined)
    return { verdict: 'inconclusive', reason: 'NOT_A_NUMBER', message: `${gate.metric} was not measured` };
  const verdict = gateOfRelative(relative.verdict);
  const numbers = `${gate.metric} ${pairText(measurement.candidate, measurement.baseline, measurement.difference)}`;
  if (verdict === 'inconclusive')
    return { verdict, reason: relative.reason, message: whyOpen(gate, measurement, relative, evidence) };
  if (relative.reason === 'IDENTICAL')
    return {
      verdict,
      reason: 'IDENTICAL',
      message: `${gate.metric} ${numberText(measurement.candidate?.value)}: both models predict the same on every row`,
    };
  const says =
    relative.verdict === 'not-worse' ? `not worse, tolerated ${marginText(gate.margin)}` : relative.verdict;
  return { verdict, reason: relative.reason, message: `${numbers}: ${says}` };
}

function judgeLimit(gate: Extract<Gate, { kind: 'min' | 'max' }>, evidence: GateEvidence): Judged {
  const measurement = evidence.measurements.get(gate.metric);
  const candidate = measurement?.candidate;
  if (measurement === undefined || candidate === null || candidate === undefined) {
    return { verdict: 'inconclusive', reason: 'NOT_A_NUMBER', message: `${gate.metric} was not measured` };
  }
  const notWorse = [...evidence.relative].some(
    ([other, { verdict }]) => other.metric === gate.metric && gateOfRelative(verdict) === 'pass',
  );
  const { verdict, reason } = limitVerdict({
    kind: gate.kind,
    limit: gate.limit,
    value: candidate.value,
    low: candidate.low,
    high: candidate.high,
    withheld: measurement.floor,
    noInterval: candidate.reason,
    notWorse,
  });
  const bound = `${gate.kind === 'min' ? 'at least' : 'at most'} ${gate.limit}`;
  const tail =
    reason === 'FLOOR'
      ? ' reaches it, and the not-worse-by gate on it passes'
      : verdict === 'inconclusive'
        ? `: ${REASONS[reason]}`
        : '';
  return { verdict, reason, message: `${gate.metric} ${intervalText(candidate)}, asked ${bound}${tail}` };
}

function judgeGuard(gate: Extract<Gate, { kind: 'guard' }>, evidence: GateEvidence): Judged {
  const direction = evidence.measurements.get(gate.metric)?.metric.direction ?? 'higher';
  const sign = direction === 'higher' ? 1 : -1;
  const declared = new Map(evidence.prepared.slices.map((slice) => [slice.name, slice.declared]));
  const guarded = evidence.slices.filter(
    (slice) =>
      slice.metric === gate.metric &&
      (gate.only === null ||
        gate.only.some((name) => name === slice.name || name === declared.get(slice.name))),
  );
  const slices = guarded.map((slice) => ({
    name: slice.name,
    gain: slice.difference.value === null ? Number.NaN : sign * slice.difference.value,
    adjusted: slice.p_adjusted ?? Number.NaN,
    withheld: slice.reason === 'IDENTICAL' ? null : slice.reason,
  }));
  const { verdict, reason, dropped, unseen } = guardVerdict(slices, gate.maxDrop, evidence.alpha);
  const blind = unseen === 0 ? '' : `; ${unseen} of ${plural(guarded.length, 'slice')} too small to test`;
  if (verdict === 'inconclusive')
    return {
      verdict,
      reason,
      message: `none of ${plural(guarded.length, 'slice')} can be tested by ${gate.metric}: ${REASONS[reason]}`,
    };
  if (verdict === 'pass')
    return {
      verdict,
      reason,
      message: `no ${gate.metric} of ${plural(guarded.length, 'slice')} ${lossWord(direction)} significantly by ${gate.maxDrop} or more${blind}`,
    };
  const worst = dropped.slice(0, 3).map((slice) => `${slice.name} ${signedText(sign * slice.gain)}`);
  return {
    verdict,
    reason,
    message: `${gate.metric} ${lossWord(direction)} by more than ${gate.maxDrop}: ${worst.join(', ')}${dropped.length > 3 ? `, and ${dropped.length - 3} more` : ''}${blind}`,
  };
}

function judgeSuiteGate(gate: Extract<Gate, { kind: 'suite' }>, evidence: GateEvidence): Judged {
  const suite = evidence.prepared.suites[gate.suite];
  if (suite === undefined)
    return {
      verdict: 'inconclusive',
      reason: 'SUITE_MISSING',
      message: `there are no predictions of suite ${gate.suite}`,
    };
  const { rows, wrong, examples } = judgeSuite(suite, evidence.prepared.task, gate.tolerance);
  if (rows === 0)
    return { verdict: 'inconclusive', reason: 'TOO_FEW_ROWS', message: `suite ${gate.suite} holds no rows` };
  if (wrong.length === 0)
    return {
      verdict: 'pass',
      reason: 'SUITE_PASSED',
      message: `all ${plural(rows, 'prediction')} of suite ${gate.suite} are as expected`,
    };
  const more = wrong.length > examples.length ? ', …' : '';
  return {
    verdict: 'fail',
    reason: 'SUITE_FAILED',
    message: `${countText(wrong.length)} of ${plural(rows, 'prediction')} of suite ${gate.suite} are not as expected (${examples.join('; ')}${more})`,
  };
}

function judgeOne(gate: Gate, evidence: GateEvidence): Judged {
  if (gate.kind === 'inactive')
    return { verdict: 'skipped', reason: 'NOT_ACTIVE', message: `${gate.label}: ${REASONS.NOT_ACTIVE}` };
  if (gate.kind === 'suite') return judgeSuiteGate(gate, evidence);
  if (evidence.overrule === 'PREDICTIONS_INCOMPLETE')
    return { verdict: 'fail', reason: 'PREDICTIONS_INCOMPLETE', message: REASONS.PREDICTIONS_INCOMPLETE };
  if (isRelative(gate) && evidence.prepared.baseline === null)
    return { verdict: 'skipped', reason: 'FIRST_VERSION', message: REASONS.FIRST_VERSION };
  if (isRelative(gate) && evidence.overrule !== null)
    return { verdict: 'inconclusive', reason: evidence.overrule, message: REASONS[evidence.overrule] };
  if (gate.kind === 'not-worse') return judgeNotWorse(gate, evidence);
  return gate.kind === 'guard' ? judgeGuard(gate, evidence) : judgeLimit(gate, evidence);
}

/** Judges every gate in the order of their declaration. */
export function judgeGates(evidence: GateEvidence): GateResult[] {
  return evidence.prepared.gates.map((gate) => ({ gate: gate.label, ...judgeOne(gate, evidence) }));
}
