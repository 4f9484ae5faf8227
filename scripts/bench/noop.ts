import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ratioRow, type Bench, type BenchContext, type BenchRow } from './bench.ts';
import { commitAll, git } from './git.ts';
import { interleave, runProgram, type Program } from './measure.ts';
import { firstNode, PINNED, ROOT, slipway, type NodeBinary } from './nodes.ts';

const FILES = 10_000;
const FOLDERS = 100;
const ROUNDS = 3;
const LEAST = 20;
const FILES_NOTE =
  'peer: dvc repro, DVC 3.67.1, each file a dependency of its own, as each is an input of ours';
const FOLDER_NOTE = 'peer: dvc repro with all files as one folder, the form DVC is fastest at';

/** Nothing changed: how long until each tool knows, where a stage reads 10,000 files. */
export const noopBench: Bench = {
  name: 'noop',
  title: `Nothing changed, a stage of ${FILES.toLocaleString('en')} input files`,
  run,
};

async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  const dvc = await installDvc(context);
  const folders = ['slipway', 'dvc-files', 'dvc-folder'].map((name) =>
    mkdtempSync(join(context.folder, `noop-${name}-`)),
  );
  try {
    const [ours = '', listed = '', folder = ''] = folders;
    context.say(`writing ${FILES} files for each, running each once for real`);
    prepareSlipway(ours, context.python);
    prepareDvc(listed, context.python, dvc, 'files');
    prepareDvc(folder, context.python, dvc, 'folder');
    return await measure(context, ours, dvcRepro(dvc, listed), dvcRepro(dvc, folder));
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

const dvcRepro = (dvc: string, cwd: string): Program => ({ command: dvc, args: ['repro', '--quiet'], cwd });

async function measure(
  context: BenchContext,
  ours: string,
  listed: Program,
  folder: Program,
): Promise<readonly BenchRow[]> {
  const first = firstNode();
  const slipwayOn = (node: NodeBinary): Program => ({
    command: node.file,
    args: slipway('run', '--json'),
    cwd: ours,
  });
  const programs = [slipwayOn(first), slipwayOn(PINNED), listed, folder];
  for (const program of programs.slice(1)) await runProgram(program, context.signal);
  context.say(`${ROUNDS} rounds of nothing to do`);
  const timed = programs.map((program) => () => runProgram(program, context.signal));
  const [onFirst, onPinned, asFiles, asFolder] = await interleave(timed, ROUNDS);
  if (!onFirst || !onPinned || !asFiles || !asFolder) throw new RangeError('four samples were asked for');
  await assertReused(slipwayOn(PINNED), context);
  return [
    ratioRow(`Node ${first.version}, beside files`, onFirst, asFiles, LEAST, FILES_NOTE),
    ratioRow(`Node ${PINNED.version}, beside files`, onPinned, asFiles, null),
    ratioRow(`Node ${first.version}, beside a folder`, onFirst, asFolder, null, FOLDER_NOTE),
    ratioRow(`Node ${PINNED.version}, beside a folder`, onPinned, asFolder, null),
  ];
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

const inputFile = (i: number): string => `inputs/${i % FOLDERS}/${i}.txt`;

function writeInputs(folder: string): void {
  for (let i = 0; i < FILES; i += 1) {
    const file = join(folder, inputFile(i));
    if (i < FOLDERS) mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `input ${i}\n`.repeat(100));
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

function prepareDvc(folder: string, python: string, dvc: string, as: 'files' | 'folder'): void {
  writeInputs(folder);
  writeFileSync(join(folder, 'train.py'), TRAIN);
  const files = Array.from({ length: FILES }, (_, i) => inputFile(i));
  const deps = [...(as === 'files' ? files : ['inputs']), 'train.py', 'rows.csv'];
  const lines = [
    'stages:',
    '  train:',
    `    cmd: ${python} train.py`,
    '    deps:',
    ...deps.map((path) => `      - ${path}`),
  ];
  writeFileSync(join(folder, 'dvc.yaml'), [...lines, '    outs: [model]', ''].join('\n'));
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
export async function installDvc(context: BenchContext): Promise<string> {
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
