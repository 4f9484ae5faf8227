import { ExpressionFailure, type Scope } from '../expressions/scope.ts';
import { evaluate } from '../expressions/template.ts';
import type { CallJob, Input, Workflow } from '../workflow/model.ts';

type InputValue = string | number | boolean;

/** What an input is where neither caller nor definition says. */
export function emptyInput(type: Input['type']): InputValue {
  return type === 'boolean' ? false : type === 'number' ? 0 : '';
}

/**
 * Inputs of a called workflow in their types: the caller's `with`, else the default, else empty.
 * Throws ExpressionFailure for a value of another type.
 */
export function callInputs(called: Workflow, job: CallJob, scope: Scope): Record<string, InputValue> {
  const given = new Map(Object.entries(job.with).map(([name, value]) => [name.toLowerCase(), value]));
  const inputs = Object.entries(called.on['workflow_call']?.inputs ?? {});
  return Object.fromEntries(
    inputs.map(([name, input]) => {
      const value = given.get(name.toLowerCase()) ?? input.default;
      return [name, value === undefined ? emptyInput(input.type) : typed(name, input, value, scope)];
    }),
  );
}

function typed(name: string, input: Input, raw: unknown, scope: Scope): InputValue {
  const value = evaluate(raw, scope);
  if (input.type === 'boolean' && typeof value === 'boolean') return value;
  if (input.type === 'number' && typeof value === 'number') return value;
  if (input.type === 'string') {
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (value === null) return '';
  }
  throw new ExpressionFailure(
    `Unexpected value '${typeof value === 'string' ? value : JSON.stringify(value)}' for input '${name}' of type ${input.type}`,
  );
}
