import type { Task } from '../../contracts/comparison.ts';
import {
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  pinball,
} from './absolute-errors.ts';
import { averagePrecision } from './average-precision.ts';
import { calibrationError2, expectedCalibrationError } from './calibration-error.ts';
import { accuracy, averagedScore, balancedAccuracy, classScore, mcc } from './class-metrics.ts';
import type { ClassScore } from './confusion-measures.ts';
import type { LabelReader } from './labels.ts';
import { labelReader } from './labels.ts';
import { medianAbsoluteError } from './median-error.ts';
import type { Metric } from './metric.ts';
import { brier, logLoss } from './probability-losses.ts';
import { recallAtFpr } from './recall-at-fpr.ts';
import { rocAucMulticlass, rocAucOfClass } from './roc-auc-multiclass.ts';
import { rocAuc } from './roc-auc.ts';
import type { Spelling } from './spelling.ts';
import { rootMeanSquaredError, rSquared } from './squared-errors.ts';
import { topShare } from './top-share.ts';

/** What a builder may use: the name taken apart, the task and its classes. */
export interface Asked {
  readonly name: string;
  readonly task: Task;
  /** Predicted classes: at the metric's own threshold, or the task's. */
  readonly labels: LabelReader;
  /** Code of the class in brackets, else null. */
  readonly code: number | null;
  readonly at: Spelling['at'];
}

/** A kind of suffix after `@`; `none` is the bare name. */
export type Suffix = NonNullable<Spelling['at']>['kind'] | 'none';

/** One word of the vocabulary: for each task where it has a meaning, the suffixes it may have. */
export interface Entry {
  readonly binary?: readonly Suffix[];
  readonly multiclass?: readonly Suffix[];
  readonly regression?: readonly Suffix[];
  /** Tasks in which it may name a class in brackets. */
  readonly perClass?: readonly Task[];
  /** Tasks in which it must. */
  readonly classOnly?: readonly Task[];
  readonly build: (asked: Asked) => Metric;
}

const PLAIN = ['none'] as const;
const AT_T = ['none', 'threshold'] as const;
const CLASSIFICATION = { binary: AT_T, multiclass: PLAIN } as const;
const BOTH = ['binary', 'multiclass'] as const;

/** The bare name of a class score also stands for its forms at the top of the ranking and at a false positive rate. */
function classEntry(kind: ClassScore, suffixes: readonly Suffix[]): Entry {
  return {
    binary: suffixes,
    multiclass: suffixes.filter((suffix) => suffix === 'none' || suffix === 'top'),
    perClass: BOTH,
    classOnly: ['multiclass'],
    build({ name, at, code, labels }) {
      if (at?.kind === 'top' && kind !== 'f1') return topShare(name, kind, at.percent, code);
      if (at?.kind === 'fpr') return recallAtFpr(name, at.percent);
      return classScore(name, kind, code ?? 1, labels);
    },
  };
}

function averagedEntries(kind: ClassScore): readonly (readonly [string, Entry])[] {
  const averaged = (average: 'macro' | 'weighted'): Entry => ({
    ...CLASSIFICATION,
    build: ({ name, labels }) => averagedScore(name, kind, average, labels),
  });
  return [
    [`${kind}_macro`, averaged('macro')],
    // With one label per row the three micro averages are all the accuracy.
    [`${kind}_micro`, { ...CLASSIFICATION, build: ({ name, labels }) => accuracy(name, labels) }],
    [`${kind}_weighted`, averaged('weighted')],
  ];
}

function aucEntry(how: 'ovr' | 'ovo', weighted: boolean): Entry {
  return { multiclass: PLAIN, build: ({ name }) => rocAucMulticlass(name, how, weighted) };
}

function regression(build: (asked: Asked) => Metric, suffixes: readonly Suffix[] = PLAIN): Entry {
  return { regression: suffixes, build };
}

