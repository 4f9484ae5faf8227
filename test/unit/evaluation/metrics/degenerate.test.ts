import { describe, expect, it } from 'vitest';
import type { Answers, Outputs } from '../../../../src/evaluation/metrics/index.ts';
import { metricNames, resolveMetric } from '../../../../src/evaluation/metrics/index.ts';
import { binaryWorld, BY_ROW, multiclassWorld, regressionWorld, unitsOf } from './support.ts';

const binary = (y: number[], weight: Float64Array | null = null): Answers => ({
  task: 'binary',
  y: Uint8Array.from(y),
  rows: y.length,
  weight,
});
const value = (name: string, answers: Answers, outputs: Outputs) =>
  resolveMetric(name, answers.task, { threshold: 0.5 }).value(answers, outputs);

describe('values that do not exist', () => {
  it('one class has no AUC, and no positives no average precision', () => {
    const score = Float64Array.of(0.1, 0.9);

    expect(value('roc_auc', binary([0, 0]), { score })).toEqual({ value: NaN, reason: 'ONE_CLASS' });
    expect(value('average_precision', binary([0, 0]), { score })).toEqual({
      value: NaN,
      reason: 'NO_POSITIVES',
    });
    expect(value('recall@top=50%', binary([0, 0]), { score })).toEqual({
      value: NaN,
      reason: 'NO_POSITIVES',
    });
  });

  it('a zero target has no relative error', () => {
    const answers: Answers = { task: 'regression', y: Float64Array.of(0, 1), rows: 2, weight: null };

    expect(value('mape', answers, { prediction: Float64Array.of(1, 1) })).toEqual({
      value: NaN,
      reason: 'ZERO_TARGETS',
    });
  });

  it('scores that are no probabilities have no log loss, and still an AUC', () => {
    const outputs = { score: Float64Array.of(-3, 4) };

    expect(value('log_loss', binary([0, 1]), outputs).reason).toBe('NOT_A_NUMBER');
    expect(value('roc_auc', binary([0, 1]), outputs).value).toBe(1);
  });

  it('precision, recall and F1 with an empty denominator are 0', () => {
    const outputs = { prediction: Float64Array.of(0, 0) };

    for (const name of ['precision', 'recall', 'f1', 'mcc']) {
      expect(value(name, binary([0, 0]), outputs), name).toEqual({ value: 0, reason: null });
    }
  });

  it('r2 on a constant target is 1 where all is right, else 0', () => {
    const answers: Answers = { task: 'regression', y: Float64Array.of(0.1, 0.1, 0.1), rows: 3, weight: null };

    expect(value('r2', answers, { prediction: Float64Array.of(0.1, 0.1, 0.1) }).value).toBe(1);
    expect(value('r2', answers, { prediction: Float64Array.of(0.1, 0.2, 0.1) }).value).toBe(0);
  });

  it('every metric gives NaN with a reason, and throws nothing, where its column is missing or there are no rows', () => {
    const empty: Record<string, Answers> = {
      binary: binary([]),
      multiclass: { task: 'multiclass', y: new Int32Array(0), classes: ['a', 'b'], rows: 0, weight: null },
      regression: { task: 'regression', y: new Float64Array(0), rows: 0, weight: null },
    };
    for (const task of ['binary', 'multiclass', 'regression'] as const) {
      for (const name of metricNames(task)) {
        const metric = resolveMetric(name.replace('[class]', '[b]'), task, {
          threshold: 0.5,
          classes: ['a', 'b'],
        });
        for (const found of [
          metric.value(empty[task]!, {}),
          metric.interval(empty[task]!, {}, BY_ROW),
          metric.difference(empty[task]!, {}, {}, BY_ROW),
        ]) {
          expect(found.value, `${task} ${name}`).toBeNaN();
          expect(found.reason, `${task} ${name}`).not.toBeNull();
        }
      }
    }
  });
});

describe('the data floor', () => {
  const metric = (name: string) => resolveMetric(name, 'binary', { threshold: 0.5 });

  it('asks ten rows of the rarer class, fifty for rankings', () => {
    const answers = (positives: number): Answers =>
      binary(Array.from({ length: 300 }, (_, i) => (i < positives ? 1 : 0)));

    expect(metric('roc_auc').floor(answers(9), BY_ROW)).toBe('TOO_FEW_EVENTS');
    expect(metric('roc_auc').floor(answers(10), BY_ROW)).toBeNull();
    expect(metric('accuracy').floor(answers(291), BY_ROW)).toBe('TOO_FEW_EVENTS');
    expect(metric('average_precision').floor(answers(49), BY_ROW)).toBe('TOO_FEW_EVENTS');
    expect(metric('recall@top=10%').floor(answers(50), BY_ROW)).toBeNull();
    expect(metric('roc_auc').floor(answers(0), BY_ROW)).toBe('ONE_CLASS');
  });

  it('counts weighted rows as Kish does', () => {
    const y = Array.from({ length: 100 }, (_, i) => (i < 12 ? 1 : 0));
    const weight = Float64Array.from(y, (_, i) => (i === 0 ? 50 : 1));

    expect(metric('roc_auc').floor(binary(y, weight), BY_ROW)).toBe('TOO_FEW_EVENTS');
  });

  it('asks ten units and seven effective ones', () => {
    const { answers } = binaryWorld(300);
    const of = (units: (row: number) => number): Int32Array =>
      Int32Array.from({ length: 300 }, (_, i) => units(i));
    const floor = (units: Int32Array, count: number) =>
      metric('accuracy').floor(answers, { ...BY_ROW, units: unitsOf(units, count) });

    expect(
      floor(
        of((i) => i % 9),
        9,
      ),
    ).toBe('TOO_FEW_UNITS');
    expect(
      floor(
        of((i) => i % 10),
        10,
      ),
    ).toBeNull();
    expect(
      floor(
        of((i) => (i < 200 ? 0 : i % 50)),
        50,
      ),
    ).toBe('TOO_FEW_UNITS');
  });

  it('withholds bounds and p below it and keeps the values', () => {
    const { answers, candidate, baseline } = binaryWorld(40, 0.1);

    const {
      value: difference,
      low,
      high,
      p,
      reason,
    } = metric('roc_auc').difference(answers, candidate, baseline, BY_ROW);

    expect(difference).not.toBeNaN();
    expect([low, high, p]).toEqual([NaN, NaN, NaN]);
    expect(reason).toBe('TOO_FEW_EVENTS');
  });

  it('withholds where one row carries the variance of a squared error', () => {
    const { answers, candidate, baseline } = regressionWorld(200);
    candidate.prediction![0] = 1e6;

    const { reason } = resolveMetric('rmse', 'regression', { threshold: 0.5 }).difference(
      answers,
      candidate,
      baseline,
      BY_ROW,
    );

    expect(reason).toBe('HEAVY_TAIL');
  });

  it('shows ece and never judges it', () => {
    const { answers, candidate, baseline } = multiclassWorld(300, [0.5, 0.5]);
    const ece = resolveMetric('ece', 'multiclass', { threshold: 0.5 });

    expect(ece.displayOnly).toBe(true);
    expect(ece.difference(answers, candidate, baseline, BY_ROW).reason).toBe('DISPLAY_ONLY');
  });
});
