import { digestOf, type Digest } from '../contracts/digest.ts';
import type { Warning } from '../contracts/comparison.ts';
import type { Baseline } from './baseline.ts';
import type { RunPorts } from './ports.ts';
import { predictRows, type Predictions } from './predict.ts';
import type { RunRequest } from './request.ts';
import { rowSet, validationSet, type RowSet } from './row-set.ts';
import type { Side } from './side.ts';

/** Both models' predictions of one set of rows. */
export interface Pair {
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
