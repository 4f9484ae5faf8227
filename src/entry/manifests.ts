import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { sha256 } from '../contracts/digest.ts';
import { Manifest } from '../contracts/manifest.ts';
import { isCodedError } from '../contracts/errors.ts';
import { slipwayFolder } from './config-file.ts';
import type { Session } from './execute.ts';
import { githubHere } from './github.ts';
import { VERSION } from './version.ts';

const FILE = 'manifest.json';
/** A manifest names files and digests; a larger one is none of ours. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Finds the manifest of a version by the digest that the log holds; null where its bytes are not at hand. */
export interface Manifests {
  /** From this machine alone. */
  local(digest: string | null): Manifest | null;
  /** From this machine, else from the version's release with the environment's token, and kept. */
  find(
    model: string,
    version: { readonly version: string; readonly manifest: string | null },
  ): Promise<Manifest | null>;
}

/** Manifests kept under `.slipway/cache/manifests`, each checked against its digest whenever it is read. */
export function openManifests(session: Session): Manifests {
  const folder = join(slipwayFolder(session), 'cache', 'manifests');
  const local = (digest: string | null): Manifest | null => {
    if (digest === null) return null;
    try {
      return parse(readFileSync(join(folder, `${digest}.json`)), digest);
    } catch {
      // Not kept, or not readable: it is asked for again.
      return null;
    }
  };
  return {
    local,
    find: async (model, { version, manifest: digest }) => {
      const kept = local(digest);
      if (kept !== null || digest === null) return kept;
      try {
        const bytes = await download(session.cwd, `${model}@${version}`);
        const manifest = bytes === null ? null : parse(bytes, digest);
        if (manifest === null && bytes !== null)
          session.progress.line(
            `${model}@${version}: the release's ${FILE} is not the one that was registered`,
          );
        if (manifest !== null) keep(folder, digest, bytes!);
        return manifest;
      } catch (error) {
        if (!isCodedError(error)) throw error;
        session.progress.line(`${model}@${version}: ${error.message}`);
        return null;
      }
    },
  };
}

/** The manifest of these bytes; null where they have another digest or shape. */
function parse(bytes: Buffer, digest: string): Manifest | null {
  if (sha256(bytes) !== digest) return null;
  try {
    return Manifest.safeParse(JSON.parse(bytes.toString())).data ?? null;
  } catch {
    return null;
  }
}

/** A cache: what cannot be kept is only slower. */
function keep(folder: string, digest: string, bytes: Buffer): void {
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${digest}.json`), bytes);
  } catch {
    // A read-only or full disk.
  }
}

/** Bytes of a release's manifest; null without a token, a release, or the asset. */
async function download(folder: string, tag: string): Promise<Buffer | null> {
  const github = await githubHere(folder);
  if (github === null) return null;
  const [{ githubReleases }, { httpAssetBytes }] = await Promise.all([
    import('../platform/github/releases.ts'),
    import('../platform/github/asset-bytes.ts'),
  ]);
  const { api, owner, repo, baseUrl, token } = github;
  const bytes = httpAssetBytes({ token, userAgent: `slipway/${VERSION}` });
  const releases = githubReleases(api, { owner, repo, self: 0, bytes, baseUrl });
  const published = (await releases.ofTag(tag)).find(({ draft }) => !draft);
  const asset = published?.assets.find(({ name, state }) => name === FILE && state === 'uploaded');
  if (asset === undefined || asset.bytes > MAX_BYTES) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of releases.download(asset.id, 0)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
