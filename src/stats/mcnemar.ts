import { binomialCdf, binomialPmf } from './binomial.ts';
import { chiSquaredSf } from './incomplete-gamma.ts';

/** Two-sided p-values of McNemar's test on the discordant counts. */
export interface McNemar {
  /** Exact binomial, min(1, 2 P(X ≤ min)), as statsmodels' `mcnemar(exact=True)`. */
  readonly exact: number;
  /** Exact less P(X = min): closer to nominal (Fagerland, Lydersen and Laake 2013). */
  readonly midP: number;
  /** Chi-squared with continuity correction (|b − c| − 1)² / (b + c). */
  readonly corrected: number;
  /** Chi-squared without correction. */
  readonly uncorrected: number;
}

/**
 * McNemar's test of two classifiers on the same rows.
 *
 * @param gained rows only the candidate gets right, a whole number
 * @param lost rows only the baseline gets right, a whole number
 */
export function mcnemar(gained: number, lost: number): McNemar {
  const n = gained + lost;
  if (n === 0) return { exact: 1, midP: 1, corrected: 1, uncorrected: 1 };
  const least = Math.min(gained, lost);
  const twice = 2 * binomialCdf(least, n, 0.5);
  const gap = Math.abs(gained - lost);
  return {
    exact: Math.min(1, twice),
    midP: Math.min(1, twice - binomialPmf(least, n, 0.5)),
    corrected: chiSquaredSf(Math.max(0, gap - 1) ** 2 / n, 1),
    uncorrected: chiSquaredSf(gap ** 2 / n, 1),
  };
}
