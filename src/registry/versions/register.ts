import { canonicalJson, digestOf, sha256 } from '../../contracts/digest.ts';
import type { EntryDraft } from '../../contracts/entry.ts';
import { InputError, PlatformError } from '../../contracts/errors.ts';
import { Manifest, MANIFEST_SCHEMA } from '../../contracts/manifest.ts';
import { appendEntry } from '../log/append.ts';
import { recordedEntry } from '../log/entries.ts';
import { versionOf } from '../log/fold.ts';
import { openLog } from '../log/open.ts';
import type { Log, RecordedEntry } from '../log/types.ts';
import type { ByteSource, Release } from '../ports.ts';
import { digestOfSource, ensureAsset, holds, sourceOf, textSource, type WantedAsset } from './assets.ts';
import { nextVersion } from './bump.ts';
import { cardText, metricsText, notesText, type Described } from './documents.ts';
import { ensureDraft, keyLine } from './draft.ts';
import { tagAndPublish } from './finish.ts';
import { planAssets } from './plan.ts';
import type { Registered, RegisterInput, VersionPorts } from './types.ts';
import { checkUploads } from './uploadable.ts';

const MANIFEST = 'manifest.json';
const GENERATED = [MANIFEST, 'metrics.json', 'model-card.md'];
const TRIES = 6;

/**
 * Registers a version: draft release → assets → every asset verified → `register` entry → annotated tag → publish.
 * The entry is the commit point: before it nothing has happened, after it whoever comes next finishes. Idempotent by
 * `input.key`: after a crash at any point, or twice at once, it ends in one version. A name that an immutable release
 * burnt, or that somebody took meanwhile, becomes the next patch number.
 *
 * @throws InputError FORMAT_REFUSED what must not go up · VERSION_EXISTS the exact version is taken · ENTRY_REFUSED
 * @throws PlatformError DIGEST_MISMATCH, NETWORK, AMBIGUOUS (call it again), and as the ports throw
 */
export async function register(input: RegisterInput, ports: VersionPorts): Promise<Registered> {
  await checkUploads(input.files);
  return await new Registering(input, ports).run();
}

interface Prepared {
  readonly version: string;
  readonly manifest: string;
  readonly release: Release;
}

class Registering {
  readonly #input: RegisterInput;
  readonly #ports: VersionPorts;
  /** Digests of what was read before, by asset: a repeated step reads no file again. */
  readonly #digests = new Map<string, string>();
  readonly #burnt = new Set<string>();
  #log: Log | undefined;

  constructor(input: RegisterInput, ports: VersionPorts) {
    this.#input = input;
    this.#ports = ports;
  }

  /** Every step begins by reading, so that a step without a clear answer can be begun again. */
  async run(): Promise<Registered> {
    for (let tries = 1; ; tries++) {
      try {
        this.#ports.signal?.throwIfAborted();
        const done = await this.#attempt();
        if (done !== null) return done;
      } catch (error) {
        if (!isPassing(error) || tries >= TRIES) throw error;
        await this.#ports.sleep(tries * 500);
      }
      if (tries >= TRIES * 3) throw busy(this.#input.model);
    }
  }

  /** Null: the name went to somebody else; again with the next one. */
  async #attempt(): Promise<Registered | null> {
    const { log, trust } = this.#ports;
    this.#log = await openLog(log, { followed: this.#log, trust });
    const before = await recordedEntry(log, this.#log, this.#key());
    if (before !== null) return await this.#finish(before, true);
    const prepared = await this.#prepare(this.#log);
    const outcome = await this.#append(prepared);
    return outcome === null ? null : await this.#finish(outcome.recorded, outcome.already);
  }

  /** A burnt name's entry has the first key: what follows it needs another. */
  #key(): string {
    const { key } = this.#input;
    return this.#burnt.size === 0 ? key : digestOf([key, ...this.#burnt]);
  }

