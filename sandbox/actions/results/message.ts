import type { BlobBody } from '../../kernel/message.ts';

/** A request to the artifact and cache services; its body may be large and is streamed. */
export interface ResultsRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface ResultsResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | BlobBody;
}
