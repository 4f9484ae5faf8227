import { compare } from '../../src/evaluation/index.ts';
import { binomialCdf } from '../../src/stats/index.ts';
import type { Cell } from './cells.ts';
import { drawRows } from './populations.ts';
import type { Population } from './populations.ts';

/** What one metric did in one cell. */
export interface CellResult {
  readonly cell: string;
  readonly metric: string;
  readonly truth: number;
  readonly trials: number;
  /** Trials with an interval. */
  readonly judged: number;
  readonly coverage: number;
  /** Share of judged trials whose interval lies wholly above, and wholly below, the truth. */
  readonly above: number;
  readonly below: number;
  /** Mean width over that of normal theory: 2 · 1.96 · standard deviation of the differences. */
  readonly width: number;
  /** Median number of rows on which the models disagree; NaN where that is not counted. */
  readonly disagree: number;
  readonly failure: string | null;
}

/** A cell fails where a method that is just good enough would do so once in this many cells. */
const RARE = 1e-4;
const LEAST_COVERAGE = 0.93;
const MOST_COVERAGE = 0.995;
const MOST_WIDTH = 1.3;

/**
 * Rows of the samples that stand for the population where the true difference is not 0: 1,000 times those of a draw, at
 * most a million at once; drawn again until there are at least 200 times.
 */
function populationRows(rows: number): number {
  return Math.min(1_000_000, 1000 * rows);
}

function truths({ population, metrics }: Cell): Map<string, number> {
  const { candidate, baseline, clusters, rows } = population;
  const asked = { metrics, alpha: 0.05 };
  if (candidate === baseline) {
    const { metrics: names } = compare({
      ...drawRows({ ...population, rows: 400 }, 1),
      ...asked,
    });
    return new Map(names.map(({ name }) => [name, 0]));
  }
  const many: Population = {
    ...population,
    rows: populationRows(rows),
    ...(clusters === undefined
      ? {}
      : { clusters: { ...clusters, count: Math.round((populationRows(rows) / rows) * clusters.count) } }),
  };
  const sums = new Map<string, number>();
  const repeats = Math.max(1, Math.round((200 * rows) / many.rows));
  for (let repeat = 0; repeat < repeats; repeat++) {
    // Only values are needed, and those do not depend on the units.
    const input = { ...drawRows(many, 987_654_321 + repeat), unit: null };
    for (const { name, difference } of compare({ ...input, ...asked }).metrics)
      sums.set(name, (sums.get(name) ?? 0) + (difference?.value ?? Number.NaN) / repeats);
  }
  return sums;
}

interface Tally {
  judged: number;
  covered: number;
  above: number;
  below: number;
  width: number;
  sum: number;
  squares: number;
  decided: number;
}

function failureOf(cell: Cell, result: Omit<CellResult, 'failure'>, tally: Tally): string | null {
  const { judged, width, disagree } = result;
  if (cell.floor === 'outside')
    return tally.decided === 0 ? null : `${tally.decided} verdicts outside the floor`;
  if (judged === 0)
    return result.metric.startsWith('rmse') || result.metric === 'r2' || cell.population.heavy === true
      ? null
      : 'nothing was judged';
  if (binomialCdf(tally.covered, judged, LEAST_COVERAGE) < RARE) return 'covers too little';
  if (Number.isNaN(disagree) || disagree < 10) return null;
  if (1 - binomialCdf(tally.covered - 1, judged, MOST_COVERAGE) < RARE) return 'covers too much';
  return width > MOST_WIDTH ? 'too wide' : null;
}

/** Draws, compares and counts. Coverage is counted over the trials whose data are inside the floor. */
export function runCell(cell: Cell, trials = cell.trials, firstSeed = 1): CellResult[] {
  const truth = truths(cell);
  const tallies = new Map(
    [...truth.keys()].map((name) => [
      name,
      { judged: 0, covered: 0, above: 0, below: 0, width: 0, sum: 0, squares: 0, decided: 0 },
    ]),
  );
  const disagree: number[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const comparison = compare({
      ...drawRows(cell.population, firstSeed + trial),
      metrics: cell.metrics,
      seed: trial,
    });
    if (comparison.changes !== null) disagree.push(comparison.changes.disagree);
    for (const { name, difference, verdict } of comparison.metrics) {
      const tally = tallies.get(name)!;
      if (verdict !== 'inconclusive') tally.decided++;
      if (difference?.low == null || difference.high === null || difference.value === null) continue;
      const { low, high, value } = difference;
      const is = truth.get(name)!;
      tally.judged++;
      if (low > is) tally.above++;
      else if (high < is) tally.below++;
      else tally.covered++;
      tally.width += high - low;
      tally.sum += value;
      tally.squares += value * value;
    }
  }
  disagree.sort((a, b) => a - b);
  return [...tallies].map(([metric, tally]) => {
    const { judged, covered, above, below, width, sum, squares } = tally;
    const sd = Math.sqrt(Math.max(0, squares / judged - (sum / judged) ** 2));
    const result = {
      cell: cell.name,
      metric,
      truth: truth.get(metric)!,
      trials,
      judged,
      coverage: covered / judged,
      above: above / judged,
      below: below / judged,
      width: width / judged / (2 * 1.96 * sd),
      disagree: disagree[disagree.length >> 1] ?? Number.NaN,
    };
    return { ...result, failure: failureOf(cell, result, tally) };
  });
}