  async #prepare(log: Log): Promise<Prepared> {
    const input = this.#input;
    const version = await this.#version(log);
    const tag = `${input.model}@${version}`;
    const title = `${input.model} ${version}`;
    const { releases } = this.#ports;
    let release = await ensureDraft(releases, input.key, { tag, title, commit: input.facts.commit });
    if (release.tag !== tag) release = await releases.update(release.id, { tag, title });
    const wanted: WantedAsset[] = [];
    const send = async (name: string, source: ByteSource) => {
      this.#ports.signal?.throwIfAborted();
      const asset = await ensureAsset(releases, release, name, source, this.#digests.get(name));
      wanted.push(asset);
      return asset;
    };
    const described: Described = { ...input, version, headline: input.headline };
    const manifest = await this.#upload(described, send);
    const text = canonicalJson(manifest);
    await send(MANIFEST, textSource(text));
    const body = `${notesText(described, sha256(text))}\n\n${keyLine(input.key)}\n`;
    if (release.body !== body) await releases.update(release.id, { body });
    return { version, manifest: sha256(text), release: await this.#verified(release.id, wanted) };
  }

  /** Uploads everything but the manifest, and gives the manifest. */
  async #upload(
    described: Described,
    send: (name: string, source: ByteSource) => Promise<WantedAsset>,
  ): Promise<Manifest> {
    const { files, documents, facts, model } = this.#input;
    const reserved = [...GENERATED, ...documents.map(({ name }) => name)];
    const held = new Map<string, { name: string; bytes: number; sha256: string; offset?: number }[]>();
    for (const asset of planAssets(files, reserved, this.#ports.releases.limits)) {
      const source = sourceOf(asset);
      this.#ports.progress?.(`uploading ${asset.name} (${source.bytes} bytes)`);
      const sent = await send(asset.name, source);
      this.#digests.set(asset.name, sent.sha256);
      let offset = 0;
      for (const { file, bytes } of asset.slices) {
        const piece = asset.slices.length > 1 ? { ...sent, offset } : sent;
        held.set(file.path, [...(held.get(file.path) ?? []), piece]);
        offset += bytes;
      }
    }
    const parts = [
      ['metrics.json', textSource(metricsText(described))] as const,
      ['model-card.md', textSource(cardText(described))] as const,
      ...documents.map(({ name, source }) => [name, source] as const),
    ];
    const sentDocuments: WantedAsset[] = [];
    for (const [name, source] of parts) sentDocuments.push(await send(name, source));
    return Manifest.parse({
      ...facts,
      schema: MANIFEST_SCHEMA,
      model,
      version: described.version,
      files: await Promise.all(files.map((file) => this.#fileFacts(file, held.get(file.path) ?? []))),
      documents: sentDocuments,
    });
  }

  async #fileFacts(
    file: RegisterInput['files'][number],
    assets: readonly (WantedAsset & { readonly offset?: number })[],
  ): Promise<Manifest['files'][number]> {
    const [only, ...others] = assets;
    const own = only !== undefined && others.length === 0 && only.offset === undefined;
    const digest = own ? only.sha256 : await this.#fileDigest(file);
    if (file.sha256 !== undefined && file.sha256 !== digest)
      throw new InputError({
        code: 'DIGEST_MISMATCH',
        message: `${file.path} has the digest ${digest}, what was judged had ${file.sha256}`,
        file: file.path,
        hint: 'Judge these bytes first: slipway run.',
      });
    return {
      path: file.path,
      bytes: file.source.bytes,
      sha256: digest,
      format: file.format,
      assets: [...assets],
    };
  }

  async #fileDigest(file: RegisterInput['files'][number]): Promise<string> {
    const key = `/${file.path}`;
    const digest = this.#digests.get(key) ?? (await digestOfSource(file.source));
    this.#digests.set(key, digest);
    return digest;
  }

  async #version(log: Log): Promise<string> {
    const { model, version, bump } = this.#input;
    const state = log.models.get(model);
    const registered = state?.versions.map((one) => one.version) ?? [];
    const prefix = `${model}@`;
    const tags = await this.#ports.tags.list(prefix);
    const taken = new Set([
      ...registered,
      ...this.#burnt,
      ...tags.map(({ name }) => name.slice(prefix.length)),
    ]);
    if (version === undefined) return nextVersion(registered, bump ?? 'patch', taken);
    if (!taken.has(version)) return version;
    if (this.#burnt.has(version)) return nextVersion([version], 'patch', taken);
    throw new InputError({
      code: 'VERSION_EXISTS',
      message: `${prefix}${version} exists already`,
      hint: 'Leave --version out: the next free number is taken.',
    });
  }

  /** The release as GitHub holds it now, whole; what is no part of it is deleted. */
  async #verified(id: number, wanted: readonly WantedAsset[]): Promise<Release> {
    const { releases } = this.#ports;
    const release = await releases.get(id);
    if (release === null) throw passing('the draft was deleted meanwhile');
    for (const asset of release.assets)
      if (!wanted.some(({ name }) => name === asset.name)) await releases.deleteAsset(asset.id);
    for (const one of wanted) {
      const there = release.assets.find(({ name }) => name === one.name);
      if (there === undefined || !(await holds(releases, there, one)))
        throw passing(`${one.name} is not in the release as it was sent`);
    }
    return release;
  }

