import { statSync } from 'node:fs';
import { join } from 'node:path';

import { ratioRow, type Bench, type BenchContext, type BenchRow } from './bench.ts';
import { interleave, runProgram, type Finished, type Program } from './measure.ts';
import { firstNode, slipway } from './nodes.ts';
import { predictionFiles, SLICE_COLUMNS } from './rows.ts';

const ROWS = 1_000_000;
const METRICS = 'roc_auc,average_precision,log_loss,brier,f1';
const RESAMPLES = 1000;
/** Resamples the peer really does without `--full`; the rest is scaled up, as each costs the same. */
const SHARE = 20;
const ROUNDS = 3;
const LEAST = 5;
const TOLERANCE = 1e-9;
const MOST_BYTES = 2 * 2 ** 30;

/** Two predictions files of a million rows. */
export const compareBench: Bench = {
  name: 'compare',
  title: `Compare two files of ${ROWS.toLocaleString('en')} rows: 5 metrics with intervals, 50 slices`,
  run,
};

/** `slipway compare` of two files as a process. */
export function compareProgram(files: { candidate: string; baseline: string }): Program {
  const flags = ['--task', 'binary', '--metrics', METRICS, '--slices', SLICE_COLUMNS.join(','), '--json'];
  return {
    command: firstNode().file,
    args: slipway('compare', files.candidate, files.baseline, ...flags),
    cwd: import.meta.dirname,
    memory: true,
  };
}

async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  context.say('writing the files (once)');
  const files = await predictionFiles(context.folder, ROWS);
  const mebibytes = Math.round(statSync(files.candidate).size / 2 ** 20);
  const share = context.full ? RESAMPLES : SHARE;
  const peer: Program = {
    command: context.python,
    args: [join(import.meta.dirname, 'compare_peer.py'), files.candidate, files.baseline, String(share)],
    cwd: context.folder,
    memory: true,
  };
  context.say(`${context.full ? 1 : ROUNDS} rounds, the peer with ${share} of ${RESAMPLES} resamples`);
  let values: ReadonlyMap<string, number | null> = new Map();
  const samples = await interleave(
    [
      async () => {
        const ourRun = await runProgram(compareProgram(files), context.signal);
        values = valuesOf(ourRun.stdout);
        return ourRun;
      },
      async () => {
        const peerRun = await runProgram(peer, context.signal);
        assertEqual(values, peerRun.stdout);
        return { ...peerRun, ms: scaled(peerRun, share) };
      },
    ],
    context.full ? 1 : ROUNDS,
    context.full ? 0 : 1,
  );
  const [ours, theirs] = samples;
  if (ours === undefined || theirs === undefined) throw new RangeError('two samples were asked for');
  const how = context.full
    ? `all ${RESAMPLES} resamples done`
    : `${SHARE} of ${RESAMPLES} resamples done, their time × ${RESAMPLES / SHARE} (--full does all)`;
  return [
    ratioRow(
      'slipway compare',
      ours,
      theirs,
      LEAST,
      `${mebibytes} MiB a file; peer: pandas, scikit-learn, numpy bootstrap on sorted scores, ${how}`,
    ),
    memoryRow(ours),
  ];
}

interface Metric {
  readonly name: string;
  readonly candidate: { readonly value: number | null };
}

function valuesOf(json: string): ReadonlyMap<string, number | null> {
  const { metrics } = JSON.parse(json) as { metrics: readonly Metric[] };
  return new Map(metrics.map(({ name, candidate }) => [name, candidate.value]));
}

/** Speed counts only where the candidate's values agree with scikit-learn's. */
function assertEqual(values: ReadonlyMap<string, number | null>, json: string): void {
  const { metrics } = JSON.parse(json) as { metrics: Readonly<Record<string, { candidate: number }>> };
  for (const [name, { candidate }] of Object.entries(metrics)) {
    const ours = values.get(name) ?? Number.NaN;
    if (!(Math.abs(ours - candidate) <= TOLERANCE))
      throw new Error(`${name}: ours is ${ours}, scikit-learn's ${candidate}`);
  }
}

/** Milliseconds of a peer's run had it done all resamples. */
function scaled(run: Finished, share: number): number {
  const { bootstrap_ms: bootstrap } = JSON.parse(run.stdout) as { bootstrap_ms: number };
  return run.ms + bootstrap * (RESAMPLES / share - 1);
}

function memoryRow(ours: BenchRow['ours']): BenchRow {
  const bytes = ours.peakBytes;
  return {
    what: 'peak memory',
    ours,
    peer: null,
    figure: bytes === null ? 'unknown here' : `${(bytes / 2 ** 30).toFixed(2)} GiB`,
    bar: '< 2 GiB',
    reached: bytes === null ? null : bytes < MOST_BYTES,
  };
}
