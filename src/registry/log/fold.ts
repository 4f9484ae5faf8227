import { valid } from 'semver';

import type { Entry } from '../../contracts/entry.ts';
import { InputError } from '../../contracts/errors.ts';
import {
  MODEL_STATE_SCHEMA,
  type Held,
  type ModelState,
  type StageState,
  type VerifiedSpan,
  type VersionState,
} from '../../contracts/model-state.ts';

/** The log's state machine: what each entry makes of its model's state (docs/log.md). Nothing else changes a state. */

const EMPTY_STAGE: StageState = { held: null, verified: [], withdrawn: [], frozen: null };

/**
 * The state of a model after one more entry. `state` is null before the model's first entry and is never changed.
 *
 * @throws InputError ENTRY_REFUSED the entry does not fit the state: one sentence says why
 */
export function applyEntry(state: ModelState | null, entry: Entry): ModelState {
  if (state !== null && state.model !== entry.model)
    refuse(entry, `it speaks of ${entry.model}, the state is that of ${state.model}`);
  if (state !== null && entry.n <= state.n) refuse(entry, `entry ${state.n} of this model is there already`);
  const before: ModelState = state ?? {
    schema: MODEL_STATE_SCHEMA,
    model: entry.model,
    n: 0,
    versions: [],
    stages: {},
    accepted: [],
  };
  return { ...change(before, entry), n: entry.n };
}

/** The states of all models after entries in their order. @throws InputError ENTRY_REFUSED as {@link applyEntry} */
export function foldEntries(entries: Iterable<Entry>): ReadonlyMap<string, ModelState> {
  const models = new Map<string, ModelState>();
  for (const entry of entries) models.set(entry.model, applyEntry(models.get(entry.model) ?? null, entry));
  return models;
}

/** The state of a stage; an empty one where the log has not heard of it. */
export function stageOf(state: ModelState, stage: string): StageState {
  return (Object.hasOwn(state.stages, stage) ? state.stages[stage] : undefined) ?? EMPTY_STAGE;
}

/** The registered (or adopted) version of a name. */
export function versionOf(state: ModelState, version: string): VersionState | null {
  return state.versions.find((one) => one.version === version) ?? null;
}

function change(state: ModelState, entry: Entry): ModelState {
  switch (entry.op) {
    case 'register':
      return register(state, entry);
    case 'genesis':
      return genesis(state, entry);
    case 'promote':
    case 'rollback':
      return hold(state, entry);
    case 'advance':
    case 'verified':
    case 'failed':
      return step(state, entry);
    case 'freeze':
    case 'unfreeze':
      return freeze(state, entry);
    case 'accept':
    case 'accept-test':
      return accept(state, entry);
  }
}

function register(state: ModelState, entry: Entry): ModelState {
  const manifest = entry.manifest ?? refuse(entry, 'it names no manifest');
  if (entry.stage !== undefined) refuse(entry, 'it names a stage');
  return addVersion(state, entry, manifest);
}

/** Takes over a version that another tool registered, what a stage runs, or both. */
function genesis(state: ModelState, entry: Entry): ModelState {
  if (entry.manifest !== undefined) refuse(entry, 'an adopted version has no manifest of ours');
  const version = entry.version ?? refuse(entry, 'it names no version');
  const known = versionOf(state, version);
  if (known !== null && entry.stage === undefined) refuse(entry, `${version} is registered already`);
  const after = known === null ? addVersion(state, entry, null) : state;
  if (entry.stage === undefined) return after;
  const stage = stageOf(after, entry.stage);
  if (stage.held !== null) refuse(entry, `${entry.stage} holds ${stage.held.version} already`);
  const held = heldBy(entry, 'genesis', version, 'verified');
  return withStage(after, entry.stage, { ...stage, held, verified: runs(stage.verified, version, entry) });
}

function addVersion(state: ModelState, entry: Entry, manifest: string | null): ModelState {
  const version = entry.version ?? refuse(entry, 'it names no version');
  const commit = entry.commit ?? refuse(entry, 'it names no commit');
  if (!version.startsWith('v') || valid(version.slice(1)) === null)
    refuse(entry, `${version} is not v and a semantic version`);
  if (versionOf(state, version) !== null) refuse(entry, `${version} is registered already`);
  const added: VersionState = {
    version,
    n: entry.n,
    at: entry.at,
    manifest,
    commit,
    pull: entry.pull ?? null,
    authors: entry.authors ?? [],
    evaluation: entry.evaluation ?? null,
    verdict: entry.verdict ?? null,
  };
  return { ...state, versions: [...state.versions, added] };
}

