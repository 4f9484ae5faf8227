import { mkdirSync, existsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { actionsBench } from './actions.ts';
import type { Bench, BenchRow } from './bench.ts';
import { botBench } from './bot.ts';
import { compareBench } from './compare.ts';
import { noopBench } from './noop.ts';
import { ROOT, PINNED, firstNode } from './nodes.ts';
import { onnxBench } from './onnx.ts';
import { pullBench } from './pull.ts';
import { registerBench } from './register.ts';
import { registryBench } from './registry.ts';
import { renderRows } from './render.ts';
import { sandboxBench } from './sandbox.ts';
import { scalingBench } from './scaling.ts';
import { startBench } from './start.ts';

const BENCHES: readonly Bench[] = [
  startBench,
  actionsBench,
  noopBench,
  onnxBench,
  compareBench,
  scalingBench,
  sandboxBench,
  botBench,
  registryBench,
  registerBench,
  pullBench,
];

const USAGE = `usage: make bench    or: npm run bench -- [--only NAME]… [--full] [--json]

Each of our figures beside its peer, from one run on this machine.

  --only NAME   ${BENCHES.map((bench) => bench.name).join(' | ')}; may be repeated
  --full        do all 1,000 resamples of the Python peer (default: a share of them, scaled up, and said so)
  --json        one document on stdout
`;

interface Result {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly BenchRow[];
  readonly error: string | null;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      full: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const unknown = (values.only ?? []).filter((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`bench: there is no benchmark ${unknown.join(', ')}\n\n${USAGE}`);
    return 2;
  }
  const python = join(ROOT, '.venv', 'bin', 'python');
  if (!existsSync(python)) {
    process.stderr.write('bench: the peers need .venv; run: make install\n');
    return 4;
  }
  const folder = join(ROOT, 'build', 'bench');
  mkdirSync(folder, { recursive: true });
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

  const results: Result[] = [];
  const context = { folder, python, full: values.full, signal: stop.signal };
  if (!values.json) process.stdout.write(`${describeMachine()}\n`);
  for (const bench of BENCHES.filter(({ name }) => values.only?.includes(name) ?? true)) {
    const say = (message: string): void => void process.stderr.write(`  ${bench.name}: ${message}\n`);
    const result = await attempt(bench, { ...context, say });
    if (stop.signal.aborted) return 130;
    results.push(result);
    if (!values.json) process.stdout.write(`\n${bench.title}\n${result.error ?? renderRows(result.rows)}\n`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify(documentOf(results), null, 2)}\n`);
  else process.stdout.write(`\n${summary(results)}\n`);
  return results.some((result) => result.error !== null) ? 1 : 0;
}

/** A benchmark that cannot run is said and does not stop the others. */
async function attempt(bench: Bench, context: Parameters<Bench['run']>[0]): Promise<Result> {
  const { name, title } = bench;
  try {
    return { name, title, rows: await bench.run(context), error: null };
  } catch (error) {
    return {
      name,
      title,
      rows: [],
      error: `could not run: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

function describeMachine(): string {
  const load = loadavg()[0] ?? 0;
  const cores = availableParallelism();
  const busy =
    load > 0.25 * cores ? `; the machine is busy (load ${load.toFixed(1)}), figures are noisy` : '';
  return `${cores} cores, ${cpus()[0]?.model ?? 'unknown processor'}; Node ${PINNED.version} pinned, first found ${firstNode().version}${busy}`;
}

function documentOf(results: readonly Result[]): object {
  const machine = { description: describeMachine(), platform: process.platform, arch: process.arch };
  return { schema: 'slipway.bench/1', machine, results };
}

function summary(results: readonly Result[]): string {
  const rows = results.flatMap((result) => result.rows).filter((row) => row.reached !== null);
  const below = rows.filter((row) => row.reached === false);
  if (below.length === 0) return `${rows.length} of ${rows.length} bars reached`;
  return `${rows.length - below.length} of ${rows.length} bars reached; below: ${below.map((row) => row.what).join('; ')}`;
}

process.exitCode = await main();