  async #append(prepared: Prepared): Promise<{ recorded: RecordedEntry; already: boolean } | null> {
    const { model, facts, actor, mode, config } = this.#input;
    const { log, trust, sleep } = this.#ports;
    const { evaluation } = facts.digests;
    const draft: EntryDraft = {
      op: 'register',
      model,
      version: prepared.version,
      manifest: prepared.manifest,
      commit: facts.commit,
      authors: facts.authors,
      ...(facts.pull === null ? {} : { pull: facts.pull }),
      ...(evaluation === null ? {} : { evaluation }),
      ...(facts.verdict === null ? {} : { verdict: facts.verdict }),
      request: this.#key(),
      actor,
      approvals: [],
      mode,
      config,
    };
    const outcome = await appendEntry(log, draft, {
      trust,
      followed: this.#log,
      sleep,
      recheck: (now) => {
        const state = now.models.get(model);
        const taken = state !== undefined && versionOf(state, prepared.version) !== null;
        const message = `${model} ${prepared.version} was registered meanwhile`;
        return Promise.resolve(taken ? { code: 'VERSION_EXISTS', message } : null);
      },
    });
    this.#log = outcome.log;
    if (outcome.status !== 'refused')
      return { recorded: outcome.recorded, already: outcome.status === 'already' };
    if (outcome.refusal.code === 'VERSION_EXISTS') return null;
    throw new InputError(outcome.refusal);
  }

  /** From the entry on: tag, publish. Null where the name is burnt. */
  async #finish({ entry }: RecordedEntry, already: boolean): Promise<Registered | null> {
    const { version = '', manifest = '', n, commit = this.#input.facts.commit } = entry;
    const { model, facts, headline } = this.#input;
    const found = await this.#ports.releases.ofTag(`${model}@${version}`);
    const release = found.find((one) => !one.draft) ?? found.find((one) => holdsManifest(one, manifest));
    const done = { version, manifest, n, already };
    if (release === undefined) {
      this.#ports.progress?.(`${model}@${version} is registered, but its release is gone`);
      return { ...done, url: null };
    }
    const tag = { model, version, commit, manifest, trainKey: facts.digests.train_key };
    if ((await tagAndPublish(this.#ports, release, tag, headline)) === 'published')
      return { ...done, url: release.url };
    this.#ports.progress?.(
      `${model}@${version}: the name once belonged to an immutable release and can never be used again; the next patch number is taken`,
    );
    this.#burnt.add(version);
    return null;
  }
}

function holdsManifest(release: Release, manifest: string): boolean {
  return release.assets.some(({ name, sha256: digest }) => name === MANIFEST && digest === manifest);
}

function isPassing(error: unknown): boolean {
  return error instanceof PlatformError && ['AMBIGUOUS', 'NETWORK', 'DIGEST_MISMATCH'].includes(error.code);
}

function passing(message: string): PlatformError {
  return new PlatformError({ code: 'NETWORK', message, hint: 'Call it again.' });
}

function busy(model: string): PlatformError {
  return new PlatformError({
    code: 'LOG_BUSY',
    message: `${model}: others took every version number that was tried`,
    hint: 'Call it again in a moment.',
  });
}
