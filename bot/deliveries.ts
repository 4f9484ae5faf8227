import { verifyWithFallback } from '@octokit/webhooks-methods';
import { LRUCache } from 'lru-cache';

import { isTooDeep } from './body.ts';
import type { BotLog } from './log.ts';

/** One HTTP request that claims to be a webhook of GitHub's. Header names in lower case. */
export interface Delivery {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** A delivery whose signature fits. */
export interface SignedEvent {
  readonly id: string;
  readonly name: string;
  readonly payload: object;
}

export interface Received {
  /** 202 taken · 400 not a payload · 401 badly signed · 503 stopping. */
  readonly status: 202 | 400 | 401 | 503;
  readonly message: string;
}

export interface DeliveryOptions {
  /** Current secret first. */
  readonly secrets: readonly string[];
  readonly log: BotLog;
  /** Must only note that there is work: the delivery is answered when it returns. */
  take(event: SignedEvent): void;
}

const REMEMBERED = 10_000;

/** Checks deliveries and hands on those of GitHub's; remembers ids only to say in the log that one came again. */
export function deliveryReader(options: DeliveryOptions): (delivery: Delivery) => Promise<Received> {
  const seen = new LRUCache<string, true>({ max: REMEMBERED });
  return async ({ headers, body }) => {
    const [name, id, signature] = ['x-github-event', 'x-github-delivery', 'x-hub-signature-256'].map(
      (header) => textOf(headers[header]),
    ) as [string, string, string];
    const about = { event: name.slice(0, 60), delivery: id.slice(0, 60) };
    const text = body.toString('utf8');
    if (!(await isSigned(options.secrets, text, signature))) {
      const reason = signature === '' ? 'no signature' : 'the signature does not fit';
      options.log.warn({ ...about, reason }, 'delivery refused');
      return { status: 401, message: reason };
    }
    const payload = isTooDeep(text) ? null : objectIn(text);
    if (payload === null || name === '') {
      options.log.warn({ ...about, reason: 'not a payload of GitHub’s' }, 'delivery refused');
      return { status: 400, message: 'not a payload of GitHub’s' };
    }
    // A replay or redelivery wakes like any other: whether it changes anything is decided from GitHub's state.
    if (seen.has(id))
      options.log.info({ ...about, reason: 'seen before' }, 'delivery came again: it only wakes');
    seen.set(id, true);
    options.take({ id, name, payload });
    return { status: 202, message: 'taken' };
  };
}

function textOf(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' ? header : '';
}

async function isSigned(secrets: readonly string[], text: string, signature: string): Promise<boolean> {
  const [current, ...previous] = secrets;
  if (current === undefined || text === '' || !/^sha256=[0-9a-f]{64}$/.test(signature)) return false;
  return Boolean(await verifyWithFallback(current, text, signature, [...previous]));
}

function objectIn(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
