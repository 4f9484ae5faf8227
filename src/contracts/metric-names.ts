import type { Direction, Task } from './comparison.ts';

/**
 * The metric vocabulary by name: what a config can be checked against before any data is read. The metrics themselves
 * live in src/evaluation/metrics; a test keeps the two in step.
 */

/** What the vocabulary knows about a name. */
export interface MetricName {
  readonly tasks: readonly Task[];
  readonly direction: Direction;
  /** Shown, never gated (ece). */
  readonly displayOnly: boolean;
}

type Form = 'plain' | 'class' | 't' | 'top' | 'fpr' | 'quantile' | 'k';

interface Word {
  readonly names: readonly string[];
  readonly direction: Direction;
  readonly forms: Partial<Record<Task, readonly Form[]>>;
}

const AVERAGES = ['macro', 'micro', 'weighted'];
const averaged = (name: string): string[] => AVERAGES.map((average) => `${name}_${average}`);
const plainForms = ['plain'] as const;
const labelForms = ['plain', 't'] as const;
const rankForms = ['k'] as const;

const WORDS: readonly Word[] = [
  {
    names: ['accuracy', 'balanced_accuracy', 'mcc'],
    direction: 'higher',
    forms: { binary: labelForms, multiclass: plainForms },
  },
  {
    names: ['precision'],
    direction: 'higher',
    forms: { binary: ['plain', 'class', 't', 'top'], multiclass: ['class', 'top'] },
  },
  {
    names: ['recall'],
    direction: 'higher',
    forms: { binary: ['plain', 'class', 't', 'top', 'fpr'], multiclass: ['class', 'top'] },
  },
  { names: ['f1'], direction: 'higher', forms: { binary: ['plain', 'class', 't'], multiclass: ['class'] } },
  {
    names: ['precision', 'recall', 'f1'].flatMap(averaged),
    direction: 'higher',
    forms: { binary: labelForms, multiclass: plainForms },
  },
  { names: ['roc_auc'], direction: 'higher', forms: { binary: plainForms, multiclass: ['class'] } },
  {
    names: ['roc_auc_ovr', 'roc_auc_ovo', 'roc_auc_ovr_weighted', 'roc_auc_ovo_weighted'],
    direction: 'higher',
    forms: { multiclass: plainForms },
  },
  {
    names: ['average_precision'],
    direction: 'higher',
    forms: { binary: plainForms, multiclass: ['plain', 'class'] },
  },
  {
    names: ['log_loss', 'brier', 'calibration_error2', 'ece'],
    direction: 'lower',
    forms: { binary: plainForms, multiclass: plainForms },
  },
  { names: ['mae', 'rmse', 'mse', 'mape', 'medae'], direction: 'lower', forms: { regression: plainForms } },
  { names: ['r2'], direction: 'higher', forms: { regression: plainForms } },
  { names: ['pinball'], direction: 'lower', forms: { regression: ['quantile'] } },
  { names: ['ndcg', 'map'], direction: 'higher', forms: { ranking: rankForms } },
  { names: ['mrr'], direction: 'higher', forms: { ranking: plainForms } },
];

const FORM_EXAMPLES: Readonly<Record<Form, string>> = {
  plain: '',
  class: '[CLASS]',
  t: '@t=0.3',
  top: '@top=5%',
  fpr: '@fpr<=1%',
  quantile: '@0.9',
  k: '@10',
};

/** scikit-learn's longer names for the same numbers. */
const LONGER: Readonly<Record<string, string>> = {
  accuracy_score: 'accuracy',
  balanced_accuracy_score: 'balanced_accuracy',
  precision_score: 'precision',
  recall_score: 'recall',
  f1_score: 'f1',
  matthews_corrcoef: 'mcc',
  roc_auc_score: 'roc_auc',
  average_precision_score: 'average_precision',
  brier_score_loss: 'brier',
  brier_score: 'brier',
  mean_absolute_error: 'mae',
  mean_squared_error: 'mse',
  root_mean_squared_error: 'rmse',
  r2_score: 'r2',
  mean_absolute_percentage_error: 'mape',
  median_absolute_error: 'medae',
  mean_pinball_loss: 'pinball',
};

