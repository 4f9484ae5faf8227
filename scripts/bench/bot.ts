import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { WEBHOOK_PATH } from '../../bot/server.ts';
import { LAUNCHER } from '../../test/support/cli.ts';
import { SECRET, stand, type Place, type Stand } from '../../test/bot/stand.ts';
import type { Bench, BenchContext, BenchRow } from './bench.ts';
import type { Load } from './bot-load.ts';
import { sampleOf } from './measure.ts';

const REPOSITORIES = 20;
const PER_SECOND = 50;
const SECONDS = 12;
/** Right after the start every repository is looked at for the first time, with code that never ran. */
const COLD_SECONDS = 2;
const BAR_MS = 100;

/** The bot in a process of its own, GitHub in this one, whoever delivers in a thread. */
export const botBench: Bench = {
  name: 'bot',
  title: `Bot: ${PER_SECOND} deliveries a second over ${REPOSITORIES} repositories while passes run`,
  run,
};

async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  const here = await stand();
  try {
    context.say(`${REPOSITORIES} repositories with a version each`);
    const places: Place[] = [];
    for (let n = 1; n <= REPOSITORIES; n++) places.push(await here.repository(`bench-${n}`));
    const child = spawn(process.execPath, [LAUNCHER, 'bot', '--json', '--port', '0'], {
      env: { ...process.env, ...here.environment, LOG_LEVEL: 'error' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const { url } = JSON.parse(line.toString()) as { url: string };
      context.say(`${PER_SECOND * SECONDS} deliveries`);
      const times = await load({ url: `${url}${WEBHOOK_PATH}`, ...deliveries(here, places) });
      return rowsOf(times, await passesOf(url));
    } finally {
      child.kill('SIGTERM');
      await once(child, 'close');
    }
  } finally {
    await here.close();
  }
}

/** A label on each repository's pull request, as an event with a description as long as people write. */
function deliveries(here: Stand, places: readonly Place[]): Omit<Load, 'url'> {
  const { id: installation } = [...here.sandbox.sandbox.core.tables.installations.all()][0] ?? { id: 0 };
  const bodies = places.map(({ id, name, pull }) =>
    JSON.stringify({
      action: 'labeled',
      issue: { number: pull, body: 'What changed, and why. '.repeat(400) },
      repository: { id, name, full_name: `owner/${name}`, owner: { login: 'owner' } },
      installation: { id: installation },
    }),
  );
  return { secret: SECRET, bodies, perSecond: PER_SECOND, seconds: SECONDS };
}

async function load(data: Load): Promise<readonly number[]> {
  const worker = new Worker(new URL('bot-load.ts', import.meta.url), { workerData: data });
  const [times] = (await once(worker, 'message')) as [readonly number[]];
  return times;
}

async function passesOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^slipway_pass_seconds_count (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
}

function rowsOf(times: readonly number[], passes: number): readonly BenchRow[] {
  const cold = times.slice(0, PER_SECOND * COLD_SECONDS);
  const warm = times.slice(cold.length);
  const p99 = quantile(warm, 0.99);
  return [
    {
      what: 'answer to a delivery, 99 of 100',
      ours: sampleOf(warm),
      peer: null,
      figure: `${p99.toFixed(0)} ms`,
      bar: `≤ ${BAR_MS} ms`,
      reached: p99 <= BAR_MS,
      note: `half of them within ${quantile(warm, 0.5).toFixed(1)} ms; ${passes} passes meanwhile; GitHub on the same machine`,
    },
    {
      what: `the same in the first ${COLD_SECONDS} s after the start`,
      ours: sampleOf(cold),
      peer: null,
      figure: `${quantile(cold, 0.99).toFixed(0)} ms`,
      bar: null,
      reached: null,
    },
  ];
}

function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}
