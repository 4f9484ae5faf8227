import {
  formatNumber,
  precisionOf,
  shorten,
  type CalibrationBin,
  type ChartSpec,
  type Curve,
} from '../../report/index.ts';
import type { JudgedRows } from '../judge/types.ts';
import type { Answers, Outputs } from '../metrics/metric.ts';
import { calibrationBins, precisionRecallPoints, rocPoints, samplePoints, trendOf } from './curves.ts';

type Role = 'candidate' | 'baseline';

interface Side {
  readonly label: string;
  readonly role: Role;
  readonly outputs: Outputs;
}

function curvesOf(sides: readonly Side[], draw: (score: Float64Array) => Curve['points']): Curve[] {
  return sides.flatMap(({ label, role, outputs }) => {
    const points = outputs.score === undefined ? [] : draw(outputs.score);
    return points.length < 2 ? [] : [{ label, role, points }];
  });
}

function spoken(bins: readonly CalibrationBin[]): string {
  const worst = bins.reduce((gap, bin) => Math.max(gap, Math.abs(bin.share - bin.score)), 0);
  return `largest gap ${formatNumber(worst)}`;
}

function calibrationChart(sides: readonly Side[], y: ArrayLike<number>): ChartSpec[] {
  const series = sides.flatMap(({ label, role, outputs }) => {
    const bins = outputs.score === undefined ? [] : calibrationBins(y, outputs.score);
    return bins.length < 2 ? [] : [{ label, role, bins }];
  });
  if (series.length === 0) return [];
  const gaps = series.map(({ label, bins }) => `${label}: ${spoken(bins)}`).join('; ');
  return [
    {
      kind: 'calibration',
      title: 'Calibration',
      description: `Observed share over predicted probability in bins of equal size, with 95 % intervals by row; the dotted diagonal is perfect. ${gaps}.`,
      series,
    },
  ];
}

function binaryCharts(answers: Extract<Answers, { task: 'binary' }>, sides: readonly Side[]): ChartSpec[] {
  const { y, weight } = answers;
  const roc = curvesOf(sides, (score) => rocPoints(y, score, weight));
  const precisionRecall = curvesOf(sides, (score) => precisionRecallPoints(y, score, weight));
  let positives = 0;
  let total = 0;
  for (let i = 0; i < y.length; i++) {
    const w = weight === null ? 1 : weight[i]!;
    total += w;
    if (y[i] === 1) positives += w;
  }
  const prevalence = positives / total;
  return [
    ...(roc.length === 0
      ? []
      : [
          {
            kind: 'roc',
            title: 'ROC curve',
            description:
              'True positive rate over false positive rate at every threshold; the dotted diagonal is guessing.',
            curves: roc,
          } as const,
        ]),
    ...(precisionRecall.length === 0
      ? []
      : [
          {
            kind: 'precision-recall',
            title: 'Precision and recall',
            description: `Precision over recall at every threshold; the dotted line at ${formatNumber(prevalence, precisionOf(prevalence, prevalence / 10))} is the share of positives.`,
            curves: precisionRecall,
            prevalence,
          } as const,
        ]),
    ...calibrationChart(sides, y),
  ];
}

/** Confidence of the most probable class against how often it is right. */
function multiclassCharts(
  answers: Extract<Answers, { task: 'multiclass' }>,
  sides: readonly Side[],
): ChartSpec[] {
  const series = sides.flatMap(({ label, role, outputs }) => {
    const { scores } = outputs;
    if (scores === undefined || scores.length === 0) return [];
    const rows = answers.y.length;
    const confidence = new Float64Array(rows);
    const right = new Uint8Array(rows);
    for (let i = 0; i < rows; i++) {
      let best = 0;
      for (let k = 1; k < scores.length; k++) if (scores[k]![i]! > scores[best]![i]!) best = k;
      confidence[i] = scores[best]![i]!;
      right[i] = best === answers.y[i] ? 1 : 0;
    }
    const bins = calibrationBins(right, confidence);
    return bins.length < 2 ? [] : [{ label, role, bins }];
  });
  if (series.length === 0) return [];
  const gaps = series.map(({ label, bins }) => `${label}: ${spoken(bins)}`).join('; ');
  return [
    {
      kind: 'calibration',
      title: 'Calibration of the most probable class',
      description: `How often the most probable class is right, over its probability, in bins of equal size. ${gaps}.`,
      series,
    },
  ];
}

function residualsOf(y: Float64Array, prediction: Float64Array): Float64Array {
  return prediction.map((value, i) => y[i]! - value);
}

function regressionCharts(
  answers: Extract<Answers, { task: 'regression' }>,
  sides: readonly Side[],
): ChartSpec[] {
  const ours = sides.find(({ role }) => role === 'candidate');
  const prediction = ours?.outputs.prediction;
  if (ours === undefined || prediction === undefined || prediction.length < 2) return [];
  const { y } = answers;
  const residuals = residualsOf(y, prediction);
  const rows = y.length;
  return [
    {
      kind: 'predicted-actual',
      title: 'Predicted and actual',
      description: `${ours.label}: actual over predicted value; the dotted diagonal is perfect.`,
      points: samplePoints(prediction, y),
      rows,
      trend: trendOf(prediction, y),
    },
    {
      kind: 'residuals',
      title: 'Residuals',
      description: `${ours.label}: actual minus predicted over the prediction; a perfect model lies on zero, a bent or widening band shows what it misses.`,
      points: samplePoints(prediction, residuals),
      rows,
      trend: trendOf(prediction, residuals),
    },
  ];
}

/** How the two models are called in legends. */
export interface ChartLabels {
  readonly candidate: string;
  readonly baseline: string;
}

/**
 * The charts of judged rows: ROC, precision-recall and calibration for binary tasks, calibration for multiclass,
 * predicted-actual and residuals for regression. A side without usable predictions is left out.
 */
export function evaluationCharts(
  rows: Pick<JudgedRows, 'answers' | 'candidate' | 'baseline'>,
  labels: ChartLabels,
): ChartSpec[] {
  const { answers, candidate, baseline } = rows;
  const sides: Side[] = [
    ...(candidate === null
      ? []
      : [{ label: shorten(labels.candidate, 40), role: 'candidate', outputs: candidate } as const]),
    ...(baseline === null
      ? []
      : [{ label: shorten(labels.baseline, 40), role: 'baseline', outputs: baseline } as const]),
  ];
  switch (answers.task) {
    case 'binary':
      return binaryCharts(answers, sides);
    case 'multiclass':
      return multiclassCharts(answers, sides);
    case 'regression':
      return regressionCharts(answers, sides);
    case 'scores':
      return [];
  }
}

/** The value of each training run on one axis; null with fewer than two runs in all. */
export function seedsChart(
  seeds: {
    readonly metric: string;
    readonly candidate: readonly number[];
    readonly baseline: readonly number[];
  },
  direction: 'higher' | 'lower',
  name: string,
  labels: ChartLabels,
): ChartSpec | null {
  if (seeds.candidate.length + seeds.baseline.length < 3) return null;
  const groups = [
    { label: labels.candidate, role: 'candidate', values: seeds.candidate, judged: 0 } as const,
    ...(seeds.baseline.length === 0
      ? []
      : [{ label: labels.baseline, role: 'baseline', values: seeds.baseline, judged: 0 } as const]),
  ];
  return {
    kind: 'seeds',
    direction,
    title: `${name} of each training run`,
    description:
      'Same code and data, other seeds; the ringed one is the model that was judged, the upright line is the mean.',
    groups,
  };
}
