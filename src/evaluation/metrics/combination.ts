/** How two models' values are set against each other. */
export type CombinationKind = 'difference' | 'log-ratio';

/** The combined value, and the factors of the candidate's and the baseline's influence in its first-order error. */
export interface Combination {
  readonly value: number;
  readonly candidate: number;
  readonly baseline: number;
}

/** candidate − baseline, or log(candidate / baseline): null where one of them is not positive. */
export function combine(kind: CombinationKind, candidate: number, baseline: number): Combination | null {
  if (kind === 'difference') return { value: candidate - baseline, candidate: 1, baseline: 1 };
  if (!(candidate > 0) || !(baseline > 0)) return null;
  return { value: Math.log(candidate / baseline), candidate: 1 / candidate, baseline: 1 / baseline };
}
