/** Who else is told inside the transaction that refs have changed: pull requests follow their branches. */
import type { Core } from '../kernel/core.ts';
import type { Repository } from '../state/repositories.ts';
import type { RefActor, RefChange, Via } from './change.ts';

export type RefFollower = (
  core: Core,
  repository: Repository,
  actor: RefActor,
  changes: readonly RefChange[],
  via: Via,
) => void;

const followers: RefFollower[] = [];

/** Registers somebody who is called after every change of refs, when they are changed and told. */
export function followRefs(follower: RefFollower): void {
  followers.push(follower);
}

/** Calls all followers in the order in which they came. */
export function callFollowers(...told: Parameters<RefFollower>): void {
  for (const follow of followers) follow(...told);
}
