import { availableParallelism } from 'node:os';

import { runSchedules, type Crewed, type Failed } from '../test/simulation/crew.ts';
import { runSchedule, tallied, type Tally } from '../test/simulation/schedule.ts';

/**
 * `make simulate N=100000 SEED=1`: so many schedules from that seed on, on all cores (or on WORKERS threads), with
 * progress, rate and what happened in them. A schedule in which something does not hold is told with its story, and the
 * run goes on. `SEED` alone replays one schedule.
 */
const EVERY_MS = 5000;
const STORIES = 3;

const from = whole('SEED') ?? 1;
const count = whole('N') ?? (whole('SEED') === null ? 5000 : 1);
const workers = whole('WORKERS') ?? availableParallelism();
const started = performance.now();
let told = started;
const { tally, failed } =
  count === 1
    ? await replay()
    : await runSchedules({
        from,
        count,
        workers,
        onShare: (sofar) => {
          if (performance.now() - told < EVERY_MS) return;
          told = performance.now();
          console.log(progress(sofar));
        },
      });
for (const one of failed.slice(0, STORIES)) tell(one);
console.log(progress({ tally, failed }));
for (const [kind, times] of [...tally.counts].sort(([one], [other]) => (one < other ? -1 : 1)))
  console.log(`  ${kind.padEnd(48)} ${times.toLocaleString('en').padStart(12)}`);
if (failed.length > 0) {
  const seeds = failed.slice(0, 50).map(({ seed }) => seed);
  console.error(`failed: ${seeds.join(' ')}${failed.length > 50 ? ' …' : ''}`);
  process.exitCode = 1;
}

async function replay(): Promise<Crewed> {
  const outcome = await runSchedule(from);
  const one: Tally = { schedules: 0, steps: 0, counts: new Map() };
  tallied(one, outcome);
  const { problems } = outcome;
  if (problems.length > 0) return { tally: one, failed: [{ seed: from, problems, story: outcome.story() }] };
  console.log(outcome.story());
  return { tally: one, failed: [] };
}

function tell({ story, problems, seed }: Failed): void {
  console.error(`${story}\n\n${problems.join('\n')}\nSEED=${seed} make simulate replays it\n`);
}

function progress({ tally: { schedules, steps }, failed: broken }: Crewed): string {
  const seconds = (performance.now() - started) / 1000;
  const rate = Math.round(schedules / seconds).toLocaleString('en');
  const { user, system } = process.cpuUsage();
  const cpu = ((user + system) / 1000 / Math.max(1, schedules)).toFixed(1);
  const calls = Math.round(steps / Math.max(1, schedules));
  return `${schedules.toLocaleString('en')} of ${count.toLocaleString('en')} schedules, ${broken.length} failed, ${rate} a second, ${calls} steps and ${cpu} ms of a core each`;
}

function whole(name: string): number | null {
  const text = process.env[name] ?? '';
  if (text === '') return null;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    console.error(`${name} is ${text}, expected a whole number of 0 or more, e.g. ${name}=1`);
    process.exit(2);
  }
  return value;
}
