import type { ModelState } from '../contracts/model-state.ts';

/** What was judged, as far as accepting it goes. */
export interface Judged {
  /** Digest of the evaluation record; null where there is none. */
  readonly digest: string | null;
  readonly decision: string;
  readonly reason: string;
}

/** Whether nobody has to accept it: every gate passed, or the base's config declares none and approvals alone decide. */
export function isGood({ decision, reason }: Pick<Judged, 'decision' | 'reason'>): boolean {
  return decision === 'pass' || (decision === 'skipped' && reason === 'NO_GATES');
}

/**
 * The command that may let through what did not pass: nothing does for a failed model; a changed test set has a command
 * of its own, because whoever changes the test rows changes what all later numbers mean.
 */
export function acceptingCommand({ decision, reason }: Judged): 'accept' | 'accept-test' | null {
  if (reason === 'TEST_CHANGED' && (decision === 'fail' || decision === 'inconclusive')) return 'accept-test';
  if (isGood({ decision, reason })) return null;
  return decision === 'inconclusive' || decision === 'skipped' ? 'accept' : null;
}

/** Whether a person let exactly this evaluation through, by the command it takes. */
export function isAccepted(judged: Judged, accepted: ModelState['accepted']): boolean {
  const command = acceptingCommand(judged);
  return (
    command !== null && accepted.some(({ op, evaluation }) => op === command && evaluation === judged.digest)
  );
}
