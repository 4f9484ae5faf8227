import type { Bench, BenchContext, BenchRow } from './bench.ts';
import { compareProgram } from './compare.ts';
import { interleave, runProgram } from './measure.ts';
import { predictionFiles } from './rows.ts';

/** Small sets are resampled and large ones are not, so one step alone could hide what the other costs. */
const STEPS = [10_000, 100_000, 1_000_000] as const;
/** Only with `--full`: files of half a gigabyte. */
const LAST_STEP = 10_000_000;
const ROUNDS = 3;
const MOST = 11;

/** Ten times the rows must not take more than ten times as long, by more than a little. */
export const scalingBench: Bench = { name: 'scaling', title: 'Compare with ten times the rows', run };

async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  const steps = context.full ? [...STEPS, LAST_STEP] : STEPS;
  context.say('writing the files (once)');
  const programs = [];
  for (const rows of steps) programs.push(compareProgram(await predictionFiles(context.folder, rows)));
  context.say(`${ROUNDS} rounds of ${steps.map((rows) => rows.toLocaleString('en')).join(', ')} rows`);
  const samples = await interleave(
    programs.map((program) => () => runProgram(program, context.signal)),
    ROUNDS,
  );
  return steps.slice(1).flatMap((rows, index): BenchRow[] => {
    const [few, many] = [samples[index], samples[index + 1]];
    if (few === undefined || many === undefined) return [];
    const times = many.median / few.median;
    return [
      {
        what: `${rows.toLocaleString('en')} rows beside ${(rows / 10).toLocaleString('en')}`,
        ours: many,
        peer: few,
        figure: `${times.toPrecision(3)} × the time`,
        bar: `≤ ${MOST} ×`,
        reached: times <= MOST,
        note: 'both are ours, start of the process included; 5 metrics, 50 slices',
      },
    ];
  });
}
