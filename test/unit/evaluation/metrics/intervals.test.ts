import { describe, expect, it } from 'vitest';
import type { Metric } from '../../../../src/evaluation/metrics/index.ts';
import { metricNames, resolveMetric, thresholdAtFpr } from '../../../../src/evaluation/metrics/index.ts';
import {
  bonettPrice,
  createRandom,
  delongVariance,
  normalTwoSidedP,
  placements,
  wilson,
} from '../../../../src/stats/index.ts';
import { Draw } from '../../../golden/draw.ts';
import type { World } from './support.ts';
import { binaryWorld, BY_ROW, multiclassWorld, regressionWorld, unitsOf } from './support.ts';

const worlds: Record<string, World> = {
  binary: binaryWorld(800),
  multiclass: multiclassWorld(600, [0.5, 0.3, 0.2]),
  regression: regressionWorld(400),
};
const every = Object.keys(worlds).flatMap((task) =>
  metricNames(task as 'binary').map((name) => [task, name.replace('[class]', '[c1]')] as const),
);
const build = (name: string, task = 'binary'): Metric =>
  resolveMetric(name, task as 'binary', {
    threshold: 0.5,
    ...(task === 'multiclass' ? { classes: ['c0', 'c1', 'c2'] } : {}),
  });

describe('every metric', () => {
  const judged = every.filter(([, name]) => name !== 'ece' && name !== 'recall@fpr<=1%');

  it.each(judged)('%s %s: bounds around the value, antisymmetric, the same again', (task, name) => {
    const { answers, candidate, baseline } = worlds[task]!;
    const metric = build(name, task);

    const single = metric.interval(answers, candidate, BY_ROW);
    const forth = metric.difference(answers, candidate, baseline, BY_ROW);
    const back = metric.difference(answers, baseline, candidate, BY_ROW);

    expect(single.reason).toBeNull();
    expect(single.low).toBeLessThanOrEqual(single.value);
    expect(single.high).toBeGreaterThanOrEqual(single.value);
    expect(forth.reason).toBeNull();
    expect(forth.value).toBeCloseTo(
      metric.value(answers, candidate).value - metric.value(answers, baseline).value,
      12,
    );
    expect(forth.low).toBeLessThan(forth.high);
    expect(back.low).toBeCloseTo(-forth.high, 9);
    expect(back.p).toBeCloseTo(forth.p, 9);
    expect(forth.low > 0 || forth.high < 0).toBe(forth.p < BY_ROW.alpha);
    expect(build(name, task).difference(answers, candidate, baseline, BY_ROW)).toEqual(forth);
  });

  it.each(judged)(
    '%s %s: units of one row each, and weights of one, change little or nothing',
    (task, name) => {
      const { answers, candidate, baseline } = worlds[task]!;
      const ones = { ...answers, weight: new Float64Array(answers.rows).fill(1) };
      const units = unitsOf(
        Int32Array.from({ length: answers.rows }, (_, i) => i),
        answers.rows,
      );

      const byRow = build(name, task).difference(answers, candidate, baseline, BY_ROW);
      const weighted = build(name, task).difference(ones, candidate, baseline, BY_ROW);
      const byUnit = build(name, task).difference(answers, candidate, baseline, { ...BY_ROW, units });

      expect(weighted.low).toBeCloseTo(byRow.low, 9);
      expect(weighted.high).toBeCloseTo(byRow.high, 9);
      const width = byRow.high - byRow.low;
      expect((byUnit.high - byUnit.low) / width).toBeGreaterThan(0.75);
      expect((byUnit.high - byUnit.low) / width).toBeLessThan(1.25);
    },
  );

  it.each(judged)('%s %s: identical models differ by exactly nothing', (task, name) => {
    const { answers, candidate } = worlds[task]!;

    const { value, low, high } = build(name, task).difference(answers, candidate, { ...candidate }, BY_ROW);

    expect(value).toBe(0);
    expect(low).toBeLessThanOrEqual(0);
    expect(high).toBeGreaterThanOrEqual(0);
  });

  it.each(judged)('%s %s: the log ratio agrees with the difference', (task, name) => {
    const { answers, candidate, baseline } = worlds[task]!;
    const metric = build(name, task);
    if (metric.logRatio === undefined) return;

    const ratio = metric.logRatio(answers, candidate, baseline, BY_ROW);

    const [c, b] = [metric.value(answers, candidate).value, metric.value(answers, baseline).value];
    expect(ratio.value).toBeCloseTo(Math.log(c / b), 12);
    expect(ratio.low).toBeLessThan(ratio.high);
  });
});

