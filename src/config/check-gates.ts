import type { ModelConfig } from './schema.ts';

/** What an earlier comparison of this model says about how far its test set can see. */
export interface RecordedComparison {
  readonly metric: string;
  /** Standard error of the paired difference, in the metric's unit; above 0. */
  readonly standardError: number;
  readonly units: number;
  /** What a unit is: `row`, `day`, `customer_id`. */
  readonly unitName: string;
  /** Baseline's value, for margins in percent; null when it is not known. */
  readonly baseline: number | null;
}

/** Two-sided 95 % and one-sided 80 %: the quantiles of `units_needed` (verdict.md §2). */
const Z_INTERVAL = 1.959964;
const Z_POWER = 0.84;

/**
 * One sentence for each not-worse-by gate of which a comparison is recorded: how often a harmless change would end
 * inconclusive, and which margin this test set can hold. An equal model passes when its interval's lower end lies above
 * −d, that is with probability Φ(d/SE − z); it is called worse in 2.5 %. `normalCdf` is Φ.
 */
export function powerStatements(
  model: ModelConfig,
  recorded: readonly RecordedComparison[],
  normalCdf: (z: number) => number,
): string[] {
  return model.evaluate.gates.flatMap((gate) => {
    if (!('not-worse-by' in gate)) return [];
    const seen = recorded.find(({ metric }) => metric === gate.metric);
    if (seen === undefined || !(seen.standardError > 0)) return [];
    const { value, relative } = gate['not-worse-by'];
    if (relative && seen.baseline === null) return [];
    const margin = relative ? value * Math.abs(seen.baseline ?? 0) : value;
    const passes = normalCdf(margin / seen.standardError - Z_INTERVAL);
    const share = Math.max(0, Math.round((1 - passes - 0.025) * 100));
    const holds = ((Z_INTERVAL + Z_POWER) * seen.standardError).toPrecision(2);
    const written = relative ? `${String(value * 100)}%` : String(value);
    return [
      `the gate ${gate.metric} not-worse-by ${written} ends inconclusive for ${String(share)} % of harmless changes; ` +
        `this test set (${String(seen.units)} ${seen.unitName === 'row' ? 'rows' : `units of ${seen.unitName}`}) can hold ${holds}`,
    ];
  });
}
