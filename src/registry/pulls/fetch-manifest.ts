import { sha256 } from '../../contracts/digest.ts';
import { PlatformError } from '../../contracts/errors.ts';
import { Manifest, type ManifestFile } from '../../contracts/manifest.ts';
import type { Release, ReleaseAsset, ReleaseStore } from '../ports.ts';
import type { AssetReader } from './asset-reader.ts';

const NAME = 'manifest.json';
/** A manifest names files and digests; a larger one is none of ours. */
const LARGEST = 16 * 2 ** 20;

/** A version's manifest and the release that holds its files. */
export interface Fetched {
  readonly manifest: Manifest;
  /** manifest.json as it was registered. */
  readonly text: Buffer;
  readonly assets: ReadonlyMap<string, ReleaseAsset>;
}

/**
 * Finds the release of a version and checks its manifest against the digest that the log holds. A draft serves as well:
 * the digest says that these are the bytes.
 *
 * @throws PlatformError RELEASE_MISSING no release holds a manifest · DIGEST_MISMATCH it is not what was registered
 */
export async function fetchManifest(
  at: { readonly model: string; readonly version: string; readonly digest: string },
  releases: Pick<ReleaseStore, 'ofTag'>,
  reader: AssetReader,
): Promise<Fetched> {
  const tag = `${at.model}@${at.version}`;
  const holding = (await releases.ofTag(tag)).filter((release) => manifestOf(release) !== undefined);
  for (const release of [...holding].sort((left, right) => Number(left.draft) - Number(right.draft))) {
    const text = await textOf(manifestOf(release)!, reader);
    if (sha256(text) !== at.digest) continue;
    const manifest = parse(text, tag);
    if (manifest.model !== at.model || manifest.version !== at.version)
      throw damaged(tag, `speaks of ${manifest.model}@${manifest.version}`);
    checkManifest(manifest, tag);
    return { manifest, text, assets: new Map(release.assets.map((asset) => [asset.name, asset])) };
  }
  if (holding.length > 0) throw damaged(tag, `is not the one of the log (digest ${at.digest})`);
  throw new PlatformError({
    code: 'RELEASE_MISSING',
    message: `${tag} is registered, but no release of that tag holds its ${NAME}`,
    hint: `register the same run again: it completes ${tag}; drafts are seen only with a token that may write`,
  });
}

function manifestOf({ assets }: Release): ReleaseAsset | undefined {
  return assets.find(({ name, state, bytes }) => name === NAME && state === 'uploaded' && bytes <= LARGEST);
}

async function textOf(asset: ReleaseAsset, reader: AssetReader): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of reader.read(asset.id, 0, asset.bytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function parse(text: Buffer, tag: string): Manifest {
  try {
    return Manifest.parse(JSON.parse(text.toString()));
  } catch (error) {
    throw damaged(tag, 'cannot be read by this Slipway', error);
  }
}

/**
 * Refuses a manifest whose files could not lie beside one another, or whose assets do not make up its files.
 * @throws PlatformError DIGEST_MISMATCH
 */
export function checkManifest({ files, documents }: Manifest, tag: string): void {
  const taken = new Map<string, string>();
  for (const { path } of files) {
    // File systems of some machines know no difference of case.
    const name = path.toLowerCase();
    const other = taken.get(name);
    if (other !== undefined) throw damaged(tag, `names both ${other} and ${path}`);
    taken.set(name, path);
  }
  for (const { path } of files) {
    const parts = path.toLowerCase().split('/').slice(0, -1);
    const folder = parts.map((_, index) => parts.slice(0, index + 1).join('/')).find((one) => taken.has(one));
    if (folder !== undefined) throw damaged(tag, `names ${folder} as a file and as a folder`);
  }
  for (const file of files) checkAssets(file, tag);
  const names = documents.map(({ name }) => name.toLowerCase());
  const odd = documents.find(({ name }) => /[/\\:\p{Cc}]/u.test(name) || name.startsWith('.') || name === '');
  if (odd !== undefined || new Set(names).size < names.length)
    throw damaged(tag, `names its documents in a way that is no file name`);
}

function checkAssets({ path, bytes, assets }: ManifestFile, tag: string): void {
  const [only] = assets;
  const shared = assets.filter(({ offset }) => offset !== undefined);
  const fits =
    shared.length === 0
      ? assets.reduce((sum, asset) => sum + asset.bytes, 0) === bytes
      : assets.length === 1 && only !== undefined && only.offset! + bytes <= only.bytes;
  if (!fits)
    throw damaged(tag, `says that ${path} has ${bytes} bytes, and names assets that do not hold them`);
}

function damaged(tag: string, how: string, cause?: unknown): PlatformError {
  return new PlatformError(
    {
      code: 'DIGEST_MISMATCH',
      message: `${tag}: the ${NAME} of its release ${how}`,
      hint: 'nothing was written; somebody changed the release, or the log: slipway registry verify',
    },
    { cause },
  );
}
