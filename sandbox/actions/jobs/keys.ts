/** Keys of rows of one attempt of a run. */

interface OfAttempt {
  readonly runId: number;
  readonly attempt: number;
}

/** `run/attempt` */
export function attemptKey({ runId, attempt }: OfAttempt): string {
  return `${runId}/${attempt}`;
}

/** `run/attempt/scope`: of a call scope, and of the index of its nodes. */
export function scopeKey(of: OfAttempt, scope: string): string {
  return `${attemptKey(of)}/${scope}`;
}

/** `run/attempt/scope/id` */
export function nodeKey(of: OfAttempt, scope: string, id: string): string {
  return `${scopeKey(of, scope)}/${id}`;
}

/** Scope of one leg of a call: `parent/deploy`, `parent/deploy#1` where the call has a matrix. */
export function calledScope(parent: string, id: string, index: number, total: number): string {
  const leg = total > 1 ? `${id}#${index}` : id;
  return parent === '' ? leg : `${parent}/${leg}`;
}
