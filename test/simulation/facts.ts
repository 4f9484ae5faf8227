import type { Edition, Model, Stage } from './config.ts';
import type { Who } from './world.ts';

/** Times are milliseconds of virtual time. A span of a fact lasts from `from` until the next one begins. */

/** A fact that changes, with its whole past: what was true at some moment of a window is still known afterwards. */
export class Timeline<Value> {
  readonly #spans: { readonly from: number; readonly value: Value }[] = [];

  constructor(from: number, value: Value) {
    this.#spans.push({ from, value });
  }

  get now(): Value {
    return this.#spans.at(-1)!.value;
  }

  set(at: number, value: Value): void {
    this.#spans.push({ from: at, value });
  }

  /** Every value it had at some moment from `from` to `to`. */
  within(from: number, to: number): readonly Value[] {
    return this.#spans
      .filter(
        (span, at) => span.from <= to && (this.#spans[at + 1]?.from ?? Number.POSITIVE_INFINITY) >= from,
      )
      .map(({ value }) => value);
  }
}

export type Role = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

/** Something somebody asked for, as the simulation itself knows it: who did it, really, and since when it no longer stands. */
export interface Wish {
  readonly kind: 'promote' | 'approve' | 'rollback' | 'freeze' | 'unfreeze' | 'accept';
  /** Null: those whose version came from the pull request. */
  readonly model: Model | null;
  /** With `v`; null where the command left it open. */
  readonly version: string | null;
  readonly stage: Stage | null;
  readonly who: Who | 'stranger';
  readonly via: 'comment' | 'label';
  /** Id of the comment or of the `labeled` event. */
  readonly event: number;
  readonly issue: number;
  readonly at: number;
  /** When the comment was edited or deleted, or the label taken off. */
  gone: number | null;
}

export interface PullFact {
  readonly number: number;
  readonly author: Who;
  /** What its merge registers. */
  readonly model: Model;
  /** Another one where its name was taken. */
  version: string;
  readonly branch: string;
  /** How it was judged. */
  readonly decision: 'pass' | 'inconclusive';
  head: string;
  merged: string | null;
  open: boolean;
  /** Its own copy of the configuration asks for less: nobody merges it. */
  loosens: boolean;
}

/** What is really so, beside what the sandbox stores: everything the judgement of an entry needs. */
export class Facts {
  readonly roles = new Map<Who, Timeline<Role>>();
  readonly inTeam = new Map<Who, Timeline<boolean>>();
  readonly edition: Timeline<{ readonly edition: Edition; readonly commit: string }>;
  readonly wishes: Wish[] = [];
  readonly pulls: PullFact[] = [];
  /** Versions whose tag, release or files somebody of the repository put there or changed: `churn@v1.0.0`. */
  readonly tampered = new Set<string>();
  /** Judging tells what it found: evaluations can be accepted, open heads have a check. */
  judged = false;
  /** Number of the issue where commands are typed outside of pull requests. */
  issue = 0;

  constructor(at: number, commit: string) {
    this.edition = new Timeline(at, { edition: 'usual', commit });
  }
}
