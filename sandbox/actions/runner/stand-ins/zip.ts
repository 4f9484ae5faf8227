/** Writes zip archives as streams: a large file costs no memory. */
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { once } from 'node:events';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';

export interface ZipEntry {
  /** Path in the archive. */
  readonly name: string;
  /** Undefined for an empty folder. */
  readonly file?: string;
}

type Level = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** Writes an archive of the entries. */
export async function writeZip(target: string, entries: readonly ZipEntry[], level: number): Promise<void> {
  const out = createWriteStream(target);
  let failure: Error | undefined;
  const zip = new Zip((error, chunk, final) => {
    if (error !== null) failure = error;
    else out.write(chunk);
    if (final) out.end();
  });
  for (const { name, file } of entries) {
    const compressed = level > 0 && file !== undefined;
    const entry = compressed ? new ZipDeflate(name, { level: level as Level }) : new ZipPassThrough(name);
    if (file !== undefined) {
      const { mode, mtime } = statSync(file);
      entry.mtime = mtime;
      entry.os = 3;
      entry.attrs = (mode & 0xffff) << 16;
    }
    zip.add(entry);
    if (file === undefined) entry.push(new Uint8Array(), true);
    else await feed(file, out, (chunk, last) => entry.push(chunk, last));
  }
  zip.end();
  await once(out, 'close');
  if (failure !== undefined) throw failure;
}

/** Gives a file's bytes on, no faster than they are written. */
async function feed(
  file: string,
  out: ReturnType<typeof createWriteStream>,
  push: (chunk: Uint8Array, last: boolean) => void,
): Promise<void> {
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>) {
    push(chunk, false);
    if (out.writableNeedDrain) await once(out, 'drain');
  }
  push(new Uint8Array(), true);
}
