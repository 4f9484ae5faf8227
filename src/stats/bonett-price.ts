import { normalQuantile, normalTwoSidedP } from './normal.ts';

/** A paired difference: its adjusted centre, standard error, bounds and two-sided p. */
export interface PairedProportion {
  readonly centre: number;
  readonly se: number;
  readonly low: number;
  readonly high: number;
  readonly p: number;
}

/**
 * Bonett and Price (2012), "Adjusted Wald confidence interval for a difference of binomial proportions based on
 * paired data": one pseudo-row in each discordant cell.
 *
 * @param gained rows only the candidate gets right
 * @param lost rows only the baseline gets right
 * @param rows all rows
 */
export function bonettPrice(gained: number, lost: number, rows: number, alpha: number): PairedProportion {
  const up = (gained + 1) / (rows + 2);
  const down = (lost + 1) / (rows + 2);
  const centre = up - down;
  const se = Math.sqrt((up + down - centre * centre) / (rows + 2));
  const half = normalQuantile(1 - alpha / 2) * se;
  return {
    centre,
    se,
    low: Math.max(-1, centre - half),
    high: Math.min(1, centre + half),
    p: normalTwoSidedP(centre / se),
  };
}
