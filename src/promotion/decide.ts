import type { Held } from '../contracts/model-state.ts';
import { countApprovals } from './approvals.ts';
import { refuse, wait } from './finding.ts';
import type { Finding } from './finding.ts';
import { inOrder } from './order.ts';
import { stepsOf } from './steps.ts';
import { stageState } from './subject.ts';
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
    const by = supersededBy(world, alone, index);
    return by === null ? one : { ...one, findings: [...one.findings, by] };
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

function heldOf(place: Weighed['place']): Held | null {
  return place === null ? null : stageState(place.state, place.stage).held;
}

const RIVALS: Readonly<Record<string, readonly string[]>> = {
  promote: ['promote'],
  freeze: ['freeze', 'unfreeze'],
  unfreeze: ['freeze', 'unfreeze'],
};

/**
 * What makes a request one of the past. Comments and labels stay where they are, so a request that was refused once
 * (the version was there already, nothing could be rolled back) must not come true by itself when the stage has moved on.
 */
function supersededBy(world: World, all: readonly Weighed[], index: number): Finding | null {
  const one = all[index]!;
  const { place } = one;
  const isRecorded = ({ key }: Weighed): boolean => world.log.recorded.has(key);
  if (place === null || isRecorded(one)) return null;
  const kinds = RIVALS[one.request.kind] ?? [];
  const later = all
    .slice(index + 1)
    .filter(
      (other) =>
        kinds.includes(other.request.kind) &&
        other.place?.model === place.model &&
        other.place.stage === place.stage,
    );
  const done = later.find(isRecorded);
  if (done !== undefined) return newer(one, done, `entry ${String(world.log.recorded.get(done.key))}`);
  if (one.request.kind === 'promote') {
    const waits = one.findings.some(({ unmet }) => unmet.rule !== 'deploying');
    const rival = later.findLast((other) => other.findings.every(({ final }) => !final));
    if (waits && rival !== undefined) return newer(one, rival, 'not recorded yet');
  }
  return movedOn(all, one);
}

function newer(one: Weighed, other: Weighed, state: string): Finding {
  const { model, stage } = one.place!;
  return refuse(
    'superseded',
    `A newer /${other.request.kind} of \`${model}\` in ${stage} was asked for by ${other.request.actor.login} (${state}).`,
    `If it is still meant, ask again: ${again(one)}.`,
  );
}

function again({ request, place, version }: Weighed): string {
  const { model, stage } = place!;
  const named = version === null || request.kind !== 'promote' ? model : `${model}@${version.version}`;
  const reason = request.kind === 'freeze' ? ' "reason"' : '';
  return `\`/${request.kind} ${named} ${stage}${reason}\``;
}

/**
 * The stage's newest entry was recorded after the request was made, and answers no older request: a promotion asked
 * before a rollback, or one that would lead back to an older version, and a rollback from what is gone, are void. So is
 * every promotion asked before one whose request is not to be seen any more (its label was taken off): it was newer.
 */
function movedOn(all: readonly Weighed[], one: Weighed): Finding | null {
  const held = heldOf(one.place);
  const { request } = one;
  if (held === null || !(Date.parse(request.at) <= Date.parse(held.at))) return null;
  const answered = all.findIndex(({ key }) => key === held.request);
  const inTurn = answered !== -1 && answered < all.indexOf(one);
  const isPast =
    request.kind === 'rollback' ||
    (request.kind === 'promote' &&
      (held.op === 'rollback' || isOlder(one, held.version) || (answered === -1 && isOther(one, held))));
  if (inTurn || !isPast) return null;
  return refuse(
    'superseded',
    `${one.place!.stage} got \`${held.version}\` (${held.op}, entry ${held.n}) after this was asked.`,
    `If it is still meant, ask again: ${again(one)}.`,
  );
}

function isOther({ version }: Weighed, held: Held): boolean {
  return held.op === 'promote' && version !== null && version.version !== held.version;
}

/** Whether a request's version was registered before the one that the stage holds. */
function isOlder({ place, version }: Weighed, held: string): boolean {
  const holds = place?.state?.versions.find((one) => one.version === held);
  return version !== null && holds !== undefined && version.n < holds.n;
}
