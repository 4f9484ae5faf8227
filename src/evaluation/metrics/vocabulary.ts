import type { Task } from '../../contracts/comparison.ts';
import {
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  pinball,
} from './absolute-errors.ts';
import { accuracy, averagedScore, balancedAccuracy, classScore, mcc } from './class-metrics.ts';
import type { ClassScore } from './confusion-measures.ts';
import { labelReader } from './labels.ts';
import type { Metric } from './metric.ts';
import { brier, logLoss } from './probability-losses.ts';
import { rocAuc } from './roc-auc.ts';
import type { Spelling } from './spelling.ts';
import { rootMeanSquaredError, rSquared } from './squared-errors.ts';

/** What a builder may use: the name taken apart, the task and what the config says of its classes. */
export interface Asked {
  readonly spelling: Spelling;
  readonly task: Task;
  /** Threshold of a binary score. */
  readonly threshold: number;
  /** Class names in the order of their codes; empty when the caller does not know them. */
  readonly classes: readonly string[];
  /** Code of the class in brackets, else null. */
  readonly code: number | null;
}

/** One word of the vocabulary. */
export interface Entry {
  readonly tasks: readonly Task[];
  /** Which suffix it needs (`top`) or may have; none when absent. */
  readonly at?: { readonly kind: NonNullable<Spelling['at']>['kind']; readonly required: boolean };
  /** It may name a class in brackets. */
  readonly perClass?: boolean;
  /** What the docs and the nearest-word search show for it. */
  readonly example?: string;
  readonly build: (asked: Asked) => Metric;
}

const CLASSES = ['binary', 'multiclass'] as const;
const AT_THRESHOLD = { kind: 'threshold', required: false } as const;

function labels(asked: Asked): ReturnType<typeof labelReader> {
  const { at } = asked.spelling;
  return at?.kind === 'threshold' ? labelReader(at.threshold, true) : labelReader(asked.threshold);
}

function scoreEntries(kind: ClassScore): readonly (readonly [string, Entry])[] {
  const averaged = (average: 'macro' | 'weighted'): Entry => ({
    tasks: CLASSES,
    at: AT_THRESHOLD,
    build: (asked) => averagedScore(asked.spelling.name, kind, average, labels(asked)),
  });
  return [
    [
      kind,
      {
        tasks: CLASSES,
        at: AT_THRESHOLD,
        perClass: true,
        build: (asked) => classScore(asked.spelling.name, kind, asked.code ?? 1, labels(asked)),
      },
    ],
    [`${kind}_macro`, averaged('macro')],
    [`${kind}_weighted`, averaged('weighted')],
    // With one label per row all three micro averages are the accuracy.
    [
      `${kind}_micro`,
      { tasks: CLASSES, at: AT_THRESHOLD, build: (asked) => accuracy(asked.spelling.name, labels(asked)) },
    ],
  ];
}

/** Every built-in metric by its base name. */
export const VOCABULARY: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  [
    'accuracy',
    { tasks: CLASSES, at: AT_THRESHOLD, build: (asked) => accuracy(asked.spelling.name, labels(asked)) },
  ],
  [
    'balanced_accuracy',
    {
      tasks: CLASSES,
      at: AT_THRESHOLD,
      build: (asked) => balancedAccuracy(asked.spelling.name, labels(asked)),
    },
  ],
  ...scoreEntries('precision'),
  ...scoreEntries('recall'),
  ...scoreEntries('f1'),
  ['mcc', { tasks: CLASSES, at: AT_THRESHOLD, build: (asked) => mcc(asked.spelling.name, labels(asked)) }],
  ['roc_auc', { tasks: ['binary'], build: () => rocAuc() }],
  ['log_loss', { tasks: CLASSES, build: () => logLoss() }],
  ['brier', { tasks: CLASSES, build: (asked) => brier(asked.task === 'multiclass') }],
  ['mae', { tasks: ['regression'], build: () => meanAbsoluteError() }],
  ['mse', { tasks: ['regression'], build: () => meanSquaredError() }],
  ['rmse', { tasks: ['regression'], build: () => rootMeanSquaredError() }],
  ['r2', { tasks: ['regression'], build: () => rSquared() }],
  ['mape', { tasks: ['regression'], build: () => meanAbsolutePercentageError() }],
  [
    'pinball',
    {
      tasks: ['regression'],
      at: { kind: 'quantile', required: true },
      example: 'pinball@0.9',
      build: ({ spelling }) =>
        pinball(spelling.name, spelling.at?.kind === 'quantile' ? spelling.at.quantile : 0.5),
    },
  ],
]);
