import { refuse } from './finding.ts';
import type { Finding } from './finding.ts';
import type { StagePolicy, World } from './types.ts';

/** Whether the log can be trusted with a stage: where any writer can write it, approvals would mean nothing. */
export function isTrusted(world: World, policy: StagePolicy): boolean {
  return world.mode !== 'open' || policy.approvals === 0;
}

/** The refusal of everything that concerns a stage the log cannot be trusted with. */
export function modeUnmet(world: World, stage: string | null, policy: StagePolicy): Finding | null {
  if (isTrusted(world, policy)) return null;
  return refuse(
    'mode',
    `${stage ?? 'The stage'} asks for approvals, but any writer can write the log of this repository (mode open).`,
    'Install the App or give the workflow a deploy key (`slipway doctor` says how), or set `approvals: 0`.',
  );
}
