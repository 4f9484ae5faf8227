/**
 * What the control plane hands to a runner, and what a runner tells back.
 * One leg = one job of one matrix combination in one attempt of a run.
 */

/** A job in the words of a workflow file, after everything only the control plane may decide was decided. */
export interface JobLeg {
  /** Id of the job row; the runner names it in every report. */
  readonly jobId: number;
  readonly runId: number;
  readonly attempt: number;
  readonly repository: { readonly owner: string; readonly name: string };
  /** Name and path of the workflow file, for `github.workflow`. */
  readonly workflow: { readonly name: string; readonly path: string };
  /** Commit and full ref the run is about (`github.sha`, `github.ref`). */
  readonly sha: string;
  readonly ref: string;
  readonly event: { readonly name: string; readonly payload: Readonly<Record<string, unknown>> };
  readonly actor: string;
  /** Key of the job in the workflow file, and the name people see (with the matrix values). */
  readonly key: string;
  readonly name: string;
  /**
   * The job of the workflow file as JSON: `steps`, `env`, `defaults`, `outputs`, `container`, `services`,
   * `runs-on`. Gone are what the control plane has decided: `if`, `needs`, `strategy`, `permissions`,
   * `concurrency`, `environment`, `timeout-minutes`, `continue-on-error`.
   */
  readonly job: Readonly<Record<string, unknown>>;
  /** Top-level `env` and `defaults` of the workflow. */
  readonly workflowEnv: Readonly<Record<string, string>>;
  readonly workflowDefaults: Readonly<Record<string, unknown>>;
  /** Contexts which are plain values by now. */
  readonly matrix: Readonly<Record<string, unknown>>;
  readonly strategy: {
    readonly failFast: boolean;
    readonly index: number;
    readonly total: number;
    readonly maxParallel: number;
  };
  readonly needs: Readonly<Record<string, NeededJob>>;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly vars: Readonly<Record<string, string>>;
  /** The job's own token, its permissions already cut. */
  readonly token: string;
  /** `ACTIONS_RUNTIME_TOKEN`: names run and job to the artifact and cache services. */
  readonly runtimeToken: string;
  /** Further values of `github.*` and `GITHUB_*` that are not derived from the above. */
  readonly github: Readonly<Record<string, string>>;
  readonly timeoutMinutes: number;
}

export interface NeededJob {
  readonly result: 'success' | 'failure' | 'cancelled' | 'skipped';
  readonly outputs: Readonly<Record<string, string>>;
}

export type Conclusion = 'success' | 'failure' | 'cancelled' | 'skipped' | 'timed_out';

export interface Annotation {
  readonly level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title?: string;
  readonly file?: string;
  readonly line?: number;
  readonly endLine?: number;
  readonly column?: number;
  readonly endColumn?: number;
}

/** What a runner tells, in order. `log` lines are masked already; times come from the control plane's clock. */
export type RunnerEvent =
  | { readonly kind: 'started'; readonly runner: RunnerName }
  | { readonly kind: 'step-started'; readonly number: number; readonly name: string }
  | { readonly kind: 'log'; readonly number: number; readonly lines: readonly string[] }
  | { readonly kind: 'annotation'; readonly number: number; readonly annotation: Annotation }
  | { readonly kind: 'summary'; readonly number: number; readonly markdown: string }
  | {
      readonly kind: 'step-finished';
      readonly number: number;
      readonly name: string;
      readonly conclusion: Conclusion;
    }
  | {
      readonly kind: 'finished';
      readonly conclusion: Conclusion;
      readonly outputs: Readonly<Record<string, string>>;
      /** Why the job could not run at all: unresolved action, no docker, lost runner. */
      readonly reason?: string;
    };

export interface RunnerName {
  readonly id: number;
  readonly name: string;
  readonly labels: readonly string[];
  readonly selfHosted: boolean;
}

/** Anything that can run a leg: the act engine, or a scripted one in simulations. */
export interface RunnerEngine {
  /**
   * Runs the leg to its end and reports. Resolves after `finished` was reported.
   * `signal` aborts with reason 'cancel' (steps with `always()` and `cancelled()` still run) or 'lost' (all stops at once, nothing more is reported).
   */
  run(leg: JobLeg, report: (event: RunnerEvent) => void, signal: AbortSignal): Promise<void>;
}

/** Where a runner finds the sandbox: `GITHUB_SERVER_URL` must end in `.localhost` for the Actions toolkit. */
export interface RunnerServices {
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  /** `ACTIONS_RESULTS_URL`, on an IP address. */
  readonly resultsUrl: string;
  /** HTTP proxy through which `*.localhost` names reach the sandbox. */
  readonly proxyUrl: string;
}
