import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  binomialCdf,
  binomialPmf,
  chiSquaredSf,
  delongVariance,
  erfc,
  incompleteBeta,
  logGamma,
  lowerGamma,
  mcnemar,
  midranks,
  normalQuantile,
  normalTwoSidedP,
  placements,
  tCdf,
  tQuantile,
  upperGamma,
} from '../../../src/stats/index.ts';
import { Draw } from '../../golden/draw.ts';

interface Golden extends Record<string, unknown> {
  readonly mcnemar: readonly (readonly [number, number, number, number])[];
  readonly midranks: readonly (readonly [number[], number[]])[];
  readonly delong: readonly {
    seed: number;
    n: number;
    share: number;
    grid: number;
    auc: number[];
    cov: number[][];
    p: number;
  }[];
}
const golden = JSON.parse(
  readFileSync(new URL('../../golden/data/statistics.json', import.meta.url), 'utf8'),
) as Golden;

const functions: Record<string, readonly [(...args: number[]) => number, number]> = {
  erfc: [erfc, 1e-13],
  normalQuantile: [normalQuantile, 1e-14],
  logGamma: [logGamma, 1e-13],
  lowerGamma: [lowerGamma, 1e-12],
  upperGamma: [upperGamma, 1e-11],
  incompleteBeta: [incompleteBeta, 1e-11],
  tCdf: [tCdf, 1e-10],
  tQuantile: [tQuantile, 1e-10],
  binomialCdf: [binomialCdf, 1e-11],
  binomialPmf: [binomialPmf, 1e-11],
  chiSquaredSf: [chiSquaredSf, 1e-12],
};

describe('distributions equal scipy’s', () => {
  it.each(Object.entries(functions))('%s', (name, [apply, tolerance]) => {
    for (const row of golden[name] as number[][]) {
      const expected = row.at(-1)!;
      const found = apply(...row.slice(0, -1));
      const error = Math.abs(found - expected) / Math.max(Math.abs(expected), 1e-300);
      expect(
        found === expected ? 0 : error,
        `${name}(${row.slice(0, -1).join(', ')}) = ${found}, not ${expected}`,
      ).toBeLessThan(tolerance);
    }
  });
});

describe('tests equal their definitions', () => {
  it('McNemar exact and mid-p equal exact rational arithmetic', () => {
    for (const [gained, lost, exact, midP] of golden.mcnemar) {
      const found = mcnemar(gained, lost);
      expect(found.exact).toBeCloseTo(exact, 12);
      expect(found.midP).toBeCloseTo(midP, 12);
    }
  });

  it('McNemar chi-squared equals statsmodels’', () => {
    const found = mcnemar(121, 59);

    expect(found.corrected).toBeCloseTo(5.450095e-6, 11);
    expect(found.uncorrected).toBeCloseTo(3.815136e-6, 11);
  });

  it('midranks equal scipy’s rankdata', () => {
    for (const [values, ranks] of golden.midranks)
      expect([...midranks(Float64Array.from(values))]).toEqual(ranks);
  });

  it('DeLong by midranks equals the definition over all pairs', () => {
    for (const { seed, n, share, grid, auc, cov, p } of golden.delong) {
      const y = Uint8Array.from(new Draw(seed).uniform(n), (u) => (u < share ? 1 : 0));
      const noise = new Draw(seed + 100).uniform(n);
      const score = (by: number, effect: number): Float64Array =>
        new Draw(seed + by).uniform(n).map((u, i) => {
          const s = noise[i]! * 0.7 + effect * y[i]! + 0.3 * u;
          return grid > 0 ? Math.floor(s * grid) : s;
        });
      const a = placements(score(200, 0.2), y);
      const b = placements(score(300, 0.1), y);
      const variance = delongVariance(
        a.values.map((v, i) => v - b.values[i]!),
        y,
      );

      expect(a.auc).toBeCloseTo(auc[0]!, 12);
      expect(b.auc).toBeCloseTo(auc[1]!, 12);
      expect(delongVariance(a.values, y)).toBeCloseTo(cov[0]![0]!, 14);
      expect(normalTwoSidedP((a.auc - b.auc) / Math.sqrt(variance))).toBeCloseTo(p, 9);
    }
  });
});
