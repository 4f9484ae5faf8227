import type { EntryDraft } from '../../contracts/entry.ts';
import { CancelledError, InputError, PlatformError } from '../../contracts/errors.ts';
import { appendEntry } from '../log/append.ts';
import { recordedEntry } from '../log/entries.ts';
import { versionOf } from '../log/fold.ts';
import { openLog } from '../log/open.ts';
import type { Log, RecordedEntry } from '../log/types.ts';
import type { Release } from '../ports.ts';
import { Uploads } from './assets.ts';
import { firstMissing, sendContents, type Sent } from './contents.ts';
import { headlineOf, notesText, type Described } from './documents.ts';
import { createDraft, findDraft, keyLine } from './draft.ts';
import { discard, holding, publishVersion } from './finish.ts';
import { MANIFEST_NAME } from './names.ts';
import { nextVersion } from './number.ts';
import { changeSince, type Asked } from './previous.ts';
import type { Registered, Registration, VersionPorts } from './types.ts';
import { inspectFiles, type Inspected } from './uploadable.ts';
import { manifestOfTag, refusedTag, reserveTag } from './version-tags.ts';

/** Failures of one step, and names that went to others, before it is given up. */
const FAILURES = 6;
const NAMES = 12;
/** Names in a row that GitHub refuses: one was an immutable release's, several are a ruleset. */
const REFUSED_NAMES = 3;
/** A draft of this age is changed before anything else, so that nobody takes it for abandoned. */
const OLD_MS = 30 * 60_000;
/** Looks at a log in trouble before it is said to be: an outdated answer looks like entries lost. */
const LOOKS = 3;

/**
 * Registers a version: everything is looked at here first; then draft release → assets → each verified → annotated tag
 * → `register` entry → publish. The entry is the commit point: before it nothing has happened, after it whoever comes
 * next finishes. The tag stands before the entry because creating it is the only way to learn that a name may be used
 * (a ruleset may forbid it; that of a deleted immutable release is used up, which GitHub tells nobody who only reads),
 * and because GitHub gives it to one of all who ask. Tag and draft without an entry are cleared away by finishVersions.
 *
 * Idempotent by `key`: after a crash at any point, or twice at once, it ends in one version; a version whose release was
 * deleted is completed again.
 *
 * @throws InputError FORMAT_REFUSED, MODEL_UNREADABLE, EXTERNAL_DATA what must not go up · INPUT_CHANGED ·
 * VERSION_EXISTS the chosen version is taken · ENTRY_REFUSED
 * @throws PlatformError LOG_TAMPERED, LOG_NEWER · PERMISSION rules refuse the tag · NETWORK, AMBIGUOUS, LOG_BUSY: call
 * it again · as the ports throw
 */
export async function register(registration: Registration, ports: VersionPorts): Promise<Registered> {
  const inspected = await inspectFiles(registration);
  return await new Registering(registration, inspected, ports).run();
}

class Registering {
  readonly #input: Registration;
  readonly #inspected: Inspected;
  readonly #ports: VersionPorts;
  readonly #uploads: Uploads;
  readonly #warnings = new Set<string>();
  /** Names that GitHub refused to give, and those that others had. */
  readonly #refused = new Set<string>();
  readonly #taken = new Set<string>();
  /** By the version that is the newest. */
  readonly #asked = new Map<string, Asked>();
  #log: Log | undefined;
  #looks = 0;
  #appended = false;

  constructor(input: Registration, inspected: Inspected, ports: VersionPorts) {
    this.#input = input;
    this.#inspected = inspected;
    this.#ports = ports;
    const { releases, sleep, log } = ports;
    this.#uploads = new Uploads({ releases, sleep, now: () => log.now() });
  }

  /** Every attempt begins by reading, so that a step without a clear answer is never repeated blindly. */
  async run(): Promise<Registered> {
    let failures = 0;
    for (let names = 0; names < NAMES;) {
      this.#stopIfAsked();
      try {
        const done = await this.#attempt();
        if (done !== null) return done;
        names++;
      } catch (error) {
        this.#stopIfAsked();
        if (!isPassing(error) || ++failures >= FAILURES) throw error;
        await this.#ports.sleep(failures * 500);
      }
    }
    throw new PlatformError({
      code: 'LOG_BUSY',
      message: `${this.#input.model}: others took each of ${NAMES} version numbers that were tried`,
      hint: 'call it again in a moment',
    });
  }

  #stopIfAsked(): void {
    if (this.#ports.signal?.aborted === true) throw new CancelledError();
  }

