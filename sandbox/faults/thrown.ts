import type { ApiResponse } from '../kernel/message.ts';

/** What becomes of the connection of one call. */
export type Transport =
  /** It breaks before a byte of the answer. */
  | { readonly kind: 'reset' }
  /** It breaks after a share of the answer's body. */
  | { readonly kind: 'cut'; readonly share: number; readonly response: ApiResponse }
  /** After a share of the body nothing more comes. */
  | { readonly kind: 'stall'; readonly share: number; readonly response: ApiResponse }
  /** The answer comes late. */
  | { readonly kind: 'slow'; readonly ms: number; readonly response: ApiResponse };

/**
 * A call that gets no whole answer. In memory it is what `fetch` rejects with; the server does to the socket what
 * `transport` says.
 */
export class TransportFault extends TypeError {
  override readonly name = 'TransportFault';
  readonly transport: Transport;

  constructor(transport: Transport) {
    super(`fetch failed (injected: ${transport.kind})`);
    this.transport = transport;
  }
}

/** The process of the caller ends here: for simulations, which start it again. */
export class CrashFault extends Error {
  override readonly name = 'CrashFault';
  readonly operation: string;
  /** Had the call its effect? */
  readonly applied: boolean;

  constructor(operation: string, applied: boolean) {
    super(`crash ${applied ? 'after' : 'before'} ${operation} (injected)`);
    this.operation = operation;
    this.applied = applied;
  }
}
