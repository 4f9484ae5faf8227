import { createHash, type Hash } from 'node:crypto';

import { InputError, PlatformError } from '../../contracts/errors.ts';
import type { ByteSource, Release, ReleaseAsset, ReleaseStore } from '../ports.ts';
import type { PlannedAsset } from './plan.ts';
import { digestOfSource, hashed, slice } from './sources.ts';

/** An upload that somebody else began may still go on: it is given this long since its last sign of life. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 5000;

/** An asset as it must lie in the release. */
export interface WantedAsset {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The bytes of a planned asset. */
export function sourceOf(asset: PlannedAsset): ByteSource {
  return {
    bytes: asset.slices.reduce((sum, { bytes }) => sum + bytes, 0),
    async *read() {
      for (const { file, from, bytes } of asset.slices) yield* slice(file.source, from, bytes);
    },
  };
}

export interface AssetPorts {
  readonly releases: ReleaseStore;
  /** Now, by GitHub's clock. */
  readonly now: () => Promise<Date>;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Brings the assets of one registration into its draft. */
export class Uploads {
  readonly #ports: AssetPorts;
  /** Digests of what was read before: a repeated step reads no file again. */
  readonly #digests = new Map<string, string>();
  /** Uploads that broke off in this process: nobody else sends them. */
  readonly #broken = new Set<string>();

  constructor(ports: AssetPorts) {
    this.#ports = ports;
  }

  /**
   * Sees to it that a release holds an asset of these bytes, and gives what it is. What is there already and equal
   * stays; other bytes, and what is half there and abandoned, are deleted by id and sent again. `known` is the digest
   * that the bytes must have.
   * @throws InputError INPUT_CHANGED the bytes are not those that were looked at
   * @throws PlatformError DIGEST_MISMATCH what arrived is not what was sent · as the store throws
   */
  async ensure(release: Release, name: string, source: ByteSource, known?: string): Promise<WantedAsset> {
    const { releases } = this.#ports;
    const there = await this.#settled(release, name);
    if (there !== null) {
      const sha256 = known ?? (await digestOfSource(source));
      const wanted = { name, bytes: source.bytes, sha256 };
      if (await holds(releases, there, wanted)) return wanted;
      await releases.deleteAsset(there.id);
    }
    const sent = hashed(source);
    this.#broken.add(name);
    const asset = await releases.upload(release.id, name, sent.source);
    this.#broken.delete(name);
    const digest = sent.digest();
    if (digest === null || (known !== undefined && digest !== known)) {
      await releases.deleteAsset(asset.id);
      throw changed(name, known, digest);
    }
    const wanted = { name, bytes: source.bytes, sha256: digest };
    if (await holds(releases, asset, wanted)) return wanted;
    await releases.deleteAsset(asset.id);
    throw new PlatformError({
      code: 'DIGEST_MISMATCH',
      message: `${name}: what GitHub received is not what was sent`,
      hint: 'Call it again: only this file is sent once more.',
    });
  }

  /**
   * Digests of planned assets, by name, told from those of the files: a file of its own is not read; parts and packs
   * are, once. @throws InputError INPUT_CHANGED a file is not the one that was looked at
   */
  async digestsOf(
    plan: readonly PlannedAsset[],
    files: ReadonlyMap<string, { readonly sha256: string }>,
  ): Promise<ReadonlyMap<string, string>> {
    const hashes = new Map<string, Hash>();
    for (const { name, slices } of plan) {
      const [only] = slices;
      const known =
        slices.length === 1 && only !== undefined && only.bytes === only.file.source.bytes
          ? files.get(only.file.path)?.sha256
          : undefined;
      if (known !== undefined) this.#digests.set(name, known);
      if (this.#digests.has(name)) continue;
      const whole = createHash('sha256');
      for (const { file, from, bytes } of slices) {
        const hash = hashes.get(file.path) ?? createHash('sha256');
        hashes.set(file.path, hash);
        for await (const chunk of slice(file.source, from, bytes)) {
          whole.update(chunk);
          hash.update(chunk);
        }
      }
      this.#digests.set(name, whole.digest('hex'));
    }
    for (const [path, hash] of hashes) {
      const [expected, found] = [files.get(path)?.sha256, hash.digest('hex')];
      if (found !== expected) throw changed(path, expected, found);
    }
    return this.#digests;
  }

  /** The asset of a name once nobody sends it any more; null where there is none. */
  async #settled(release: Release, name: string): Promise<ReleaseAsset | null> {
    const find = (one: Release | null) => one?.assets.find((asset) => asset.name === name) ?? null;
    let asset = find(release);
    for (let waited = 0; asset?.state === 'starter' && waited < PATIENCE_MS; waited += LOOK_MS) {
      const age = (await this.#ports.now()).getTime() - asset.changed.getTime();
      if (this.#broken.has(name) || age >= PATIENCE_MS) break;
      await this.#ports.sleep(LOOK_MS);
      asset = find(await this.#ports.releases.get(release.id));
    }
    return asset;
  }
}

function changed(name: string, known: string | undefined, found: string | null): InputError {
  return new InputError({
    code: 'INPUT_CHANGED',
    message: `${name}: changed while it was registered: expected the digest ${known ?? 'of all its bytes'}, sent ${found ?? 'fewer bytes'}`,
    hint: 'Let the run end before its outputs are registered, then register it again.',
  });
}

/** True where an asset is whole and has these bytes; without GitHub's digest it is read back. */
export async function holds(
  releases: Pick<ReleaseStore, 'download'>,
  asset: ReleaseAsset,
  wanted: WantedAsset,
): Promise<boolean> {
  if (asset.state !== 'uploaded' || asset.bytes !== wanted.bytes) return false;
  return (await digestOfAsset(releases, asset)) === wanted.sha256;
}

/** Digest of an asset's bytes: as GitHub says it, else read back. */
export async function digestOfAsset(
  releases: Pick<ReleaseStore, 'download'>,
  asset: ReleaseAsset,
): Promise<string> {
  const source = { bytes: asset.bytes, read: () => releases.download(asset.id, 0) };
  return asset.sha256 ?? (await digestOfSource(source));
}
