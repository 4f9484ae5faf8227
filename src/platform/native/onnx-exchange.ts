import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Its name in the model's folder. */
export const FEEDS = 'slipway.feeds';

/** Bytes of the file, from `at`. */
export interface Place {
  readonly at: number;
  readonly bytes: number;
}

/**
 * A file through which feeds travel to another process that has it open too. It is as large as what is under way and
 * lives in the system's page cache: writing and reading are plain copies in memory, and neither side waits for the other
 * as it would at the ends of a pipe.
 */
export class Exchange {
  /** For the other process to inherit. */
  readonly fd: number;
  readonly #free: Place[] = [];
  #end = 0;
  #open = true;

  /** Makes the file in a folder of our own, whose removal takes its name. */
  constructor(folder: string) {
    this.fd = openSync(join(folder, FEEDS), 'wx+', 0o600);
  }

  /** Copies the parts one after the other to a place that is free until `release`. Throws the system's error (ENOSPC). */
  write(parts: readonly Uint8Array[]): Place {
    const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
    const fits = this.#free.findIndex((place) => place.bytes >= bytes);
    const [place] = fits < 0 ? [this.#append(bytes)] : this.#free.splice(fits, 1);
    let at = place!.at;
    for (const part of parts) {
      for (let done = 0; done < part.byteLength;) done += writeSync(this.fd, part, done, null, at + done);
      at += part.byteLength;
    }
    return place!;
  }

  /** What was written there has been read. */
  release(place: Place): void {
    this.#free.push(place);
  }

  close(): void {
    if (this.#open) closeSync(this.fd);
    this.#open = false;
  }

  #append(bytes: number): Place {
    const place = { at: this.#end, bytes };
    this.#end += bytes;
    return place;
  }
}