  /** Null: the name went to somebody else, or is used up; again with the next one. */
  async #attempt(): Promise<Registered | null> {
    const { log: store, trust } = this.#ports;
    const log = (this.#log = await openLog(store, { followed: this.#log, trust }));
    this.#checkTrouble(log);
    const before = await recordedEntry(store, log, this.#input.key);
    if (before !== null) return await this.#complete(before);
    const draft = await findDraft(this.#ports.releases, this.#input.key);
    const version = await this.#version(log, draft);
    const { sent } = await this.#prepare(draft, version);
    if (!(await this.#reserve(version, sent.manifest))) return null;
    this.#warnOfNeighbours(log, version);
    const recorded = await this.#append(version, sent.manifest);
    return recorded === null ? null : await this.#complete(recorded);
  }

  #checkTrouble({ trouble }: Log): void {
    if (trouble === null) return;
    const { kind, message, repair } = trouble;
    if (++this.#looks < LOOKS) throw passing(message);
    throw new PlatformError({
      code: kind === 'tampered' ? 'LOG_TAMPERED' : 'LOG_NEWER',
      message: `nothing was registered: ${message}`,
      hint: repair,
    });
  }

  async #version(log: Log, draft: Release | null): Promise<string> {
    const { model, number } = this.#input;
    const prefix = `${model}@`;
    const versions = log.models.get(model)?.versions ?? [];
    const names = (await this.#ports.tags.list(prefix)).map(({ name }) => name.slice(prefix.length));
    const used = [...versions.map(({ version }) => version), ...names];
    const reserved = await this.#reservedBy(draft, prefix, names);
    if (reserved !== null && !versions.some(({ version }) => version === reserved)) return reserved;
    const asked = await this.#change(log);
    return nextVersion(number, used, new Set([...this.#refused, ...this.#taken]), () => asked.bump);
  }

  /** The version whose tag this registration made before, when it got no further. */
  async #reservedBy(draft: Release | null, prefix: string, names: readonly string[]): Promise<string | null> {
    const version = draft?.tag.startsWith(prefix) === true ? draft.tag.slice(prefix.length) : null;
    if (draft === null || version === null || this.#taken.has(version) || !names.includes(version))
      return null;
    const said = await manifestOfTag(this.#ports.tags, draft.tag);
    const asset = draft.assets.find(({ name }) => name === MANIFEST_NAME);
    return said !== null && asset?.sha256 === said ? version : null;
  }

  async #change(log: Log): Promise<Asked> {
    const { model, number } = this.#input;
    const versions = log.models.get(model)?.versions ?? [];
    const key = versions.at(-1)?.version ?? '';
    const known = this.#asked.get(key);
    if (known !== undefined || number !== null) return known ?? { bump: 'patch', reasons: [] };
    const asked = await changeSince(this.#ports.releases, model, versions, this.#inspected.signature);
    this.#asked.set(key, asked);
    for (const reason of asked.reasons) this.#ports.progress?.(reason);
    return asked;
  }

  /** A draft of this version that holds everything, as GitHub says it. */
  async #prepare(found: Release | null, version: string): Promise<{ sent: Sent; release: Release }> {
    const { releases } = this.#ports;
    const { key, model, commit } = this.#input;
    const [tag, title] = [`${model}@${version}`, `${model} ${version}`];
    let release = found ?? (await createDraft(releases, key, { tag, title, commit }));
    const old = found !== null && (await this.#ports.log.now()).getTime() - found.changed.getTime() > OLD_MS;
    if (old || release.tag !== tag || release.title !== title)
      release = await releases.update(release.id, { tag, title, body: keyLine(key) });
    const described: Described = { ...this.#input, version };
    const sent = await sendContents(this.#ports, this.#uploads, release, described, this.#inspected);
    const body = `${notesText(described, sent.manifest)}\n\n${keyLine(key)}\n`;
    if (release.body !== body) await releases.update(release.id, { body });
    const now = await releases.get(release.id);
    if (now === null) throw passing('the draft was deleted meanwhile');
    const missing = await firstMissing(releases, now, sent.assets);
    if (missing !== null) throw passing(`${missing} is not in the release as it was sent`);
    return { sent, release: now };
  }

  /** False where the name is not to be had. */
  async #reserve(version: string, manifest: string): Promise<boolean> {
    const { model, commit, digests, number } = this.#input;
    const facts = { model, version, commit, manifest, trainKey: digests.train_key };
    const outcome = await reserveTag(this.#ports.tags, facts, headlineOf(this.#input));
    if (outcome === 'ours') return true;
    if (outcome === 'taken') {
      this.#taken.add(version);
      return false;
    }
    this.#refused.add(version);
    const tag = `${model}@${version}`;
    const own = number !== null && 'version' in number;
    if (own || this.#refused.size >= REFUSED_NAMES) throw refusedTag(tag);
    this.#warn(
      `GitHub refuses the name ${tag}, as it does where an immutable release had it: the next one is taken`,
    );
    return false;
  }

  #warnOfNeighbours(log: Log, version: string): void {
    const { model, commit } = this.#input;
    const others = (log.models.get(model)?.versions ?? []).filter(
      (one) => one.commit === commit && one.version !== version,
    );
    const [first] = others;
    if (first === undefined) return;
    this.#warn(
      `${model}@${first.version} is on the same commit: GTO’s \`gto show\` fails once a stage tag is there; Slipway’s own answers do not`,
    );
  }

  async #append(version: string, manifest: string): Promise<RecordedEntry | null> {
    const { model, commit, authors, pull, digests, verdict, key, actor, mode, config } = this.#input;
    const { log, trust, sleep } = this.#ports;
    const draft: EntryDraft = {
      op: 'register',
      ...{ model, version, manifest, commit, authors: [...authors] },
      ...(pull === null ? {} : { pull }),
      ...(digests.evaluation === null ? {} : { evaluation: digests.evaluation }),
      ...(verdict === null ? {} : { verdict }),
      ...{ request: key, actor, approvals: [], mode, config },
    };
    const recheck = (now: Log) => {
      const state = now.models.get(model);
      const taken = state !== undefined && versionOf(state, version) !== null;
      const message = `${model}@${version} was registered meanwhile`;
      return Promise.resolve(taken ? { code: 'VERSION_EXISTS' as const, message } : null);
    };
    const outcome = await appendEntry(log, draft, { trust, followed: this.#log, sleep, recheck });
    this.#log = outcome.log;
    if (outcome.status === 'appended') this.#appended = true;
    if (outcome.status !== 'refused') return outcome.recorded;
    if (outcome.refusal.code === 'VERSION_EXISTS') {
      this.#taken.add(version);
      return null;
    }
    throw new InputError(outcome.refusal);
  }

  /** From the entry on: tag and publish; a release that is gone is made again from the same files. */
  async #complete({ entry }: RecordedEntry): Promise<Registered> {
    const { version = '', manifest = '', n, commit = this.#input.commit } = entry;
    const { model, digests, key } = this.#input;
    const { releases } = this.#ports;
    const tag = `${model}@${version}`;
    let release = await holding(releases, tag, manifest);
    if (release === null) {
      const made = await this.#prepare(await findDraft(releases, key), version);
      if (made.sent.manifest !== manifest) throw otherBytes(tag, manifest, made.sent.manifest);
      ({ release } = made);
    }
    const facts = { model, version, commit, manifest, trainKey: digests.train_key };
    await publishVersion(this.#ports, release, facts, headlineOf(this.#input));
    if (!this.#appended) await this.#clearAway();
    const shown = (await releases.get(release.id)) ?? (await holding(releases, tag, manifest)) ?? release;
    const warnings = [...this.#warnings];
    return { version, tag, manifest, n, already: !this.#appended, url: shown.url, warnings };
  }

  /** What this process had begun while another one of the same key came first. */
  async #clearAway(): Promise<void> {
    const { log: store, trust, releases } = this.#ports;
    const draft = await findDraft(releases, this.#input.key);
    if (draft === null) return;
    this.#log = await openLog(store, { followed: this.#log, trust });
    await discard(this.#ports, draft, this.#log);
  }

  #warn(line: string): void {
    if (!this.#warnings.has(line)) this.#ports.progress?.(line);
    this.#warnings.add(line);
  }
}

/** Reading again tells what is. Refusals too: what they say may be about what another process did meanwhile. */
function isPassing(error: unknown): boolean {
  const codes: readonly string[] = ['AMBIGUOUS', 'NETWORK', 'DIGEST_MISMATCH', 'GITHUB_REFUSED', 'LOG_BUSY'];
  return error instanceof PlatformError && codes.includes(error.code);
}

function passing(message: string): PlatformError {
  return new PlatformError({ code: 'NETWORK', message, hint: 'call it again' });
}

function otherBytes(tag: string, expected: string, found: string): InputError {
  return new InputError({
    code: 'VERSION_EXISTS',
    message: `${tag} is registered with the manifest ${expected}; these files give ${found}`,
    hint: 'register them as a version of their own, under another key',
  });
}
