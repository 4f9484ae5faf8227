import type { Digest } from '../../contracts/digest.ts';
import type { GitState } from '../../contracts/result.ts';
import type { Problem } from '../../contracts/errors.ts';
import type { ProblemCode, ReasonCode } from '../../contracts/codes.ts';
import type { ChartSpec } from '../../report/index.ts';

/** A parameter that differs from the baseline's; null = not there. */
export interface ParamChange {
  readonly name: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** What the candidate differs in from the baseline's run. */
export interface ChangeSummary {
  /** Paths of changed inputs. */
  readonly files: readonly string[];
  readonly params: readonly ParamChange[];
  readonly data: 'same' | 'different' | null;
}

/** Rows on which the models differ, for people to read. */
export interface ExampleRows {
  /** Which rows: `broken by the candidate in region=NE`. */
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
  /** How many there are in all. */
  readonly total: number;
  /** Where they can be read in full, http(s) or relative; null when only in the report. */
  readonly href?: string | null;
}

/** The primary metric of each training run; only shown. */
export interface SeedValues {
  readonly metric: string;
  readonly candidate: readonly number[];
  readonly baseline: readonly number[];
}

/** Where everything came from. */
export interface Provenance {
  readonly git?: GitState;
  /** Named digests: `training data`, `test data`, `model file`, `train key`. */
  readonly digests?: readonly { readonly name: string; readonly digest: Digest }[];
  /** `Python 3.11 · requirements.txt 4f2a…`: lines of the environment. */
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
  readonly durations?: readonly {
    readonly stage: string;
    readonly milliseconds: number;
    readonly reused?: boolean;
  }[];
  readonly peakMemoryBytes?: number | null;
  /** ISO 8601, UTC. */
  readonly started?: string;
  /** Version of Slipway. */
  readonly version?: string;
  /** Command that gives this report again. */
  readonly command?: string;
}

/** What a report says besides the comparison's own numbers. Left out = not known, and not spoken of. */
export interface ReportContext {
  readonly model: string;
  /** `v13`, `main (3f2a91c)`, a file name; null when there is no baseline. */
  readonly baseline: string | null;
  readonly changed?: ChangeSummary | null;
  readonly test?: 'unchanged' | 'changed' | 'rolled' | null;
  /** `visible`: authors can read the test rows' targets. */
  readonly holdout?: 'hidden' | 'visible' | null;
  /** Training runs of the candidate; null where nothing was trained (two plain files). */
  readonly trainingRuns?: number | null;
  /** The seed was changed and the model came out the same. */
  readonly seedIgnored?: boolean;
  readonly seeds?: SeedValues | null;
  /** From `curveCharts`. */
  readonly charts?: readonly ChartSpec[];
  readonly examples?: readonly ExampleRows[];
  /** Where the whole report can be read, for the comment. */
  readonly reportHref?: string | null;
  readonly provenance?: Provenance;
}

/** A model that got no verdict: its command failed, or its input is wrong. */
export interface Failure {
  readonly model: string;
  readonly decision: 'fail' | 'error';
  readonly code: ReasonCode | ProblemCode;
  /** One sentence. */
  readonly message: string;
  readonly problems: readonly Problem[];
  /** Last lines of the command's output. */
  readonly log?: readonly string[];
  readonly reportHref?: string | null;
  readonly provenance?: Provenance;
}
