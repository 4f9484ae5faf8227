/**
 * Turns a leg into the workflow that the engine runs: one job in which everything known beforehand is written out,
 * so that the engine evaluates only what steps produce.
 */
import type { JobLeg } from '../leg.ts';
import { ExpressionFailure } from '../expressions/scope.ts';
import { knownContexts, type Surroundings } from './contexts.ts';
import { type Manifest, parseUses } from './manifest.ts';
import { defaultName, newIds } from './names.ts';
import {
  conditionText,
  type Known,
  reduceBoolean,
  reduceText,
  type ReducedText,
  scalarText,
} from './reduce.ts';
import { engineShell, isShell, shellCommand } from './shells.ts';
import { SetupFailure } from './prepare-actions.ts';

type Raw = Readonly<Record<string, unknown>>;

/** A step as the runner follows it. */
export interface PlannedStep {
  readonly id: string;
  /** Name as far as it is known; the engine tells the rest. */
  readonly name: string;
  readonly named: boolean;
  readonly uses: string | undefined;
  /** Script or, of an action, nothing. */
  readonly run: ReducedText | undefined;
  readonly shell: string;
  readonly with: Readonly<Record<string, ReducedText>>;
  readonly env: Readonly<Record<string, ReducedText>>;
  /** Whole minutes, as GitHub counts them; 0 is none. */
  /** Minutes; none where it is not given. */
  readonly timeout: ReducedText | undefined;
}

export interface Plan {
  readonly known: Known;
  readonly steps: readonly PlannedStep[];
  /** Environment of the job, for the headers of steps. */
  readonly env: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, ReducedText>>;
  /** The workflow in the engine's language. */
  readonly workflow: Raw;
}

export interface PlanOptions {
  /** File of the WRAPPER. */
  readonly wrapper: string;
  /** Label that the engine is told to run on this machine. */
  readonly label: string;
  readonly manifests: ReadonlyMap<string, Manifest>;
}

/** Plans a leg. @throws SetupFailure where the job itself cannot be evaluated */
export function planLeg(leg: JobLeg, around: Surroundings, options: PlanOptions): Plan {
  const known = knownContexts(leg, around);
  const env = { ...jobEnv(leg.workflowEnv, known), ...jobEnv(record(leg.job['env']), known) };
  const defaults = { ...runDefaults(leg.workflowDefaults), ...runDefaults(record(leg.job['defaults'])) };
  const steps = Array.isArray(leg.job['steps']) ? leg.job['steps'].map(record) : [];
  const nextId = newIds(steps.map((step) => step['id']).filter((id) => typeof id === 'string'));
  // The engine evaluates the job's environment twice; what looks like an expression goes to the steps, where it does not.
  const delicate = Object.fromEntries(Object.entries(env).filter(([, value]) => value.includes('${{')));
  const planned = steps.map((step) =>
    planStep(step, { known, defaults, nextId, leg, around, options, delicate }),
  );
  const outputs = settle(() => reduceAll(record(leg.job['outputs']), known));
  const job = {
    name: leg.key,
    'runs-on': options.label,
    env: Object.fromEntries(Object.entries(env).filter(([name]) => !(name in delicate))),
    outputs: textOf(outputs),
    steps: planned.map(({ engine }) => engine),
  };
  return {
    known,
    steps: planned.map(({ step }) => step),
    env,
    outputs,
    workflow: { name: leg.workflow.name, on: leg.event.name, jobs: { [leg.key]: job } },
  };
}

interface StepSurroundings {
  readonly known: Known;
  readonly defaults: Raw;
  readonly nextId: ReturnType<typeof newIds>;
  readonly leg: JobLeg;
  readonly around: Surroundings;
  readonly options: PlanOptions;
  readonly delicate: Readonly<Record<string, string>>;
}

interface BothSteps {
  readonly step: PlannedStep;
  readonly engine: Raw;
}

function planStep(step: Raw, s: StepSurroundings): BothSteps {
  const uses = typeof step['uses'] === 'string' ? step['uses'] : undefined;
  const id =
    typeof step['id'] === 'string' ? step['id'] : s.nextId(uses === undefined ? undefined : parseUses(uses));
  try {
    return planSound(step, id, uses, s);
  } catch (error) {
    if (!(error instanceof ExpressionFailure)) throw error;
    return failing(step, id, uses, error.message, s.options);
  }
}

