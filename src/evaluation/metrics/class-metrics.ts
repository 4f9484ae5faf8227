import type { Measure } from './confusion.ts';
import type { ClassScore } from './confusion-measures.ts';
import {
  accuracyMeasure,
  balancedAccuracyMeasure,
  classMeasure,
  macroMeasure,
  mccMeasure,
  weightedMeasure,
} from './confusion-measures.ts';
import { confusionMetric } from './confusion-metric.ts';
import {
  oneClassFloor,
  pooledClassFloor,
  rarestClassFloor,
  rowsOfRarest,
  rowsOutsideLargest,
} from './floor.ts';
import type { LabelReader } from './labels.ts';
import { trueCodes } from './labels.ts';
import type { Metric } from './metric.ts';
import { bonettPriceInterval, wilsonInterval } from './proportion.ts';

const SHARE = [0, 1] as const;

/** Share of rows whose class is right: Wilson for one model, Bonett–Price for two. */
export function accuracy(name: string, labels: LabelReader): Metric {
  return confusionMetric({
    name,
    range: SHARE,
    measure: accuracyMeasure,
    labels,
    floor: pooledClassFloor,
    events: rowsOutsideLargest,
    single(answers, predicted, context, value) {
      const truth = trueCodes(answers)!;
      const hit = new Int8Array(answers.rows);
      for (let i = 0; i < hit.length; i++) hit[i] = flag(predicted[i] === truth[i]);
      return wilsonInterval(answers, { base: new Int8Array(answers.rows).fill(1), hit }, context, value);
    },
    paired(answers, candidate, baseline, context, value) {
      const truth = trueCodes(answers)!;
      const delta = new Int8Array(answers.rows);
      for (let i = 0; i < delta.length; i++)
        delta[i] = flag(candidate[i] === truth[i]) - flag(baseline[i] === truth[i]);
      return bonettPriceInterval(
        answers,
        { base: new Int8Array(answers.rows).fill(1), delta },
        context,
        value,
      );
    },
  });
}

/** Mean recall of the classes. */
export function balancedAccuracy(name: string, labels: LabelReader): Metric {
  return confusionMetric({
    name,
    range: SHARE,
    measure: balancedAccuracyMeasure,
    labels,
    floor: rarestClassFloor,
    events: rowsOfRarest,
  });
}

/** Matthews' correlation coefficient of the whole table. */
export function mcc(name: string, labels: LabelReader): Metric {
  return confusionMetric({
    name,
    range: [-1, 1],
    measure: mccMeasure,
    labels,
    floor: pooledClassFloor,
    events: rowsOutsideLargest,
  });
}

/** Unweighted or support-weighted mean of the classes' precision, recall or F1. */
export function averagedScore(
  name: string,
  kind: ClassScore,
  average: 'macro' | 'weighted',
  labels: LabelReader,
): Metric {
  const measure: Measure = average === 'macro' ? macroMeasure(kind) : weightedMeasure(kind);
  const floor = average === 'macro' ? rarestClassFloor : pooledClassFloor;
  const events = average === 'macro' ? rowsOfRarest : rowsOutsideLargest;
  return confusionMetric({ name, range: SHARE, measure, labels, floor, events });
}

/**
 * Precision, recall or F1 of one class. One model: Wilson (F1 through F* = TP / (TP + FP + FN), F1 = 2F* / (1 + F*)).
 * Two: recall Bonett–Price among the class's rows, the others smoothed delta.
 */
export function classScore(name: string, kind: ClassScore, code: number, labels: LabelReader): Metric {
  const metric = {
    name,
    range: SHARE,
    measure: classMeasure(kind, code),
    labels,
    floor: (answers, context) => oneClassFloor(answers, context, code),
    events: (rows) =>
      Math.min(rows[code] ?? 0, rows.reduce((sum, count) => sum + count, 0) - (rows[code] ?? 0)),
    single(answers, predicted, context, value) {
      const parts = classFlags(kind, trueCodes(answers)!, predicted, code);
      return wilsonInterval(answers, parts, context, value, kind === 'f1' ? f1OfJaccard : undefined);
    },
  } satisfies Parameters<typeof confusionMetric>[0];
  if (kind !== 'recall') return confusionMetric(metric);
  return confusionMetric({
    ...metric,
    paired(answers, candidate, baseline, context, value) {
      const truth = trueCodes(answers)!;
      const base = new Int8Array(answers.rows);
      const delta = new Int8Array(answers.rows);
      for (let i = 0; i < base.length; i++) {
        base[i] = flag(truth[i] === code);
        delta[i] = flag(candidate[i] === code) - flag(baseline[i] === code);
      }
      return bonettPriceInterval(answers, { base, delta }, context, value);
    },
  });
}

function f1OfJaccard(jaccard: number): number {
  return (2 * jaccard) / (1 + jaccard);
}

/** Whose proportion a class score is: recall of the true rows, precision of the predicted, F* of their union. */
function classFlags(
  kind: ClassScore,
  truth: Uint8Array | Int32Array,
  predicted: Int32Array,
  code: number,
): { readonly base: Int8Array; readonly hit: Int8Array } {
  const base = new Int8Array(truth.length);
  const hit = new Int8Array(truth.length);
  for (let i = 0; i < base.length; i++) {
    const isTrue = flag(truth[i] === code);
    const isPredicted = flag(predicted[i] === code);
    base[i] = kind === 'recall' ? isTrue : kind === 'precision' ? isPredicted : isTrue | isPredicted;
    hit[i] = isTrue & isPredicted;
  }
  return { base, hit };
}

function flag(condition: boolean): number {
  return condition ? 1 : 0;
}
