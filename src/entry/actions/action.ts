import type { z } from 'zod';

import type { Problem } from '../../contracts/errors.ts';
import type { Document } from '../../report/index.ts';
import type { RunnerContext, Step } from '../../platform/runner/index.ts';
import type { Outcome, Session } from '../execute.ts';
import type { Inputs } from './inputs.ts';

/** What an action gets: its inputs, its place, and everything a command gets (`cwd` is the input `working-directory`). */
export interface ActionSession<Schema extends Inputs = Inputs> extends Session {
  readonly inputs: z.infer<Schema>;
  readonly runner: RunnerContext;
  readonly step: Step;
  /** The step's own folder below RUNNER_TEMP, absolute; it exists. */
  readonly folder: string;
  /** The event that started the workflow; data of whoever caused it. */
  event(): unknown;
}

/** What an action ends with. */
export interface ActionOutcome extends Outcome {
  /** Beside `decision`, `reason`, `message` and `result`, which every action has; all that are declared. */
  readonly outputs?: Readonly<Record<string, string | number | boolean>>;
  /** For the summary of the job. */
  readonly summary?: Document | (() => Promise<Document>);
  /** Shown in the diff. Those of a thrown error are shown without being listed here. */
  readonly remarks?: readonly Remark[];
}

/** A problem or a piece of advice at a place. */
export interface Remark extends Problem {
  readonly level: 'error' | 'warning' | 'notice';
}

/** One action: `actions/<name>/action.yml` declares the same inputs and outputs (a test holds them together). */
export interface Action<Schema extends Inputs = Inputs> {
  readonly inputs: Schema;
  /** Names of inputs of earlier versions → today's. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Names of its own outputs. */
  readonly outputs: readonly string[];
  run(session: ActionSession<Schema>): Promise<ActionOutcome>;
  /** Runs at the end of the job, also after a failure or a cancellation. What it throws is a warning only. */
  post?(session: ActionSession<Schema>): Promise<void>;
}

/** Keeps the type of the inputs while the action is written as a literal. */
export function defineAction<Schema extends Inputs>(action: Action<Schema>): Action<Schema> {
  return action;
}
