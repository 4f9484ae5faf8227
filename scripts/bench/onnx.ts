import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import type { OnnxRuntime } from '../../src/evaluation/ports.ts';
import { predictOnnx } from '../../src/evaluation/prediction/index.ts';
import { createOnnxRuntime } from '../../src/platform/native/onnx-runtime.ts';
import { numberColumn, tableOf, type Table, type TextColumn } from '../../src/table/index.ts';
import { ratioRow, type Bench, type BenchContext, type BenchRow } from './bench.ts';
import { runProgram, sampleOf, type Sample } from './measure.ts';

const BATCH = 8192;
const ROUNDS = 5;
const LEAST = 0.95;
const WIDE = 50;
const NUMBERS = 8;
const TEXTS = 4;
const LEVELS = Array.from({ length: 20 }, (_, k) => `level ${k}`);

interface Case {
  readonly what: string;
  readonly model: string;
  readonly rows: number;
  features(rows: number): Table;
}

const CASES: readonly Case[] = [
  {
    what: '1,000,000 rows, one tensor of 50 numbers',
    model: 'tensor.onnx',
    rows: 1_000_000,
    features: wideTable,
  },
  {
    what: '500,000 rows, 8 number and 4 text columns',
    model: 'columns.onnx',
    rows: 500_000,
    features: mixedTable,
  },
];

/** Predictions of an ONNX model, columns in memory → scores in memory, beside onnxruntime in Python. */
export const onnxBench: Bench = {
  name: 'onnx',
  title: `ONNX predictions in batches of ${BATCH}, beside onnxruntime in Python`,
  run,
};

async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  const peer = join(import.meta.dirname, 'onnx_peer.py');
  if (!CASES.every(({ model }) => existsSync(join(context.folder, model)))) {
    context.say('training the models (once)');
    const args = [peer, 'models', context.folder];
    await runProgram({ command: context.python, args, cwd: context.folder }, context.signal);
  }
  const rows: BenchRow[] = [];
  for (const one of CASES) rows.push(await runCase(one, peer, context));
  return rows;
}

/** One peer process and one of ours each round, in turn; the first round is thrown away. */
async function runCase(one: Case, peer: string, context: BenchContext): Promise<BenchRow> {
  context.say(`${ROUNDS} rounds of ${one.what}`);
  const model = join(context.folder, one.model);
  const features = one.features(one.rows);
  const args = [peer, 'predict', model, String(one.rows), String(BATCH)];
  const ours: Timing[] = [];
  const theirs: Timing[] = [];
  for (let round = -1; round < ROUNDS; round += 1) {
    const { stdout } = await runProgram(
      { command: context.python, args, cwd: context.folder },
      context.signal,
    );
    const answer = JSON.parse(stdout) as PeerAnswer;
    const { timing, scores } = await predict(model, features, context.signal);
    assertEqual(scores, answer, one);
    if (round < 0) continue;
    ours.push(timing);
    theirs.push(answer);
  }
  const [mine, peers] = [ours, theirs].map((timings) => sampleOf(timings.map(({ ms }) => ms)));
  return ratioRow(one.what, mine!, peers!, LEAST, noteOf(mine!, peers!, ours, theirs));
}

/** Wall time, and processor time of all processes and threads; null where the platform does not tell. */
interface Timing {
  readonly ms: number;
  readonly cpuMs: number | null;
}

function noteOf(mine: Sample, peers: Sample, ours: readonly Timing[], theirs: readonly Timing[]): string {
  const least = (timings: readonly Timing[]): string => {
    const cpu = timings.flatMap(({ cpuMs }) => (cpuMs === null ? [] : [cpuMs]));
    return cpu.length === 0 ? 'unknown' : `${Math.min(...cpu).toFixed(0)} ms`;
  };
  return (
    'columns in memory to labels and scores in memory, loading the runtime and the model included (ours: starting the ' +
    `process that can be killed, too); by the least times ${(peers.min / mine.min).toPrecision(3)} ×; ` +
    `least processor time: ours ${least(ours)}, peer ${least(theirs)} (its threads spin while they wait)`
  );
}

interface PeerAnswer extends Timing {
  readonly some: readonly number[];
}

interface Predicted {
  readonly timing: Timing;
  readonly scores: Float64Array;
}

async function predict(model: string, features: Table, signal: AbortSignal): Promise<Predicted> {
  const request = { model, features, task: 'binary', positive: 'True', batch: BATCH, signal } as const;
  const watched = watch(createOnnxRuntime());
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  const table = await predictOnnx(request, { onnx: watched.runtime });
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  const child = watched.childCpuMs();
  const score = table.columns.get('score');
  if (score?.kind !== 'number') throw new Error('expected a column of scores');
  const cpuMs = child === null ? null : (user + system) / 1000 + child;
  return { timing: { ms, cpuMs }, scores: score.values };
}

/** The same runtime; the processor time of a model's process is read when it is closed. */
function watch(real: OnnxRuntime): { runtime: OnnxRuntime; childCpuMs(): number | null } {
  let childCpuMs: number | null = null;
  const runtime: OnnxRuntime = {
    ...real,
    open: async (request) => {
      const model = await real.open(request);
      const pid = 'pid' in model ? Number(model.pid) : 0;
      return {
        inputs: model.inputs,
        outputs: model.outputs,
        run: (asked) => model.run(asked),
        close: () => {
          childCpuMs = processorMs(pid);
          return model.close();
        },
      };
    },
  };
  return { runtime, childCpuMs: () => childCpuMs };
}

/** User and system time of a process so far, in the kernel's ticks of 10 ms; null without /proc. */
function processorMs(pid: number): number | null {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return null;
  // The name before may hold blanks: fields are counted after its closing bracket.
  const fields = readFileSync(file, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Speed counts only where the answers agree. */
function assertEqual(scores: Float64Array, peer: PeerAnswer, one: Case): void {
  const step = Math.max(1, Math.floor(one.rows / 100));
  const off = peer.some.findIndex((value, k) => Math.abs(value - (scores[k * step] ?? Number.NaN)) > 1e-6);
  if (off >= 0 || scores.length !== one.rows)
    throw new Error(`${one.model}: scores differ from the peer's at row ${off * step}`);
}

function wideTable(rows: number): Table {
  return tableOf(Array.from({ length: WIDE }, (_, k) => [`x${k}`, numbers(rows, k)] as const));
}

function mixedTable(rows: number): Table {
  return tableOf([
    ...Array.from({ length: NUMBERS }, (_, k) => [`n${k}`, numbers(rows, k)] as const),
    ...Array.from({ length: TEXTS }, (_, k) => [`t${k}`, texts(rows, k)] as const),
  ]);
}

/** The formula of onnx_peer.py. */
function numbers(rows: number, column: number): ReturnType<typeof numberColumn> {
  const values = new Float64Array(rows);
  for (let i = 0; i < rows; i += 1) values[i] = ((i * (31 + 2 * column) + 17 * column) % 1009) / 1009;
  return numberColumn(values);
}

function texts(rows: number, column: number): TextColumn {
  const codes = new Int32Array(rows);
  for (let i = 0; i < rows; i += 1) codes[i] = (i * (7 + column) + column) % LEVELS.length;
  return { kind: 'text', codes, levels: LEVELS };
}
