import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { PartialBlob } from '../../registry/ports.ts';
import { temporaryName } from './sinks.ts';

/** Bytes of one write: what a process that is killed loses at most. */
const BATCH = 2 ** 20;
/** Nobody goes on with what was left so long ago. */
const OLD_MS = 7 * 24 * 3_600_000;

export interface PartialPlace {
  readonly folder: string;
  readonly now: Date;
  /** Takes a whole file over. */
  readonly publish: (file: string) => Promise<void>;
}

/**
 * Bytes that are still on their way, in files of `folder` that are named by their digest. Each process writes to a file
 * of its own and begins it with a copy of the longest one there is: of a file that only grows every prefix is right, so
 * nobody needs to know whether its writer is still at work, and nobody writes into another's.
 */
export async function openPartial(
  { folder, now, publish }: PartialPlace,
  sha256: string,
): Promise<PartialBlob | null> {
  const own = temporaryName(join(folder, sha256));
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const longest = await longestOf(folder, sha256, now);
    if (longest !== null)
      await copyFile(longest, own, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL).catch(
        () => undefined,
      );
    const handle = await open(own, 'a+', 0o600);
    return new GrowingFile({ file: own, sha256, publish }, (await handle.stat()).size, handle);
  } catch {
    await rm(own, { force: true }).catch(() => undefined);
    return null;
  }
}

interface Growing {
  readonly file: string;
  readonly sha256: string;
  readonly publish: PartialPlace['publish'];
}

class GrowingFile implements PartialBlob {
  readonly bytes: number;
  readonly #at: Growing;
  /** Null: closed, or the disk refused. */
  #handle: FileHandle | null;
  #whole = true;
  #batch: Uint8Array[] = [];
  #size = 0;
  /** One write is on its way while the next bytes come in. */
  #writing: Promise<void> = Promise.resolve();

  constructor(at: Growing, bytes: number, handle: FileHandle) {
    this.#at = at;
    this.bytes = bytes;
    this.#handle = handle;
  }

  async *read(): AsyncIterable<Uint8Array> {
    if (this.bytes === 0 || this.#handle === null) return;
    // By the handle: another process that is done takes the name away.
    const how = { start: 0, end: this.bytes - 1, autoClose: false, highWaterMark: BATCH };
    yield* this.#handle.createReadStream(how);
  }

  async add(chunk: Uint8Array): Promise<void> {
    if (!this.#whole) await this.#close();
    if (this.#handle === null) return;
    this.#batch.push(chunk);
    this.#size += chunk.length;
    if (this.#size >= BATCH) await this.#flush();
  }

  async keep(): Promise<void> {
    await this.#close();
    const { file, publish } = this.#at;
    // What cannot be kept costs the next pull its time.
    if (this.#whole) await publish(file).catch(() => undefined);
    await this.#removeAll();
  }

  async drop(): Promise<void> {
    this.#whole = false;
    await this.#close();
    await this.#removeAll();
  }

  async leave(): Promise<void> {
    await this.#close();
    if (!this.#whole) await rm(this.#at.file, { force: true }).catch(() => undefined);
  }

  async #flush(): Promise<void> {
    await this.#writing;
    const bytes = Buffer.concat(this.#batch);
    [this.#batch, this.#size] = [[], 0];
    this.#writing = this.#append(bytes);
  }

  async #append(bytes: Uint8Array): Promise<void> {
    try {
      await this.#handle?.appendFile(bytes);
    } catch {
      // Full, or a quota: the bytes are on their way to where they are wanted all the same.
      this.#whole = false;
    }
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    if (handle === null) return;
    if (this.#whole && this.#size > 0) await this.#flush();
    await this.#writing;
    this.#handle = null;
    await handle.close().catch(() => undefined);
  }

  /** Others of the same bytes too: who still writes one has it until its end, without a name. */
  async #removeAll(): Promise<void> {
    const { file: own, sha256 } = this.#at;
    for (const file of await partialsOf(dirname(own), sha256))
      await rm(file, { force: true }).catch(() => undefined);
  }
}

async function partialsOf(folder: string, sha256: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.includes(`${sha256}.`)).map((name) => join(folder, name));
}

/** The longest file of these bytes; files of any bytes that are too old are removed on the way. */
async function longestOf(folder: string, sha256: string, now: Date): Promise<string | null> {
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    const facts = await lstat(file).catch(() => null);
    if (facts !== null && now.getTime() - facts.mtimeMs > OLD_MS)
      await rm(file, { force: true }).catch(() => undefined);
  }
  let longest: { readonly file: string; readonly size: number } | null = null;
  for (const file of await partialsOf(folder, sha256)) {
    const facts = await lstat(file).catch(() => null);
    if (facts?.isFile() === true && facts.size > (longest?.size ?? 0)) longest = { file, size: facts.size };
  }
  return longest?.file ?? null;
}
