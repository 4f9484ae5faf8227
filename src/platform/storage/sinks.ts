import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Writable } from 'node:stream';

import { fileError } from './byte-source.ts';

/** A file being written. Nothing of it is seen under its name before `close`. */
export interface FileSink {
  write(bytes: Uint8Array | string): Promise<void>;
  /** Publishes the file. */
  close(): Promise<void>;
  /** Leaves nothing behind. */
  discard(): Promise<void>;
}

/** A name beside `file` that nobody else uses. */
export function temporaryName(file: string): string {
  return join(dirname(file), `.${basename(file)}.${process.pid}-${randomBytes(6).toString('hex')}`);
}

/** Opens a file for writing; `.gz` compresses. It is written under another name and renamed by `close`. */
export async function openSink(file: string): Promise<FileSink> {
  const temporary = temporaryName(file);
  await mkdir(dirname(file), { recursive: true });
  const out = createWriteStream(temporary);
  const head: Writable = file.endsWith('.gz') ? createGzip({ level: 6 }) : out;
  if (head !== out) head.pipe(out);
  const failure: { error: unknown } = { error: null };
  const note = (error: unknown): void => void (failure.error ??= error);
  // A disk that refuses stops the packer too, so that nobody waits for it to drain.
  out.on('error', (error) => {
    note(error);
    head.destroy(error);
  });
  head.on('error', note);
  const check = async (): Promise<void> => {
    if (failure.error !== null) throw await fileError(failure.error, file);
  };
  return {
    write: async (bytes) => {
      await check();
      if (!head.write(bytes)) await once(head, 'drain').catch(note);
    },
    close: async () => {
      await check();
      const ended = finished(out).catch(note);
      head.end();
      await ended;
      await check();
      await rename(temporary, file);
    },
    discard: async () => {
      head.destroy();
      out.destroy();
      await rm(temporary, { force: true });
    },
  };
}

/** Opens sinks, hands them to `use`, and publishes all of them, or none where it throws. */
export async function withSinks(
  files: readonly string[],
  use: (sinks: readonly FileSink[]) => Promise<void>,
): Promise<void> {
  const sinks: FileSink[] = [];
  try {
    for (const file of files) sinks.push(await openSink(file));
    await use(sinks);
    for (const sink of sinks) await sink.close();
  } catch (error) {
    for (const sink of sinks) await sink.discard();
    throw error;
  }
}
