import type { Person } from '../contracts/entry.ts';
import type { Answer } from '../promotion/index.ts';

/** Something in a conversation that asks or claims and is not even heard. */
export interface Unheard {
  readonly via: Answer['request']['source']['via'];
  /** Id of the comment or label event. */
  readonly event: number;
  readonly actor: Person;
  readonly why: string;
}
