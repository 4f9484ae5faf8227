import type { Task } from '../contracts/comparison.ts';
import { parseGates } from './gates.ts';
import type { Gate } from './gates.ts';
import { readTarget } from './input/answers.ts';
import { isColumnInput, lengthOf, numbersOf } from './input/columns.ts';
import { classesOfPredictions, readOutputs, rowsOfPredictions } from './input/outputs.ts';
import type { OutputOptions, Side } from './input/outputs.ts';
import { collectProblems, didYouMean } from './input/problems.ts';
import type { Problems } from './input/problems.ts';
import type { ColumnInput, CompareInput, PredictionsInput, SuiteInput } from './input/types.ts';
import { readUnits } from './input/units.ts';
import type { UnitReading } from './input/units.ts';
import type { Answers, Metric } from './metrics/metric.ts';
import { columnsRead, defaultMetrics, resolveAll } from './resolve.ts';
import { slicesOf } from './slices/levels.ts';
import type { Slice } from './slices/levels.ts';

/** A percentile interval of level 1 − l needs 100/l resamples: beyond a million nobody waits for the answer. */
const FINEST_LEVEL = 1e-4;

/** A comparison whose every input was read and checked. */
export interface Prepared {
  readonly task: Exclude<Task, 'ranking'>;
  readonly rows: number;
  readonly answers: Answers;
  /** Names by code; null for a class that never occurs; [] for tasks without. */
  readonly classes: readonly (string | null)[];
  readonly threshold: number;
  readonly candidate: Side;
  readonly baseline: Side | null;
  readonly unit: UnitReading;
  readonly slices: readonly Slice[];
  /** What is shown: the metrics asked for (the first is primary), then those that only gates name. */
  readonly metrics: readonly Metric[];
  readonly gates: readonly Gate[];
  readonly alpha: number;
  readonly look: number;
  readonly seed: number;
  readonly suites: Readonly<Record<string, SuiteInput>>;
  readonly repeats: { readonly candidate: readonly Side[]; readonly baseline: readonly Side[] } | null;
}

function readWeight(
  weight: ColumnInput | null | undefined,
  rows: number,
  problems: Problems,
): Float64Array | null {
  if (weight === null || weight === undefined) return null;
  if (lengthOf(weight) !== rows) {
    problems.add('VALUE_INVALID', `weight has ${lengthOf(weight)} rows, expected ${rows}`);
    return null;
  }
  const { values } = numbersOf(weight);
  const wrong = values.findIndex((value) => !Number.isFinite(value) || value < 0);
  if (wrong >= 0)
    problems.add(
      'VALUE_INVALID',
      `weight in row ${wrong + 1} is ${values[wrong]}: expected a finite number of 0 or more`,
    );
  else if (!values.some((value) => value > 0)) problems.add('VALUE_INVALID', 'all weights are 0');
  return values.every((value) => value === values[0]) ? null : values;
}

/** Settings with their defaults; values out of range are problems. */
function readSettings(
  input: CompareInput,
  problems: Problems,
): { alpha: number; look: number; seed: number; threshold: number } {
  const { alpha = 0.05, look = 1, seed = 0, threshold = 0.5 } = input;
  if (!(alpha > 0 && alpha < 1))
    problems.add('VALUE_INVALID', `alpha is ${alpha}: expected a number between 0 and 1`);
  if (!Number.isInteger(look) || look < 1)
    problems.add('VALUE_INVALID', `look is ${look}: expected a whole number of 1 or more`);
  else if (alpha / look < FINEST_LEVEL)
    problems.add('VALUE_INVALID', `alpha/look is ${alpha / look}: expected at least ${FINEST_LEVEL}`, {
      hint: 'a test set that has judged so many candidates is used up: take a new one',
    });
  if (!Number.isInteger(seed)) problems.add('VALUE_INVALID', `seed is ${seed}: expected a whole number`);
  if (!Number.isFinite(threshold))
    problems.add('VALUE_INVALID', `threshold is ${threshold}: expected a number`);
  return { alpha, look, seed, threshold };
}

function namedUnit(unit: CompareInput['unit']): { name: string; values: ColumnInput } | null {
  if (unit === null || unit === undefined) return null;
  if (isColumnInput(unit)) return { name: 'unit', values: unit };
  return unit;
}

function everyPrediction(input: CompareInput): PredictionsInput[] {
  const repeats = [...(input.repeats?.candidate ?? []), ...(input.repeats?.baseline ?? [])];
  return [input.candidate, ...(input.baseline ? [input.baseline] : []), ...repeats];
}

function countRows(input: CompareInput, problems: Problems): number {
  const rows = input.target === undefined ? rowsOfPredictions(input.candidate) : lengthOf(input.target);
  if (rows === 0) problems.add('NO_ROWS', 'there are no rows to compare');
  return rows;
}

function taskOf(input: CompareInput, problems: Problems): Exclude<Task, 'ranking'> {
  if (input.task !== 'ranking') {
    const known = ['binary', 'multiclass', 'regression', 'scores'];
    if (!known.includes(input.task))
      problems.add('VALUE_INVALID', `task is ${input.task}: expected one of ${known.join(', ')}`);
    return input.task;
  }
  problems.add('METRIC_NOT_FOR_TASK', 'task ranking is not judged yet', {
    hint: 'compute the metric of each query yourself and compare it as task scores, with metrics such as mean(ndcg):higher',
  });
  return 'scores';
}

