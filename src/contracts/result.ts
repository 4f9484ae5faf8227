import type { Decision } from './decision.ts';
import type { Problem } from './errors.ts';
import type { ProblemCode, ReasonCode } from './codes.ts';

/** Where the code under judgement stands; nulls outside a git repository. */
export interface GitState {
  readonly commit: string | null;
  readonly branch: string | null;
  readonly dirty: boolean;
}

/** Common head of every `--json` document and every action's result.json. `schema` is `slipway.<kind>/1`. */
export interface ResultHead {
  readonly schema: string;
  readonly command: string;
  readonly decision: Decision;
  readonly reason: ReasonCode | ProblemCode;
  readonly message: string;
  /** Present when something was wrong; all problems at once. */
  readonly problems?: readonly Problem[];
  readonly git: GitState;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly duration_ms: number;
  /** Version of Slipway. */
  readonly version: string;
}
