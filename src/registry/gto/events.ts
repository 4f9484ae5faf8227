import type { RepositoryTag } from '../ports.ts';
import { parseGtoTag, type GtoTag } from './grammar.ts';
import { warn, type GtoWarning } from './warnings.ts';

export type { RepositoryTag };

/** What an annotated tag says, where and when. */
export type GtoEvent = GtoTag & {
  /** Name of the tag. */
  readonly tag: string;
  readonly commit: string;
  /** Seconds since 1970. */
  readonly at: number;
};

export interface GtoEvents {
  /** By artifact, each in GTO's order: the tagger's second, then the name of the tag. */
  readonly artifacts: ReadonlyMap<string, readonly GtoEvent[]>;
  /** The highest counter of any tag of an artifact, whatever it says and lightweight ones too; 0 where none has one. */
  readonly counters: ReadonlyMap<string, bigint>;
  readonly warnings: readonly GtoWarning[];
}

/** Reads the tags of GTO's grammar out of all tags of a repository; foreign tags are passed over. */
export function readEvents(tags: Iterable<RepositoryTag>): GtoEvents {
  const artifacts = new Map<string, GtoEvent[]>();
  const counters = new Map<string, bigint>();
  const warnings: GtoWarning[] = [];
  for (const tag of tags) {
    const said = parseGtoTag(tag.name);
    if (said === null) continue;
    const { artifact, counter = 0n } = said;
    if (counter >= (counters.get(artifact) ?? 0n)) counters.set(artifact, counter);
    warnings.push(...traps(tag, said));
    if (!tag.annotated || tag.commit === null || said.kind === 'create') continue;
    const event = { ...said, tag: tag.name, commit: tag.commit, at: tag.time ?? 0 };
    const events = artifacts.get(artifact);
    if (events) events.push(event);
    else artifacts.set(artifact, [event]);
  }
  for (const events of artifacts.values()) events.sort((a, b) => a.at - b.at || byName(a, b));
  return { artifacts, counters, warnings };
}

/**
 * The order in which tags were made, as well as it can be known: the tagger's second, then the counter (one without comes first), then what is
 * said before its undoing, then the name.
 */
export function inOrder(one: GtoEvent, other: GtoEvent): number {
  if (one.at !== other.at) return one.at - other.at;
  const [a, b] = [one.counter ?? -1n, other.counter ?? -1n];
  if (a !== b) return a < b ? -1 : 1;
  const undone = Number(one.kind.startsWith('un')) - Number(other.kind.startsWith('un'));
  if (undone !== 0) return undone;
  return byName(one, other);
}

function byName(one: GtoEvent, other: GtoEvent): number {
  return one.tag < other.tag ? -1 : one.tag > other.tag ? 1 : 0;
}

function traps(tag: RepositoryTag, said: GtoTag): readonly GtoWarning[] {
  const about = { artifact: said.artifact, tags: [tag.name] };
  if (said.kind === 'create')
    return [warn('breaks-show', about, `${tag.name} makes gto show fail: delete it. It says nothing.`)];
  if (!tag.annotated)
    return [
      warn('lightweight', about, `${tag.name} is a lightweight tag: GTO passes it over, and so do we.`),
    ];
  if (tag.commit === null) {
    const message = `${tag.name} points to no commit, which makes gto show fail or mislead: delete it. It says nothing.`;
    return [warn('breaks-show', about, message)];
  }
  if (tag.inner !== undefined && tag.inner !== tag.name)
    return [
      warn(
        'breaks-show',
        about,
        `${tag.name} is a copy of the tag ${tag.inner}, whose name GTO reads instead: make it anew.`,
      ),
    ];
  if (tag.time === null)
    return [
      warn(
        'breaks-show',
        about,
        `${tag.name} has no tagger, which makes gto show fail: it is read as the oldest.`,
      ),
    ];
  return [];
}
