import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { limitRow, type Bench, type BenchContext, type BenchRow } from './bench.ts';
import { commitAll } from './git.ts';
import { interleave, runProgram, type Program, type Timed } from './measure.ts';
import { firstNode, PINNED, ROOT, slipway, type NodeBinary } from './nodes.ts';

const ROUNDS = 15;

/** How long until the command line answers. */
export const startBench: Bench = { name: 'start', title: 'Start of the command line', run };

async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  const project = mkdtempSync(join(context.folder, 'start-'));
  try {
    context.say('preparing the flights starter');
    await prepareStarter(project, context);
    return await measure(project, context);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

async function measure(project: string, context: BenchContext): Promise<readonly BenchRow[]> {
  const first = firstNode();
  const help = (node: NodeBinary): Program => ({ command: node.file, args: slipway('--help'), cwd: project });
  const check = (node: NodeBinary): Program => ({
    command: node.file,
    args: slipway('check', '--json'),
    cwd: project,
    exits: [0, 1],
    env: pathWithPython(context.python),
  });
  context.say(`${ROUNDS} rounds of --help and check on Node ${first.version} and ${PINNED.version}`);
  const programs = [help(first), help(PINNED), check(first), check(PINNED)];
  const timed = programs.map(
    (program): Timed =>
      () =>
        runProgram(program, context.signal),
  );
  const [helpFirst, helpPinned, checkFirst, checkPinned] = await interleave(timed, ROUNDS, 2);
  if (!helpFirst || !helpPinned || !checkFirst || !checkPinned)
    throw new RangeError('four samples were asked for');
  const handOver = 'the first Node on the path, handing over to the pinned one';
  return [
    limitRow(`--help, Node ${first.version}`, helpFirst, 350, handOver),
    limitRow(`--help, Node ${PINNED.version}`, helpPinned, 150),
    limitRow(
      `check, Node ${first.version}`,
      checkFirst,
      600,
      'the flights starter: config, data, environment',
    ),
    limitRow(`check, Node ${PINNED.version}`, checkPinned, null),
  ];
}

async function prepareStarter(project: string, context: BenchContext): Promise<void> {
  cpSync(join(ROOT, 'templates', 'flights'), project, { recursive: true });
  await runProgram({ command: context.python, args: ['prepare.py'], cwd: project }, context.signal);
  commitAll(project);
}

function pathWithPython(python: string): Record<string, string> {
  return { PATH: `${join(python, '..')}:${process.env['PATH'] ?? ''}` };
}
