import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { filesOfPart, PARTS } from '../../src/platform/native/parts.ts';
import { bundle, checkBundle } from '../bundle.ts';
import { limitRow, ratioRow, type Bench, type BenchContext, type BenchRow } from './bench.ts';
import { interleave, runProgram, type Program, type Timed } from './measure.ts';
import { PINNED, ROOT } from './nodes.ts';
import { installDvc } from './noop.ts';

const ROUNDS = 15;

/** How long a step of a workflow takes before and beside its work, from the bundle that workflows run. */
export const actionsBench: Bench = { name: 'actions', title: 'Start of the actions', run };

async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(context.folder, 'actions-'));
  try {
    context.say('building the bundle');
    const dist = join(folder, 'dist');
    await bundle(dist);
    const size = `all bundles: ${(checkBundle(dist) / 1e6).toFixed(2)} MB of at most 6.29`;
    return await measure(folder, dist, size, context);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(
  folder: string,
  dist: string,
  size: string,
  context: BenchContext,
): Promise<readonly BenchRow[]> {
  const dvc = await installDvc(context);
  const repository = join(folder, 'dvc');
  execFileSync('git', ['init', '--quiet', repository]);
  execFileSync(dvc, ['init', '--quiet'], { cwd: repository });
  const env = environmentIn(folder);
  const node = (args: readonly string[], more: Partial<Program> = {}): Program => ({
    ...{ command: PINNED.file, args, cwd: folder, env },
    ...more,
  });
  const table = join(ROOT, 'test', 'golden', 'data', 'tables', 'pandas.parquet');
  const programs: readonly Program[] = [
    node([join(dist, 'setup.js')], { env: { ...env, INPUT_NATIVE: 'false' } }),
    node([join(dist, 'preflight.js')]),
    // It has no column "target": that is known only after DuckDB read it.
    node([join(dist, 'cli.js'), 'evaluate', table, '--task', 'binary'], {
      env: { ...env, SLIPWAY_NATIVE: nativeIn(folder) },
      exits: [2],
    }),
    { command: dvc, args: ['status', '--quiet'], cwd: repository },
  ];
  context.say(`${ROUNDS} rounds of setup, preflight, a Parquet file and dvc status`);
  const timed = programs.map(
    (program): Timed =>
      () =>
        runProgram(program, context.signal),
  );
  const [setup, preflight, parquet, peer] = await interleave(timed, ROUNDS, 2);
  if (!setup || !preflight || !parquet || !peer) throw new RangeError('four samples were asked for');
  return [
    limitRow('setup, from start to end, nothing native', setup, 300, size),
    limitRow('preflight, from start to end', preflight, 300),
    limitRow('a Parquet file read by DuckDB', parquet, 900, 'files of the part checked by their stamp'),
    ratioRow(
      'setup',
      setup,
      peer,
      null,
      'peer: dvc status in an empty repository, what DVC costs before it works',
    ),
  ];
}

function nativeIn(folder: string): string {
  const native = join(folder, 'native');
  for (const file of PARTS.flatMap((part) => filesOfPart(ROOT, part))) {
    mkdirSync(join(native, file, '..'), { recursive: true });
    cpSync(join(ROOT, file), join(native, file));
  }
  return native;
}

/** What a runner sets; GitHub's clock is not asked for. */
function environmentIn(folder: string): Record<string, string> {
  const files = ['OUTPUT', 'ENV', 'PATH', 'STEP_SUMMARY'].map((name) => {
    const file = join(folder, name.toLowerCase());
    writeFileSync(file, '');
    return [`GITHUB_${name}`, file] as const;
  });
  return {
    ...{ GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'acme/churn', GITHUB_SHA: 'a'.repeat(40) },
    ...{ GITHUB_EVENT_NAME: 'push', GITHUB_WORKSPACE: folder, GITHUB_API_URL: 'http://127.0.0.1:9' },
    ...{ RUNNER_TEMP: folder, RUNNER_TOOL_CACHE: join(folder, 'tools'), GITHUB_ACTION: '__bench' },
    ...Object.fromEntries(files),
  };
}
