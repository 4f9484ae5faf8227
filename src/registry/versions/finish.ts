import { isCodedError, PlatformError, type Problem } from '../../contracts/errors.ts';
import { Manifest } from '../../contracts/manifest.ts';
import type { VersionState } from '../../contracts/model-state.ts';
import { sha256 } from '../../contracts/digest.ts';
import { versionOf } from '../log/fold.ts';
import type { Log } from '../log/types.ts';
import type { Release, ReleaseStore, TagStore } from '../ports.ts';
import { digestOfAsset } from './assets.ts';
import { keyOf } from './draft.ts';
import { MANIFEST_NAME } from './names.ts';
import { bytesOf } from './sources.ts';
import { ensureTag, manifestOfTag, type TagFacts } from './version-tags.ts';

/** A manifest names files and digests; a larger one is none of ours. */
const LARGEST = 16 * 2 ** 20;
const HOUR = 3_600_000;
/** Versions registered within this time are looked after; older ones were at rest long ago. */
const RECENT_MS = 7 * 24 * HOUR;
/** The newest of them, so that a first look takes few calls. */
const MOST_LOOKS = 10;

export interface FinishPorts {
  readonly releases: ReleaseStore;
  readonly tags: TagStore;
  /** Now, by GitHub's clock. */
  readonly now: () => Promise<Date>;
}

export interface Finished {
  /** `churn@v1.0.0`, newly published. */
  readonly finished: readonly string[];
  /** Tags of drafts that were deleted: nothing of them was registered. */
  readonly cleaned: readonly string[];
  readonly troubles: readonly Problem[];
}

/**
 * Finishes what a crash left: the draft of a registered version gets its tag and is published; one of this account that
 * no entry speaks of, unchanged for an hour, is deleted with the tag that it reserved. Publishing is the last step of
 * registering, so whatever is unfinished still has its draft: one call tells where there is nothing to do. A registered
 * version of the last week whose release is gone is named; `known` keeps those that were found published.
 *
 * @throws as the stores throw, but for refusals, which are troubles
 */
export async function finishVersions(
  ports: FinishPorts,
  log: Log,
  known = new Set<string>(),
): Promise<Finished> {
  const [finished, cleaned, troubles]: [string[], string[], Problem[]] = [[], [], []];
  if (log.trouble !== null) return { finished, cleaned, troubles };
  const drafts = (await ports.releases.ownDrafts()).filter((draft) => keyOf(draft) !== null);
  for (const draft of drafts) {
    try {
      const state = await registeredAs(ports, draft, log);
      if (state !== null) {
        await finishOne(ports, draft, state);
        finished.push(draft.tag);
      } else if (await isAbandoned(ports, draft)) {
        await discard(ports, draft, log);
        cleaned.push(draft.tag);
      }
    } catch (error) {
      troubles.push(...refusals(error));
    }
  }
  troubles.push(...(await missing(ports, log, new Set(drafts.map(({ tag }) => tag)), known)));
  return { finished, cleaned, troubles };
}

/** What GitHub understood and refused holds up nothing else. */
function refusals(error: unknown): readonly Problem[] {
  const codes: readonly string[] = [
    'EXISTS',
    'PERMISSION',
    'VERSION_EXISTS',
    'GITHUB_REFUSED',
    'DIGEST_MISMATCH',
  ];
  if (isCodedError(error) && codes.includes(error.code)) return error.problems;
  throw error;
}

/** The version that a draft holds, by its tag and the digest of its manifest. */
async function registeredAs(ports: FinishPorts, draft: Release, log: Log): Promise<VersionState | null> {
  const [model, version] = partsOf(draft.tag);
  const state = log.models.get(model);
  const known = state === undefined ? null : versionOf(state, version);
  if (known === null || known.manifest === null) return null;
  return (await holdsManifest(ports.releases, draft, known.manifest)) ? known : null;
}

function partsOf(tag: string): readonly [model: string, version: string] {
  const at = tag.lastIndexOf('@');
  return [tag.slice(0, Math.max(0, at)), tag.slice(at + 1)];
}

async function finishOne(ports: FinishPorts, draft: Release, state: VersionState): Promise<void> {
  const [model, version] = partsOf(draft.tag);
  const manifest = await readManifest(ports.releases, draft, state.manifest ?? '');
  const facts: TagFacts = {
    model,
    version,
    commit: state.commit,
    manifest: state.manifest ?? '',
    trainKey: manifest.digests.train_key,
  };
  await publishVersion(ports, draft, facts);
}

/** Unchanged for an hour, also at a second look: whoever goes on with an old draft changes it first. */
async function isAbandoned({ releases, now }: FinishPorts, draft: Release): Promise<boolean> {
  if ((await now()).getTime() - draft.changed.getTime() <= HOUR) return false;
  return (await releases.get(draft.id))?.changed.getTime() === draft.changed.getTime();
}

