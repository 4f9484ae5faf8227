import { digestOf, type Digest } from '../contracts/digest.ts';
import type { Warning } from '../contracts/comparison.ts';
import { readHashes } from '../data/index.ts';
import {
  judge,
  lintLearning,
  testSetStatus,
  type Judgement,
  type JudgeInput,
  type TestPredictions,
} from '../evaluation/index.ts';
import type { Table } from '../table/index.ts';
import type { Baseline } from './baseline.ts';
import type { RunPorts } from './ports.ts';
import { predictRows, type Predictions } from './predict.ts';
import type { RunRequest } from './request.ts';
import { rowSet, validationSet, type RowSet } from './row-set.ts';
import type { Side } from './side.ts';
import { thresholdOf } from './threshold.ts';

/** Training rows beyond this are not read again for the lints: hashes still find leaks. */
const MOST_LINTED_ROWS = 2_000_000;

/** Both models' predictions of one set of rows. */
interface Pair {
  readonly rows: RowSet;
  readonly candidate: Predictions;
  readonly baseline: Predictions | null;
}

/** Everything that is predicted before a verdict; nothing of it is read until the verdict needs it. */
export interface PredictedSets {
  readonly test: Pair;
  /** The base's test rows, where they differ. */
  readonly old: Pair | null;
  readonly validation: Pair | null;
  readonly suites: ReadonlyMap<string, Pair>;
  /** By training run, where both sides have three or more. */
  readonly repeats: {
    readonly candidate: readonly Predictions[];
    readonly baseline: readonly Predictions[];
  } | null;
  readonly reused: boolean;
  /** Of all keys together. */
  readonly key: Digest;
  readonly warnings: readonly Warning[];
}

/** Lets both sides predict all that the verdict will read. */
export async function predictSets(
  candidate: Side,
  baseline: Baseline,
  request: RunRequest,
  ports: RunPorts,
): Promise<PredictedSets> {
  const other = baseline.kind === 'model' ? baseline.side : null;
  const pair = async (rows: RowSet): Promise<Pair> => ({
    rows,
    candidate: await predictRows(candidate, rows, request, ports),
    baseline: other === null ? null : await predictRows(other, rows, request, ports),
  });
  const { data } = candidate;
  const test = await pair(rowSet('test', data.test, data.digests.test, ports));
  const changed = other !== null && other.data.digests.test !== data.digests.test;
  const old = changed
    ? await pair(rowSet('old test', other.data.test, other.data.digests.test, ports))
    : null;
  const validation = needsValidation(candidate) ? validationSet(data, ports) : null;
  const suites = new Map<string, Pair>();
  for (const [name, { file, digest }] of data.suites)
    suites.set(name, await pair(rowSet(`suite ${name}`, file, digest, ports)));
  const repeats = other === null ? null : await predictRepeats(candidate, other, test, request, ports);
  return summed({
    test,
    old,
    validation: validation === null ? null : await pair(validation),
    suites,
    repeats,
  });
}

/** Metrics that take their threshold from validation. */
function needsValidation({ config }: Side): boolean {
  return config.evaluate.metrics.some((metric) => typeof metric === 'string' && metric.includes('@fpr'));
}

const ENOUGH_REPEATS = 3;

async function predictRepeats(
  candidate: Side,
  baseline: Side,
  test: Pair,
  request: RunRequest,
  ports: RunPorts,
): Promise<PredictedSets['repeats']> {
  if (Math.min(candidate.trained.seeds.length, baseline.trained.seeds.length) < ENOUGH_REPEATS) return null;
  const all = async (side: Side): Promise<Predictions[]> => {
    const predictions: Predictions[] = [];
    for (const index of side.trained.seeds.keys())
      predictions.push(await predictRows(side, test.rows, request, ports, index));
    return predictions;
  };
  return { candidate: await all(candidate), baseline: await all(baseline) };
}

function summed(sets: Omit<PredictedSets, 'reused' | 'key' | 'warnings'>): PredictedSets {
  const pairs = [sets.test, sets.old, sets.validation, ...sets.suites.values()].filter(
    (pair) => pair !== null,
  );
  const all = [
    ...pairs.flatMap(({ candidate, baseline }) => (baseline === null ? [candidate] : [candidate, baseline])),
    ...(sets.repeats === null ? [] : [...sets.repeats.candidate, ...sets.repeats.baseline]),
  ];
  return {
    ...sets,
    reused: all.every(({ reused }) => reused),
    key: digestOf({
      keys: all.map(({ key }) => key),
      sides: pairs.map(({ rows, baseline }) => [rows.name, baseline !== null]),
    }),
    warnings: sets.test.candidate.warnings,
  };
}

