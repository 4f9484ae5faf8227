import type { Task } from '../../contracts/comparison.ts';
import { textColumn } from '../../table/index.ts';
import type { Column, Table } from '../../table/index.ts';
import { readTarget } from '../input/answers.ts';
import { classesOfPredictions, readOutputs } from '../input/outputs.ts';
import { gather } from '../input/problems.ts';
import type { Problems } from '../input/problems.ts';
import type { SuiteInput } from '../input/types.ts';
import { columnAt } from '../tables/columns.ts';
import { predictionsBeside } from './comparison-input.ts';
import type { JudgeInput } from './types.ts';

/** The class each score or prediction means, as text; numbers stay numbers. */
function predictedColumn(
  input: JudgeInput,
  task: Exclude<Task, 'ranking'>,
  answers: Table,
  target: Column,
  candidate: Table,
  name: string,
  problems: Problems,
): SuiteInput['prediction'] {
  const read = predictionsBeside(
    input,
    { table: answers, file: `suite ${name}` },
    { table: candidate, file: `the predictions of suite ${name}` },
    problems,
  );
  if (task === 'regression' || task === 'scores')
    return read.prediction ?? new Float64Array(answers.rows).fill(Number.NaN);
  const { threshold = 0.5, positive } = input;
  const cut = typeof threshold === 'number' ? threshold : threshold.candidate;
  const otherClasses = task === 'multiclass' ? classesOfPredictions(read) : [];
  const options = {
    task,
    rows: answers.rows,
    weight: null,
    positive: positive === undefined ? undefined : String(positive),
    otherClasses,
  };
  const { classes } = readTarget(target, options, problems);
  const { outputs } = readOutputs(
    read,
    { task, rows: answers.rows, classes, threshold: cut, columns: [], who: `suite ${name}` },
    problems,
  );
  return textColumn(
    Array.from(outputs.prediction ?? [], (code) =>
      Number.isNaN(code) ? null : (classes[code] ?? '(another class)'),
    ),
  );
}

/** Suites as the gates judge them: our own targets beside the classes (or numbers) that the candidate predicts. */
export function suiteInputs(input: JudgeInput, problems: Problems): Record<string, SuiteInput> {
  const task = input.task === 'ranking' ? 'scores' : input.task;
  const suites: Record<string, SuiteInput> = {};
  for (const [name, { answers, candidate }] of Object.entries(input.suites ?? {})) {
    const target = columnAt(
      { table: answers, file: `suite ${name}` },
      input.data.target ?? 'target',
      problems,
    );
    const prediction =
      target &&
      gather(problems, () => predictedColumn(input, task, answers, target, candidate, name, problems));
    if (target === undefined || prediction === undefined) continue;
    const id = answers.columns.get(input.data.id);
    suites[name] = { target, prediction, ...(id === undefined ? {} : { id }) };
  }
  return suites;
}
