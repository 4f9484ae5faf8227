import { normalCdf, normalQuantile } from './normal.ts';

/** z of 80 % power, the power that these answers assume. */
const POWER_QUANTILE = 0.8416212335729143;

/**
 * Units that decide "not worse by more than the margin" with 80 % power when both models are truly equal:
 * G ((z_{1−α/2} + 0.84) · SE / d)².
 *
 * @param units units the standard error was seen with
 * @param se standard error of the difference
 * @param margin tolerated drop, > 0, in the difference's unit
 */
export function unitsNeeded(units: number, se: number, margin: number, alpha: number): number {
  if (!(se >= 0) || !(margin > 0)) return NaN;
  return Math.ceil(units * (smallestVisible(se, alpha) / margin) ** 2);
}

/** The smallest difference that is seen with 80 % power: (z_{1−α/2} + 0.84) · SE. */
export function smallestVisible(se: number, alpha: number): number {
  return (normalQuantile(1 - alpha / 2) + POWER_QUANTILE) * se;
}

/**
 * Share of truly equal models whose interval of level 1 − α lies wholly above −margin: Φ(d/SE − z_{1−α/2}). The others
 * end inconclusive, but for α/2 that are called worse.
 */
export function powerAtEquality(se: number, margin: number, alpha: number): number {
  return normalCdf(margin / se - normalQuantile(1 - alpha / 2));
}