/** Settings of a verdict besides the predictions. */
export interface VerdictSettings {
  readonly candidate: Side;
  readonly baseline: Baseline;
  readonly look: number;
  readonly seed: number;
}

/** The verdict and the lints of the learning. Throws InputError where config and data do not fit. */
export async function judgeSets(
  sets: PredictedSets,
  settings: VerdictSettings,
  ports: RunPorts,
): Promise<Judgement> {
  const { candidate, baseline } = settings;
  const { config, data } = candidate;
  const other = baseline.kind === 'model' ? baseline.side : null;
  const input: JudgeInput = {
    ...(await tablesOf(sets.test)),
    task: config.task,
    data: config.data,
    evaluate: config.evaluate,
    positive: config.positive,
    threshold: thresholds(candidate, other),
    look: settings.look,
    seed: settings.seed,
    suites: await suitesOf(sets),
    repeats: await repeatsOf(sets),
    validation: sets.validation === null ? null : await tablesOf(sets.validation),
    testSet: await testSetOf(sets, candidate, other, ports),
    training: await Promise.all(
      [candidate, ...(other === null ? [] : [other])].map((side) => readHashes(side.data.hashes)),
    ),
  };
  const judgement = judge(input);
  const train = data.rows.train > MOST_LINTED_ROWS ? null : await ports.tables.read([data.train], {});
  const lints = lintLearning({ task: config.task, data: config.data, train, test: input.answers, judgement });
  return { ...judgement, warnings: [...judgement.warnings, ...sets.warnings, ...lints] };
}

async function tablesOf({ rows, candidate, baseline }: Pair): Promise<TestPredictions> {
  return {
    answers: await rows.read(),
    candidate: await candidate.read(),
    baseline: baseline === null ? null : await baseline.read(),
  };
}

function thresholds(candidate: Side, baseline: Side | null): JudgeInput['threshold'] {
  const ours = thresholdOf(candidate);
  if (ours === undefined || typeof candidate.config.threshold === 'number') return ours;
  return { candidate: ours, baseline: (baseline === null ? undefined : thresholdOf(baseline)) ?? ours };
}

async function suitesOf(sets: PredictedSets): Promise<NonNullable<JudgeInput['suites']>> {
  const suites: Record<string, { answers: Table; candidate: Table }> = {};
  for (const [name, pair] of sets.suites)
    suites[name] = { answers: await pair.rows.read(), candidate: await pair.candidate.read() };
  return suites;
}

async function repeatsOf({ repeats }: PredictedSets): Promise<JudgeInput['repeats']> {
  if (repeats === null) return null;
  const read = (side: readonly Predictions[]): Promise<Table[]> =>
    Promise.all(side.map((predictions) => predictions.read()));
  return { candidate: await read(repeats.candidate), baseline: await read(repeats.baseline) };
}

async function testSetOf(
  sets: PredictedSets,
  candidate: Side,
  baseline: Side | null,
  ports: RunPorts,
): Promise<NonNullable<JudgeInput['testSet']>> {
  if (sets.old === null || baseline === null) return { status: 'same', old: null };
  const column = timeColumn(candidate);
  const [test] = column === null ? [] : [extent(await sets.test.rows.read(), column)];
  const training =
    column === null
      ? []
      : await Promise.all([candidate, baseline].map((side) => latestTraining(side, column, ports)));
  const status = testSetStatus({
    base: baseline.data.digests.test,
    head: candidate.data.digests.test,
    earliestTest: test?.earliest ?? null,
    latestTraining: training,
  });
  return { status, old: status === 'changed' ? await tablesOf(sets.old) : null };
}

function timeColumn({ config }: Side): string | null {
  const { split, unit } = config.data;
  if (split?.by === 'time') return split.on;
  return typeof unit === 'object' ? unit.time : null;
}

async function latestTraining(side: Side, column: string, ports: RunPorts): Promise<number | null> {
  const table = await ports.tables.read([side.data.train], {});
  return extent(table, column)?.latest ?? null;
}

/** Earliest and latest moment of a time column; null where the column holds no times. */
function extent(table: Table, name: string): { readonly earliest: number; readonly latest: number } | null {
  const column = table.columns.get(name);
  if (column === undefined || column.kind === 'text') return null;
  let [earliest, latest] = [Infinity, -Infinity];
  for (const value of column.values) {
    if (value < earliest) earliest = value;
    if (value > latest) latest = value;
  }
  return Number.isFinite(earliest) ? { earliest, latest } : null;
}
