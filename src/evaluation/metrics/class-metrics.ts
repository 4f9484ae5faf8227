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
      return wilsonInterval(
        answers,
        { base: () => true, hit: (i) => predicted[i] === truth[i] },
        context,
        value,
      );
    },
    paired(answers, candidate, baseline, context, value) {
      const truth = trueCodes(answers)!;
      const delta = (i: number): number => right(candidate[i] === truth[i]) - right(baseline[i] === truth[i]);
      return bonettPriceInterval(answers, { base: () => true, delta }, context, value);
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
      const truth = trueCodes(answers)!;
      const inTruth = (i: number): boolean => truth[i] === code;
      const inPredicted = (i: number): boolean => predicted[i] === code;
      const base =
        kind === 'recall'
          ? inTruth
          : kind === 'precision'
            ? inPredicted
            : (i: number) => inTruth(i) || inPredicted(i);
      const hit = (i: number): boolean => inTruth(i) && inPredicted(i);
      return wilsonInterval(answers, { base, hit }, context, value, kind === 'f1' ? f1OfJaccard : undefined);
    },
  } satisfies Parameters<typeof confusionMetric>[0];
  if (kind !== 'recall') return confusionMetric(metric);
  return confusionMetric({
    ...metric,
    paired(answers, candidate, baseline, context, value) {
      const truth = trueCodes(answers)!;
      const delta = (i: number): number => right(candidate[i] === code) - right(baseline[i] === code);
      return bonettPriceInterval(answers, { base: (i) => truth[i] === code, delta }, context, value);
    },
  });
}

function f1OfJaccard(jaccard: number): number {
  return (2 * jaccard) / (1 + jaccard);
}

function right(hit: boolean): number {
  return hit ? 1 : 0;
}
