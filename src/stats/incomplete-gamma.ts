import { logGamma } from './log-gamma.ts';

const EPSILON = 1e-17;
const TINY = 1e-300;

/** Regularised lower incomplete gamma P(a, x), as `scipy.special.gammainc`; a > 0, x ≥ 0. */
export function lowerGamma(a: number, x: number): number {
  if (!(a > 0) || !(x >= 0)) return NaN;
  if (x === 0) return 0;
  if (x === Infinity) return 1;
  return x < a + 1 ? series(a, x) : 1 - continuedFraction(a, x);
}

/** Regularised upper incomplete gamma Q(a, x) = 1 − P(a, x), precise in the tail, as `scipy.special.gammaincc`. */
export function upperGamma(a: number, x: number): number {
  if (!(a > 0) || !(x >= 0)) return NaN;
  if (x === 0) return 1;
  if (x === Infinity) return 0;
  return x < a + 1 ? 1 - series(a, x) : continuedFraction(a, x);
}

/** P(X ≥ x) of a chi-squared variable with `df` degrees of freedom, as `scipy.stats.chi2.sf`. */
export function chiSquaredSf(x: number, df: number): number {
  return x <= 0 ? 1 : upperGamma(df / 2, x / 2);
}

function prefactor(a: number, x: number): number {
  return Math.exp(a * Math.log(x) - x - logGamma(a));
}

/** Abramowitz and Stegun 6.5.29; converges fast for x < a + 1. */
function series(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = a + 1; Math.abs(term) > sum * EPSILON; n++) {
    term *= x / n;
    sum += term;
  }
  return sum * prefactor(a, x);
}

/** Abramowitz and Stegun 6.5.31 by Lentz's method; converges fast for x ≥ a + 1. */
function continuedFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 100_000; i++) {
    const an = -i * (i - a);
    b += 2;
    d = an * d + b;
    d = 1 / (Math.abs(d) < TINY ? TINY : d);
    c = b + an / c;
    if (Math.abs(c) < TINY) c = TINY;
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return h * prefactor(a, x);
}