/** Promote and rollback: which version a stage should run from now on. */
function hold(state: ModelState, entry: Entry): ModelState {
  const name = entry.stage ?? refuse(entry, 'it names no stage');
  const version = entry.version ?? refuse(entry, 'it names no version');
  const registered = versionOf(state, version) ?? refuse(entry, `${version} is not registered`);
  if (entry.manifest !== undefined && entry.manifest !== registered.manifest)
    refuse(entry, `${version} is registered with manifest ${registered.manifest ?? 'none'}`);
  const stage = stageOf(state, name);
  const { held } = stage;
  if (entry.op === 'rollback') {
    if (held === null) return refuse(entry, `${name} holds nothing to roll back from`);
    if (held.version === version) refuse(entry, `${name} holds ${version} itself`);
    return withStage(state, name, {
      ...withdraw(stage, held.version, entry),
      held: heldBy(entry, 'rollback', version, 'pending'),
    });
  }
  if (stage.frozen !== null) refuse(entry, `${name} is frozen since entry ${stage.frozen.n}`);
  if (held?.version === version && held.status !== 'failed')
    refuse(entry, `${name} holds ${version} already (entry ${held.n}, ${held.status})`);
  return withStage(state, name, { ...stage, held: heldBy(entry, 'promote', version, 'pending') });
}

/** Advance, verified and failed: how the deployment of the stage's newest entry goes on. */
function step(state: ModelState, entry: Entry): ModelState {
  const name = entry.stage ?? refuse(entry, 'it names no stage');
  const stage = stageOf(state, name);
  const held = stage.held ?? refuse(entry, `${name} holds nothing`);
  if (entry.of !== held.n)
    refuse(entry, `it speaks of entry ${entry.of ?? 'none'}, ${name} follows entry ${held.n}`);
  if (held.status !== 'pending') refuse(entry, `entry ${held.n} is ${held.status} already`);
  if (entry.version !== undefined && entry.version !== held.version)
    refuse(entry, `entry ${held.n} is about ${held.version}`);
  if (entry.op === 'advance') {
    const weights = entry.weights ?? refuse(entry, 'it names no weights');
    return withStage(state, name, { ...stage, held: { ...held, weights } });
  }
  return withStage(
    state,
    name,
    entry.op === 'verified'
      ? {
          ...stage,
          held: { ...held, status: 'verified', weights: null },
          verified: runs(stage.verified, held.version, entry),
        }
      : {
          ...withdraw(stage, held.version, entry),
          held: { ...held, status: 'failed', weights: null },
        },
  );
}

/** A version that failed in a stage or was rolled back from: it did not run well there, whatever it did before. */
function withdraw(stage: StageState, version: string, { n, at }: Entry): StageState {
  return {
    ...stage,
    verified: stage.verified.filter((span) => span.version !== version),
    withdrawn: [...stage.withdrawn.filter((one) => one.version !== version), { version, n, at }],
  };
}

/** Spans after a version was verified: what ran before ends, its own goes on or begins. */
function runs(spans: readonly VerifiedSpan[], version: string, entry: Entry): VerifiedSpan[] {
  const going = spans.find((span) => span.version === version && span.until === null);
  const others = spans
    .filter((span) => span.version !== version)
    .map((span) => (span.until === null ? { ...span, until: entry.at } : span));
  return [...others, going ?? { version, n: entry.n, at: entry.at, until: null }];
}

function freeze(state: ModelState, entry: Entry): ModelState {
  const name = entry.stage ?? refuse(entry, 'it names no stage');
  if (state.n === 0) refuse(entry, 'the log has not heard of this model');
  const stage = stageOf(state, name);
  if (entry.op === 'unfreeze') {
    if (stage.frozen === null) refuse(entry, `${name} is not frozen`);
    return withStage(state, name, { ...stage, frozen: null });
  }
  if (stage.frozen !== null) refuse(entry, `${name} is frozen since entry ${stage.frozen.n}`);
  const frozen = { n: entry.n, at: entry.at, actor: entry.actor, reason: entry.reason ?? '' };
  return withStage(state, name, { ...stage, frozen });
}

/** May come before the model's first version: what is accepted is an evaluation. */
function accept(state: ModelState, entry: Entry): ModelState {
  const evaluation = entry.evaluation ?? refuse(entry, 'it names no evaluation');
  const op = entry.op === 'accept' ? 'accept' : 'accept-test';
  const accepted = { n: entry.n, op, evaluation, actor: entry.actor, reason: entry.reason ?? '' } as const;
  return { ...state, accepted: [...state.accepted, accepted] };
}

function heldBy(entry: Entry, op: Held['op'], version: string, status: Held['status']): Held {
  const { n, at, request, actor } = entry;
  return { n, op, version, at, request, actor, status, weights: null };
}

function withStage(state: ModelState, name: string, stage: StageState): ModelState {
  return { ...state, stages: { ...state.stages, [name]: stage } };
}

function refuse(entry: Entry, why: string): never {
  const subject = [entry.op, entry.model, entry.version, entry.stage].filter((part) => part !== undefined);
  throw new InputError({
    code: 'ENTRY_REFUSED',
    message: `entry ${entry.n} (${subject.join(' ')}) does not fit the log: ${why}`,
    hint: 'read the log again and decide again',
  });
}
