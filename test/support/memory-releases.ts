import { canonicalJson, sha256 } from '../../src/contracts/digest.ts';
import { PlatformError } from '../../src/contracts/errors.ts';
import { MANIFEST_SCHEMA, type Manifest, type ManifestFile } from '../../src/contracts/manifest.ts';
import { foldEntries, type Log } from '../../src/registry/index.ts';
import type { BlobCache, FolderWriter, Release, ReleaseAsset } from '../../src/registry/ports.ts';
import { entry } from './log-entries.ts';

/** A release's assets by name, as bytes. */
export type Assets = Map<string, Buffer>;

/** Files of a sample version: a whole one, one in two parts, two in a pack, an empty one. */
export function sampleFiles(): { files: ManifestFile[]; assets: Assets } {
  const assets: Assets = new Map([
    ['model.onnx', Buffer.from('the model itself')],
    ['weights.bin.part-001', Buffer.alloc(1000, 'a')],
    ['weights.bin.part-002', Buffer.alloc(300, 'b')],
    ['files.pack-001', Buffer.from('first filesecond file')],
  ]);
  const of = (name: string, offset?: number) => {
    const bytes = assets.get(name)!;
    const whole = { name, bytes: bytes.length, sha256: sha256(bytes) };
    return offset === undefined ? whole : { ...whole, offset };
  };
  const file = (path: string, content: Buffer, ...held: ReturnType<typeof of>[]): ManifestFile => ({
    path,
    bytes: content.length,
    sha256: sha256(content),
    format: 'text',
    assets: held,
  });
  const weights = Buffer.concat([assets.get('weights.bin.part-001')!, assets.get('weights.bin.part-002')!]);
  const pack = 'files.pack-001';
  return {
    assets,
    files: [
      file('model.onnx', assets.get('model.onnx')!, of('model.onnx')),
      file('weights/weights.bin', weights, of('weights.bin.part-001'), of('weights.bin.part-002')),
      file('texts/second.txt', Buffer.from('second file'), of(pack, 10)),
      file('texts/first.txt', Buffer.from('first file'), of(pack, 0)),
      file('texts/empty.txt', Buffer.alloc(0)),
    ],
  };
}

export function sampleManifest(files: ManifestFile[], more: Partial<Manifest> = {}): Manifest {
  return {
    schema: MANIFEST_SCHEMA,
    model: 'churn',
    version: 'v1.0.0',
    task: 'binary',
    commit: 'c'.repeat(40),
    pull: null,
    authors: [],
    entry: 'model.onnx',
    files,
    documents: [],
    signature: null,
    digests: { train_key: null, data: null, environment: null, evaluation: null },
    run: { id: 'run-1', url: null },
    params: {},
    seeds: [],
    metrics: [],
    verdict: null,
    created: '2026-01-01T00:00:00.000Z',
    slipway: '0.0.0',
    ...more,
  };
}

/** A log in which churn@v1.0.0 is registered with this manifest, and runs in production. */
export function logOf(manifest: string): Log {
  const entries = [
    entry(1, 'register', { manifest }),
    entry(2, 'promote', { stage: 'production', version: 'v1.0.0' }),
  ];
  const models = foldEntries(entries);
  return { head: 'f'.repeat(40), repository: 1, n: 2, models, mode: 'open', writer: null, trouble: null };
}

/** One release in memory, which tells its downloads and breaks them off where it is told to. */
export class MemoryRelease {
  readonly assets: Assets;
  readonly downloads: { name: string; start: number }[] = [];
  /** Bytes after which the next downloads break. */
  readonly cuts: number[] = [];
  draft = false;
  /** Bytes of a chunk. */
  chunk = 7;
  /** What GitHub says of an asset, where that is not the truth. */
  readonly said = new Map<string, Partial<ReleaseAsset>>();

  constructor(assets: Assets, manifest?: Manifest) {
    this.assets = assets;
    if (manifest !== undefined) assets.set('manifest.json', Buffer.from(canonicalJson(manifest)));
  }

  ofTag(tag: string): Promise<readonly Release[]> {
    if (tag !== 'churn@v1.0.0') return Promise.resolve([]);
    const assets = [...this.assets].map(([name, bytes], id): ReleaseAsset => ({
      id,
      name,
      state: 'uploaded',
      bytes: bytes.length,
      sha256: sha256(bytes),
      changed: new Date(0),
      ...this.said.get(name),
    }));
    const at = new Date(0);
    const author = { id: 1, login: 'owner' };
    const { draft } = this;
    const facts = { id: 1, tag, title: tag, body: '', immutable: false, created: at, changed: at, url: '' };
    return Promise.resolve([{ ...facts, draft, author, assets }]);
  }

  async *download(id: number, start: number): AsyncIterable<Uint8Array> {
    await Promise.resolve();
    const [name, bytes] = [...this.assets][id]!;
    this.downloads.push({ name, start });
    const cut = this.cuts.shift() ?? Infinity;
    for (let at = start; at < bytes.length; at += this.chunk) {
      if (at - start >= cut) throw new PlatformError({ code: 'NETWORK', message: 'cut off' });
      yield bytes.subarray(at, at + this.chunk);
    }
  }
}

/** A folder in memory: files appear whole or not at all. */
export class MemoryFolder implements FolderWriter {
  readonly files = new Map<string, Buffer>();
  /** Bytes that find room. */
  room = Infinity;

  async write(path: string, chunks: AsyncIterable<Uint8Array>): Promise<string> {
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) {
      this.room -= chunk.length;
      if (this.room < 0) throw new PlatformError({ code: 'DISK', message: 'no space left' });
      parts.push(Buffer.from(chunk));
    }
    this.files.set(path, Buffer.concat(parts));
    return `/model/${path}`;
  }
}

/** A cache in memory over the files of a folder. */
export class MemoryCache implements BlobCache {
  readonly blobs = new Map<string, Buffer>();
  readonly #folder: MemoryFolder;

  constructor(folder: MemoryFolder) {
    this.#folder = folder;
  }

  read(digest: string): ReturnType<BlobCache['read']> {
    const bytes = this.blobs.get(digest);
    if (bytes === undefined) return Promise.resolve(null);
    return Promise.resolve({
      bytes: bytes.length,
      async *read() {
        await Promise.resolve();
        yield bytes;
      },
    });
  }

  keep(digest: string, file: string): Promise<void> {
    this.blobs.set(digest, this.#folder.files.get(file.slice('/model/'.length))!);
    return Promise.resolve();
  }

  drop(digest: string): Promise<void> {
    this.blobs.delete(digest);
    return Promise.resolve();
  }

  resume(): Promise<null> {
    return Promise.resolve(null);
  }
}
