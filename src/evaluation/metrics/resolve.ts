import { closest, distance } from 'fastest-levenshtein';
import type { Direction, Task } from '../../contracts/comparison.ts';
import { InputError } from '../../contracts/errors.ts';
import { columnExpression, columnMean, columnRatio } from './column-sums.ts';
import type { Metric, MetricSpec, ResolveMetric } from './metric.ts';
import type { Spelling } from './spelling.ts';
import { parseSpelling } from './spelling.ts';
import type { Entry, Suffix } from './vocabulary.ts';
import { ALIASES, labelsFor, SUFFIX_EXAMPLES, VOCABULARY } from './vocabulary.ts';

const CUSTOM = /^\s*(?<kind>mean|ratio|expr)\((?<body>.*)\)\s*(?::\s*(?<direction>\S+)\s*)?$/s;
const CUSTOM_HINT = 'write mean(column):lower, ratio(numerator,denominator):lower or expr(…):higher';

/** The metrics of a task as they are written, for messages, completions and documents. */
export function metricNames(task: Task): readonly string[] {
  const names: string[] = [];
  for (const [base, entry] of VOCABULARY) {
    for (const suffix of suffixesOf(entry, task)) {
      const name = `${base}${entry.classOnly?.includes(task) === true ? '[class]' : ''}${SUFFIX_EXAMPLES[suffix]}`;
      names.push(name);
    }
  }
  return names;
}

/**
 * Turns a spec into a metric for a task.
 *
 * Grammar of names: `base`, `base_macro|_micro|_weighted`, `base[class]` (one class against the rest), and a suffix
 * `@t=0.3` (a threshold of its own), `@top=5%`, `@fpr<=1%`, `@0.9` (quantile); shares may be written `5%` or `0.05`.
 * Column sums in any task: `mean(col):lower`, `ratio(a,b):lower`, `expr(a / (a + b)):higher`, or the objects of
 * MetricSpec. A `[class]` is checked against `options.classes` where those are given.
 *
 * @throws InputError METRIC_UNKNOWN with the nearest name, METRIC_NOT_FOR_TASK with what the task offers instead
 */
export const resolveMetric: ResolveMetric = (spec, task, options) => {
  if (typeof spec !== 'string') return resolveCustom(spec);
  const custom = CUSTOM.exec(spec)?.groups;
  if (custom !== undefined) {
    return resolveInline(spec, custom['kind'] ?? '', custom['body'] ?? '', custom['direction']);
  }
  const parsed = parseSpelling(spec);
  if (parsed === null) throw unknownMetric(spec, task);
  const spelling = canonical(parsed);
  const entry = VOCABULARY.get(spelling.base);
  if (entry === undefined) throw unknownMetric(spec, task);
  checkTask(entry, spelling, task);
  const code = classCode(spelling, task, options.classes);
  const labels = labelsFor(spelling.at, options.threshold);
  return entry.build({ name: spelling.name, task, labels, code, at: spelling.at });
};

function resolveCustom(spec: Exclude<MetricSpec, string>): Metric {
  if ('ratio' in spec) return columnRatio(spec.name, spec.ratio, spec.direction);
  if ('mean' in spec) return columnMean(spec.name, spec.mean, spec.direction);
  return columnExpression(spec.name, spec.expr, spec.direction);
}

function resolveInline(spec: string, kind: string, body: string, direction: string | undefined): Metric {
  if (direction !== 'lower' && direction !== 'higher') {
    const found =
      direction === undefined ? 'does not say whether lower or higher is better' : `ends in ":${direction}"`;
    throw new InputError({
      code: 'METRIC_UNKNOWN',
      message: `metric "${spec}" ${found}`,
      hint: `append :lower or :higher, e.g. ${spec.replace(/\s*:\s*\S*\s*$/, '')}:lower`,
    });
  }
  const name = `${kind}(${body.trim()})`;
  if (kind === 'expr') return columnExpression(name, body, direction);
  const columns = body.split(',').map((column) => column.trim());
  return inlineColumns(spec, kind, name, columns, direction);
}

