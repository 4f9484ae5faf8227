import { isReadable } from './versions.ts';

import type { Problem } from '../../contracts/errors.ts';
import type { GtoArtifact, GtoHistory } from './history.ts';
import type { GtoHolding } from './stages.ts';

/** What `slipway.yaml` says of models and of the stage names of the history. */
export interface AdoptionConfig {
  /** Stages by model. */
  readonly models: Readonly<Record<string, readonly string[]>>;
  /** `registry.stages`: name in the history → stage of the config. A model's own stages and other names stand for themselves. */
  readonly stages: Readonly<Record<string, string>>;
}

export interface AdoptedVersion {
  readonly version: string;
  readonly commit: string;
  readonly tag: string;
  /** Seconds since 1970. */
  readonly at: number;
}

export interface AdoptedStage {
  /** As the config calls it. */
  readonly stage: string;
  readonly version: string;
  /** The counter of its tag; null without one, or where JSON has no such number. */
  readonly counter: number | null;
}

/** What becomes genesis entries of the log: one per version, then one per stage. */
export interface AdoptedModel {
  readonly model: string;
  /** Active versions, oldest first. */
  readonly versions: readonly AdoptedVersion[];
  /** Sorted by name. */
  readonly stages: readonly AdoptedStage[];
}

export interface Adoption {
  readonly models: readonly AdoptedModel[];
  /** What was left out, and what to do about it. */
  readonly problems: readonly Problem[];
}

/**
 * Takes over the versions and stages of a history of GTO. What cannot be taken over for certain is left out with a
 * problem: an artifact that is no model, a stage the config does not have, a version the log cannot hold.
 */
export function adoptGto(history: GtoHistory, config: AdoptionConfig): Adoption {
  const problems: Problem[] = [];
  const models = history.artifacts.flatMap((artifact) => {
    const stages = Object.hasOwn(config.models, artifact.artifact) ? config.models[artifact.artifact] : null;
    if (stages) return [adoptArtifact(artifact, stages, config.stages, problems)];
    problems.push({
      code: 'MODEL_UNKNOWN',
      message: `the history has an artifact ${artifact.artifact}, slipway.yaml has no model of this name`,
      hint: artifact.artifact.includes(':')
        ? 'No model can have a folder in its name: register and assign it with GTO under a name without one, or leave its tags as they are.'
        : `Declare the model ${artifact.artifact}, or leave its tags as they are.`,
    });
    return [];
  });
  return { models, problems };
}

function adoptArtifact(
  { artifact, versions, stages }: GtoArtifact,
  declared: readonly string[],
  renamed: AdoptionConfig['stages'],
  problems: Problem[],
): AdoptedModel {
  const groups = Map.groupBy(
    versions.filter(({ active }) => active),
    ({ version }) => version,
  );
  const taken = new Map<string, AdoptedVersion>();
  for (const [version, [first, ...others]] of groups) {
    const why = !isReadable(version)
      ? 'is no version that the log can hold'
      : others.length > 0
        ? 'is registered on several commits'
        : null;
    if (first !== undefined && first.tag !== null && why === null)
      taken.set(version, { version, commit: first.commit, tag: first.tag, at: first.at });
    else problems.push(versionProblem(`${artifact}@${version} ${why ?? 'has no tag'}`));
  }
  const held = adoptStages(artifact, stages, declared, renamed, taken, problems);
  return { model: artifact, versions: [...taken.values()].sort((a, b) => a.at - b.at), stages: held };
}

function adoptStages(
  artifact: string,
  holdings: readonly GtoHolding[],
  declared: readonly string[],
  renamed: AdoptionConfig['stages'],
  versions: ReadonlyMap<string, AdoptedVersion>,
  problems: Problem[],
): readonly AdoptedStage[] {
  const found = new Map<string, AdoptedStage | null>();
  for (const { stage: name, version, commit, counter } of holdings) {
    const stage = (declared.includes(name) || !Object.hasOwn(renamed, name) ? null : renamed[name]) ?? name;
    if (!declared.includes(stage)) {
      problems.push({
        code: 'STAGE_UNKNOWN',
        message: `the history has a stage ${name} of ${artifact}, slipway.yaml has ${declared.join(', ') || 'none'}`,
        hint: `Say which it is: \`registry: {stages: {${name}: …}}\`.`,
      });
      continue;
    }
    if (version === null || !versions.has(version)) {
      problems.push(
        versionProblem(`stage ${name} of ${artifact} holds ${version ?? commit}, which is not adopted`),
      );
      continue;
    }
    const other = found.get(stage);
    if (other !== undefined && other?.version !== version) {
      problems.push(
        versionProblem(
          `stage ${stage} of ${artifact} has two names in the history that hold different versions`,
        ),
      );
      found.set(stage, null);
      continue;
    }
    const number = Number(counter ?? NaN);
    found.set(stage, { stage, version, counter: Number.isSafeInteger(number) ? number : null });
  }
  return [...found.values()].flatMap((one) => one ?? []).sort((a, b) => (a.stage < b.stage ? -1 : 1));
}

const versionProblem = (message: string): Problem => ({
  code: 'VERSION_UNKNOWN',
  message,
  hint: 'Register the version that is meant under a name of its own with GTO, assign it, and adopt again.',
});
