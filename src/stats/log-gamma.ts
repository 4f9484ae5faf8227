const HALF_LOG_TWO_PI = 0.9189385332046728;

/** Coefficients of Stirling's series, B_{2k} / (2k (2k-1)), k = 1 … 8. */
const STIRLING = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
] as const;

/** Lanczos' approximation with g = 607/128, n = 15 (Godfrey's coefficients). */
const LANCZOS = [
  0.9999999999999971, 57.15623566586292, -59.59796035547549, 14.136097974741746, -0.4919138160976202,
  0.00003399464998481189, 0.00004652362892704858, -0.00009837447530487956, 0.0001580887032249125,
  -0.00021026444172410488, 0.00021743961811521265, -0.0001643181065367639, 0.00008441822398385275,
  -0.000026190838401581408, 0.0000036899182659531625,
] as const;

/**
 * The error of Stirling's approximation: log Γ(x+1) − ((x + ½) log x − x + ½ log 2π), x > 0. Keeps full precision
 * where the difference of two log-gammas would cancel (Loader 2000, "Fast and accurate computation of binomial
 * probabilities").
 */
export function stirlingError(x: number): number {
  if (x < 15) return logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - HALF_LOG_TWO_PI;
  const inverse = 1 / (x * x);
  let sum = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) sum = sum * inverse + STIRLING[k]!;
  return sum / x;
}

/**
 * Natural logarithm of Γ(x) for x > 0 (NaN otherwise), as `scipy.special.gammaln`, to about 1e-15 relative away from
 * the zeros at 1 and 2. Lanczos' approximation below 15, Stirling's series from there.
 */
export function logGamma(x: number): number {
  if (!(x > 0)) return NaN;
  if (x === 1 || x === 2) return 0;
  if (x >= 15) return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + stirlingError(x);
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  let sum: number = LANCZOS[0];
  for (let k = 1; k < LANCZOS.length; k++) sum += LANCZOS[k]! / (z + k);
  const t = z + 607 / 128 + 0.5;
  return HALF_LOG_TWO_PI + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}
