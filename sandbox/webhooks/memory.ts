import type { Core } from '../kernel/core.ts';
import type { Payload } from '../kernel/events.ts';
import type { Delivery } from '../state/webhooks.ts';
import { attempt, firstDue, meetFate, type Fates, type HookAnswer, type HookRequest } from './attempt.ts';
import { recordOutcome } from './outbox.ts';

/** A delivery as a receiver in the same process gets it. */
export interface MemoryDelivery extends HookRequest {
  readonly guid: string;
  readonly event: string;
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
  return {
    onDelivery: (given) => {
      handler = given;
    },
    flush: async (limit = Number.POSITIVE_INFINITY) => {
      let delivered = 0;
      while (delivered < limit) {
        const done = await one();
        if (done === undefined) return delivered;
        if (done) delivered++;
      }
      return delivered;
    },
    nextDue: () => {
      const { deliveries } = core.tables;
      const times = deliveries.keys('outbox', 'pending').map((key) => deliveries.require(key).dueAt);
      return times.length === 0 ? undefined : times.reduce((one, other) => Math.min(one, other));
    },
  };
}

async function answer(
  handler: DeliveryHandler,
  delivery: Delivery,
  request: HookRequest,
): Promise<HookAnswer> {
  const json = request.body.startsWith('payload=')
    ? new URLSearchParams(request.body).get('payload')!
    : request.body;
  const given = await handler({
    ...request,
    guid: delivery.guid,
    event: delivery.event,
    payload: JSON.parse(json) as Payload,
    hookId: delivery.hookId,
    redelivery: delivery.redelivery,
  });
  return typeof given === 'object' ? given : { status: given ?? 200 };
}
