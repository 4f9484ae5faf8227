import type { LegNumbers } from '../../state/action-jobs.ts';
import { ExpressionFailure, type Scope } from '../expressions/scope.ts';
import { evaluate, evaluateString, hasExpression } from '../expressions/template.ts';
import { legName, type Leg } from '../matrix.ts';
import type { StepsJob, WorkflowJob } from '../workflow/model.ts';

/** Labels and group that a job asks for. */
export interface RunsOn {
  readonly labels: readonly string[];
  readonly group: string | null;
}

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idruns-on */
export function readRunsOn(value: unknown, scope: Scope): RunsOn {
  const plain = evaluate(value, scope);
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain))
    return { labels: readLabels(plain), group: null };
  const { group = null, labels = [] } = plain as Readonly<Record<string, unknown>>;
  if (group !== null && typeof group !== 'string') throw unexpected(group);
  return { labels: labels === null ? [] : readLabels(labels), group };
}

function readLabels(value: unknown): string[] {
  const labels = Array.isArray(value) ? (value as unknown[]) : [value];
  return labels.map((label) => {
    if ((typeof label !== 'string' && typeof label !== 'number') || label === '') throw unexpected(label);
    return String(label);
  });
}

/**
 * Name of a leg as people see it. Matrix values follow a literal name; an expression makes the whole name,
 * unless it yields nothing.
 */
export function readName(job: WorkflowJob, leg: Leg, scope: Scope): string {
  const { name } = job;
  if (name === undefined || name === '') return legName(job.id, leg.shown);
  if (!hasExpression(name)) return legName(name, leg.shown);
  const made = evaluateString(name, scope);
  return made === '' ? legName(job.id, leg.shown) : made;
}

/** A number of minutes, or the usual one. */
export function readMinutes(value: unknown, scope: Scope, usual: number): number {
  if (value === undefined) return usual;
  const minutes = evaluate(value, scope);
  if (typeof minutes !== 'number') throw unexpected(minutes);
  return Math.trunc(minutes);
}

/** A yes or no, no where absent. */
export function readFlag(value: unknown, scope: Scope): boolean {
  if (value === undefined) return false;
  const flag = evaluate(value, scope);
  if (typeof flag !== 'boolean') throw unexpected(flag);
  return flag;
}

/** `environment`: its name, whether it makes a deployment, and the unevaluated address. Null where the name is empty. */
export function readEnvironment(
  job: StepsJob,
  scope: Scope,
): { readonly name: string; readonly deployment: boolean; readonly url: string | undefined } | null {
  const { environment } = job;
  if (environment === undefined) return null;
  if (typeof environment !== 'object' || environment === null) {
    const name = evaluateString(environment, scope);
    return name === '' ? null : { name, deployment: true, url: undefined };
  }
  const { name, url, deployment } = environment as Readonly<Record<string, unknown>>;
  const text = evaluateString(name, scope);
  if (text === '') return null;
  return {
    name: text,
    deployment: deployment === undefined || readFlag(deployment, scope),
    url: typeof url === 'string' && url !== '' ? url : undefined,
  };
}

/** Numbers of a leg for the `strategy` context. */
export function legNumbers(
  failFast: boolean,
  maxParallel: number | undefined,
  index: number,
  total: number,
): LegNumbers {
  return { failFast, index, total, maxParallel: maxParallel ?? total };
}

function unexpected(value: unknown): ExpressionFailure {
  return new ExpressionFailure(
    `Unexpected value '${typeof value === 'string' ? value : JSON.stringify(value)}'`,
  );
}
