import { inOrder, type GtoEvent } from './events.ts';
import { highest, type GtoVersion } from './versions.ts';
import { warn, type GtoTrap, type GtoWarning } from './warnings.ts';

import type { Claim, Shown } from './shown.ts';

/** What a stage holds by our reading. */
export interface GtoHolding {
  readonly stage: string;
  /** Null where the stage was assigned to a commit without a version. */
  readonly version: string | null;
  readonly commit: string;
  /** The tag that assigned it, its counter (null without one) and its time, seconds since 1970. */
  readonly tag: string;
  readonly counter: bigint | null;
  readonly at: number;
}

type StageEvent = Extract<GtoEvent, { readonly stage: string }>;
type ByCommit = ReadonlyMap<string, readonly GtoVersion[]>;

/** What a version is called; a commit without one by its id. */
export const nameOf = ({ version, commit }: Pick<Claim, 'version' | 'commit'>): string => version ?? commit;

/** The part of a history that one stage is about. */
export interface StageStory {
  readonly artifact: string;
  readonly stage: string;
  readonly events: readonly GtoEvent[];
  readonly commits: ByCommit;
  readonly shown: Shown;
}

/**
 * What a stage holds: what it was assigned last, unless that was unassigned or deregistered since; then nothing, for
 * nobody asked for an older version to come back.
 */
export function readStage(story: StageStory): {
  readonly held: GtoHolding | null;
  readonly warnings: readonly GtoWarning[];
} {
  const { stage, commits } = story;
  const events = story.events
    .filter((event): event is StageEvent => 'stage' in event && event.stage === stage)
    .sort(inOrder);
  let current: StageEvent | null = null;
  for (const event of events)
    if (event.kind === 'assign') current = event;
    else if (current?.commit === event.commit) current = null;
  const held = current === null ? null : hold(current, commits);
  return { held, warnings: traps(story, events, held) };
}

function hold({ stage, commit, tag, counter, at }: StageEvent, commits: ByCommit): GtoHolding | null {
  const here = commits.get(commit) ?? [];
  const active = here.filter((version) => version.active);
  if (here.length > 0 && active.length === 0) return null;
  const version = (highest(active) ?? active.at(-1))?.version ?? null;
  return { stage, version, commit, tag, counter: counter ?? null, at };
}

function traps(
  { artifact, stage, shown }: StageStory,
  events: readonly StageEvent[],
  held: GtoHolding | null,
): readonly GtoWarning[] {
  const claims = shown.stages.get(stage) ?? [];
  const about = { artifact, stage, tags: events.slice(-2).map(({ tag }) => tag) };
  const [ours, theirs] = [held, claims[0] ?? null].map((one) => (one === null ? 'nothing' : nameOf(one)));
  const place = `stage ${stage} of ${artifact}`;
  if (ours !== theirs) {
    const differs = `${place} holds ${ours} as we read it, ${theirs} in gto show`;
    return [warn(reason(held, claims[0]), { ...about, differs: true }, `${differs}. ${NEXT}`)];
  }
  if (held === null) return [];
  if (held.version === null) {
    const message = `${place} is assigned to commit ${held.commit}, which no version is registered on. ${NEXT}`;
    return [warn('unregistered', { ...about, tags: [held.tag] }, message)];
  }
  const found = shown.found.get(stage);
  if (found === undefined || found === held.version) return [];
  const message = `${place} holds ${held.version}; GTO's look-up by stage, which DVC uses, still answers ${found}. Unassign ${found} there.`;
  return [warn('rolled-back', { ...about, tags: [held.tag] }, message)];
}

const NEXT = 'Assign the version that is meant.';

function reason(held: GtoHolding | null, theirs: Claim | undefined): GtoTrap {
  if (held !== null) return 'same-second';
  return theirs?.version === null ? 'unregistered' : 'revived';
}
