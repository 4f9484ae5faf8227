import { oneLine, shorten } from '../report/inert.ts';
import type { Rule, Unmet } from './types.ts';

/** A rule that is not met. `final`: nothing that may still happen changes it for this request. */
export interface Finding {
  readonly unmet: Unmet;
  readonly final: boolean;
}

/** Refused as it is: what is, and what would be granted instead. */
export function refuse(rule: Rule, message: string, satisfy: string): Finding {
  return { unmet: { rule, message, satisfy }, final: true };
}

/** Not yet: what is, and what is waited for. */
export function wait(rule: Rule, message: string, satisfy: string): Finding {
  return { unmet: { rule, message, satisfy }, final: false };
}

/** Text of a person within a sentence: on one line, inert, at most 200 characters. */
export function quoted(text: string): string {
  return shorten(oneLine(text), 200);
}
