import type { Direction, Task } from './comparison.ts';

/**
 * The metric vocabulary by name: what config and command line can check before any data is read. The metrics
 * themselves live in src/evaluation/metrics; a test keeps the two in step.
 */

/** A metric of the vocabulary: its tasks, its direction, and whether it can be gated. */
export interface MetricName {
  readonly tasks: readonly Task[];
  readonly direction: Direction;
  /** Shown, never gated (ece). */
  readonly displayOnly: boolean;
}

interface Family {
  /** As shown in suggestions. */
  readonly examples: readonly string[];
  readonly pattern: RegExp;
  readonly tasks: readonly Task[];
  readonly direction: Direction;
  readonly displayOnly?: boolean;
}

const NUMBER = String.raw`\d+(?:\.\d+)?(?:[eE]-?\d+)?`;
const CLASSIFICATION: readonly Task[] = ['binary', 'multiclass'];

const FAMILIES: readonly Family[] = [
  plain(['accuracy', 'balanced_accuracy', 'mcc'], CLASSIFICATION, 'higher'),
  plain(['log_loss', 'brier'], CLASSIFICATION, 'lower'),
  { ...plain(['ece'], CLASSIFICATION, 'lower'), displayOnly: true },
  plain(['calibration_error2'], CLASSIFICATION, 'lower'),
  plain(['precision', 'recall', 'f1', 'jaccard', 'roc_auc', 'average_precision'], ['binary'], 'higher'),
  {
    examples: ['precision', 'recall', 'f1', 'jaccard'].flatMap((name) => [
      `${name}_macro`,
      `${name}_micro`,
      `${name}_weighted`,
    ]),
    pattern: /^(?:precision|recall|f1|jaccard)_(?:macro|micro|weighted)$/,
    tasks: CLASSIFICATION,
    direction: 'higher',
  },
  {
    examples: ['recall[CLASS]'],
    pattern: /^(?:precision|recall|f1|jaccard)\[.+\]$/,
    tasks: CLASSIFICATION,
    direction: 'higher',
  },
  {
    examples: ['roc_auc_ovr', 'roc_auc_ovo'],
    pattern: /^roc_auc_(?:ovr|ovo)(?:_weighted)?$/,
    tasks: ['multiclass'],
    direction: 'higher',
  },
  {
    examples: ['recall@top=5%', 'precision@top=5%'],
    pattern: new RegExp(`^(?:recall|precision)@top=${NUMBER}%?$`),
    tasks: ['binary'],
    direction: 'higher',
  },
  {
    examples: ['precision@t=0.3', 'recall@t=0.3'],
    pattern: new RegExp(`^(?:recall|precision|f1)@t=-?${NUMBER}$`),
    tasks: ['binary'],
    direction: 'higher',
  },
  {
    examples: ['recall@fpr<=1%'],
    pattern: new RegExp(`^recall@fpr<=${NUMBER}%?$`),
    tasks: ['binary'],
    direction: 'higher',
  },
  plain(['mae', 'rmse', 'mse', 'mape', 'medae'], ['regression'], 'lower'),
  plain(['r2'], ['regression'], 'higher'),
  {
    examples: ['pinball@0.9'],
    pattern: new RegExp(`^pinball@${NUMBER}$`),
    tasks: ['regression'],
    direction: 'lower',
  },
  { examples: ['ndcg@10', 'map@10'], pattern: /^(?:ndcg|map)@\d+$/, tasks: ['ranking'], direction: 'higher' },
  plain(['mrr'], ['ranking'], 'higher'),
];

function plain(names: readonly string[], tasks: readonly Task[], direction: Direction): Family {
  return { examples: names, pattern: new RegExp(`^(?:${names.join('|')})$`), tasks, direction };
}

/** `mean(wer):lower`, `ratio(edits,words):lower`: a metric over per-row columns, as the command line writes it. */
const COLUMN_METRIC = /^\w+\(.+\):(higher|lower)$/;

/** What the vocabulary knows about a name, null when it is none of it. */
export function metricName(name: string): MetricName | null {
  const [, direction] = COLUMN_METRIC.exec(name) ?? [];
  if (direction === 'higher' || direction === 'lower')
    return { tasks: ['scores'], direction, displayOnly: false };
  const family = FAMILIES.find(({ pattern }) => pattern.test(name));
  return family === undefined
    ? null
    : { tasks: family.tasks, direction: family.direction, displayOnly: family.displayOnly ?? false };
}

/** Names of the vocabulary that fit a task, with one example of each form that takes a parameter. */
export function metricExamples(task: Task): readonly string[] {
  if (task === 'scores') return ['mean(COLUMN):higher', 'mean(COLUMN):lower'];
  return FAMILIES.filter(({ tasks }) => tasks.includes(task)).flatMap(({ examples }) => examples);
}
