import type { EntryDraft } from '../contracts/entry.ts';
import type { Held, ModelState } from '../contracts/model-state.ts';
import { oneLine } from '../report/inert.ts';
import { quoted } from './finding.ts';
import { stepKey } from './keys.ts';
import { isTrusted } from './mode.ts';
import { versionBefore } from './rollback-rules.ts';
import { own, stageState } from './subject.ts';
import type { Place } from './subject.ts';
import type { Action, PromotionConfig, Stuck, World } from './types.ts';
import { versionFacts } from './weighed.ts';

/** Longest reason an entry takes, in UTF-16 units. */
const REASON = 1000;

/** What the log has begun and must be finished, oldest entry first, and the stages that only a person can help. */
export function stepsOf(
  world: World,
  config: PromotionConfig,
): { readonly actions: readonly Action[]; readonly stuck: readonly Stuck[] } {
  const begun = [...world.log.models.values()]
    .flatMap((state) =>
      Object.keys(state.stages).flatMap((stage) => {
        const { held } = stageState(state, stage);
        return held === null || held.status === 'verified' ? [] : [{ state, stage, held }];
      }),
    )
    .sort((left, right) => left.held.n - right.held.n);
  const steps = begun.map((one) => stepOf(world, config, one));
  return {
    actions: steps.flatMap((step) => (step !== null && 'do' in step ? [step] : [])),
    stuck: steps.flatMap((step) => (step !== null && 'satisfy' in step ? [step] : [])),
  };
}

interface Begun {
  readonly state: ModelState;
  readonly stage: string;
  readonly held: Held;
}

/** The next step of one stage; null: nothing to do but wait. */
function stepOf(world: World, config: PromotionConfig, begun: Begun): Action | Stuck | null {
  const { state, stage, held } = begun;
  const stages = own(config, state.model);
  const policy = stages === undefined ? undefined : own(stages, stage);
  // A stage that is declared no more, or that this log cannot be trusted with, is left as it is.
  if (policy === undefined || !isTrusted(world, policy)) return null;
  const place: Place = { model: state.model, stage, policy, state };
  if (held.status === 'failed') return afterFailure(world, place, held);
  const outcome = world.deployments.get(held.n);
  if (outcome?.status === 'running') return null;
  if (outcome?.status === 'failed') return append(world, place, held, 'failed', outcome.reason);
  if (outcome?.status === 'verified' || !policy.deploys) return append(world, place, held, 'verified', null);
  return { do: 'deploy', n: held.n, model: state.model, stage, version: held.version };
}

function append(
  world: World,
  place: Place,
  held: Held,
  op: 'verified' | 'failed',
  reason: string | null,
): Action {
  return {
    do: 'append',
    draft: {
      ...automatic(world, place, op, held.n),
      version: held.version,
      of: held.n,
      ...(reason === null ? {} : { reason: oneLine(reason).slice(0, REASON).toWellFormed() }),
    },
  };
}

function automatic(
  world: World,
  place: Place,
  op: 'verified' | 'failed' | 'rollback',
  of: number,
): EntryDraft {
  return {
    op,
    model: place.model,
    stage: place.stage,
    request: stepKey(world.repository, op, of),
    actor: world.self,
    approvals: [],
    mode: world.mode,
    config: world.config,
  };
}

/**
 * Back to what ran verified before. An automatic rollback that fails itself is not followed by another one: then it is
 * the target that is broken, and older and older versions would make it worse.
 */
function afterFailure(world: World, place: Place, held: Held): Action | Stuck {
  const before = versionBefore(place);
  const automaticOne = held.op === 'rollback' && held.actor.id === world.self.id;
  if (before !== null && !automaticOne) {
    const draft = {
      ...automatic(world, place, 'rollback', held.n),
      ...versionFacts(before),
      reason: `entry ${held.n} (${held.version}) failed`,
    };
    return { do: 'append', draft };
  }
  const next =
    before === null
      ? `/promote ${place.model}@VERSION ${place.stage}`
      : `/rollback ${place.model} ${place.stage} ${before.version}`;
  return {
    model: place.model,
    stage: place.stage,
    n: held.n,
    version: held.version,
    message: `${quoted(held.version)} failed in ${place.stage} (entry ${held.n}), and ${
      before === null ? 'no version ran verified there before' : 'it was the automatic rollback itself'
    }.`,
    satisfy: `Look at the deployment; then \`${next}\`.`,
  };
}
