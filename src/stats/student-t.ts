import { betaTails, logBeta } from './incomplete-beta.ts';
import { normalCdf, normalQuantile, normalTwoSidedP } from './normal.ts';

/** Two-sided p of a t statistic, 2 P(T ≥ |t|), for any df > 0, fractional or infinite (then normal). */
export function tTwoSidedP(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) return NaN;
  if (df === Infinity) return normalTwoSidedP(t);
  if (!Number.isFinite(t)) return 0;
  const square = t * t;
  return betaTails(df / 2, 0.5, df / (df + square), square / (df + square))[0];
}

/** P(T ≤ t), as `scipy.stats.t.cdf`; any df > 0, fractional or infinite (then normal). */
export function tCdf(t: number, df: number): number {
  if (df === Infinity) return normalCdf(t);
  const tail = tTwoSidedP(t, df) / 2;
  return t > 0 ? 1 - tail : tail;
}

/**
 * t with P(T ≤ t) = p, as `scipy.stats.t.ppf`; any df > 0, fractional or infinite (then normal). Newton's method on
 * the logarithm of the tail, which is nearly linear in log t far out, started from Hill's expansion.
 */
export function tQuantile(p: number, df: number): number {
  if (!(p >= 0 && p <= 1) || !(df > 0)) return NaN;
  if (df === Infinity) return normalQuantile(p);
  if (p === 0.5) return 0;
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity;
  const tail = p < 0.5 ? p : 1 - p;
  const t = upperQuantile(tail, df);
  return p < 0.5 ? -t : t;
}

/** t > 0 with P(T ≥ t) = tail, 0 < tail < ½: bracketed Newton steps in log t. */
function upperQuantile(tail: number, df: number): number {
  const normalising = -logBeta(df / 2, 0.5) - 0.5 * Math.log(df);
  let low = 0;
  let high = Infinity;
  let t = start(tail, df);
  for (let i = 0; i < 200; i++) {
    const sf = tTwoSidedP(t, df) / 2;
    if (sf > tail) low = t;
    else high = t;
    const density = Math.exp(normalising - ((df + 1) / 2) * Math.log1p((t * t) / df));
    const step = (Math.log(sf / tail) * sf) / (density * t);
    let next = t * Math.exp(Math.max(-2, Math.min(2, step)));
    if (!(next > low && next < high)) next = high === Infinity ? t * 2 : (low + high) / 2;
    if (Math.abs(next - t) <= 2e-16 * t) return next;
    t = next;
  }
  return t;
}

function start(tail: number, df: number): number {
  const z = -normalQuantile(tail);
  if (df < 3) return Math.max(0.1, Math.pow(2 * tail, -1 / df));
  const z3 = z * z * z;
  return z + (z3 + z) / (4 * df) + (5 * z3 * z * z + 16 * z3 + 3 * z) / (96 * df * df);
}
