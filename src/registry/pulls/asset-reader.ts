import { CancelledError, PlatformError } from '../../contracts/errors.ts';
import type { ReleaseStore } from '../ports.ts';

export interface AssetReaderPorts {
  readonly releases: Pick<ReleaseStore, 'download'>;
  /** Waits before a broken download goes on. */
  sleep(ms: number): Promise<void>;
  readonly signal?: AbortSignal;
}

/** Breaks of one piece's download after which it is given up. */
const BREAKS = 10;

interface Stream {
  readonly asset: number;
  readonly chunks: AsyncIterator<Uint8Array>;
  /** Next byte of the asset, and what has arrived of it already. */
  at: number;
  rest: Uint8Array;
}

const NOTHING = new Uint8Array();

/**
 * Reads pieces of release assets. A download that breaks goes on where it broke, by a range; pieces that lie behind one
 * another in a pack are read from one download.
 */
export class AssetReader {
  readonly #ports: AssetReaderPorts;
  #stream: Stream | null = null;

  constructor(ports: AssetReaderPorts) {
    this.#ports = ports;
  }

  /**
   * Exactly `length` bytes of an asset from `from` on, never one more.
   * @throws PlatformError NETWORK it broke too often · CancelledError · as the store throws
   */
  async *read(asset: number, from: number, length: number): AsyncIterable<Uint8Array> {
    const end = from + length;
    let breaks = 0;
    for (let at = from; at < end;) {
      if (this.#ports.signal?.aborted === true) throw new CancelledError();
      let piece: Uint8Array;
      try {
        piece = await this.#next(asset, at, end - at);
      } catch (error) {
        await this.close();
        if (!isBreak(error) || ++breaks > BREAKS) throw error;
        await this.#ports.sleep(Math.min(5000, 100 * 2 ** breaks));
        continue;
      }
      at += piece.length;
      yield piece;
    }
  }

  /** Ends what is still coming. */
  async close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = null;
    // A broken download need not end well.
    await stream?.chunks.return?.().catch(() => undefined);
  }

  async #next(asset: number, at: number, most: number): Promise<Uint8Array> {
    if (this.#stream?.asset !== asset || this.#stream.at !== at) {
      await this.close();
      const chunks = this.#ports.releases.download(asset, at)[Symbol.asyncIterator]();
      this.#stream = { asset, chunks, at, rest: NOTHING };
    }
    const stream = this.#stream;
    while (stream.rest.length === 0) {
      const next = await stream.chunks.next();
      if (next.done === true) throw endedEarly();
      stream.rest = next.value;
    }
    const piece = stream.rest.subarray(0, most);
    stream.rest = stream.rest.subarray(piece.length);
    stream.at += piece.length;
    return piece;
  }
}

function isBreak(error: unknown): boolean {
  return error instanceof PlatformError && error.code === 'NETWORK';
}

function endedEarly(): PlatformError {
  return new PlatformError({
    code: 'NETWORK',
    message: 'a download ended before all bytes had come',
    hint: 'try again in a moment: what has arrived whole is kept',
  });
}
