import { Draw } from '../../sandbox/faults/draw.ts';
import type { CallFault, FaultConfigInput } from '../../sandbox/faults/index.ts';
import { troubleVersions } from './finisher.ts';
import { forge } from './forger.ts';
import { follow, PLANS, type Pace, type Plan } from './intent.ts';
import { meddle } from './meddler.ts';
import { act } from './people.ts';
import { pick } from './scene.ts';
import { Play, type Outcome, type Site } from './play.ts';
import type { Past } from './past.ts';
import { newWorld, REPOSITORIES } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Runs the schedule of a seed from beginning to rest and says what did not hold. */
export async function runSchedule(seed: number): Promise<Outcome> {
  // Errors are part of every schedule; their stacks are read by nobody and cost a third of the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await scheduled(seed);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** What several schedules came to together. */
export interface Tally {
  schedules: number;
  steps: number;
  readonly counts: Map<string, number>;
}

/** Adds one schedule to the tally. */
export function tallied(tally: Tally, { steps, counts }: Outcome): void {
  tally.schedules++;
  tally.steps += steps;
  for (const [kind, times] of counts) tally.counts.set(kind, (tally.counts.get(kind) ?? 0) + times);
}

/** What a schedule is mostly about. Everything else can happen in it too. */
const THEMES = [
  'mixed',
  'mixed',
  'mixed',
  'minds change',
  'minds change',
  'forgery',
  'deployments',
  'rights',
  'words',
  'races',
  'races',
] as const;
type Theme = (typeof THEMES)[number];

/** How much a schedule holds. */
interface Size {
  readonly past: Past;
  /** How long faults happen, ms. */
  readonly length: number;
  /** Bounds of what people do beside their plan, one is drawn. */
  readonly acts: readonly number[];
  readonly plans: readonly Plan[];
  /** Plans that are nothing when they are broken off have their own. */
  pace(plan: Plan): Pace;
  /** How often minds change at a moment that counts, where that is what a schedule is about. */
  readonly meddling: number;
  /** Bound of processes killed, and of command lines. */
  readonly misfortunes: number;
  /** Shares: with two replicas of the bot, of replicas that have been running before, with an outage. */
  readonly twins: number;
  readonly resumes: number;
  readonly outages: number;
}

/**
 * One in ten is a long story, often from the very beginning. The others are short and dense: they begin in the middle of
 * things, people do a few acts in quick succession, and faults are over when those have had their effect. Half of these are
 * but a moment: one or two requests.
 */
function sizeOf(seed: number, draw: Draw): Size {
  if (seed % 10 === 0)
    return {
      past: pick(draw, ['new', 'met'] as const),
      length: pick(draw, [20, 30, 40]) * MINUTE,
      acts: [3, 4, 8],
      plans: PLANS,
      pace: () => ({ times: 1, most: Number.POSITIVE_INFINITY }),
      meddling: 0.04,
      misfortunes: 3,
      twins: 0.4,
      resumes: 0.5,
      outages: 0.3,
    };
  const past = pick(draw, ['met', 'met', 'met', 'churn staged', 'fraud staged', 'running'] as const);
  const plans: readonly Plan[] = past === 'met' ? PLANS : [...PLANS, 'onward', 'onward', 'onward'];
  if (draw.next() < 0.5)
    return {
      past,
      length: pick(draw, [2, 3, 5]) * MINUTE,
      acts: [1, 1, 2],
      plans,
      pace: () => ({ times: 0.1, most: 1 + draw.below(3) }),
      meddling: 0.12,
      misfortunes: 1,
      twins: 0.3,
      resumes: 0.9,
      outages: 0,
    };
  return {
    past,
    length: pick(draw, [3, 5, 8, 12]) * MINUTE,
    acts: [1, 2, 3],
    plans,
    pace: (plan) => ({
      times: pick(draw, [0.1, 0.3]),
      most: plan === 'early' || plan === 'two' ? Number.POSITIVE_INFINITY : 2 + draw.below(3),
    }),
    meddling: 0.12,
    misfortunes: 2,
    twins: 0.3,
    resumes: 0.8,
    outages: 0.05,
  };
}

async function scheduled(seed: number): Promise<Outcome> {
  const draw = new Draw(seed, 13);
  const size = sizeOf(seed, draw);
  const world = await newWorld(seed, size.past);
  const two = seed % 20 === 7;
  const play = new Play(seed, world, two ? REPOSITORIES : REPOSITORIES.slice(0, 1));
  const { scheduler, story } = play;
  const theme = pick(draw, THEMES);
  story.tell(scheduler.now(), 'schedule', `${seed}: ${theme}, ${size.past}`);
  world.faults.configure(drawFaults(seed, draw));
  for (const site of play.sites) people(play, site, theme, size);
  const bots = theme === 'races' || draw.next() < size.twins ? 2 : 1;
  for (const replica of play.replicas.slice(0, bots))
    if (draw.next() < size.resumes) replica.resume();
    else replica.start();
  misfortunes(play, size);
  await play.run(scheduler.now() + size.length);
  await play.rest();
  return play.outcome();
}

/** What people and forgers will do, and when. */
function people(play: Play, site: Site, theme: Theme, size: Size): void {
  const { scheduler } = play;
  const { draw, cluster } = site;
  const troubled = theme === 'deployments' || draw.next() < 0.3;
  cluster.troubles.slow = troubled ? 0.5 : 0.1;
  if (troubled) Object.assign(cluster.troubles, { failing: 0.2, hanging: 0.04, evicted: 0.05, lost: 0.1 });
  const acts = draw.below(pick(draw, size.acts)) + (theme === 'words' ? 6 : 0);
  const sometime = (run: () => void) => {
    scheduler.after(draw.below(size.length), run);
  };
  for (let n = 0; n < acts; n++)
    sometime(() => {
      act(site, theme === 'words');
    });
  troubleVersions(play, site, sometime);
  const plan = theme === 'deployments' ? 'back and forth' : pick(draw, size.plans);
  if (theme !== 'words' || draw.next() < 0.5) follow(scheduler, site, plan, size.pace(plan));
  for (let crimes = theme === 'forgery' ? 2 : draw.below(20) === 0 ? 1 : 0; crimes > 0; crimes--)
    sometime(() => {
      forge(scheduler, site);
    });
  if (theme === 'forgery') pretendAfterDispatch(play, site);
  if (theme === 'minds change' || theme === 'rights') meddleAtWork(play, site, size.meddling);
  if (theme === 'races') raceAtWork(play, site);
}

/** Minds change at the moments that count: when a program has looked and is about to write. */
function meddleAtWork(play: Play, site: Site, share: number): void {
  let left = 3;
  play.watchers.push((call) => {
    if (
      left === 0 ||
      call.repository !== site.repository ||
      !(call.operation in MOMENTS) ||
      site.draw.next() > share * MOMENTS[call.operation]!
    )
      return;
    left--;
    play.scheduler.ready(() => {
      meddle(site);
    });
  });
}

const RACES: ReadonlySet<string> = new Set([
  'issues/list-for-repo',
  'issues/list-comments',
  'repos/get-collaborator-permission-level',
]);

/** When one replica looks, the others look, too: what both see to do both write. */
function raceAtWork(play: Play, site: Site): void {
  let left = 5;
  play.watchers.push(({ repository, operation, process }) => {
    if (left === 0 || repository !== site.repository || !RACES.has(operation)) return;
    if (site.draw.next() > 0.3) return;
    left--;
    for (const replica of play.replicas) if (replica.process !== process) replica.wake(repository);
  });
}

/**
 * How much such a moment counts: what was asked for is known, then who asked, and the last look at the log is still to
 * come.
 */
const MOMENTS: Readonly<Record<string, number>> = {
  'git/get-ref': 0.3,
  'git/create-tree': 0.3,
  'git/create-commit': 0.3,
  'repos/get-content': 1,
  'issues/list-comments': 1,
  'issues/list-events': 1,
  'repos/get-collaborator-permission-level': 4,
};

/** A run of somebody else's succeeds while a deployment runs. */
function pretendAfterDispatch(play: Play, site: Site): void {
  play.watchers.push((call) => {
    if (
      call.operation !== 'repos/create-dispatch-event' ||
      call.repository !== site.repository ||
      site.draw.next() < 0.5
    )
      return;
    play.scheduler.after(site.draw.below(MINUTE), () => {
      forge(play.scheduler, site, 'run');
    });
  });
}

/** Processes that are killed, command lines now and then, outages. */
function misfortunes(play: Play, { length, misfortunes: most, outages }: Size): void {
  const { draw, scheduler, story, replicas } = play;
  for (let n = draw.below(most); n > 0; n--)
    scheduler.after(draw.below(length), () => {
      const { process } = pick(draw, replicas);
      if (!process.alive) return;
      story.count('fault: killed');
      story.tell(scheduler.now(), process.name, 'is killed');
      play.kill(process);
    });
  if (draw.next() < outages)
    scheduler.after(draw.below(length), () => {
      const ms = (1 + draw.below(15)) * MINUTE;
      play.outage = scheduler.now() + ms;
      story.count('fault: outage');
      story.tell(scheduler.now(), 'GitHub', `cannot be reached for ${ms / MINUTE} minutes`);
    });
  for (let n = draw.below(most); n > 0; n--)
    scheduler.after(draw.below(length), () => {
      replicas[2]!.once();
    });
}

/** Rates of faults for one schedule: none, a few of every kind, or many of one. */
function drawFaults(seed: number, draw: Draw): FaultConfigInput {
  const kind = draw.next();
  const deliveries =
    draw.next() < 0.5 ? {} : { lost: 0.3, doubled: 0.15, late: 0.1, reordered: 0.2, lateMs: 4 * HOUR };
  if (kind < 0.15) return { seed, deliveries };
  const few: Partial<Record<CallFault, number>> = {
    'error-before': 0.015,
    'error-after': 0.02,
    'crash-before': 0.003,
    'crash-after': 0.005,
    'primary-limit': 0.001,
    'secondary-limit': 0.003,
    stale: 0.04,
    hole: 0.01,
    shift: 0.01,
    'reset-before': 0.01,
    'reset-after': 0.015,
    cut: 0.005,
    stall: 0.003,
  };
  if (kind < 0.7) return { seed, deliveries, calls: few, limitMs: 5 * MINUTE };
  const chosen = pick(draw, [
    'error-before',
    'error-after',
    'crash-before',
    'crash-after',
    'stale',
    'hole',
    'reset-after',
  ] as const);
  const rate = chosen.startsWith('crash') ? 0.015 : 0.06;
  return { seed, deliveries, calls: { [chosen]: rate } };
}
