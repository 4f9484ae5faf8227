import { normalQuantile } from './normal.ts';

/** [low, high] of an interval. */
export type Bounds = readonly [low: number, high: number];

/**
 * Wilson's score interval of a proportion, as statsmodels' `proportion_confint(method='wilson')`.
 *
 * @param share observed proportion in [0, 1]
 * @param count number of trials, or an effective one (Kish's (Σw)²/Σw² for weights, n / design effect for clusters)
 * @param alpha the interval has level 1 − alpha
 * @param quantile z of the level; Student's t where the effective count was estimated from few clusters
 */
export function wilson(
  share: number,
  count: number,
  alpha: number,
  quantile = normalQuantile(1 - alpha / 2),
): Bounds {
  if (!(count > 0) || !(share >= 0 && share <= 1)) return [NaN, NaN];
  const square = quantile * quantile;
  const centre = (share + square / (2 * count)) / (1 + square / count);
  const half =
    (quantile / (1 + square / count)) *
    Math.sqrt((share * (1 - share)) / count + square / (4 * count * count));
  return [share === 0 ? 0 : Math.max(0, centre - half), share === 1 ? 1 : Math.min(1, centre + half)];
}

/** Kish's effective number of rows, (Σw)²/Σw²; 0 when all weights are 0. */
export function kish(weights: ArrayLike<number>): number {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i]!;
    squares += weights[i]! * weights[i]!;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}
