import { countApprovals } from './approvals.ts';
import { wait } from './finding.ts';
import { inOrder } from './order.ts';
import { heldOf, pastUnmet } from './past.ts';
import { stepsOf } from './steps.ts';
import type { Answer, Decided, PromotionConfig, Request, World } from './types.ts';
import { weigh } from './weigh.ts';
import type { Weighed } from './weighed.ts';

/**
 * The one next thing to do in a repository, and an answer to each request. Pure and total: the same world, config and
 * time give the same decision, whatever the order of the requests. First what the log has begun is finished, then the
 * oldest request that is granted is recorded.
 */
export function decide(world: World, config: PromotionConfig, now: Date): Decided {
  const weighed = weighAll(world, config, now);
  const answers = weighed.map((one) => answerOf(world, one));
  if (world.log.blocked !== null) return { next: null, answers, stuck: [], wake: null };
  const { actions, stuck } = stepsOf(world, config);
  const granted = weighed.find(
    (one, index) => one.draft !== null && answers[index]?.status === 'granted',
  )?.draft;
  const next = actions[0] ?? (granted == null ? null : { do: 'append', draft: granted });
  return { next, answers, stuck, wake: earliest(weighed, answers) };
}

/**
 * The answer to a request as if it had just been made (`--dry-run`), whether or not the world holds it. For a label that
 * speaks of several models: of the first.
 */
export function explain(world: World, config: PromotionConfig, now: Date, request: Request): Answer {
  const asked = { ...world, requests: [request, ...world.requests] };
  const one = weighAll(asked, config, now).find((weighed) => weighed.request.key === request.key)!;
  return answerOf(world, one);
}

function weighAll(world: World, config: PromotionConfig, now: Date): Weighed[] {
  const requests = inOrder(world.requests);
  const scales = { world, config, now, approvals: countApprovals(world, config, requests) };
  const alone = requests.flatMap((request) => weigh(scales, request));
  return alone.map((one, index) => {
    const past = pastUnmet(world, alone, index);
    return past === null ? one : { ...one, findings: [...one.findings, past] };
  });
}

function earliest(weighed: readonly Weighed[], answers: readonly Answer[]): Date | null {
  const times = weighed
    .filter((one, index) => one.wake !== null && answers[index]?.status === 'waiting')
    .map((one) => one.wake!.getTime());
  return times.length === 0 ? null : new Date(Math.min(...times));
}

function answerOf(world: World, one: Weighed): Answer {
  const { request, key, model, approvals, needed } = one;
  const base = { request, key, model, approvals, needed };
  const n = world.log.recorded.get(key);
  if (n !== undefined) {
    const version = recordedVersion(one, n);
    return { ...base, version, status: 'recorded', n, unmet: [] };
  }
  const version = one.version?.version ?? request.version;
  if (world.log.blocked !== null) {
    const { message, repair } = world.log.blocked;
    const { unmet } = wait('blocked', message, repair);
    return { ...base, version, status: 'waiting', n: null, unmet: [unmet] };
  }
  const { findings } = one;
  const status =
    findings.length === 0 ? 'granted' : findings.some(({ final }) => final) ? 'refused' : 'waiting';
  return { ...base, version, status, n: null, unmet: findings.map(({ unmet }) => unmet) };
}

/** What was recorded, as long as the stage still holds it; what was asked otherwise. */
function recordedVersion({ place, request }: Weighed, n: number): string | null {
  const held = heldOf(place);
  return held?.n === n ? held.version : request.version;
}
