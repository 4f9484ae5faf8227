import { z } from 'zod';

/** What a run, a gate or a command ends with. */
export const Decision = z.enum(['pass', 'fail', 'inconclusive', 'skipped', 'error']);
export type Decision = z.infer<typeof Decision>;

/** Verdict on one metric or slice (references: the decision table of docs/verdicts.md). */
export const Verdict = z.enum(['better', 'not-worse', 'worse', 'inconclusive', 'pass', 'fail', 'skipped']);
export type Verdict = z.infer<typeof Verdict>;

const SEVERITY: readonly Decision[] = ['error', 'fail', 'inconclusive', 'pass', 'skipped'];

/** The decision of several: the first of error, fail, inconclusive, pass, skipped that occurs; of none, skipped. */
export function worstDecision(decisions: readonly Decision[]): Decision {
  return SEVERITY.find((severity) => decisions.includes(severity)) ?? 'skipped';
}

/** Exit codes of the command line: 0 pass or nothing to do, 1 fail, 2 wrong input, 3 inconclusive, 4 platform, 70 our bug, 130 cancelled. */
export const EXIT = {
  ok: 0,
  fail: 1,
  input: 2,
  inconclusive: 3,
  platform: 4,
  bug: 70,
  cancelled: 130,
} as const;

/** Exit code of a decision that was reached; `error` needs its error to be told apart and counts as wrong input here. */
export function exitCodeOf(decision: Decision): number {
  switch (decision) {
    case 'pass':
    case 'skipped':
      return EXIT.ok;
    case 'fail':
      return EXIT.fail;
    case 'inconclusive':
      return EXIT.inconclusive;
    case 'error':
      return EXIT.input;
  }
}
