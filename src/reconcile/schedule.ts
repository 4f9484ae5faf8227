/** What a pass leaves behind, as far as the next one depends on it. */
export interface PassFacts {
  /** Something has been begun and is not finished: a deployment that runs, an answer that was unclear. */
  readonly unfinished: boolean;
  /** Something happened in this pass, or requests wait. */
  readonly active: boolean;
  /** Not before: a rate limit, or a time at which a decision changes by itself. */
  readonly parkedUntil: Date | null;
  readonly wake: Date | null;
}

const MINUTE_MS = 60_000;

/**
 * How long until a repository is looked at again although nothing woke it, in ms: webhooks get lost, and GitHub does not
 * send them again. Unfinished work each minute, active repositories every five, others each hour; a parked one when its
 * limit ends; none later than the time at which a decision changes by itself.
 */
export function dueIn(facts: PassFacts, now: Date): number {
  const sweep = facts.unfinished ? MINUTE_MS : facts.active ? 5 * MINUTE_MS : 60 * MINUTE_MS;
  const wake = facts.wake === null ? Infinity : facts.wake.getTime() - now.getTime();
  const due = Math.max(1000, Math.min(sweep, wake));
  return facts.parkedUntil === null ? due : Math.max(1000, facts.parkedUntil.getTime() - now.getTime());
}
