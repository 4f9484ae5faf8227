import { betaTails, binomialDensity } from './incomplete-beta.ts';

/** P(X = k) of Binomial(n, p), as `scipy.stats.binom.pmf`; whole k, 0 outside [0, n]. */
export function binomialPmf(k: number, n: number, p: number): number {
  if (k < 0 || k > n || !Number.isInteger(k)) return 0;
  if (p === 0) return k === 0 ? 1 : 0;
  if (p === 1) return k === n ? 1 : 0;
  return binomialDensity(k, n, p, 1 - p);
}

/** P(X ≤ k) of Binomial(n, p), as `scipy.stats.binom.cdf`. */
export function binomialCdf(k: number, n: number, p: number): number {
  const whole = Math.floor(k);
  if (whole < 0) return 0;
  if (whole >= n) return 1;
  return betaTails(n - whole, whole + 1, 1 - p, p)[0];
}
