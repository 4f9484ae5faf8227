import { newId, now, type Core } from '../kernel/core.ts';
import type { Delivery, Hook } from '../state/webhooks.ts';
import { requestBody, requestHeaders } from './request.ts';

/** Payloads above this are not delivered: https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap */
const PAYLOAD_BYTES = 25 * 2 ** 20;
/** Deliveries are listed and redelivered for three days. */
const KEPT_MS = 3 * 24 * 3600 * 1000;
const RESPONSE_CHARACTERS = 65_536;

/** What happened when a delivery was tried. */
export interface Outcome {
  readonly status: string;
  readonly statusCode: number;
  readonly durationMs: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What is to be delivered, to one hook. */
export interface Dispatch {
  readonly guid: string;
  readonly event: string;
  readonly action: string | undefined;
  readonly repositoryId: number | undefined;
  readonly installationId: number | undefined;
  /** JSON text. */
  readonly payload: string;
  readonly redelivery?: boolean;
}

const waiting = new WeakMap<Core, Set<() => void>>();

/** Calls `wake` after every transaction that put something into the outbox, until the returned function is called. */
export function onOutbox(core: Core, wake: () => void): () => void {
  let wakers = waiting.get(core);
  if (wakers === undefined) waiting.set(core, (wakers = new Set()));
  wakers.add(wake);
  return () => void wakers.delete(wake);
}

/** A new GUID. */
export function newGuid(core: Core): string {
  const hex = core.random.bytes(16).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * Writes a delivery into the outbox, inside the transaction of its cause. Address and signature are those of now.
 * Gives undefined where the payload is larger than GitHub delivers.
 */
export function enqueue(core: Core, hook: Hook, what: Dispatch): Delivery | undefined {
  if (Buffer.byteLength(what.payload) > PAYLOAD_BYTES) return undefined;
  const id = newId(core);
  const body = requestBody(hook.contentType, what.payload);
  core.tables.deliveryBodies.put({ id, payload: what.payload });
  const delivery = core.tables.deliveries.put({
    id,
    hookId: hook.id,
    guid: what.guid,
    event: what.event,
    action: what.action ?? null,
    installationId: what.installationId ?? null,
    repositoryId: what.repositoryId ?? null,
    redelivery: what.redelivery ?? false,
    pending: true,
    dueAt: 0,
    fated: false,
    url: hook.url,
    insecureSsl: hook.insecureSsl,
    headers: requestHeaders(hook, what, body),
    deliveredAt: now(core),
    duration: 0,
    status: 'pending',
    statusCode: 0,
    response: null,
  });
  forgetOld(core, hook.id);
  core.store.afterCommit(() => {
    for (const wake of waiting.get(core) ?? []) wake();
  });
  return delivery;
}

/** The log of a hook is bounded, in number and in time, whether its deliveries could be tried or not. */
function forgetOld(core: Core, hookId: number): void {
  const { deliveries } = core.tables;
  const oldest = core.clock.now() - KEPT_MS;
  for (;;) {
    const keys = deliveries.keys('hook', hookId);
    const first = keys[0] === undefined ? undefined : deliveries.require(keys[0]);
    if (first === undefined) return;
    const late = !first.pending && Date.parse(first.deliveredAt) < oldest;
    if (keys.length <= core.limits.deliveriesKept && !late) return;
    forget(core, first.id);
  }
}

/** Removes a delivery and what it carried. */
export function forget(core: Core, id: number): void {
  core.tables.deliveries.remove(id);
  core.tables.deliveryBodies.remove(id);
}

/** Bytes that are sent for a delivery. */
export function bodyOf(core: Core, delivery: Delivery): string {
  const form = delivery.headers['Content-Type'] !== 'application/json';
  return requestBody(form ? 'form' : 'json', core.tables.deliveryBodies.require(delivery.id).payload);
}

/** Writes into the log what came of a delivery. One that was forgotten meanwhile stays forgotten. */
export function recordOutcome(core: Core, id: number, outcome: Outcome): void {
  core.store.transaction(() => {
    const delivery = core.tables.deliveries.get(id);
    if (delivery === undefined) return;
    const hook = core.tables.hooks.get(delivery.hookId);
    if (hook === undefined) {
      // Nobody can read the log of a hook that is gone.
      forget(core, id);
      return;
    }
    core.tables.deliveries.put({
      ...delivery,
      pending: false,
      deliveredAt: now(core),
      duration: Math.round(outcome.durationMs / 10) / 100,
      status: outcome.status,
      statusCode: outcome.statusCode,
      response: {
        headers: outcome.headers ?? null,
        body: outcome.body === undefined ? null : outcome.body.slice(0, RESPONSE_CHARACTERS),
      },
    });
    const ok = outcome.status === 'OK';
    core.tables.hooks.put({
      ...hook,
      lastResponse: {
        code: outcome.statusCode,
        status: ok ? 'active' : outcome.headers === undefined ? 'failed' : 'misconfigured',
        message: outcome.status,
      },
    });
  });
}