/** Every built-in metric by its base name. */
export const VOCABULARY: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  ['accuracy', { ...CLASSIFICATION, build: ({ name, labels }) => accuracy(name, labels) }],
  ['balanced_accuracy', { ...CLASSIFICATION, build: ({ name, labels }) => balancedAccuracy(name, labels) }],
  ['precision', classEntry('precision', ['none', 'threshold', 'top'])],
  ...averagedEntries('precision'),
  ['recall', classEntry('recall', ['none', 'threshold', 'top', 'fpr'])],
  ...averagedEntries('recall'),
  ['f1', classEntry('f1', AT_T)],
  ...averagedEntries('f1'),
  ['mcc', { ...CLASSIFICATION, build: ({ name, labels }) => mcc(name, labels) }],
  [
    'roc_auc',
    {
      binary: PLAIN,
      multiclass: PLAIN,
      perClass: ['multiclass'],
      classOnly: ['multiclass'],
      build: ({ name, code }) => (code === null ? rocAuc() : rocAucOfClass(name, code)),
    },
  ],
  ['roc_auc_ovr', aucEntry('ovr', false)],
  ['roc_auc_ovr_weighted', aucEntry('ovr', true)],
  ['roc_auc_ovo', aucEntry('ovo', false)],
  ['roc_auc_ovo_weighted', aucEntry('ovo', true)],
  [
    'average_precision',
    {
      binary: PLAIN,
      multiclass: PLAIN,
      perClass: ['multiclass'],
      build: ({ name, task, code }) =>
        averagePrecision(name, code ?? (task === 'multiclass' ? 'mean' : null)),
    },
  ],
  ['log_loss', { binary: PLAIN, multiclass: PLAIN, build: () => logLoss() }],
  ['brier', { binary: PLAIN, multiclass: PLAIN, build: ({ task }) => brier(task === 'multiclass') }],
  ['calibration_error2', { binary: PLAIN, multiclass: PLAIN, build: () => calibrationError2() }],
  ['ece', { binary: PLAIN, multiclass: PLAIN, build: () => expectedCalibrationError() }],
  ['mae', regression(() => meanAbsoluteError())],
  ['mse', regression(() => meanSquaredError())],
  ['rmse', regression(() => rootMeanSquaredError())],
  ['r2', regression(() => rSquared())],
  ['mape', regression(() => meanAbsolutePercentageError())],
  ['medae', regression(() => medianAbsoluteError())],
  [
    'pinball',
    regression(({ name, at }) => pinball(name, at?.kind === 'quantile' ? at.quantile : 0.5), ['quantile']),
  ],
]);

/** Builds the reader of predicted classes a metric asks for. */
export function labelsFor(at: Spelling['at'], threshold: number): LabelReader {
  return at?.kind === 'threshold' ? labelReader(at.threshold, true) : labelReader(threshold);
}

/** scikit-learn's longer names for the same numbers. */
export const ALIASES: ReadonlyMap<string, string> = new Map([
  ['accuracy_score', 'accuracy'],
  ['balanced_accuracy_score', 'balanced_accuracy'],
  ['precision_score', 'precision'],
  ['recall_score', 'recall'],
  ['f1_score', 'f1'],
  ['matthews_corrcoef', 'mcc'],
  ['roc_auc_score', 'roc_auc'],
  ['average_precision_score', 'average_precision'],
  ['brier_score_loss', 'brier'],
  ['brier_score', 'brier'],
  ['mean_absolute_error', 'mae'],
  ['mean_squared_error', 'mse'],
  ['root_mean_squared_error', 'rmse'],
  ['r2_score', 'r2'],
  ['mean_absolute_percentage_error', 'mape'],
  ['median_absolute_error', 'medae'],
  ['mean_pinball_loss', 'pinball'],
]);

/** How each suffix is written, for messages. */
export const SUFFIX_EXAMPLES: Readonly<Record<Suffix, string>> = {
  none: '',
  threshold: '@t=0.3',
  top: '@top=5%',
  fpr: '@fpr<=1%',
  quantile: '@0.9',
};
