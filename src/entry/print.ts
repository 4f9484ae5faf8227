import { writeSync } from 'node:fs';

import { PlatformError } from '../contracts/errors.ts';

/**
 * Prints synchronously and whole, and is silent when the reader has gone away (`slipway … | head`).
 * Throws PlatformError DISK when a result cannot be written (`slipway … > full-disk`); what cannot be said on stderr
 * is not said.
 */
export function print(descriptor: 1 | 2, text: string): void {
  const bytes = Buffer.from(text.endsWith('\n') ? text : `${text}\n`);
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(descriptor, bytes, offset);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') continue;
      if (code === 'EPIPE' || descriptor === 2) return;
      throw new PlatformError(
        { code: 'DISK', message: `the result cannot be printed: ${message}` },
        { cause: error },
      );
    }
  }
}

/** Streams report a reader that has gone away as an event that would end the process with a stack trace. */
export function ignoreLostReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
