import { createHash } from 'node:crypto';

import { InputError, PlatformError } from '../../contracts/errors.ts';
import { sha256 } from '../../contracts/digest.ts';
import type { ByteSource, Release, ReleaseAsset, ReleaseStore } from '../ports.ts';
import type { PlannedAsset } from './plan.ts';

/** An asset as it must lie in the release. */
export interface WantedAsset {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Text as bytes that can be read again and again. */
export function textSource(text: string): ByteSource {
  const bytes = Buffer.from(text);
  return {
    bytes: bytes.length,
    async *read(start = 0) {
      await Promise.resolve();
      if (start < bytes.length) yield bytes.subarray(start);
    },
  };
}

/** The first `bytes` bytes of a source from `from` on. @throws InputError INPUT_CHANGED where it is shorter */
export async function* sliceOf(source: ByteSource, from: number, bytes: number): AsyncIterable<Uint8Array> {
  let left = bytes;
  for await (const chunk of source.read(from)) {
    const piece = chunk.length > left ? chunk.subarray(0, left) : chunk;
    left -= piece.length;
    yield piece;
    if (left === 0) return;
  }
  if (left > 0)
    throw new InputError({ code: 'INPUT_CHANGED', message: 'a file became shorter while it was read' });
}

/** The bytes of a planned asset. */
export function sourceOf(asset: PlannedAsset): ByteSource {
  return {
    bytes: asset.slices.reduce((sum, { bytes }) => sum + bytes, 0),
    async *read() {
      for (const { file, from, bytes } of asset.slices) yield* sliceOf(file.source, from, bytes);
    },
  };
}

/** Passes bytes on and tells their digest at the end. */
export function hashed(source: ByteSource): { readonly source: ByteSource; digest(): string | null } {
  let found: string | null = null;
  return {
    digest: () => found,
    source: {
      bytes: source.bytes,
      async *read() {
        found = null;
        const hash = createHash('sha256');
        for await (const chunk of source.read()) {
          hash.update(chunk);
          yield chunk;
        }
        found = hash.digest('hex');
      },
    },
  };
}

/** SHA-256 of all bytes of a source. */
export async function digestOfSource(source: ByteSource): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of source.read()) hash.update(chunk);
  return hash.digest('hex');
}

/**
 * Sees to it that a release holds an asset of these bytes, and gives what it is. What is there already and equal stays;
 * what is half there or other bytes is deleted by its id and uploaded again.
 * @throws PlatformError DIGEST_MISMATCH where what arrived is not what was sent · as the store throws
 */
export async function ensureAsset(
  releases: ReleaseStore,
  release: Release,
  name: string,
  source: ByteSource,
  known?: string,
): Promise<WantedAsset> {
  const there = release.assets.find((asset) => asset.name === name);
  if (there !== undefined) {
    const digest = known ?? (await digestOfSource(source));
    const wanted = { name, bytes: source.bytes, sha256: digest };
    if (await holds(releases, there, wanted)) return wanted;
    await releases.deleteAsset(there.id);
  }
  const sent = hashed(source);
  const asset = await releases.upload(release.id, name, sent.source);
  const wanted = { name, bytes: source.bytes, sha256: sent.digest() ?? (await digestOfSource(source)) };
  if (await holds(releases, asset, wanted)) return wanted;
  await releases.deleteAsset(asset.id);
  throw new PlatformError({
    code: 'DIGEST_MISMATCH',
    message: `${name}: what GitHub received is not what was sent`,
    hint: 'Call it again: only this file is sent once more.',
  });
}

/** True where an asset is whole and has these bytes; without GitHub's digest it is read back. */
export async function holds(
  releases: ReleaseStore,
  asset: ReleaseAsset,
  wanted: WantedAsset,
): Promise<boolean> {
  if (asset.state !== 'uploaded' || asset.bytes !== wanted.bytes) return false;
  const source = { bytes: asset.bytes, read: () => releases.download(asset.id, 0) };
  return (asset.sha256 ?? (await digestOfSource(source))) === wanted.sha256;
}

/** Digest of a text as it is uploaded. */
export function textAsset(name: string, text: string): WantedAsset {
  return { name, bytes: Buffer.byteLength(text), sha256: sha256(text) };
}