function checkGates(
  gates: readonly Gate[],
  slices: readonly Slice[],
  suites: readonly string[],
  problems: Problems,
): void {
  const declared = [...new Set(slices.map((slice) => slice.declared))];
  for (const gate of gates) {
    if (gate.kind === 'guard' && slices.length === 0) {
      problems.add('CONFIG_REFERENCE', `gate "${gate.label}" guards slices, and none are declared`, {
        hint: 'declare slices, or leave the gate out',
      });
    }
    for (const name of gate.kind === 'guard' ? (gate.only ?? []) : []) {
      if (slices.length > 0 && !slices.some((slice) => slice.declared === name || slice.name === name)) {
        problems.add(
          'CONFIG_REFERENCE',
          `gate "${gate.label}" names the slice ${name}, which is not declared`,
          { hint: didYouMean(name, declared) },
        );
      }
    }
    if (gate.kind === 'suite' && suites.length > 0 && !suites.includes(gate.suite)) {
      problems.add(
        'CONFIG_REFERENCE',
        `gate "${gate.label}" names the suite ${gate.suite}, which does not exist`,
        { hint: didYouMean(gate.suite, suites) },
      );
    }
  }
}

function readSides(
  input: CompareInput,
  options: Omit<OutputOptions, 'who'>,
  problems: Problems,
): Pick<Prepared, 'candidate' | 'baseline' | 'repeats'> {
  const side = (predictions: PredictionsInput, who: string): Side =>
    readOutputs(predictions, { ...options, who }, problems);
  const retrained = (list: readonly PredictionsInput[], who: string): Side[] =>
    list.map((one, index) => side(one, `${who}, repeat ${index + 1}`));
  const { repeats } = input;
  return {
    candidate: side(input.candidate, 'candidate'),
    baseline: input.baseline ? side(input.baseline, 'baseline') : null,
    repeats: repeats
      ? {
          candidate: retrained(repeats.candidate, 'candidate'),
          baseline: retrained(repeats.baseline, 'baseline'),
        }
      : null,
  };
}

function lacks(metric: Metric, { outputs }: Side): string | null {
  if (metric.needs === 'labels') return outputs.prediction === undefined ? 'predictions' : null;
  if (metric.needs === 'scores')
    return outputs.score === undefined && outputs.scores === undefined ? 'scores' : null;
  const absent = (metric.needs ?? []).filter((name) => outputs.columns?.has(name) !== true);
  return absent.length === 0 ? null : `the column ${absent.join(', ')}`;
}

/** Metrics that read what a model does not say: scores where it predicts classes, columns that are not there. */
function checkNeeds(prepared: Prepared, input: CompareInput, problems: Problems): void {
  const sides = [
    { who: 'candidate', side: prepared.candidate, given: input.candidate },
    { who: 'baseline', side: prepared.baseline, given: input.baseline },
  ];
  for (const metric of prepared.metrics) {
    for (const { who, side, given } of sides) {
      const what = side === null ? null : lacks(metric, side);
      if (what === null) continue;
      const columns = Object.keys(given?.columns ?? {});
      const name =
        typeof metric.needs === 'object' ? metric.needs.find((one) => !columns.includes(one)) : null;
      const hint = name
        ? didYouMean(name, columns)
        : 'write them into the predictions, or ask for other metrics';
      problems.add('METRIC_NOT_FOR_TASK', `${metric.name} reads ${what}, and the ${who} has none`, { hint });
    }
  }
}

/** Reads and checks a whole comparison. Throws InputError with every problem at once. */
export function prepare(input: CompareInput): Prepared {
  const problems = collectProblems();
  const task = taskOf(input, problems);
  problems.throwIfAny();
  const rows = countRows(input, problems);
  problems.throwIfAny();
  const settings = readSettings(input, problems);
  const { threshold } = settings;
  const weight = readWeight(input.weight, rows, problems);
  const otherClasses = task === 'multiclass' ? everyPrediction(input).flatMap(classesOfPredictions) : [];
  const positive = input.positive === undefined ? undefined : String(input.positive);
  const before = problems.found.length;
  const { answers, classes } = readTarget(
    input.target,
    { task, rows, weight, positive, otherClasses },
    problems,
  );
  const targetIsRead = problems.found.length === before;
  const unit = readUnits(namedUnit(input.unit), rows, weight, problems);
  const slices = slicesOf(input.slices ?? {}, rows, problems);
  const parsed = parseGates(input.gates ?? [], input.margins ?? {}, input.inactiveMetrics ?? [], problems);
  const names = classes.map((name, code) => name ?? `(class ${code})`);
  const specs = input.metrics?.length ? input.metrics : defaultMetrics(task, input.candidate);
  const { metrics, gates } = resolveAll({ task, specs, gates: parsed, threshold, classes: names }, problems);
  const columns = columnsRead(metrics);
  // Against a target that could not be read every prediction would be wrong too.
  const against = targetIsRead ? problems : collectProblems();
  const sides = readSides(input, { task, rows, classes, threshold, columns }, against);
  const suites = input.suites ?? {};
  checkGates(gates, slices, Object.keys(suites), problems);
  const read = { task, rows, answers, classes, unit, slices, metrics, gates, suites };
  const prepared = { ...read, ...sides, ...settings };
  if (problems.found.length === 0) checkNeeds(prepared, input, problems);
  problems.throwIfAny();
  return prepared;
}
