import { createHash } from 'node:crypto';

import { InputError, isCodedError, PlatformError } from '../../contracts/errors.ts';
import type { Manifest, ManifestFile } from '../../contracts/manifest.ts';
import { findVersion, type Named } from '../answers/find.ts';
import type { Log } from '../log/types.ts';
import type { BlobCache, FolderWriter, PartialBlob, ReleaseAsset, ReleaseStore } from '../ports.ts';
import { AssetReader, type AssetReaderPorts } from './asset-reader.ts';
import { fetchManifest, type Fetched } from './fetch-manifest.ts';

export interface PullPorts extends AssetReaderPorts {
  readonly releases: Pick<ReleaseStore, 'ofTag' | 'download'>;
  readonly folder: FolderWriter;
  /** Null: every byte comes from the release. */
  readonly cache: BlobCache | null;
  progress?(line: string): void;
}

export interface PullInput {
  readonly log: Log;
  readonly named: Named;
  /** Also manifest.json, metrics.json, the model card and the other documents; the card once more as README.md. */
  readonly documents?: boolean;
}

export interface Pulled {
  readonly model: string;
  readonly version: string;
  readonly manifest: Manifest;
  /** Absolute path of the file that a server loads. */
  readonly entry: string;
  readonly files: readonly PulledFile[];
}

export interface PulledFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly from: 'cache' | 'release';
}

/** Something to be written: a file of the model, or a document. */
type Wanted = Pick<ManifestFile, 'path' | 'bytes' | 'sha256' | 'assets'>;

/**
 * Writes the files of a version to a folder. The manifest is checked against the digest that the log holds, each file
 * against the manifest: whatever lies in a release or a cache, only what was registered is written. Every file appears
 * whole or not at all; the entry file comes last, so that a folder that holds it is complete.
 *
 * @throws InputError MODEL_UNKNOWN, VERSION_UNKNOWN, STAGE_UNKNOWN · LOG_TAMPERED, LOG_NEWER the log cannot be followed
 * @throws PlatformError RELEASE_MISSING · DIGEST_MISMATCH · NETWORK · DISK
 */
export async function pull(input: PullInput, ports: PullPorts): Promise<Pulled> {
  const { model } = input.named;
  refuseTrouble(input);
  const { version, manifest: digest } = findVersion(input.log.models, input.named);
  if (digest === null) throw adopted(`${model}@${version}`);
  const reader = new AssetReader(ports);
  try {
    const fetched = await fetchManifest({ model, version, digest }, ports.releases, reader);
    const { manifest } = fetched;
    const tag = `${model}@${version}`;
    const wanted = inOrder(manifest, input.documents === true);
    const sources = wanted.map((file) => assetsOf(file, fetched, tag));
    const places = new Map<string, string>();
    const files: PulledFile[] = [];
    for (const [index, file] of wanted.entries()) {
      const { path, bytes, sha256 } = file;
      ports.progress?.(`${path} (${bytes} bytes)`);
      const from = await place(file, sources[index]!, reader, ports, places);
      files.push({ path, bytes, sha256, from });
    }
    if (input.documents === true) await writeManifest(fetched, files, ports);
    return { model, version, manifest, entry: places.get(manifest.entry)!, files };
  } finally {
    await reader.close();
  }
}

function refuseTrouble({ log: { trouble }, named }: PullInput): void {
  if (trouble === null) return;
  const newer = trouble.kind === 'unknown-schema';
  // Versions stay what they are; what a stage holds may have changed in what cannot be read.
  if (newer && named.stage === null && named.version !== null) return;
  const code = newer ? 'LOG_NEWER' : 'LOG_TAMPERED';
  throw new InputError({ code, message: trouble.message, hint: trouble.repair });
}

/** Files that share an asset stand in the order they lie in it; the entry is the last. */
function inOrder(manifest: Manifest, documents: boolean): readonly Wanted[] {
  const key = ({ assets: [first], path }: Wanted): string =>
    `${first?.name ?? ''}\0${String(first?.offset ?? 0).padStart(16, '0')}\0${path}`;
  const entry = manifest.files.find(({ path }) => path === manifest.entry);
  if (entry === undefined) throw missing(manifest.entry, `${manifest.model}@${manifest.version}`);
  const others = manifest.files.filter((file) => file !== entry);
  const sorted = [...others].sort((left, right) => (key(left) < key(right) ? -1 : 1));
  return [...(documents ? documentsOf(manifest) : []), ...sorted, entry];
}

const CARD = 'model-card.md';
const README = 'README.md';

function documentsOf({ files, documents }: Manifest): readonly Wanted[] {
  const taken = new Set(files.map(({ path }) => path.toLowerCase()));
  const all = documents.map(({ name, bytes, sha256 }): Wanted => ({
    path: name,
    bytes,
    sha256,
    assets: bytes === 0 ? [] : [{ name, bytes, sha256 }],
  }));
  const card = all.find(({ path }) => path === CARD);
  const readme = card === undefined ? [] : [{ ...card, path: README }];
  return [...all, ...readme].filter(({ path }) => !taken.has(path.toLowerCase()));
}

