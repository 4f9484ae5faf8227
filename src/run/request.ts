import type { Config } from '../config/index.ts';
import type { Comparison } from '../contracts/comparison.ts';
import type { ProblemCode, ReasonCode } from '../contracts/codes.ts';
import type { Decision } from '../contracts/decision.ts';
import type { Problem } from '../contracts/errors.ts';
import type { StageRecord } from '../contracts/run.ts';
import type { Document } from '../report/index.ts';

export type StageName = StageRecord['name'];

/** Order of the stages of one model. */
export const STAGES: readonly StageName[] = ['data', 'train', 'predict', 'evaluate'];

/** What happens while a run goes on; for progress only. */
export type RunEvent =
  | { readonly kind: 'model'; readonly model: string }
  | { readonly kind: 'stage'; readonly model: string; readonly stage: StageName; readonly what: string }
  | { readonly kind: 'stage-end'; readonly model: string; readonly record: StageRecord }
  | { readonly kind: 'log'; readonly line: string }
  | { readonly kind: 'status'; readonly text: string };

/** One `slipway run`. Paths are absolute. */
export interface RunRequest {
  readonly config: Config;
  readonly configFile: string;
  /** Its folder: the base of every model's `dir`. */
  readonly folder: string;
  /** Models to run, in order; each is declared in the config. */
  readonly models: readonly string[];
  /** Last stage to run. */
  readonly last: StageName;
  readonly base: string | undefined;
  readonly force: boolean;
  readonly seed: number;
  /** Null: counted from the recorded runs. */
  readonly look: number | null;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

/** What came of one model. */
export interface ModelOutcome {
  readonly model: string;
  /** Id of the recorded run; an earlier one where nothing changed; null where nothing was recorded. */
  readonly run: string | null;
  readonly decision: Decision;
  readonly reason: ReasonCode | ProblemCode;
  readonly message: string;
  readonly problems: readonly Problem[];
  /** True for wrong input and a broken platform: the exit code tells them apart. */
  readonly errorKind: 'input' | 'platform' | null;
  readonly stages: readonly StageRecord[];
  readonly comparison: Comparison | null;
  readonly report: { readonly html: string; readonly comment: string } | null;
  /** The comment as a document, for the terminal. */
  readonly document: Document | null;
}
