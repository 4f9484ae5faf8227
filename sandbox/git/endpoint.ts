/** What smart HTTP asks of the core. */
import type { ObjectStore } from './objects.ts';

/** A change of one ref that a push asks for; the zero id stands for "no ref". */
export interface RefCommand {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
}

/** How one command went. `reason` stands in brackets behind the ref, `messages` are lines for people above. */
export type RefReport =
  | { readonly ref: string; readonly ok: true; readonly messages?: readonly string[] }
  | {
      readonly ref: string;
      readonly ok: false;
      readonly reason: string;
      readonly messages: readonly string[];
    };

/** One repository as seen by git clients. */
export interface GitEndpoint {
  /** The bare repository that mirrors the state for git processes. */
  readonly directory: string;
  /** Where objects of the network are, and where pushes put theirs. */
  readonly objectDirectory: string;
  readonly objects: ObjectStore;
  /** The refs of the state, by full name. */
  refs(): ReadonlyMap<string, string>;
  /** Full name of the default branch's ref, whether it exists or not. */
  readonly head: string;
  /** Bytes of the largest file that may be pushed; GitHub's 100 MB unless said otherwise. */
  readonly largestFile?: number;
  /** Decides and applies all commands of a push at once; with `atomic` all or none. Objects are there already. */
  apply(commands: readonly RefCommand[], atomic: boolean): readonly RefReport[];
}

/** Refs that clients read and never write. https://docs.github.com/pull-requests */
export function isHiddenFromPush(ref: string): boolean {
  return ref.startsWith('refs/pull/');
}