function inlineColumns(
  spec: string,
  kind: string,
  name: string,
  columns: readonly string[],
  direction: Direction,
): Metric {
  const [first = '', second = ''] = columns;
  if (kind === 'mean' && columns.length === 1 && first !== '') return columnMean(name, first, direction);
  if (kind === 'ratio' && columns.length === 2 && first !== '' && second !== '') {
    return columnRatio(name, [first, second], direction);
  }
  const wanted = kind === 'mean' ? 'one column' : 'two columns';
  const message = `metric "${spec}" names ${columns.filter((column) => column !== '').length} columns, ${kind} takes ${wanted}`;
  throw new InputError({ code: 'METRIC_UNKNOWN', message, hint: CUSTOM_HINT });
}

function canonical(spelling: Spelling): Spelling {
  const base = ALIASES.get(spelling.base);
  return base === undefined
    ? spelling
    : { ...spelling, base, name: spelling.name.replace(spelling.base, base) };
}

function suffixesOf(entry: Entry, task: Task): readonly Suffix[] {
  return task === 'binary' || task === 'multiclass' || task === 'regression' ? (entry[task] ?? []) : [];
}

function checkTask(entry: Entry, spelling: Spelling, task: Task): void {
  const suffixes = suffixesOf(entry, task);
  const { base, label, at } = spelling;
  if (suffixes.length === 0) throw notForTask(spelling, task, `${base} has no meaning for task ${task}`);
  if (!suffixes.includes(at?.kind ?? 'none')) {
    const allowed = suffixes.map((suffix) => `"${base}${SUFFIX_EXAMPLES[suffix]}"`).join(', ');
    throw notForTask(spelling, task, `for task ${task} it is written ${allowed}`);
  }
  if (label === null && entry.classOnly?.includes(task) === true) {
    throw notForTask(spelling, task, `for task ${task} it needs an average or a class`);
  }
  if (label !== null && entry.perClass?.includes(task) !== true) {
    throw notForTask(spelling, task, `${base} does not take a class in task ${task}`);
  }
}

function notForTask({ base, name }: Spelling, task: Task, why: string): InputError {
  const names = metricNames(task);
  const family = names.filter((other) => other.startsWith(base));
  const offered = family.length > 0 ? family : names;
  const hint =
    offered.length > 0
      ? `use ${offered.length === 1 ? '' : 'one of '}${offered.join(', ')}`
      : `task ${task} is judged by per-row columns: ${CUSTOM_HINT}`;
  return new InputError({ code: 'METRIC_NOT_FOR_TASK', message: `metric "${name}": ${why}`, hint });
}

/** Binary classes are [negative, positive]; unknown classes (checking a config without data) are not refused. */
function classCode(spelling: Spelling, task: Task, classes: readonly string[] | undefined): number | null {
  const { label, name } = spelling;
  if (label === null) return null;
  const known = classes ?? (task === 'binary' ? ['0', '1'] : undefined);
  // Cells that are booleans are called true and false however a file spells them.
  const cell =
    known?.includes(label) === true || !/^(?:true|false)$/i.test(label) ? label : label.toLowerCase();
  const code = known?.indexOf(cell) ?? -1;
  if (code >= 0 || known === undefined) return code;
  throw new InputError({
    code: 'METRIC_UNKNOWN',
    message: `metric "${name}": there is no class "${label}"`,
    hint: `the classes are ${known.slice(0, 20).join(', ')}${known.length > 20 ? ', …' : ''}`,
  });
}

function unknownMetric(name: string, task: Task): InputError {
  const names = metricNames(task);
  const nearest = names.length > 0 ? closest(name, [...names]) : '';
  const close = nearest !== '' && distance(name, nearest) <= Math.max(2, name.length / 2);
  const offered = names.length > 0 ? `for task ${task} there are ${names.join(', ')}; ` : '';
  return new InputError({
    code: 'METRIC_UNKNOWN',
    message: `metric "${name}" does not exist`,
    hint: `${close ? `did you mean "${nearest}"? ` : ''}${offered}for columns of your own ${CUSTOM_HINT}`,
  });
}
