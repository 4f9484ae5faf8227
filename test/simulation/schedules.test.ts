import { expect, it } from 'vitest';

import { runSchedules } from './crew.ts';
import { FORGERIES } from './forger.ts';
import { ACT_NAMES } from './people.ts';
import { runSchedule } from './schedule.ts';

const SCHEDULES = Number(process.env['SLIPWAY_SCHEDULES'] ?? 5000);
/** Kinds of faults, of deliveries and of deployments that a run of this size must have met. */
const FAULTS = [
  ...[
    'error-before',
    'error-after',
    'crash-before',
    'crash-after',
    'primary-limit',
    'secondary-limit',
    'stale',
  ],
  ...['hole', 'shift', 'reset-before', 'reset-after', 'cut', 'stall', 'killed', 'outage'],
].map((kind) => `fault: ${kind}`);
const DELIVERIES = ['lose', 'double', 'delay'].map((kind) => `delivery: ${kind}`);
const DEPLOYMENTS = [
  ...['success', 'failure', 'cancelled', 'timed_out', 'came too late', 'run twice'],
  ...['event starts no run', 'not in the log'],
].map((kind) => `deployment: ${kind}`);
/** Rules of decide that people can run into here; the others need a broken file or another mode. */
const RULES = [
  ...[
    'unknown-version',
    'not-registered',
    'already-there',
    'superseded',
    'no-rights',
    'frozen',
    'not-frozen',
  ],
  ...['order', 'soak', 'approvals', 'author-only', 'verdict', 'deploying', 'nothing-to-roll-back', 'blocked'],
].map((rule) => `rule: ${rule}`);
const ENTRIES = ['register', 'promote', 'verified', 'failed', 'rollback', 'freeze', 'unfreeze'].map(
  (op) => `entry: ${op}`,
);

/**
 * What is known not to hold yet: two registrations of one version at once, both cut off again and again, can leave the tag
 * of the next number behind. Nothing is registered or published under it; the number is used up.
 */
const OPEN: ReadonlyMap<number, string> = new Map([
  [1669, 'the tag churn@v1.3.0 is left and nothing is registered under it'],
]);

it(
  `holds in ${SCHEDULES} schedules, which meet every fault and every rule`,
  { timeout: 3_600_000 },
  async () => {
    const { tally, failed } = await runSchedules({ from: 1, count: SCHEDULES });
    const [first] = failed.filter(({ seed, problems }) => problems.some((one) => OPEN.get(seed) !== one));
    if (first !== undefined)
      expect.fail(
        `${first.story}\n\n${first.problems.join('\n')}\nSEED=${first.seed} make simulate replays it`,
      );
    const expected = [
      ...FAULTS,
      ...DELIVERIES,
      ...DEPLOYMENTS,
      ...RULES,
      ...ENTRIES,
      ...ACT_NAMES.map((name) => `act: ${name}`),
      ...FORGERIES.map((name) => `forged: ${name}`),
    ];
    if (SCHEDULES >= 5000) expect(expected.filter((kind) => !tally.counts.has(kind))).toEqual([]);
  },
);

it('runs a seed the same way each time', async () => {
  for (const seed of [3, 7, 11]) {
    const [one, other] = [await runSchedule(seed), await runSchedule(seed)];
    expect(other.hash).toBe(one.hash);
    expect(other.steps).toBe(one.steps);
  }
});

it('comes to the same, however many threads share the work', async () => {
  const [one, two] = [
    await runSchedules({ from: 1, count: 45, workers: 1 }),
    await runSchedules({ from: 1, count: 45, workers: 2 }),
  ];
  expect(two.tally.steps).toBe(one.tally.steps);
  expect(new Map([...two.tally.counts].sort())).toEqual(new Map([...one.tally.counts].sort()));
  expect(two.failed).toEqual(one.failed);
});
