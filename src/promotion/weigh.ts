import { acceptUnmet } from './accept-rules.ts';
import { approvalOf } from './approvals.ts';
import type { Approvals } from './approvals.ts';
import { quoted, refuse, wait } from './finding.ts';
import type { Finding } from './finding.ts';
import { modelKey } from './keys.ts';
import { modeUnmet } from './mode.ts';
import { rightsUnmet } from './people.ts';
import { promoteUnmet, thereUnmet } from './promote-rules.ts';
import { rollbackTarget } from './rollback-rules.ts';
import { modelsOf, own, placeOf, stageState, unknownModel, versionOf } from './subject.ts';
import type { Place } from './subject.ts';
import type { PromotionConfig, Request, World } from './types.ts';
import { draftOf, versionFacts } from './weighed.ts';
import type { Weighed } from './weighed.ts';

/** What requests are weighed against. */
export interface Scales {
  readonly world: World;
  readonly config: PromotionConfig;
  readonly now: Date;
  readonly approvals: Approvals;
}

const NOTHING = {
  place: null,
  version: null,
  findings: [],
  draft: null,
  approvals: [],
  needed: 0,
  wake: null,
} as const;

/** A request, once for each model it speaks of. */
export function weigh(scales: Scales, request: Request): Weighed[] {
  const { world, config } = scales;
  const models = modelsOf(world, config, request);
  if ('unmet' in models) {
    const rights = rightsUnmet(world, request.actor, null);
    const findings = [models, ...(rights === null ? [] : [rights])];
    return [{ ...NOTHING, request, key: request.key, model: null, findings }];
  }
  return models.map((model) => ({
    ...weighFor(scales, request, model),
    request,
    key: modelKey(world.repository, request, model),
    model,
  }));
}

type Outcome = Omit<Weighed, 'request' | 'key' | 'model'>;

function weighFor(scales: Scales, request: Request, model: string): Outcome {
  if (request.kind === 'accept' || request.kind === 'accept-test') return accept(scales, request, model);
  const place = placeOf(scales.world, scales.config, request, model);
  if ('unmet' in place) return { ...NOTHING, findings: [place] };
  const needed = place.policy.approvals;
  switch (request.kind) {
    case 'promote':
      return { ...NOTHING, place, needed, ...promote(scales, request, place) };
    case 'approve':
      return { ...NOTHING, place, needed, ...approve(scales, request, place) };
    case 'rollback':
      return { ...NOTHING, place, ...rollback(scales, request, place) };
    case 'freeze':
    case 'unfreeze':
      return { ...NOTHING, place, ...freeze(scales, request, place) };
  }
}

/** What is asked of whoever asks, of whatever kind: a trusted log, and rights. */
function standing({ world }: Scales, request: Request, place: Place, approver: boolean): Finding[] {
  return [
    modeUnmet(world, place.stage, place.policy),
    rightsUnmet(world, request.actor, approver ? place.policy : null),
  ].filter((finding) => finding !== null);
}

function promote(scales: Scales, request: Request, place: Place): Partial<Outcome> {
  const { world, now } = scales;
  const rights = standing(scales, request, place, place.policy.approvals === 0);
  const version = versionOf(request, place);
  if ('unmet' in version) return { findings: [version, ...rights] };
  const approvals = scales.approvals.of(place, version);
  const { findings, wake } = promoteUnmet(place, version, approvals, now);
  const key = modelKey(world.repository, request, place.model);
  const draft = {
    ...draftOf(world, request, 'promote', place.model, key),
    ...versionFacts(version),
    stage: place.stage,
    approvals: [...approvals],
  };
  return { version, approvals, findings: [...rights, ...findings], wake, draft };
}

function approve(scales: Scales, request: Request, place: Place): Partial<Outcome> {
  const { world } = scales;
  const mode = modeUnmet(world, place.stage, place.policy);
  const version = approvalOf(world, request, place);
  const findings = mode === null ? [] : [mode];
  if ('unmet' in version) return { findings: [...findings, version] };
  return { version, findings, approvals: scales.approvals.of(place, version) };
}

function rollback(scales: Scales, request: Request, place: Place): Partial<Outcome> {
  const rights = standing(scales, request, place, true);
  const { held } = stageState(place.state, place.stage);
  if (held !== null && held.version === request.version) {
    const there = thereUnmet(place, held.version);
    if (there !== null) return { findings: [...rights, there] };
  }
  const target = rollbackTarget(request, place);
  if ('unmet' in target) return { findings: [...rights, target] };
  const { world } = scales;
  const key = modelKey(world.repository, request, place.model);
  const draft = {
    ...draftOf(world, request, 'rollback', place.model, key),
    ...versionFacts(target),
    stage: place.stage,
  };
  return { version: target, findings: rights, draft };
}

function freeze(scales: Scales, request: Request, place: Place): Partial<Outcome> {
  const { world } = scales;
  const findings = standing(scales, request, place, true);
  const { frozen } = stageState(place.state, place.stage);
  const key = modelKey(world.repository, request, place.model);
  const op = request.kind === 'freeze' ? 'freeze' : 'unfreeze';
  const draft = { ...draftOf(world, request, op, place.model, key), stage: place.stage };
  if (op === 'unfreeze') {
    if (frozen === null) findings.push(notFrozen(place));
  } else if (frozen !== null) {
    findings.push(
      refuse(
        'frozen',
        `${place.stage} is frozen already, by ${quoted(frozen.actor.login)} (entry ${frozen.n}).`,
        `Nothing to do; \`/unfreeze ${place.model} ${place.stage}\` ends it.`,
      ),
    );
  } else if (place.state === undefined) {
    findings.push(
      wait(
        'not-registered',
        `\`${place.model}\` has no version yet, so there is nothing to freeze.`,
        'Ask again when its first version is registered.',
      ),
    );
  }
  return { findings, draft };
}

function notFrozen(place: Place): Finding {
  return refuse('not-frozen', `${place.stage} of \`${place.model}\` is not frozen.`, 'Nothing to do.');
}

function accept(scales: Scales, request: Request, model: string): Outcome {
  const { world, config } = scales;
  const stages = own(config, model);
  if (stages === undefined) return { ...NOTHING, findings: [unknownModel(config, model)] };
  const { evaluation, findings } = acceptUnmet(world, stages, request, model);
  if (evaluation === null) return { ...NOTHING, findings };
  const op = request.kind === 'accept' ? 'accept' : 'accept-test';
  const key = modelKey(world.repository, request, model);
  const { issue } = request.source;
  const draft = {
    reason: op === 'accept' ? 'accepted' : 'the changed test set is accepted',
    ...draftOf(world, request, op, model, key),
    evaluation: evaluation.digest,
    ...(issue === null ? {} : { pull: issue }),
  };
  return { ...NOTHING, findings, draft };
}