describe('the methods', () => {
  it('accuracy and recall by row are Bonett and Price’s, single values Wilson’s', () => {
    const { answers, candidate, baseline } = worlds['binary']!;
    const hits = (scores: Float64Array): number[] =>
      [...scores].map((s, i) => ((s >= 0.5 ? 1 : 0) === (answers as { y: Uint8Array }).y[i] ? 1 : 0));
    const [c, b] = [hits(candidate.score!), hits(baseline.score!)];
    const gained = c.filter((hit, i) => hit > b[i]!).length;
    const lost = c.filter((hit, i) => hit < b[i]!).length;

    const found = build('accuracy').difference(answers, candidate, baseline, BY_ROW);
    const expected = bonettPrice(gained, lost, 800, 0.05);

    expect(found.low).toBeCloseTo(expected.low, 12);
    expect(found.high).toBeCloseTo(expected.high, 12);
    expect(found.p).toBeCloseTo(expected.p, 12);
    const share = c.reduce((sum, hit) => sum + hit, 0) / 800;
    const { low, high } = build('accuracy').interval(answers, candidate, BY_ROW);
    expect([low, high]).toEqual([...wilson(share, 800, 0.05)]);
  });

  it('the p of roc_auc is DeLong’s, also where ± ¼ widens the interval', () => {
    const { answers, candidate, baseline } = binaryWorld(120, 0.15, 3);
    const { y } = answers as { y: Uint8Array };
    const [c, b] = [placements(candidate.score!, y), placements(baseline.score!, y)];
    const variance = delongVariance(
      c.values.map((v, i) => v - b.values[i]!),
      y,
    );

    const found = build('roc_auc').difference(answers, candidate, baseline, BY_ROW);

    expect(found.method).toBe('delong-quarter');
    expect(found.p).toBeCloseTo(normalTwoSidedP((c.auc - b.auc) / Math.sqrt(variance)), 12);
    expect(found.se).toBeGreaterThan(Math.sqrt(variance));
  });

  it('the ± ¼ shrinks for models that rank nearly alike and is nothing where they rank the same', () => {
    const { answers, candidate } = binaryWorld(300, 0.05);
    const random = createRandom(3);
    const nudged = candidate.score!.map((score) => score + 0.02 * random.normal());
    const cubed = candidate.score!.map((score) => score ** 3);
    const c = placements(candidate.score!, (answers as { y: Uint8Array }).y);
    const b = placements(nudged, (answers as { y: Uint8Array }).y);
    const plain = Math.sqrt(
      delongVariance(
        c.values.map((value, i) => value - b.values[i]!),
        (answers as { y: Uint8Array }).y,
      ),
    );

    const near = build('roc_auc').difference(answers, candidate, { score: nudged }, BY_ROW);
    const same = build('roc_auc').difference(answers, candidate, { score: cubed }, BY_ROW);

    expect(near.method).toBe('delong-quarter');
    expect(near.se / plain).toBeGreaterThan(1);
    expect(near.se / plain).toBeLessThan(1.5);
    expect([same.value, same.low, same.high, same.p]).toEqual([0, 0, 0, 1]);
  });

  it('a weighted mean goes by the jackknife, a loss of probabilities by the rows of the rarer class', () => {
    const random = createRandom(5);
    const weight = Float64Array.from({ length: 300 }, () => Math.exp(random.normal()));
    const { answers, candidate, baseline } = binaryWorld(300, 0.1, 2, weight);
    const { y } = answers as { y: Uint8Array };
    const total = weight.reduce((sum, w) => sum + w, 0);
    const delta = Array.from(
      y,
      (code, i) => (candidate.score![i]! - code) ** 2 - (baseline.score![i]! - code) ** 2,
    );
    const mean = delta.reduce((sum, d, i) => sum + weight[i]! * d, 0) / total;
    const without = delta.map((d, i) => (mean * total - weight[i]! * d) / (total - weight[i]!));
    const kish = (rows: readonly number[]): number =>
      rows.reduce((sum, i) => sum + weight[i]!, 0) ** 2 / rows.reduce((sum, i) => sum + weight[i]! ** 2, 0);
    const all = kish([...y.keys()]);

    const found = build('brier').difference(answers, candidate, baseline, BY_ROW);

    const squares = without.reduce((sum, one) => sum + (one - mean) ** 2, 0);
    expect(found.se).toBeCloseTo(Math.sqrt((squares * (all - 1)) / all), 12);
    expect(found.df).toBeCloseTo(kish([...y.keys()].filter((i) => y[i] === 1)) - 1, 9);
  });

  it('rows repeated within units do not narrow an interval by unit', () => {
    const { answers, candidate, baseline } = binaryWorld(200);
    const copies = 5;
    const repeat = (values: Float64Array): Float64Array =>
      Float64Array.from({ length: values.length * copies }, (_, i) => values[Math.floor(i / copies)]!);
    const { y } = answers as { y: Uint8Array };
    const many: World['answers'] = {
      task: 'binary',
      y: Uint8Array.from(repeat(Float64Array.from(y))),
      rows: 1000,
      weight: null,
    };
    const units = unitsOf(
      Int32Array.from({ length: 1000 }, (_, i) => Math.floor(i / copies)),
      200,
    );

    const once = build('log_loss').difference(answers, candidate, baseline, BY_ROW);
    const repeated = build('log_loss').difference(
      many,
      { score: repeat(candidate.score!) },
      { score: repeat(baseline.score!) },
      { ...BY_ROW, units },
    );

    expect(repeated.se / once.se).toBeCloseTo(1, 1);
  });

  it('average precision by unit is the metric without each unit', () => {
    const { answers, candidate, baseline } = binaryWorld(600);
    const units = unitsOf(
      Int32Array.from({ length: 600 }, (_, i) => i % 12),
      12,
    );
    const metric = build('average_precision');
    const without = (g: number): number => {
      const kept = Array.from(units.of.keys()).filter((i) => units.of[i] !== g);
      const { y } = answers as { y: Uint8Array };
      const some: World['answers'] = {
        task: 'binary',
        y: Uint8Array.from(kept, (i) => y[i]!),
        rows: kept.length,
        weight: null,
      };
      const [c, b] = [candidate, baseline].map(
        ({ score }) => metric.value(some, { score: Float64Array.from(kept, (i) => score![i]!) }).value,
      );
      return c! - b!;
    };

    const found = metric.difference(answers, candidate, baseline, { ...BY_ROW, units });

    let squares = 0;
    for (let g = 0; g < units.count; g++) squares += (without(g) - found.value) ** 2;
    expect(found.method).toBe('jackknife');
    expect(found.se).toBeCloseTo(Math.sqrt(squares), 12);
    expect(found.df).toBe(11);
  });

  it('average precision is withheld where one unit holds all positives', () => {
    const { answers, candidate, baseline } = binaryWorld(600);
    const { y } = answers as { y: Uint8Array };
    const of = Int32Array.from(y, (code, i) => (code === 1 ? 0 : 1 + (i % 20)));
    const units = { ...unitsOf(of, 21), effective: 20 };

    const found = build('average_precision').difference(answers, candidate, baseline, { ...BY_ROW, units });

    expect([found.low, found.reason]).toEqual([NaN, 'TOO_FEW_UNITS']);
  });
});

