import { runSchedule, tallied, type Tally } from '../test/simulation/schedule.ts';

/**
 * `make simulate N=100000 SEED=1`: so many schedules from that seed on, with progress, rate and what happened in them. A
 * schedule in which something does not hold prints its story, and the run goes on. `SEED` alone replays one schedule.
 */
const EVERY_MS = 5000;
const STORIES = 3;

const from = whole('SEED') ?? 1;
const count = whole('N') ?? (whole('SEED') === null ? 5000 : 1);
const tally: Tally = { schedules: 0, steps: 0, counts: new Map() };
const failed: number[] = [];
const started = performance.now();
let told = started;
for (let seed = from; seed < from + count; seed++) {
  const outcome = await runSchedule(seed);
  tallied(tally, outcome);
  if (outcome.problems.length > 0) {
    failed.push(seed);
    if (failed.length <= STORIES) tell(outcome.story(), outcome.problems, seed);
  } else if (count === 1) console.log(outcome.story());
  if (performance.now() - told < EVERY_MS) continue;
  told = performance.now();
  console.log(progress());
}
console.log(progress());
for (const [kind, times] of [...tally.counts].sort(([one], [other]) => (one < other ? -1 : 1)))
  console.log(`  ${kind.padEnd(48)} ${times.toLocaleString('en').padStart(12)}`);
if (failed.length > 0) {
  console.error(`failed: ${failed.slice(0, 50).join(' ')}${failed.length > 50 ? ' …' : ''}`);
  process.exitCode = 1;
}

function tell(story: string, problems: readonly string[], seed: number): void {
  console.error(`${story}\n\n${problems.join('\n')}\nSEED=${seed} make simulate replays it\n`);
}

function progress(): string {
  const seconds = (performance.now() - started) / 1000;
  const { schedules, steps } = tally;
  const rate = Math.round(schedules / seconds).toLocaleString('en');
  const calls = Math.round(steps / Math.max(1, schedules));
  return `${schedules.toLocaleString('en')} of ${count.toLocaleString('en')} schedules, ${failed.length} failed, ${rate} a second, ${calls} steps each`;
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
