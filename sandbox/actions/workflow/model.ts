import type { TokenPermissions } from '../permissions.ts';

/**
 * A workflow file as the control plane needs it. Values that may hold expressions are kept as they are in
 * the file and evaluated when their contexts exist.
 */
export interface Workflow {
  /** Path in the repository, `.github/workflows/ci.yml`. */
  readonly path: string;
  /** `name`, else the path: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#name */
  readonly name: string;
  readonly runName?: string;
  readonly on: Triggers;
  readonly permissions?: TokenPermissions;
  /** Names and unevaluated texts, or one expression that yields a mapping. */
  readonly env: Readonly<Record<string, string>> | string;
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly concurrency?: unknown;
  /** In the order of the file. */
  readonly jobs: readonly WorkflowJob[];
}

/** Event name → filters; events without filters have an empty trigger. */
export type Triggers = Readonly<Record<string, Trigger>>;

export interface Trigger {
  readonly types?: readonly string[];
  readonly branches?: readonly string[];
  readonly branchesIgnore?: readonly string[];
  readonly tags?: readonly string[];
  readonly tagsIgnore?: readonly string[];
  readonly paths?: readonly string[];
  readonly pathsIgnore?: readonly string[];
  /** Names of workflows, of `workflow_run`. */
  readonly workflows?: readonly string[];
  readonly schedule?: readonly Schedule[];
  /** Of `workflow_dispatch` and `workflow_call`, in the order of the file. */
  readonly inputs?: Readonly<Record<string, Input>>;
  /** Of `workflow_call`. */
  readonly secrets?: Readonly<Record<string, { readonly required: boolean }>>;
  readonly outputs?: Readonly<Record<string, string>>;
}

export interface Schedule {
  readonly cron: string;
  /** IANA name; UTC where absent. */
  readonly timezone?: string;
}

export interface Input {
  readonly type: 'string' | 'boolean' | 'number' | 'choice' | 'environment';
  readonly description?: string;
  readonly required: boolean;
  /** May hold expressions in `workflow_call`. */
  readonly default?: string | number | boolean;
  readonly options?: readonly string[];
}

export type WorkflowJob = StepsJob | CallJob;

interface BaseJob {
  readonly id: string;
  readonly name?: string;
  /** Ids of jobs, in the spelling of the jobs themselves. */
  readonly needs: readonly string[];
  readonly if?: unknown;
  readonly strategy?: unknown;
  readonly concurrency?: unknown;
  readonly permissions?: TokenPermissions;
  /** Where the job stands in the file. */
  readonly line: number;
}

/** A job that runs on a runner. */
export interface StepsJob extends BaseJob {
  readonly kind: 'steps';
  readonly runsOn: unknown;
  readonly environment?: unknown;
  readonly timeoutMinutes?: unknown;
  readonly cancelTimeoutMinutes?: unknown;
  readonly continueOnError?: unknown;
  /** What the runner gets: steps, env, defaults, outputs, container, services, runs-on. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A job that calls a reusable workflow. */
export interface CallJob extends BaseJob {
  readonly kind: 'call';
  readonly uses: CallReference;
  readonly with: Readonly<Record<string, unknown>>;
  readonly secrets: 'inherit' | Readonly<Record<string, unknown>>;
}

/** `uses` of a job: a file of the same commit, or of a ref of a repository. */
export type CallReference =
  | { readonly kind: 'local'; readonly path: string; readonly text: string }
  | {
      readonly kind: 'remote';
      readonly owner: string;
      readonly repository: string;
      readonly path: string;
      readonly ref: string;
      readonly text: string;
    };

/** What is wrong with a workflow file; any of these makes the run a `startup_failure`. */
export interface Problem {
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** A problem in GitHub's form: `.github/workflows/ci.yml (Line: 3, Col: 5): Unexpected value 'x'`. */
export function problemText(problem: Problem): string {
  const place = problem.line === undefined ? '' : ` (Line: ${problem.line}, Col: ${problem.column ?? 1})`;
  return `${problem.path}${place}: ${problem.message}`;
}