describe('influence values', () => {
  it.each([
    ['binary', 'average_precision'],
    ['binary', 'recall@top=10%'],
    ['binary', 'recall@fpr<=5%'],
    ['regression', 'medae'],
  ] as const)('%s %s: as wide as the bootstrap where they take over', (task, name) => {
    const world = task === 'binary' ? binaryWorld(20_001) : regressionWorld(20_001);
    const cut = <T extends Float64Array | Uint8Array>(values: T): T => values.slice(0, 20_000) as T;
    const { answers } = world;
    const less = {
      ...answers,
      rows: 20_000,
      y: cut((answers as { y: Uint8Array }).y),
    } as World['answers'];
    const key = task === 'binary' ? 'score' : 'prediction';
    const [candidate, baseline] = [world.candidate, world.baseline].map((outputs) => ({
      [key]: cut(outputs[key]!),
    }));
    const metric = build(name, task);

    const influence = metric.difference(answers, world.candidate, world.baseline, { ...BY_ROW, alpha: 0.1 });
    const bootstrap = metric.difference(less, candidate!, baseline!, { ...BY_ROW, alpha: 0.1 });

    expect([influence.method, bootstrap.method]).toEqual(['influence', 'percentile']);
    expect(influence.se / bootstrap.se).toBeGreaterThan(0.9);
    expect(influence.se / bootstrap.se).toBeLessThan(1.1);
  });
});

