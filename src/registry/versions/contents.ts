import { canonicalJson, sha256 } from '../../contracts/digest.ts';
import { Manifest, MANIFEST_SCHEMA, type ManifestAsset } from '../../contracts/manifest.ts';
import type { ByteSource, Release, ReleaseStore } from '../ports.ts';
import { holds, sourceOf, type Uploads, type WantedAsset } from './assets.ts';
import { cardText, metricsText, type Described } from './documents.ts';
import { CARD_NAME, MANIFEST_NAME, METRICS_NAME } from './names.ts';
import { planAssets } from './plan.ts';
import { textSource } from './sources.ts';
import type { VersionPorts } from './types.ts';
import type { Inspected } from './uploadable.ts';

/** What lies in a draft once everything was sent. */
export interface Sent {
  /** Digest of manifest.json. */
  readonly manifest: string;
  readonly assets: readonly WantedAsset[];
}

/**
 * Brings the files, the documents and, last, the manifest that names them all into a draft.
 * @throws InputError FORMAT_REFUSED more files than a release can hold · INPUT_CHANGED · as the store throws
 */
export async function sendContents(
  ports: Pick<VersionPorts, 'releases' | 'progress' | 'signal'>,
  uploads: Uploads,
  release: Release,
  described: Described,
  inspected: Inspected,
): Promise<Sent> {
  const { documents = [], files } = described;
  const assets: WantedAsset[] = [];
  const send = async (name: string, source: ByteSource, known?: string): Promise<WantedAsset> => {
    ports.signal?.throwIfAborted();
    const asset = await uploads.ensure(release, name, source, known);
    assets.push(asset);
    return asset;
  };
  const reserved = [MANIFEST_NAME, METRICS_NAME, CARD_NAME, ...documents.map(({ name }) => name)];
  const pieces = new Map<string, ManifestAsset[]>();
  const plan = planAssets(files, reserved, ports.releases.limits);
  const digests = await uploads.digestsOf(plan, inspected.files);
  for (const planned of plan) {
    const source = sourceOf(planned);
    ports.progress?.(`sending ${planned.name} (${source.bytes} bytes)`);
    const sent = await send(planned.name, source, digests.get(planned.name));
    let offset = 0;
    const { slices } = planned;
    for (const { file, bytes } of slices) {
      pieces.set(file.path, [
        ...(pieces.get(file.path) ?? []),
        slices.length > 1 ? { ...sent, offset } : sent,
      ]);
      offset += bytes;
    }
  }
  const held = [
    await send(METRICS_NAME, textSource(metricsText(described))),
    await send(CARD_NAME, textSource(cardText(described))),
  ];
  for (const { name, source } of documents) held.push(await send(name, source));
  const text = canonicalJson(manifestOf(described, inspected, pieces, held));
  await send(MANIFEST_NAME, textSource(text));
  return { manifest: sha256(text), assets };
}

function manifestOf(
  described: Described,
  { files, signature }: Inspected,
  pieces: ReadonlyMap<string, readonly ManifestAsset[]>,
  documents: readonly WantedAsset[],
): Manifest {
  const { model, version, task, commit, pull, authors, entry, digests, run, params, seeds } = described;
  return Manifest.parse({
    schema: MANIFEST_SCHEMA,
    ...{
      model,
      version,
      task,
      commit,
      pull,
      authors,
      entry,
      signature,
      digests,
      run,
      params,
      seeds,
      documents,
    },
    files: described.files.map(({ path, source }) => ({
      path,
      bytes: source.bytes,
      ...files.get(path),
      assets: pieces.get(path) ?? [],
    })),
    metrics: described.metrics.map(({ name, direction, value, low, high }) => ({
      ...{ name, direction, value, low, high },
    })),
    verdict: described.verdict,
    created: described.created,
    slipway: described.slipway,
  });
}

/** The first thing that is not in a release as it was sent; null where all is. What is no part of it is deleted. */
export async function firstMissing(
  releases: ReleaseStore,
  release: Release,
  wanted: readonly WantedAsset[],
): Promise<string | null> {
  for (const asset of release.assets)
    if (!wanted.some(({ name }) => name === asset.name)) await releases.deleteAsset(asset.id);
  for (const one of wanted) {
    const there = release.assets.find(({ name }) => name === one.name);
    if (there === undefined || !(await holds(releases, there, one))) return one.name;
  }
  return null;
}
