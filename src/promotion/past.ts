import type { Held } from '../contracts/model-state.ts';
import { refuse } from './finding.ts';
import type { Finding } from './finding.ts';
import { stageState } from './subject.ts';
import type { World } from './types.ts';
import type { Weighed } from './weighed.ts';

/** What a request's stage holds; null for nothing, or where a name is wrong. */
export function heldOf(place: Weighed['place']): Held | null {
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
export function pastUnmet(world: World, all: readonly Weighed[], index: number): Finding | null {
  const one = all[index]!;
  const { place } = one;
  const isRecorded = ({ key }: Weighed): boolean => world.log.recorded.has(key);
  if (place === null || isRecorded(one) || one.findings.some(({ final }) => final)) return null;
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
  return movedOn(all, one) ?? failedSince(one) ?? frozenSince(world, all, index);
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
  return past(one, `got \`${held.version}\` (${held.op}, entry ${held.n})`);
}

function past(one: Weighed, what: string): Finding {
  return refuse(
    'superseded',
    `${one.place!.stage} ${what} after this was asked.`,
    `If it is still meant, ask again: ${again(one)}.`,
  );
}

/** A version that failed since it was asked for is not tried once more by itself. */
function failedSince(one: Weighed): Finding | null {
  const { place, request, version } = one;
  if (place === null || version === null || request.kind !== 'promote') return null;
  const { held, withdrawn } = stageState(place.state, place.stage);
  const failed = withdrawn.find((span) => span.version === version.version);
  if (held?.status !== 'failed' || held.version !== version.version || failed === undefined) return null;
  if (!(Date.parse(request.at) <= Date.parse(failed.at))) return null;
  return past(one, `saw \`${version.version}\` fail (entry ${failed.n})`);
}

/** An end of a freeze that was asked for before the freeze, by a request that is not to be seen any more, is of the past. */
function frozenSince(world: World, all: readonly Weighed[], index: number): Finding | null {
  const one = all[index]!;
  if (one.place === null || one.request.kind !== 'unfreeze') return null;
  const { frozen } = stageState(one.place.state, one.place.stage);
  if (frozen === null || !(Date.parse(one.request.at) <= Date.parse(frozen.at))) return null;
  if (all.slice(0, index).some(({ key }) => world.log.recorded.get(key) === frozen.n)) return null;
  return past(one, `was frozen (entry ${frozen.n})`);
}

function isOther({ version }: Weighed, held: Held): boolean {
  return held.op === 'promote' && version !== null && version.version !== held.version;
}

/** Whether a request's version was registered before the one that the stage holds. */
function isOlder({ place, version }: Weighed, held: string): boolean {
  const holds = place?.state?.versions.find((one) => one.version === held);
  return version !== null && holds !== undefined && version.n < holds.n;
}
