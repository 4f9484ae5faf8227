import type { ModelState, StageState, VersionState } from '../contracts/model-state.ts';
import { quoted, refuse, wait } from './finding.ts';
import type { Finding } from './finding.ts';
import { didYouMean } from './nearest.ts';
import type { PromotionConfig, Request, StagePolicy, World } from './types.ts';

const EMPTY_STAGE: StageState = { held: null, verified: [], withdrawn: [], frozen: null };

/** What is known of a stage; empty where the log has never heard of it. */
export function stageState(state: ModelState | undefined, stage: string): StageState {
  return (state === undefined ? undefined : own(state.stages, stage)) ?? EMPTY_STAGE;
}

/** A member that was declared, never one of the prototype (`constructor` is a fine name for a model). */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Policy of a stage by name; labels are written in any case. */
function policyOf(
  stages: Readonly<Record<string, StagePolicy>>,
  wanted: string,
  anyCase: boolean,
): readonly [string, StagePolicy] | null {
  const exact = own(stages, wanted);
  if (exact !== undefined) return [wanted, exact];
  if (!anyCase) return null;
  const same = Object.entries(stages).filter(([name]) => name.toLowerCase() === wanted.toLowerCase());
  return same.length === 1 ? same[0]! : null;
}

/** A model and stage of the config that a request speaks of. */
export interface Place {
  readonly model: string;
  readonly stage: string;
  readonly policy: StagePolicy;
  readonly state: ModelState | undefined;
}

/** The declared model and stage of a request for one model, or what is wrong with their names. */
export function placeOf(
  world: World,
  config: PromotionConfig,
  request: Request,
  model: string,
): Place | Finding {
  const stages = own(config, model);
  if (stages === undefined) return unknownModel(config, model);
  const wanted = request.stage ?? '';
  const found = policyOf(stages, wanted, request.source.via === 'label');
  if (found === null) return unknownStage(`Model \`${quoted(model)}\` has no`, wanted, Object.keys(stages));
  return { model, stage: found[0], policy: found[1], state: world.log.models.get(model) };
}

/** A model that slipway.yaml does not declare, and what could have been meant. */
export function unknownModel(config: PromotionConfig, model: string): Finding {
  return refuse(
    'unknown-model',
    `No model \`${quoted(model)}\` in slipway.yaml of the default branch.`,
    didYouMean(model, Object.keys(config), 'Declare the model in slipway.yaml first.'),
  );
}

function unknownStage(what: string, wanted: string, known: readonly string[]): Finding {
  return refuse(
    'unknown-stage',
    `${what} stage \`${quoted(wanted)}\`.`,
    didYouMean(wanted, known, 'Declare the stage in slipway.yaml first.'),
  );
}

/** Versions of a model that came from a pull request, in the order of registration. */
function ofPull(state: ModelState | undefined, pull: number | null): VersionState[] {
  return state?.versions.filter((version) => version.pull !== null && version.pull === pull) ?? [];
}

/**
 * Models that a request speaks of: the one it names; for a label all models with a version from its pull request and
 * such a stage, or what there is to wait for.
 */
export function modelsOf(
  world: World,
  config: PromotionConfig,
  request: Request,
): readonly string[] | Finding {
  if (request.model !== null) return [request.model];
  const { issue, pull } = request.source;
  const wanted = request.stage ?? '';
  const declared = Object.keys(config);
  const staged = declared.filter((model) => policyOf(config[model]!, wanted, true) !== null);
  if (staged.length === 0) {
    const known = [...new Set(declared.flatMap((model) => Object.keys(config[model]!)))];
    return unknownStage('No model has a', wanted, known);
  }
  if (!pull) {
    return refuse(
      'syntax',
      'A label speaks of the version of its pull request, and this is an issue.',
      `Write \`/${request.kind} MODEL@VERSION ${quoted(wanted)}\` in a comment.`,
    );
  }
  const models = staged.filter((model) => ofPull(world.log.models.get(model), issue).length > 0);
  return models.length > 0 ? models : notYetRegistered(issue);
}

function notYetRegistered(issue: number | null): Finding {
  return wait(
    'not-registered',
    `No version of pull request ${issue ?? '?'} is registered yet.`,
    'Merge the pull request: its version is registered then, and this request goes on by itself.',
  );
}

/** Comments carry whole seconds, so an entry of the same second counts as seen. */
function second(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}

/**
 * The version a promote or approve request names. A name or "the newest" means what was registered when it was asked, so
 * that a request never slips on to a version its author could not have seen; a pull request's version may come later.
 */
export function versionOf(request: Request, place: Place): VersionState | Finding {
  const { source } = request;
  const versions = place.state?.versions ?? [];
  const wasSeen = (version: VersionState): boolean =>
    source.via === 'command' || second(version.at) <= second(request.at);
  if (request.version !== null) {
    const named = versions.find(({ version }) => version === request.version);
    return named !== undefined && wasSeen(named) ? named : unknownVersion(request, place, versions);
  }
  if (source.pull) return ofPull(place.state, source.issue).at(-1) ?? notYetRegistered(source.issue);
  return (
    versions.findLast(wasSeen) ??
    refuse(
      'not-registered',
      `\`${place.model}\` had no registered version when this was asked.`,
      `Ask again once there is one: \`/${request.kind} ${place.model}@v1.0.0 ${place.stage}\`.`,
    )
  );
}

function unknownVersion(request: Request, place: Place, versions: readonly VersionState[]): Finding {
  const wanted = `${place.model}@${quoted(request.version ?? '')}`;
  if (versions.some(({ version }) => version === request.version)) {
    return refuse(
      'unknown-version',
      `\`${wanted}\` was registered only after this was asked.`,
      `If it is still meant, ask again: \`/${request.kind} ${wanted} ${place.stage}\`.`,
    );
  }
  return refuse(
    'unknown-version',
    `No version \`${wanted}\` is registered.`,
    didYouMean(
      request.version ?? '',
      versions.map(({ version }) => version),
      'Merge a pull request that trains the model: its version is registered then.',
    ),
  );
}
