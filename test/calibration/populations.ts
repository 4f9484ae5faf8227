/** Populations to draw paired predictions from, each with a known (or measurable) true difference. */
import type { CompareInput } from '../../src/evaluation/index.ts';
import { createRandom } from '../../src/stats/index.ts';
import type { Random } from '../../src/stats/index.ts';

/** How rows hang together: `count` units of unequal sizes (lognormal, σ = `spread`), effects with this share of variance. */
export interface Clusters {
  readonly count: number;
  readonly spread: number;
  readonly share: number;
}

/** One population; `signal` of the two models makes the true difference, equal signals make it exactly 0. */
export interface Population {
  readonly task: 'binary' | 'multiclass' | 'regression' | 'scores';
  readonly rows: number;
  /** binary: share of positives; multiclass: share of the first class. */
  readonly rate?: number;
  readonly candidate: number;
  readonly baseline: number;
  /** Correlation of the two models' errors. */
  readonly rho: number;
  readonly clusters?: Clusters;
  /** Lognormal row weights with this σ, independent of everything else. */
  readonly weights?: number;
  /** regression: errors of a lognormal shape. */
  readonly heavy?: boolean;
}

/** Effects of a row: what both models share, and each model's own; unit part and row part together have variance 1. */
interface Effects {
  readonly unit: Int32Array | null;
  readonly shared: (row: number) => number;
  readonly candidate: (row: number) => number;
  readonly baseline: (row: number) => number;
  /** Standard normal effect of the row's unit on its answer; 0 without units. */
  readonly answer: (row: number) => number;
}

function unitOf(rows: number, clusters: Clusters, random: Random): Int32Array {
  const weights = Float64Array.from({ length: clusters.count }, () =>
    Math.exp(clusters.spread * random.normal()),
  );
  const ends = new Float64Array(clusters.count);
  let total = 0;
  for (let g = 0; g < ends.length; g++) ends[g] = total += weights[g]!;
  const unit = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const at = random.uniform() * total;
    let low = 0;
    let high = ends.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ends[middle]! > at) high = middle;
      else low = middle + 1;
    }
    unit[i] = low;
  }
  return unit;
}

function effectsOf({ rows, rho, clusters }: Population, random: Random): Effects {
  const share = clusters?.share ?? 0;
  const unit = clusters === undefined ? null : unitOf(rows, clusters, random);
  const effect = (): ((row: number) => number) => {
    const ofUnit =
      unit === null ? null : Float64Array.from({ length: clusters?.count ?? 0 }, () => random.normal());
    return (row) =>
      ofUnit === null
        ? random.normal()
        : Math.sqrt(share) * ofUnit[unit![row]!]! + Math.sqrt(1 - share) * random.normal();
  };
  const [shared, ours, theirs] = [effect(), effect(), effect()];
  const answers =
    unit === null ? null : Float64Array.from({ length: clusters?.count ?? 0 }, () => random.normal());
  return {
    unit,
    shared: (row) => Math.sqrt(rho) * shared(row),
    candidate: (row) => Math.sqrt(1 - rho) * ours(row),
    baseline: (row) => Math.sqrt(1 - rho) * theirs(row),
    answer: (row) => (answers === null ? 0 : Math.sqrt(share) * answers[unit![row]!]!),
  };
}

const logit = (p: number): number => Math.log(p / (1 - p));
const expit = (x: number): number => 1 / (1 + Math.exp(-x));

type Columns = Pick<CompareInput, 'target' | 'candidate' | 'baseline' | 'threshold'>;

function binary(population: Population, effects: Effects, random: Random): Columns {
  const { rows, rate = 0.3, candidate, baseline } = population;
  const target = new Uint8Array(rows);
  const ours = new Float64Array(rows);
  const theirs = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const y = random.uniform() < expit(logit(rate) + effects.answer(i)) ? 1 : 0;
    target[i] = y;
    const shared = effects.shared(i);
    const x = candidate * y + shared + effects.candidate(i);
    const z = baseline * y + shared + effects.baseline(i);
    // The posterior of a normal score, so that scores are probabilities and their threshold is the rate.
    ours[i] = expit(candidate * x - candidate ** 2 / 2 + logit(rate));
    theirs[i] = expit(baseline * z - baseline ** 2 / 2 + logit(rate));
  }
  return { target, candidate: { score: ours }, baseline: { score: theirs }, threshold: rate };
}

const CLASSES = ['a', 'b', 'c'] as const;

function multiclass(population: Population, effects: Effects, random: Random): Columns {
  const { rows, rate = 0.4, candidate, baseline } = population;
  const target: string[] = [];
  const side = (): Record<string, Float64Array> =>
    Object.fromEntries(CLASSES.map((name) => [name, new Float64Array(rows)]));
  const [ours, theirs] = [side(), side()];
  for (let i = 0; i < rows; i++) {
    const u = random.uniform();
    const y = u < rate ? 0 : u < rate + (1 - rate) * 0.6 ? 1 : 2;
    target.push(CLASSES[y]);
    for (const [scores, signal, own] of [
      [ours, candidate, (row: number) => effects.candidate(row)],
      [theirs, baseline, (row: number) => effects.baseline(row)],
    ] as const) {
      const raw = CLASSES.map((_, k) => Math.exp((k === y ? signal : 0) + own(i) + 0.5 * random.normal()));
      const total = raw.reduce((sum, value) => sum + value, 0);
      CLASSES.forEach((name, k) => (scores[name]![i] = raw[k]! / total));
    }
  }
  return { target, candidate: { scores: ours }, baseline: { scores: theirs } };
}

/** Targets stay away from 0, where mape would have no mean to cover. */
function regression(population: Population, effects: Effects, random: Random): Columns {
  const { rows, candidate, baseline, heavy = false } = population;
  const target = new Float64Array(rows);
  const ours = new Float64Array(rows);
  const theirs = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    target[i] = heavy ? Math.exp(1.5 * random.normal()) : 10 * Math.exp(0.3 * random.normal());
    const scale = heavy ? target[i]! : 1;
    const shared = effects.shared(i);
    ours[i] = target[i]! + scale * candidate * (shared + effects.candidate(i));
    theirs[i] = target[i]! + scale * baseline * (shared + effects.baseline(i));
  }
  return { target, candidate: { prediction: ours }, baseline: { prediction: theirs } };
}

function scores(population: Population, effects: Effects, random: Random): Columns {
  const { rows, candidate, baseline } = population;
  const words = Float64Array.from({ length: rows }, () => 1 + Math.floor(20 * random.uniform()));
  const edits = (signal: number, own: (row: number) => number): Float64Array =>
    words.map((count, i) => Math.max(0, Math.round(count * (signal + 0.05 * own(i)))));
  return {
    candidate: { columns: { words, edits: edits(candidate, effects.candidate) } },
    baseline: { columns: { words, edits: edits(baseline, effects.baseline) } },
  };
}

const DRAW = { binary, multiclass, regression, scores } as const;

/** Draws one data set; the same seed gives the same rows. */
export function drawRows(population: Population, seed: number): CompareInput {
  const random = createRandom(seed);
  const effects = effectsOf(population, random);
  const columns = DRAW[population.task](population, effects, random);
  const weight =
    population.weights === undefined
      ? null
      : Float64Array.from({ length: population.rows }, () => Math.exp(population.weights! * random.normal()));
  return {
    task: population.task,
    ...columns,
    ...(effects.unit === null ? {} : { unit: { name: 'unit', values: effects.unit } }),
    ...(weight === null ? {} : { weight }),
  };
}