function planSound(step: Raw, id: string, uses: string | undefined, s: StepSurroundings): BothSteps {
  const { known, options } = s;
  const given = step['name'] === undefined ? undefined : reduceText(scalarText(step['name']), known);
  const run = uses === undefined ? reduceText(scalarText(step['run'] ?? ''), known) : undefined;
  const shell = reduceText(scalarText(step['shell'] ?? s.defaults['shell'] ?? ''), known).text;
  if (uses === undefined && !isShell(shell)) return failing(step, id, uses, INVALID_SHELL, options);
  const folder = step['working-directory'] ?? s.defaults['working-directory'];
  const withs = reduceAll(record(step['with']), known);
  const env = reduceAll(record(step['env']), known);
  const timeout = timeoutOf(step['timeout-minutes'], known);
  const engine: Record<string, unknown> = {
    id,
    ...(given === undefined ? {} : { name: given.text }),
    if: conditionText(step['if'], known),
    ...(uses === undefined ? { run: run!.text, shell: engineShell(shell, options.wrapper) } : { uses }),
    ...(uses === undefined && folder !== undefined
      ? { 'working-directory': reduceText(scalarText(folder), known).text }
      : {}),
    ...(uses === undefined ? {} : { with: textOf(withs) }),
    env: { ...literals(s.delicate), ...engineEnv(uses, s), ...textOf(env) },
    ...(timeout === undefined || timeout.value !== undefined ? {} : { 'timeout-minutes': timeout.text }),
    ...(step['continue-on-error'] === undefined
      ? {}
      : { 'continue-on-error': reduceBoolean(step['continue-on-error'], known) }),
  };
  return {
    step: {
      id,
      name: given?.text ?? defaultName(uses ?? run!.text),
      named: given !== undefined,
      uses,
      run,
      shell: shellCommand(shell),
      with: withs,
      env,
      timeout,
    },
    engine,
  };
}

/** The unit makes it no number to the engine: that evaluates it, and the limit is kept here. */
function timeoutOf(value: unknown, known: Known): ReducedText | undefined {
  return value === undefined ? undefined : reduceText(`${scalarText(value)} minutes`, known);
}

const INVALID_SHELL =
  "Invalid shell option. Shell must be a valid built-in (bash, sh, cmd, powershell, pwsh) or a format string containing '{0}'";

/** A step that cannot be evaluated fails when its turn comes. */
function failing(
  step: Raw,
  id: string,
  uses: string | undefined,
  message: string,
  options: PlanOptions,
): BothSteps {
  const name =
    step['name'] === undefined
      ? defaultName(uses ?? scalarText(step['run'] ?? ''))
      : scalarText(step['name']);
  const script = `printf '##[error]%s\\n' ${quoteForShell(message)}\nexit 1`;
  return {
    step: {
      id,
      name,
      named: true,
      uses: undefined,
      run: { text: '', value: '' },
      shell: shellCommand('sh'),
      with: {},
      env: {},
      timeout: undefined,
    },
    engine: {
      id,
      name: name.replaceAll('${{', '$ {{'),
      run: script.replaceAll('${{', '$ {{'),
      shell: engineShell('sh', options.wrapper),
    },
  };
}

function quoteForShell(text: string): string {
  return `'${text.replace(/[\r\n]+/g, ' ').replaceAll("'", `'\\''`)}'`;
}

/** Variables that only actions have, and what the engine adds of its own taken away. */
function engineEnv(uses: string | undefined, s: StepSurroundings): Record<string, string> {
  if (uses === undefined) return { ACT: '' };
  const results = `${s.around.services.resultsUrl.replace(/\/+$/, '')}/`;
  return {
    ACT: '',
    ACTIONS_RUNTIME_URL: results,
    ACTIONS_RESULTS_URL: results,
    ACTIONS_RUNTIME_TOKEN: s.leg.runtimeToken,
    ACTIONS_CACHE_SERVICE_V2: 'True',
  };
}

function jobEnv(env: Raw, known: Known): Record<string, string> {
  return settle(() =>
    Object.fromEntries(
      Object.entries(reduceAll(env, known)).map(([name, { value }]) => {
        if (value === undefined)
          throw new ExpressionFailure(`env.${name} uses a context that a job does not have`);
        return [name, value];
      }),
    ),
  );
}

/** Runs what belongs to the job as a whole: a failure there stops it before its first step. */
function settle<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ExpressionFailure)
      throw new SetupFailure(`The template is not valid. ${error.message}`);
    throw error;
  }
}

function reduceAll(values: Raw, known: Known): Record<string, ReducedText> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, reduceText(scalarText(value ?? ''), known)]),
  );
}

function textOf(values: Readonly<Record<string, ReducedText>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.text]));
}

/** Values that stay what they are when the engine evaluates them once. */
function literals(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      '${{ ' + `'${value.replaceAll("'", "''")}'` + ' }}',
    ]),
  );
}

function runDefaults(defaults: Raw): Raw {
  return record(defaults['run']);
}

function record(value: unknown): Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