const SHAPE = /^(?<base>[a-z][a-z0-9_]*)(?<label>\[.+\])?(?<at>@.+)?$/;
/** `mean(wer):lower`, `ratio(edits,words):lower`, `expr(a / (a + b)):higher`. */
const OVER_COLUMNS = /^\s*(?:mean|ratio|expr)\(.+\)\s*:\s*(higher|lower)\s*$/s;
const ALL_TASKS: readonly Task[] = ['binary', 'multiclass', 'regression', 'ranking', 'scores'];

/** What the vocabulary knows about a name, null when it is none of it. */
export function metricName(name: string): MetricName | null {
  const [, declared] = OVER_COLUMNS.exec(name) ?? [];
  if (declared === 'higher' || declared === 'lower')
    return { tasks: ALL_TASKS, direction: declared, displayOnly: false };
  const parts = SHAPE.exec(name.trim())?.groups;
  const base = shorter(parts?.['base'] ?? '');
  const word = WORDS.find(({ names }) => names.includes(base));
  if (parts === undefined || word === undefined) return null;
  const form = formOf(base, parts['label'], parts['at']?.replaceAll(/\s/g, ''));
  if (form === null) return null;
  const tasks = ALL_TASKS.filter((task) => fits(word.forms[task] ?? [], form));
  return { tasks, direction: word.direction, displayOnly: base === 'ece' };
}

/** True when a task takes all forms of a name; where it has no plain form but classes, a class must be named. */
function fits(taken: readonly Form[], forms: readonly Form[]): boolean {
  return forms.every((form) => taken.includes(form)) && (forms.includes('class') || !isPerClass(taken));
}

function isPerClass(forms: readonly Form[]): boolean {
  return forms.includes('class') && !forms.includes('plain');
}

/** The short name of one of scikit-learn's longer ones; any other name as it is. */
export function shorter(name: string): string {
  const [base = name] = name.split(/[[@]/);
  const short = Object.hasOwn(LONGER, base) ? LONGER[base] : undefined;
  return short === undefined ? name : short + name.slice(base.length);
}

/** The name of a custom metric without its direction: `mean(wer)` of `mean(wer):lower`. */
export function undirected(name: string): string {
  return name.replace(/\):(?:higher|lower)$/, ')');
}

/** The forms a name uses; null when what follows `@` is none. */
function formOf(base: string, label: string | undefined, at: string | undefined): readonly Form[] | null {
  const ranked = base === 'ndcg' || base === 'map';
  const suffix = at === undefined ? null : suffixForm(at, ranked);
  if (at !== undefined && suffix === null) return null;
  if (label !== undefined) return suffix === null ? ['class'] : ['class', suffix];
  return [suffix ?? 'plain'];
}

const SUFFIX = /^@(?<word>t=|top=|fpr<=)?(?<number>\d+(?:\.\d+)?|\.\d+)(?<percent>%?)$/;

function suffixForm(at: string, ranked: boolean): Form | null {
  const { word, number, percent } = SUFFIX.exec(at)?.groups ?? {};
  if (number === undefined) return null;
  const share = percent === '%' ? Number(number) / 100 : Number(number);
  if (word === 't=') return 't';
  if (word === 'top=') return share > 0 && share <= 1 ? 'top' : null;
  if (word === 'fpr<=') return share > 0 && share < 1 ? 'fpr' : null;
  if (ranked) return /^[1-9]\d*$/.test(number) && percent === '' ? 'k' : null;
  return share > 0 && share < 1 ? 'quantile' : null;
}

/** Names of the vocabulary that fit a task, with one example of each form that takes a parameter. */
export function metricExamples(task: Task): readonly string[] {
  if (task === 'scores') return ['mean(COLUMN):lower', 'ratio(COLUMN,COLUMN):lower', 'expr(…):higher'];
  return WORDS.flatMap(({ names, forms: { [task]: forms = [] } }) =>
    names.flatMap((name) =>
      forms.map(
        (form) =>
          name + (form !== 'class' && isPerClass(forms) ? FORM_EXAMPLES.class : '') + FORM_EXAMPLES[form],
      ),
    ),
  );
}
