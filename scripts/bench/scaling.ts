import type { Bench, BenchContext, BenchRow } from './bench.ts';
import { compareProgram } from './compare.ts';
import { interleave, runProgram } from './measure.ts';
import { predictionFiles } from './rows.ts';

const ROWS = [100_000, 1_000_000] as const;
const ROUNDS = 3;
const MOST = 11;

/** Ten times the rows must not take more than ten times as long, by more than a little. */
export const scalingBench: Bench = { name: 'scaling', title: 'Compare with ten times the rows', run };

async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  context.say('writing the files (once)');
  const files = [];
  for (const rows of ROWS) files.push(await predictionFiles(context.folder, rows));
  context.say(`${ROUNDS} rounds`);
  const [few, many] = await interleave(
    files.map((pair) => () => runProgram(compareProgram(pair), context.signal)),
    ROUNDS,
  );
  if (few === undefined || many === undefined) throw new RangeError('two samples were asked for');
  const times = many.median / few.median;
  const [a, b] = ROWS.map((rows) => rows.toLocaleString('en'));
  return [
    {
      what: `${b ?? ''} rows against ${a ?? ''}`,
      ours: many,
      peer: few,
      figure: `${times.toPrecision(3)} × the time`,
      bar: `≤ ${MOST} ×`,
      reached: times <= MOST,
      note: 'both are ours, start of the process included; 5 metrics, 50 slices',
    },
  ];
}