describe('the top of a ranking', () => {
  it('counts rows tied at the cut in fractions', () => {
    const answers: World['answers'] = {
      task: 'binary',
      y: Uint8Array.of(1, 1, 0, 0, 0),
      rows: 5,
      weight: null,
    };
    const outputs = { score: Float64Array.of(0.9, 0.5, 0.5, 0.5, 0.1) };

    // k = 2: the first row whole, one of the three tied rows.
    expect(build('recall@top=40%').value(answers, outputs).value).toBeCloseTo((1 + 1 / 3) / 2, 12);
    expect(build('precision@top=40%').value(answers, outputs).value).toBeCloseTo((1 + 1 / 3) / 2, 12);
  });

  it('takes k = ⌈share · n⌉ without rounding noise', () => {
    const y = Uint8Array.from({ length: 100 }, (_, i) => (i < 7 ? 1 : 0));
    const score = Float64Array.from({ length: 100 }, (_, i) => 1 - i / 100);

    expect(
      build('precision@top=7%').value({ task: 'binary', y, rows: 100, weight: null }, { score }).value,
    ).toBe(1);
  });

  it('a threshold taken from validation rows is part of the model', () => {
    const random = new Draw(5);
    const y = Uint8Array.from(random.uniform(400), (u) => (u < 0.3 ? 1 : 0));
    const score = random.uniform(400).map((u, i) => u + 0.3 * y[i]!);
    const threshold = thresholdAtFpr(y, score, null, 5);
    const name = 'recall@fpr<=5%';
    const passed = score.filter((s, i) => y[i] === 0 && s >= threshold).length;

    const found = build(name).value({ task: 'binary', y, rows: 400, weight: null }, { score });
    const given = build(name).value(
      { task: 'binary', y, rows: 400, weight: null },
      { score, thresholds: new Map([[name, threshold]]) },
    );

    expect(passed / y.filter((label) => label === 0).length).toBeLessThanOrEqual(0.05);
    expect(given.value).toBe(found.value);
  });
});

describe('calibration', () => {
  it('ece has right-closed bins', () => {
    const y = Uint8Array.of(0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0);
    const score = Float64Array.of(0.1, 0.4, 0.35, 0.8, 0.4, 0.4, 0.2, 0.9, 0.6, 0.55, 0.7, 0.3);

    expect(build('ece').value({ task: 'binary', y, rows: 12, weight: null }, { score }).value).toBeCloseTo(
      0.15,
      12,
    );
  });

  it('the debiased error of a calibrated model is centred at zero', () => {
    let sum = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const random = new Draw(seed * 7919);
      const score = random.uniform(500);
      const y = Uint8Array.from(random.uniform(500), (u, i) => (u < score[i]! ? 1 : 0));
      sum += build('calibration_error2').value(
        { task: 'binary', y, rows: 500, weight: null },
        { score },
      ).value;
    }

    expect(Math.abs(sum / 60)).toBeLessThan(6e-4);
  });
});

describe('column sums', () => {
  it('a ratio of sums equals the delta method by hand and the expression of the same', () => {
    const random = new Draw(9);
    const words = random.uniform(300).map((u) => 1 + Math.floor(u * 20));
    const edits = random.uniform(300).map((u, i) => Math.floor(u * 0.4 * words[i]!));
    const better = edits.map((e, i) => (i % 5 === 0 ? Math.max(0, e - 1) : e));
    const answers: World['answers'] = { task: 'scores', rows: 300, weight: null };
    const outputs = (e: Float64Array) => ({
      columns: new Map([
        ['edits', e],
        ['words', words],
      ]),
    });
    const ratio = resolveMetric('ratio(edits,words):lower', 'scores', { threshold: 0.5 });
    const expression = resolveMetric('expr(edits / words):lower', 'scores', { threshold: 0.5 });

    const found = ratio.difference(answers, outputs(better), outputs(edits), BY_ROW);

    const total = words.reduce((a, b) => a + b, 0);
    const wer = edits.reduce((a, b) => a + b, 0) / total;
    const own = ratio.interval(answers, outputs(edits), BY_ROW);
    const squares = edits.reduce((sum, e, i) => sum + ((e - wer * words[i]!) / total) ** 2, 0);
    expect(own.value).toBeCloseTo(wer, 12);
    expect(own.se).toBeCloseTo(Math.sqrt((squares * 300) / 299), 12);
    expect(found.value).toBeLessThan(0);
    expect(expression.difference(answers, outputs(better), outputs(edits), BY_ROW).low).toBeCloseTo(
      found.low,
      12,
    );
  });
});
