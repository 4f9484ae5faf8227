import { closest } from 'fastest-levenshtein';
import type { Task } from '../../contracts/comparison.ts';
import { InputError } from '../../contracts/errors.ts';
import type { Metric, MetricSpec, ResolveMetric } from './metric.ts';
import type { Spelling } from './spelling.ts';
import { parseSpelling } from './spelling.ts';
import type { Entry } from './vocabulary.ts';
import { VOCABULARY } from './vocabulary.ts';

/** The built-in names of a task, as a list for messages and completions. */
export function metricNames(task: Task): readonly string[] {
  return [...VOCABULARY]
    .filter(([, entry]) => entry.tasks.includes(task))
    .map(([name, entry]) => entry.example ?? name);
}

/** Turns a spec into a metric for a task (see ResolveMetric). */
export const resolveMetric: ResolveMetric = (spec, task, options) => {
  const { threshold, classes = [] } = options;
  const spelling = parseSpelling(spec as string);
  const entry = spelling === null ? undefined : VOCABULARY.get(spelling.base);
  if (spelling === null || entry === undefined) throw unknownMetric(spec, task);
  return build(entry, spelling, task, threshold, classes);
};

function build(
  entry: Entry,
  spelling: Spelling,
  task: Task,
  threshold: number,
  classes: readonly string[],
): Metric {
  const code = spelling.label === null ? null : classes.indexOf(spelling.label);
  return entry.build({ spelling, task, threshold, classes, code });
}

function unknownMetric(spec: MetricSpec, task: Task): InputError {
  const name = typeof spec === 'string' ? spec : spec.name;
  const names = metricNames(task);
  return new InputError({
    code: 'METRIC_UNKNOWN',
    message: `metric "${name}" does not exist`,
    hint: `did you mean "${closest(name, [...names])}"? For task ${task}: ${names.join(', ')}`,
  });
}