/** Deletes an abandoned draft, and first the tag that it alone reserved. */
export async function discard(
  { releases, tags }: Pick<FinishPorts, 'releases' | 'tags'>,
  draft: Release,
  log: Log,
): Promise<void> {
  const [model, version] = partsOf(draft.tag);
  const state = log.models.get(model);
  const registered = state !== undefined && versionOf(state, version) !== null;
  const said = registered ? null : await manifestOfTag(tags, draft.tag);
  if (said !== null && (await holdsManifest(releases, draft, said))) await tags.remove(draft.tag);
  await releases.deleteDraft(draft.id);
}

/** Registered not long ago, and neither a draft nor a release holds it. */
async function missing(
  { releases, now }: FinishPorts,
  log: Log,
  drafts: ReadonlySet<string>,
  known: Set<string>,
): Promise<readonly Problem[]> {
  const troubles: Problem[] = [];
  const recent = [...log.models]
    .flatMap(([model, { versions }]) => versions.map((one) => ({ ...one, tag: `${model}@${one.version}` })))
    .filter(({ manifest, tag }) => manifest !== null && !known.has(tag) && !drafts.has(tag))
    .sort((left, right) => right.n - left.n)
    .slice(0, MOST_LOOKS);
  if (recent.length === 0) return troubles;
  const since = (await now()).getTime() - RECENT_MS;
  for (const { tag, manifest, at } of recent) {
    if (Date.parse(at) < since) continue;
    const release = await holding(releases, tag, manifest ?? '');
    if (release === null) troubles.push(goneRelease(tag));
    else if (!release.draft) known.add(tag);
  }
  return troubles;
}

/** The release or draft of a tag that holds a manifest, a published one first. */
export async function holding(
  releases: ReleaseStore,
  tag: string,
  manifest: string,
): Promise<Release | null> {
  const found = [...(await releases.ofTag(tag))].sort(
    (left, right) => Number(left.draft) - Number(right.draft),
  );
  for (const release of found) if (await holdsManifest(releases, release, manifest)) return release;
  return null;
}

async function holdsManifest(releases: ReleaseStore, release: Release, digest: string): Promise<boolean> {
  const asset = release.assets.find(({ name }) => name === MANIFEST_NAME);
  if (asset?.state !== 'uploaded' || asset.bytes > LARGEST) return false;
  return (await digestOfAsset(releases, asset)) === digest;
}

/** The manifest that a release holds. @throws PlatformError DIGEST_MISMATCH it is not the one of this digest */
export async function readManifest(
  releases: ReleaseStore,
  release: Release,
  digest: string,
): Promise<Manifest> {
  const asset = release.assets.find(({ name }) => name === MANIFEST_NAME);
  const bytes =
    asset === undefined
      ? null
      : await bytesOf({ bytes: asset.bytes, read: () => releases.download(asset.id, 0) }, LARGEST);
  const manifest =
    bytes === null || sha256(bytes) !== digest ? null : Manifest.safeParse(JSON.parse(bytes.toString())).data;
  if (manifest != null) return manifest;
  throw new PlatformError({
    code: 'DIGEST_MISMATCH',
    message: `${release.tag}: its ${MANIFEST_NAME} is not the one of the log (digest ${digest})`,
    hint: 'delete that release and register the same run again',
  });
}

/**
 * Tags a registered version on its commit and publishes its release. Either may be done already. Without its annotated
 * tag nothing is published.
 * @throws PlatformError EXISTS the tag, or a release of it, is somebody else's · PERMISSION rules refuse the tag ·
 * VERSION_EXISTS an immutable release used the name up
 */
export async function publishVersion(
  { releases, tags }: Pick<FinishPorts, 'releases' | 'tags'>,
  release: Release,
  facts: TagFacts,
  headline?: string,
): Promise<void> {
  await ensureTag(tags, facts, headline);
  if (!release.draft) return;
  const published = (await releases.ofTag(release.tag)).find(({ draft }) => !draft);
  if (published !== undefined) {
    if (!(await holdsManifest(releases, published, facts.manifest))) throw foreign(release.tag, published);
    // Somebody else may have published this very draft a moment ago.
    if (published.id !== release.id) await releases.deleteDraft(release.id);
    return;
  }
  if ((await releases.publish(release.id)) === 'burnt') throw burnt(release.tag);
}

function foreign(tag: string, { url }: Release): PlatformError {
  return new PlatformError({
    code: 'EXISTS',
    message: `${tag} has a release that does not hold the registered manifest: ${url}`,
    hint: 'delete that release (the tag stays): the registered one is published then',
  });
}

function burnt(tag: string): PlatformError {
  return new PlatformError({
    code: 'VERSION_EXISTS',
    message: `${tag}: an immutable release once used the name, its release can never be published`,
    hint: 'its files stay in the draft; register the run under another version to have them published',
  });
}

function goneRelease(tag: string): Problem {
  return {
    code: 'RELEASE_MISSING',
    message: `${tag} is registered, but its release was deleted`,
    hint: 'register the same run again: it completes this version',
  };
}
