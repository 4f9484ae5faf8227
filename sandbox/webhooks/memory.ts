import type { Core } from '../kernel/core.ts';
import type { Payload } from '../kernel/events.ts';
import type { Delivery } from '../state/webhooks.ts';
import { attempt, firstDue, meetFate, type Fates, type HookAnswer, type HookRequest } from './attempt.ts';
import { recordOutcome } from './outbox.ts';

/** A delivery as a receiver in the same process gets it. */
export interface MemoryDelivery extends HookRequest {
  /** `X-GitHub-Delivery`. The signature stands in `headers`, over the bytes of `body`. */
  readonly guid: string;
  readonly event: string;
  /** What the body says; read when it is asked for. */
  readonly payload: Payload;
  readonly hookId: number;
  readonly redelivery: boolean;
}

/** Answers with a status; nothing means 200. */
export type DeliveryHandler = (
  delivery: MemoryDelivery,
) => number | HookAnswer | undefined | Promise<number | HookAnswer | undefined>;

export interface MemoryDispatch {
  /** Whoever wants the deliveries; the latest one given gets them all. */
  onDelivery(handler: DeliveryHandler): void;
  /** Delivers what is due by the core's clock, oldest first, also what the deliveries cause. Gives their number. */
  flush(limit?: number): Promise<number>;
  /**
   * The same until a time, in milliseconds since 1970: the clock is moved from one due time to the next and then to
   * the end, so that what is late, comes twice or overtakes others does so in virtual time.
   */
  flushUntil(end: number, clock: { advance(ms: number): void }): Promise<number>;
  /** When the next delayed delivery is due, in milliseconds since 1970. */
  nextDue(): number | undefined;
}

/** The outbox without a network: for simulations, which say when deliveries happen. */
export function inMemoryDispatch(core: Core, fates?: Fates): MemoryDispatch {
  let handler: DeliveryHandler = () => undefined;
  const one = async (): Promise<boolean | undefined> => {
    const delivery = firstDue(core);
    if (delivery === undefined) return undefined;
    if (!meetFate(core, delivery, fates)) return false;
    const never = new AbortController().signal;
    const outcome = await attempt(core, delivery, (request) => answer(handler, delivery, request), never);
    recordOutcome(core, delivery.id, outcome);
    return true;
  };
  const flush = async (limit = Number.POSITIVE_INFINITY): Promise<number> => {
    let delivered = 0;
    while (delivered < limit) {
      const done = await one();
      if (done === undefined) return delivered;
      if (done) delivered++;
    }
    return delivered;
  };
  return {
    onDelivery: (given) => {
      handler = given;
    },
    flush,
    flushUntil: async (end, clock) => {
      let delivered = await flush();
      for (let due = nextDue(core); due !== undefined && due <= end; due = nextDue(core)) {
        clock.advance(Math.max(0, due - core.clock.now()));
        delivered += await flush();
      }
      clock.advance(Math.max(0, end - core.clock.now()));
      return delivered;
    },
    nextDue: () => nextDue(core),
  };
}

function nextDue(core: Core): number | undefined {
  const { deliveries } = core.tables;
  let first: number | undefined;
  for (const key of deliveries.keys('outbox', 'pending')) {
    const { dueAt } = deliveries.require(key);
    if (first === undefined || dueAt < first) first = dueAt;
  }
  return first;
}

async function answer(
  handler: DeliveryHandler,
  delivery: Delivery,
  request: HookRequest,
): Promise<HookAnswer> {
  let payload: Payload | undefined;
  const given = await handler({
    ...request,
    guid: delivery.guid,
    event: delivery.event,
    get payload() {
      return (payload ??= payloadOf(request.body));
    },
    hookId: delivery.hookId,
    redelivery: delivery.redelivery,
  });
  return typeof given === 'object' ? given : { status: given ?? 200 };
}

function payloadOf(body: string): Payload {
  const json = body.startsWith('payload=') ? new URLSearchParams(body).get('payload')! : body;
  return JSON.parse(json) as Payload;
}
