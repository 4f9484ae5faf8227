import type { Mode, Person } from '../../contracts/entry.ts';
import type { Held, ModelState, StageState, VersionState } from '../../contracts/model-state.ts';
import type { Log, LogTrouble } from '../log/types.ts';
import { findModel } from './find.ts';

/** What runs in a stage, as the log says. */
export interface StageStatus {
  readonly stage: string;
  /** Null where nothing was ever promoted. */
  readonly version: string | null;
  readonly state: Held['status'] | 'empty';
  /** The entry that put it there, what it did, when and by whom. */
  readonly n: number | null;
  readonly op: Held['op'] | null;
  readonly since: string | null;
  readonly by: Person | null;
  /** Shares of the traffic in percent while it is rolled out. */
  readonly weights: Readonly<Record<string, number>> | null;
  /** What still ran verified there while another version is pending or failed; null: the version itself, or nothing. */
  readonly serving: string | null;
  readonly frozen: StageState['frozen'];
}

/** A registered version in a few words. */
export interface VersionLine {
  readonly version: string;
  readonly n: number;
  readonly at: string;
  /** Decision of its verdict; null where it was adopted or never judged. */
  readonly verdict: string | null;
  readonly pull: number | null;
  readonly commit: string;
  /** Stages that hold it, with what is known of them. */
  readonly stages: readonly { readonly stage: string; readonly state: Held['status'] }[];
}

export interface ModelStatus {
  readonly model: string;
  /** Newest entry that concerns it. */
  readonly n: number;
  readonly versions: number;
  /** At most three, newest first. */
  readonly newest: readonly VersionLine[];
  readonly stages: readonly StageStatus[];
}

export interface LogStatus {
  readonly head: string | null;
  readonly n: number;
  readonly mode: Mode | null;
  readonly trouble: LogTrouble | null;
  /** By name. */
  readonly models: readonly ModelStatus[];
}

const NEWEST = 3;

/**
 * What runs where, of one model or of all. `stages`: names in the order they are declared, by model; those that only
 * the log knows come after them.
 *
 * @throws InputError MODEL_UNKNOWN
 */
export function statusOf(
  log: Log,
  model: string | null = null,
  stages: Readonly<Record<string, readonly string[]>> = {},
): LogStatus {
  const states = model === null ? [...log.models.values()] : [findModel(log.models, model)];
  const declared = (name: string): readonly string[] => (Object.hasOwn(stages, name) ? stages[name]! : []);
  const models = states
    .map((state) => modelStatus(state, declared(state.model)))
    .sort((left, right) => (left.model < right.model ? -1 : 1));
  return { head: log.head, n: log.n, mode: log.mode, trouble: log.trouble, models };
}

function modelStatus(state: ModelState, declared: readonly string[]): ModelStatus {
  const names = [...new Set([...declared, ...Object.keys(state.stages)])];
  return {
    model: state.model,
    n: state.n,
    versions: state.versions.length,
    newest: state.versions
      .slice(-NEWEST)
      .reverse()
      .map((version) => versionLine(state, version)),
    stages: names.map((name) => stageStatus(name, state)),
  };
}

function stageStatus(stage: string, state: ModelState): StageStatus {
  const known = Object.hasOwn(state.stages, stage) ? state.stages[stage] : undefined;
  const held = known?.held ?? null;
  const frozen = known?.frozen ?? null;
  const running = known?.verified.find(({ until }) => until === null)?.version ?? null;
  return {
    stage,
    version: held?.version ?? null,
    state: held?.status ?? 'empty',
    n: held?.n ?? null,
    op: held?.op ?? null,
    since: held?.at ?? null,
    by: held?.actor ?? null,
    weights: held?.weights ?? null,
    serving: held === null || running === held.version ? null : running,
    frozen,
  };
}

/** A version with the stages that hold it. */
export function versionLine(state: ModelState, version: VersionState): VersionLine {
  const stages = Object.entries(state.stages).flatMap(([stage, { held }]) =>
    held?.version === version.version ? [{ stage, state: held.status }] : [],
  );
  return {
    version: version.version,
    n: version.n,
    at: version.at,
    verdict: version.verdict?.decision ?? null,
    pull: version.pull,
    commit: version.commit,
    stages,
  };
}
