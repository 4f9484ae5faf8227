import { readEvents, type GtoEvent, type RepositoryTag } from './events.ts';
import { printGtoTag } from './grammar.ts';
import { showArtifact, type Shown } from './shown.ts';
import { byCommit, compareVersions, isReadable, versionsOf } from './versions.ts';

/** A stage by the log: its steps in the order of their entries; the last one counts, null where it holds nothing. */
export interface StageLine {
  readonly model: string;
  /** As the tags are to call it. */
  readonly stage: string;
  readonly history: readonly ({ readonly version: string; readonly commit: string } | null)[];
}

/** An annotated tag to create. */
export interface StageTag {
  readonly name: string;
  readonly commit: string;
  readonly message: string;
  /** Tagger's time, seconds since 1970. */
  readonly time: number;
}

export interface StageTagPlan {
  readonly create: readonly StageTag[];
  /** Stages that no new tag can make GTO read right, and why. */
  readonly blocked: readonly { readonly model: string; readonly stage: string; readonly why: string }[];
}

/**
 * The tags that make GTO read what the log holds. None is moved or deleted; once they exist, nothing is left to do.
 * GTO orders by the tagger's second alone, so a tag is never of the second of an older one of its stage: it is of the
 * next one, or of `now` (seconds) where that is later. What GTO would bring back instead is unassigned: everything
 * where the stage holds nothing, and versions that are not lower where it was rolled back (GTO's look-up by stage
 * prefers those).
 * Counters go on from the highest of any tag of the artifact.
 */
export function planStageTags(
  lines: readonly StageLine[],
  tags: Iterable<RepositoryTag>,
  now: number,
): StageTagPlan {
  const { artifacts, counters } = readEvents(tags);
  const next = new Map(counters);
  const create: StageTag[] = [];
  const blocked: StageTagPlan['blocked'][number][] = [];
  for (const line of lines) {
    const events = artifacts.get(line.model) ?? [];
    const counter = next.get(line.model) ?? 0n;
    // Whatever is said of a deprecated artifact brings all of it back: as long as nothing is held, nothing is said.
    const alive = lines.some(
      ({ model, history }) => model === line.model && (history.at(-1) ?? null) !== null,
    );
    if (!alive && show(events).deprecated) continue;
    const planned = planLine(line, events, counter, now);
    if (planned.length === 0) continue;
    const why = obstacle(line, [...events, ...planned]);
    if (why === null) {
      next.set(line.model, counter + BigInt(planned.length));
      create.push(...planned.map((event) => written(line, event)));
    } else blocked.push({ model: line.model, stage: line.stage, why });
  }
  return { create, blocked };
}

type StageEvent = Extract<GtoEvent, { readonly stage: string }>;

function show(events: readonly GtoEvent[]): Shown {
  const versions = versionsOf(events);
  return showArtifact(events, versions, byCommit(versions));
}

function planLine(line: StageLine, events: readonly GtoEvent[], highest: bigint, now: number): StageEvent[] {
  const { model: artifact, stage } = line;
  const shown = show(events);
  const claims = shown.stages.get(stage) ?? [];
  const held = line.history.at(-1) ?? null;
  const related = events.filter(
    (event) => event.kind === 'deprecate' || ('stage' in event && event.stage === stage),
  );
  const at = related.reduce((time, event) => Math.max(time, event.at + 1), now);
  const say = (kind: StageEvent['kind'], commit: string, i: number): StageEvent => {
    const counter = highest + BigInt(i) + 1n;
    return {
      kind,
      artifact,
      stage,
      counter,
      commit,
      at,
      tag: printGtoTag({ kind, artifact, stage, counter }),
    };
  };
  const right = held !== null && !shown.deprecated && claims[0]?.commit === held.commit;
  const gone = claims.filter(
    ({ commit, version }) =>
      held === null || (commit !== held.commit && version !== null && !isLower(version, held.version)),
  );
  const undo = [...new Set(gone.map(({ commit }) => commit))].map((commit, i) => say('unassign', commit, i));
  return held === null || right ? undo : [...undo, say('assign', held.commit, undo.length)];
}

/** Of versions that differ in their build alone, and of numbers too large for us, GTO might take either. */
const isLower = (one: string, other: string): boolean =>
  isReadable(one) && isReadable(other) && compareVersions(one, other) < 0;

/** Why GTO would not read the stage right even with the tags; null where it does. */
function obstacle({ stage, history, model }: StageLine, events: readonly GtoEvent[]): string | null {
  const held = history.at(-1) ?? null;
  const shown = show(events);
  if (held !== null && (byCommit(versionsOf(events)).get(held.commit)?.length ?? 0) > 1)
    return `several versions of ${model} are on commit ${held.commit}: a stage tag there would make gto show fail`;
  const first = shown.stages.get(stage)?.[0];
  if (first?.commit === held?.commit) return null;
  return held === null
    ? `GTO goes on showing commit ${first?.commit ?? ''}, on which no version is registered: delete its tags of ${stage}`
    : `${held.version} of ${model} is deregistered for GTO`;
}

function written({ stage, history }: StageLine, { kind, artifact, tag, commit, at }: StageEvent): StageTag {
  const held = history.at(-1);
  const message =
    kind === 'assign'
      ? `Assign stage ${stage} to ${artifact} ${held?.version ?? ''}`
      : `Unassign stage ${stage} of ${artifact}`;
  return { name: tag, commit, message: `${message}\n\n${OURS}\n`, time: at };
}

const OURS = 'Written by Slipway from its log.';

/** True for a stage tag of this view: nobody's history. */
export const isOurStageTag = (message: string): boolean => message.trimEnd().endsWith(`\n${OURS}`);

/**
 * The names a stage of a model goes by in tags: its own, and those of `registry.stages` that its history has, so that
 * whoever asks GTO for one of these goes on getting the right answer.
 */
export function namesOfStage(
  { model, stage }: Pick<StageLine, 'model' | 'stage'>,
  renamed: Readonly<Record<string, string>>,
  tags: Iterable<RepositoryTag>,
): readonly string[] {
  const old = new Set(Object.keys(renamed).filter((name) => renamed[name] === stage));
  if (old.size === 0) return [stage];
  const events = readEvents(tags).artifacts.get(model) ?? [];
  const used = events.flatMap((event) => ('stage' in event && old.has(event.stage) ? [event.stage] : []));
  return [...new Set([stage, ...used])];
}
