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
import type { Pair, PredictedSets } from './predict-sets.ts';
import type { Predictions } from './predict.ts';
import type { Side } from './side.ts';
import { thresholdOf } from './threshold.ts';

/** Training rows beyond this are not read again for the lints: hashes still find leaks. */
const MOST_LINTED_ROWS = 2_000_000;

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
  const warnings = [
    ...judgement.comparison.warnings,
    ...turnsAt(judgement),
    ...lints,
    ...sets.warnings,
    ...remarksOf(candidate),
  ];
  return { ...judgement, comparison: { ...judgement.comparison, warnings } };
}

/** A verdict that hangs on a handful of labels is worth a second look at them; more are no remark. */
const FEW_LABELS = 10;

/** How many wrong labels would turn the verdict (verdict specification, §8). */
function turnsAt({ turning }: Judgement): readonly Warning[] {
  if (turning === null || turning.labels > FEW_LABELS) return [];
  const { metric, verdict, labels } = turning;
  const wrong = labels === 1 ? '1 label is wrong' : `${labels} labels are wrong`;
  return [{ code: 'VERDICT_TURNS', message: `${metric}: ${verdict} turns if ${wrong}` }];
}

/** What data and training remarked; that test rows were met in training is said by the judgement, which removed them. */
function remarksOf({ data, trained }: Side): readonly Warning[] {
  return [...data.warnings.filter(({ code }) => code !== 'TEST_IN_TRAIN'), ...trained.warnings];
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
