import { PlatformError, type Problem } from '../../contracts/errors.ts';
import { versionOf } from '../log/fold.ts';
import type { Log } from '../log/types.ts';
import { printVersionTag, readVersionTag } from '../gto/version-tag.ts';
import type { Release, ReleaseStore, TagStore } from '../ports.ts';
import { keyOf } from './draft.ts';

const ABANDONED_MS = 3_600_000;

/** What a version's tag says. A version without a train key carries zeros. */
export interface TagFacts {
  readonly model: string;
  readonly version: string;
  readonly commit: string;
  readonly manifest: string;
  readonly trainKey: string | null;
}

export interface FinishPorts {
  readonly releases: ReleaseStore;
  readonly tags: TagStore;
  /** Now, by GitHub's clock. */
  now(): Promise<Date>;
}

export interface Finished {
  /** `churn@v1.0.0`, newly published. */
  readonly finished: readonly string[];
  /** Tags of drafts that were deleted: nothing of them was registered. */
  readonly cleaned: readonly string[];
  readonly troubles: readonly Problem[];
}

/**
 * Finishes what a crash left: the draft of a registered version gets its tag and is published; one of ours that no entry
 * speaks of, unchanged for an hour, is deleted. Publishing is the last step of registering, so that whatever is
 * unfinished still has its draft, and looking at the drafts (one call) is all there is to do otherwise.
 * @throws as the stores throw
 */
export async function finishVersions(ports: FinishPorts, log: Log): Promise<Finished> {
  const [finished, cleaned, troubles]: [string[], string[], Problem[]] = [[], [], []];
  if (log.trouble !== null) return { finished, cleaned, troubles };
  for (const draft of await ports.releases.ownDrafts()) {
    if (keyOf(draft) === null) continue;
    const facts = registeredAs(draft, log);
    if (facts !== null) {
      try {
        if ((await tagAndPublish(ports, draft, facts)) === 'published') finished.push(draft.tag);
        else troubles.push(burnt(draft.tag));
      } catch (error) {
        if (!(error instanceof PlatformError) || error.code !== 'EXISTS') throw error;
        troubles.push(...error.problems);
      }
    } else if ((await ports.now()).getTime() - draft.changed.getTime() > ABANDONED_MS) {
      await ports.releases.deleteDraft(draft.id);
      cleaned.push(draft.tag);
    }
  }
  return { finished, cleaned, troubles };
}

/** The version that a draft is, by its tag and the digest of its manifest. */
function registeredAs(draft: Release, log: Log): TagFacts | null {
  const at = draft.tag.lastIndexOf('@');
  const [model, version] = [draft.tag.slice(0, at), draft.tag.slice(at + 1)];
  const state = log.models.get(model);
  const known = state === undefined ? undefined : versionOf(state, version);
  const asset = draft.assets.find(({ name }) => name === 'manifest.json');
  if (known?.manifest == null || asset?.sha256 !== known.manifest) return null;
  return { model, version, commit: known.commit, manifest: known.manifest, trainKey: null };
}

/**
 * Tags a registered version on its commit and publishes its release. Either may be done already.
 * @throws PlatformError EXISTS where a tag of that name says something else
 */
export async function tagAndPublish(
  ports: Pick<FinishPorts, 'releases' | 'tags'>,
  draft: Release,
  facts: TagFacts,
  headline?: string,
): Promise<'published' | 'burnt'> {
  const trainKey = facts.trainKey ?? '0'.repeat(64);
  const { name, message } = printVersionTag({ ...facts, trainKey }, headline);
  const outcome = await ports.tags.create({ name, commit: facts.commit, message });
  if (outcome === 'exists') await checkTag(ports.tags, name, facts);
  // A name that rules refuse: publishing tells whether an immutable release had it.
  return draft.draft ? await ports.releases.publish(draft.id) : 'published';
}

async function checkTag(tags: TagStore, name: string, facts: TagFacts): Promise<void> {
  const tag = await tags.read(name);
  const said = tag === null ? null : readVersionTag(name, tag.message);
  if (tag?.commit === facts.commit && said?.manifest === facts.manifest) return;
  throw new PlatformError({
    code: 'EXISTS',
    message: `the tag ${name} exists and does not name the manifest ${facts.manifest} that the log holds`,
    hint: `Remove it, the next reconcile makes it anew: git push origin ':refs/tags/${name}'`,
  });
}

function burnt(tag: string): Problem {
  return {
    code: 'VERSION_EXISTS',
    message: `${tag}: the name once belonged to an immutable release and can never be published again`,
    hint: 'Register the same run again: it gets the next patch number.',
  };
}
