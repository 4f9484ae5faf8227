import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ratioRow, type Bench, type BenchContext, type BenchRow } from './bench.ts';
import { commitAll, git } from './git.ts';
import { interleave, runProgram, type Program } from './measure.ts';
import { firstNode, PINNED, ROOT, slipway, type NodeBinary } from './nodes.ts';

const FILES = 10_000;
const FOLDERS = 100;
const ROUNDS = 5;
const LEAST = 20;

/** Nothing changed: how long until each tool knows, where a stage reads 10,000 files. */
export const noopBench: Bench = {
  name: 'noop',
  title: `Nothing changed, a stage of ${FILES.toLocaleString('en')} input files`,
  run,
};

async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  const dvc = await installDvc(context);
  const ours = mkdtempSync(join(context.folder, 'noop-slipway-'));
  const theirs = mkdtempSync(join(context.folder, 'noop-dvc-'));
  try {
    context.say(`writing ${FILES} files twice, running both once for real`);
    prepareSlipway(ours, context.python);
    prepareDvc(theirs, context.python, dvc);
    const first = firstNode();
    const slipwayOn = (node: NodeBinary): Program => ({
      command: node.file,
      args: slipway('run', '--json'),
      cwd: ours,
    });
    const repro: Program = { command: dvc, args: ['repro'], cwd: theirs };
    await runProgram(slipwayOn(PINNED), context.signal);
    await runProgram(repro, context.signal);
    context.say(`${ROUNDS} rounds of nothing to do`);
    const programs = [slipwayOn(first), repro, slipwayOn(PINNED)];
    const samples = await interleave(
      programs.map((program) => () => runProgram(program, context.signal)),
      ROUNDS,
    );
    await assertReused(slipwayOn(PINNED), context);
    const [onFirst, peer, onPinned] = samples;
    if (onFirst === undefined || peer === undefined || onPinned === undefined)
      throw new RangeError('three samples were asked for');
    return [
      ratioRow(
        `slipway run, Node ${first.version}`,
        onFirst,
        peer,
        LEAST,
        'peer: dvc repro, DVC 3.67.1, same files and command',
      ),
      ratioRow(`slipway run, Node ${PINNED.version}`, onPinned, peer, null),
    ];
  } finally {
    for (const folder of [ours, theirs]) rmSync(folder, { recursive: true, force: true });
  }
}

/** A no-op that trained would be slow, one that did not look would be wrong: training must be said to be reused. */
async function assertReused(program: Program, context: BenchContext): Promise<void> {
  const { stdout } = await runProgram(program, context.signal);
  const answer = JSON.parse(stdout) as {
    models?: readonly { stages?: readonly { name: string; status: string }[] }[];
  };
  const train = answer.models?.[0]?.stages?.find(({ name }) => name === 'train');
  if (train?.status !== 'reused')
    throw new Error(`expected a reused training, found ${train?.status ?? 'none'}`);
}

function writeInputs(folder: string): void {
  for (let i = 0; i < FILES; i += 1) {
    const part = join(folder, 'inputs', String(i % FOLDERS));
    if (i < FOLDERS) mkdirSync(part, { recursive: true });
    writeFileSync(join(part, `${i}.txt`), `input ${i}\n`.repeat(100));
  }
  const rows = Array.from(
    { length: 400 },
    (_, i) => `r${i},${(i * 7) % 11},${((i * 7) % 11) + (i % 5) > 7 ? 1 : 0}`,
  );
  writeFileSync(join(folder, 'rows.csv'), `id,x,y\n${rows.join('\n')}\n`);
}

const TRAIN = `import json, os, pathlib
out = pathlib.Path(os.environ.get("SLIPWAY_OUTPUT_DIR", "model"))
out.mkdir(parents=True, exist_ok=True)
(out / "model.json").write_text(json.dumps({"files": sum(1 for _ in pathlib.Path("inputs").rglob("*.txt"))}))
`;
const PREDICT = `import csv, sys
with open(sys.argv[1]) as source, open(sys.argv[2], "w") as target:
    target.write("id,score\\n")
    for row in csv.DictReader(source):
        target.write(f"{row['id']},{float(row['x']) / 11}\\n")
`;

function prepareSlipway(folder: string, python: string): void {
  writeInputs(folder);
  writeFileSync(join(folder, 'train.py'), TRAIN);
  writeFileSync(join(folder, 'predict.py'), PREDICT);
  writeFileSync(join(folder, '.gitignore'), '.slipway/\n');
  writeFileSync(
    join(folder, 'slipway.yaml'),
    `version: 1
models:
  many-files:
    task: binary
    data: {source: rows.csv, split: {test: 0.5}, id: id, target: y}
    train: {run: '${python} train.py', inputs: [inputs/**, train.py], outputs: {entry: model.json}}
    predict: {run: '${python} predict.py {input} {output}'}
    evaluate: {metrics: [roc_auc], baseline: base-branch}
`,
  );
  commitAll(folder);
}

function prepareDvc(folder: string, python: string, dvc: string): void {
  writeInputs(folder);
  writeFileSync(join(folder, 'train.py'), TRAIN);
  writeFileSync(
    join(folder, 'dvc.yaml'),
    `stages:
  train:
    cmd: ${python} train.py
    deps: [inputs, train.py, rows.csv]
    outs: [model]
`,
  );
  git(folder, 'init', '--quiet', '--initial-branch=main');
  initDvc(folder, dvc);
  commitAll(folder);
}

function initDvc(folder: string, dvc: string): void {
  // Without its usage reports and update check: both would cost time and network.
  for (const args of [
    ['init', '--quiet'],
    ['config', 'core.analytics', 'false'],
    ['config', 'core.check_update', 'false'],
  ])
    execFileSync(dvc, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** DVC in an environment of its own, installed at the first benchmark. Returns its command. */
async function installDvc(context: BenchContext): Promise<string> {
  const environment = join(context.folder, 'dvc');
  const requirements = join(import.meta.dirname, 'dvc-requirements.txt');
  const stamp = join(environment, '.installed');
  const wanted = readFileSync(requirements, 'utf8');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    context.say('installing DVC into build/bench/dvc (once)');
    const args = [join(ROOT, 'scripts', 'python-env.py'), environment, requirements];
    await runProgram({ command: context.python, args, cwd: ROOT }, context.signal);
    writeFileSync(stamp, wanted);
  }
  return join(environment, 'bin', 'dvc');
}
