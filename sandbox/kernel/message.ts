/** Requests and responses without a transport: HTTP, an in-memory `fetch` and the simulation all speak these. */

export interface ApiRequest {
  readonly method: string;
  /** Absolute, or a path with query. `/api/v3` and `/api/uploads` prefixes of GitHub Enterprise Server are understood. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | StoredBlob;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | BlobBody;
}

/** Bytes that were streamed to the blob store before the core saw the request. */
export interface StoredBlob {
  readonly blob: string;
  readonly size: number;
  readonly sha256: string;
}

/** A response whose bytes are streamed out of the blob store; `end` is exclusive. */
export interface BlobBody {
  readonly blob: string;
  readonly start: number;
  readonly end: number;
}

export type Range = { readonly start: number; readonly end: number };

/** Large bytes: release assets, artifacts, caches. Contents are addressed by an id of the store's own. */
export interface BlobStore {
  put(bytes: Uint8Array): StoredBlob;
  /** Streams to the store; more than `limit` bytes reject with a RangeError and leave nothing behind. */
  receive(stream: AsyncIterable<Uint8Array>, limit: number): Promise<StoredBlob>;
  read(blob: string, range?: Range): Uint8Array;
  stream(blob: string, range?: Range): AsyncIterable<Uint8Array>;
  remove(blob: string): void;
}