async function writeManifest({ text }: Fetched, files: PulledFile[], ports: PullPorts): Promise<void> {
  const path = 'manifest.json';
  if (files.some((file) => file.path.toLowerCase() === path)) return;
  await ports.folder.write(path, one(text));
  const sha256 = createHash('sha256').update(text).digest('hex');
  files.push({ path, bytes: text.length, sha256, from: 'release' });
}

async function* one(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}

/** The release's assets that hold a file: looked for before anything is written. */
function assetsOf(file: Wanted, { assets }: Fetched, tag: string): readonly ReleaseAsset[] {
  return file.assets.map((wanted) => {
    const there = assets.get(wanted.name);
    if (there?.state !== 'uploaded') throw missing(wanted.name, tag);
    const equal = there.bytes === wanted.bytes && (there.sha256 ?? wanted.sha256) === wanted.sha256;
    if (!equal) throw mismatch(`${tag}: the asset ${wanted.name} is not what was registered`);
    return there;
  });
}

/** Writes one file, from the cache where its bytes are there and right. */
async function place(
  file: Wanted,
  assets: readonly ReleaseAsset[],
  reader: AssetReader,
  ports: PullPorts,
  places: Map<string, string>,
): Promise<PulledFile['from']> {
  const { path, sha256 } = file;
  const kept = await ports.cache?.read(sha256);
  if (kept?.bytes === file.bytes) {
    try {
      places.set(path, await ports.folder.write(path, checked(kept.read(), file)));
      return 'cache';
    } catch (error) {
      // The disk that refuses to write is no fault of the cache.
      if (isCodedError(error) && error.code !== 'DIGEST_MISMATCH') throw error;
    }
  }
  if (kept != null) await ports.cache?.drop(sha256);
  const partial = file.bytes < RESUMED_FROM ? null : ((await ports.cache?.resume(sha256)) ?? null);
  if (partial === null) {
    const written = await ports.folder.write(path, checked(bytesOf(file, assets, reader, 0), file));
    places.set(path, written);
    await ports.cache?.keep(sha256, written);
    return 'release';
  }
  try {
    if (partial.bytes > 0) ports.progress?.(`${path} (${file.bytes} bytes, ${partial.bytes} are here)`);
    const chunks = checked(resumed(partial, bytesOf(file, assets, reader, partial.bytes)), file);
    places.set(path, await ports.folder.write(path, chunks));
  } catch (error) {
    const wrong = isCodedError(error) && error.code === 'DIGEST_MISMATCH';
    await (wrong ? partial.drop() : partial.leave());
    // What another process left may be damaged, as all of a cache: once more from the first byte.
    if (wrong && partial.bytes > 0) return await place(file, assets, reader, ports, places);
    throw error;
  }
  await partial.keep();
  return 'release';
}

/** Smaller files are fetched anew sooner than they are gone on with. */
const RESUMED_FROM = 2 ** 20;

/** What is here already, then what still comes, kept as it comes. */
async function* resumed(partial: PartialBlob, coming: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  yield* partial.read();
  for await (const chunk of coming) {
    await partial.add(chunk);
    yield chunk;
  }
}

/** The bytes of a file from `start` on. */
async function* bytesOf(
  file: Wanted,
  assets: readonly ReleaseAsset[],
  reader: AssetReader,
  start: number,
): AsyncIterable<Uint8Array> {
  let skip = start;
  for (const [index, { offset = 0, bytes }] of file.assets.entries()) {
    // A file in a pack is all of what it has there.
    const length = Math.min(bytes, file.bytes);
    if (skip < length) yield* reader.read(assets[index]!.id, offset + skip, length - skip);
    skip = Math.max(0, skip - length);
  }
}

/** Passes bytes on; at the end, or as soon as there are too many, it throws where they are not the promised ones. */
async function* checked(chunks: AsyncIterable<Uint8Array>, file: Wanted): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > file.bytes) break;
    hash.update(chunk);
    yield chunk;
  }
  if (bytes !== file.bytes || hash.digest('hex') !== file.sha256)
    throw mismatch(`${file.path}: the bytes do not have the registered digest ${file.sha256}`);
}

function mismatch(message: string): PlatformError {
  return new PlatformError({
    code: 'DIGEST_MISMATCH',
    message,
    hint: 'nothing of it was written; if it stays so, somebody changed the release: register the run again as a new version',
  });
}

function missing(name: string, tag: string): PlatformError {
  return new PlatformError({
    code: 'RELEASE_MISSING',
    message: `${tag}: its release does not hold ${name}`,
    hint: 'register the same run again: it completes the release',
  });
}

function adopted(tag: string): InputError {
  return new InputError({
    code: 'RELEASE_MISSING',
    message: `${tag} was adopted from another registry: it has no manifest, so there are no bytes that could be verified`,
    hint: `check out its commit (git checkout '${tag}'), or register a new version`,
  });
}
