import type { Core } from '../kernel/core.ts';
import type { Delivery } from '../state/webhooks.ts';
import { isLoopback } from './loopback.ts';
import { bodyOf, enqueue, forget, newGuid, type Outcome } from './outbox.ts';

/** What goes over the wire. */
export interface HookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Certificates are not verified. */
  readonly insecure: boolean;
}

export interface HookAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Delivers one request. Rejects where no answer came; `signal` ends the wait. */
export type Send = (request: HookRequest, signal: AbortSignal) => Promise<HookAnswer>;

/** What a fault makes of a delivery before it is tried. */
export type Fate =
  | { readonly kind: 'deliver' }
  /** It never happens, and no log tells of it. */
  | { readonly kind: 'lose' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** Once now and once more after `ms`; under a new GUID, GitHub tells of the event twice. */
  | { readonly kind: 'double'; readonly guid: 'same' | 'new'; readonly ms: number };

/** Draws the fate of a delivery; asked once for each. */
export type Fates = (delivery: Delivery) => Fate;

/** The first pending delivery (of one hook, if given) whose time has come. */
export function firstDue(core: Core, hookId?: number): Delivery | undefined {
  const { deliveries } = core.tables;
  const keys =
    hookId === undefined ? deliveries.keys('outbox', 'pending') : deliveries.keys('pending', hookId);
  const now = core.clock.now();
  for (const key of keys) {
    const row = deliveries.require(key);
    if (row.dueAt <= now) return row;
  }
  return undefined;
}

/** Applies the fate of a delivery. True where it is to be tried now. */
export function meetFate(core: Core, delivery: Delivery, fates: Fates | undefined): boolean {
  if (fates === undefined || delivery.fated) return true;
  const fate = fates(delivery);
  return core.store.transaction(() => {
    const due = core.clock.now();
    switch (fate.kind) {
      case 'deliver':
        return true;
      case 'lose':
        forget(core, delivery.id);
        return false;
      case 'delay':
        core.tables.deliveries.put({ ...delivery, fated: true, dueAt: due + fate.ms });
        return false;
      case 'double': {
        core.tables.deliveries.put({ ...delivery, fated: true });
        const hook = core.tables.hooks.get(delivery.hookId);
        if (hook === undefined) return true;
        const again = enqueue(core, hook, {
          guid: fate.guid === 'same' ? delivery.guid : newGuid(core),
          event: delivery.event,
          action: delivery.action ?? undefined,
          repositoryId: delivery.repositoryId ?? undefined,
          installationId: delivery.installationId ?? undefined,
          payload: core.tables.deliveryBodies.require(delivery.id).payload,
        });
        if (again !== undefined) core.tables.deliveries.put({ ...again, fated: true, dueAt: due + fate.ms });
        return true;
      }
    }
  });
}

/**
 * Tries a delivery and tells what came of it, in the words of
 * https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks/troubleshooting-webhooks.
 * Anything but a 2xx within the time is a failure; redirects are not followed.
 */
export async function attempt(
  core: Core,
  delivery: Delivery,
  send: Send,
  signal: AbortSignal,
): Promise<Outcome> {
  if (!isLoopback(delivery.url)) {
    const status = 'refused: the sandbox delivers to loopback addresses only';
    return { status, statusCode: 0, durationMs: 0 };
  }
  const start = core.clock.now();
  const elapsed = () => core.clock.now() - start;
  try {
    const request: HookRequest = {
      url: delivery.url,
      headers: delivery.headers,
      body: bodyOf(core, delivery),
      insecure: delivery.insecureSsl === '1',
    };
    const answer = await Promise.race([send(request, signal), aborted(signal)]);
    const ok = answer.status >= 200 && answer.status < 300;
    return {
      status: ok ? 'OK' : `Invalid HTTP Response: ${answer.status}`,
      statusCode: answer.status,
      durationMs: elapsed(),
      headers: answer.headers ?? {},
      body: answer.body ?? '',
    };
  } catch {
    return signal.aborted
      ? { status: 'timed out', statusCode: 504, durationMs: elapsed() }
      : { status: 'failed to connect to host', statusCode: 502, durationMs: elapsed() };
  }
}

/** Rejects when the signal says stop, for those who do not listen to it themselves. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = () => {
      reject(new Error('aborted'));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
