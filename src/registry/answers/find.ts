import { closest } from 'fastest-levenshtein';

import { InputError } from '../../contracts/errors.ts';
import type { ProblemCode } from '../../contracts/codes.ts';
import type { ModelState, VersionState } from '../../contracts/model-state.ts';
import { stageOf, versionOf } from '../log/fold.ts';

/** `churn`, `churn@v1.4.0` or `churn#production`, as it was typed. */
export interface Named {
  readonly model: string;
  readonly version: string | null;
  readonly stage: string | null;
}

/**
 * Reads what a person typed for a model, one of its versions, or what a stage holds. A version may be typed without `v`.
 * @throws InputError USAGE
 */
export function parseNamed(text: string): Named {
  const [, model, mark, rest] = /^([^@#\s]+)(?:([@#])([^@#\s]+))?$/u.exec(text) ?? [];
  if (model === undefined) {
    throw new InputError({
      code: 'USAGE',
      message: `expected MODEL, MODEL@VERSION or MODEL#STAGE, found "${text}"`,
    });
  }
  if (mark === '#') return { model, version: null, stage: rest! };
  const version = rest === undefined ? null : /^\d/u.test(rest) ? `v${rest}` : rest;
  return { model, version, stage: null };
}

type Models = ReadonlyMap<string, ModelState>;

/** The state of a model. @throws InputError MODEL_UNKNOWN with the nearest name */
export function findModel(models: Models, model: string): ModelState {
  return models.get(model) ?? unknown('MODEL_UNKNOWN', 'the log knows no model', model, [...models.keys()]);
}

/**
 * The version that is named: by itself, as what a stage holds, or the newest.
 * @throws InputError MODEL_UNKNOWN, VERSION_UNKNOWN, STAGE_UNKNOWN
 */
export function findVersion(models: Models, named: Named): VersionState {
  const state = findModel(models, named.model);
  if (named.stage !== null) return heldVersion(state, named.stage);
  const names = state.versions.map(({ version }) => version);
  if (named.version === null) {
    const newest = state.versions.at(-1);
    return newest ?? unknown('VERSION_UNKNOWN', `${state.model} has no version`, 'yet', []);
  }
  const what = `${state.model} has no version`;
  return versionOf(state, named.version) ?? unknown('VERSION_UNKNOWN', what, named.version, names);
}

function heldVersion(state: ModelState, stage: string): VersionState {
  if (!Object.hasOwn(state.stages, stage))
    unknown('STAGE_UNKNOWN', `the log knows no stage of ${state.model}`, stage, Object.keys(state.stages));
  const { held } = stageOf(state, stage);
  const version = held === null ? null : versionOf(state, held.version);
  return version ?? unknown('VERSION_UNKNOWN', `nothing was promoted to ${stage} of`, state.model, []);
}

function unknown(code: ProblemCode, what: string, name: string, known: readonly string[]): never {
  const near = known.length === 0 ? null : closest(name, known);
  const some = known.slice(-8).join(', ');
  const hint =
    near === null
      ? 'The first one is registered when a pull request that trains the model is merged.'
      : `Did you mean ${near}? Known: ${some}${known.length > 8 ? ', …' : ''}`;
  throw new InputError({ code, message: `${what} ${name}`, hint });
}
