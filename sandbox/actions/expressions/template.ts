import { fromData, type Value } from './data.ts';
import { ExpressionFailure, type Scope, statusNames } from './scope.ts';

/** A piece of a string: literal text, or an expression without its `${{ }}`. */
export type Segment =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'expression'; readonly text: string };

const OPEN = '${{';

/**
 * Cuts a string at its `${{ }}`. Quotes inside an expression hide `}}`, as GitHub's template reader has it.
 * Throws ExpressionFailure where an expression is not closed.
 */
export function segments(text: string): Segment[] {
  const pieces: Segment[] = [];
  let at = 0;
  for (;;) {
    const start = text.indexOf(OPEN, at);
    if (start < 0) break;
    if (start > at) pieces.push({ kind: 'text', text: text.slice(at, start) });
    const end = closing(text, start + OPEN.length);
    pieces.push({ kind: 'expression', text: text.slice(start + OPEN.length, end).trim() });
    at = end + 2;
  }
  if (at < text.length) pieces.push({ kind: 'text', text: text.slice(at) });
  return pieces;
}

function closing(text: string, from: number): number {
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "'") quoted = !quoted;
    else if (!quoted && text[at] === '}' && text[at + 1] === '}') return at;
  }
  throw new ExpressionFailure(
    'The expression is not closed. An unescaped ${{ sequence was found, but the closing }} sequence was not found.',
  );
}

/** Has a value expressions anywhere in it? */
export function hasExpression(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(OPEN);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, entry]) => hasExpression(key) || hasExpression(entry));
}

/**
 * A value of a workflow file with its expressions replaced. A string that is one expression keeps the
 * expression's type; otherwise results become text. `${{ insert }}` as a key merges a mapping.
 */
export function evaluate(value: unknown, scope: Scope): Value {
  if (typeof value === 'string') return evaluateText(value, scope);
  if (Array.isArray(value)) return value.map((item) => evaluate(item, scope));
  if (typeof value !== 'object' || value === null) return (value ?? null) as Value;
  const result: Record<string, Value> = {};
  for (const [key, entry] of Object.entries(value)) {
    if (isInsert(key)) Object.assign(result, evaluate(entry, scope));
    else result[evaluateString(key, scope)] = evaluate(entry, scope);
  }
  return result;
}

function isInsert(key: string): boolean {
  return /^\$\{\{\s*insert\s*\}\}$/.test(key);
}

function evaluateText(text: string, scope: Scope): Value {
  if (!text.includes(OPEN)) return text;
  const pieces = segments(text);
  if (pieces.length === 1) return fromData(scope.data(pieces[0]!.text));
  return pieces
    .map((piece) => (piece.kind === 'text' ? piece.text : scope.data(piece.text).coerceString()))
    .join('');
}

/** A value that must be text: numbers, booleans and null are written out as GitHub does. */
export function evaluateString(value: unknown, scope: Scope): string {
  const result = evaluate(value, scope);
  return scalarText(result);
}

function scalarText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value === null || value === undefined) return '';
  throw new ExpressionFailure(`A ${Array.isArray(value) ? 'sequence' : 'mapping'} was not expected`);
}

/** At most 15 digits, as GitHub writes numbers. */
function numberText(value: number): string {
  return value === 0 ? '0' : Number(value.toPrecision(15)).toString();
}

/**
 * Is an `if` met? Text without `${{ }}` is an expression as a whole; unless it calls a status function, `success()` must hold too.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/expressions#status-check-functions
 * Text around an expression makes the whole a non-empty string, which is true: GitHub's well-known trap.
 */
export function evaluateCondition(condition: unknown, scope: Scope): boolean {
  const text = scalarText(condition).trim();
  if (text === '') return truthy(scope.value('success()'));
  const pieces = text.includes(OPEN) ? segments(text) : [{ kind: 'expression' as const, text }];
  const expressions = pieces.filter((piece) => piece.kind === 'expression').map((piece) => piece.text);
  const asked = expressions.some((expression) => statusNames(expression).length > 0);
  if (!asked && !truthy(scope.value('success()'))) return false;
  if (pieces.length === 1) return truthy(scope.value(pieces[0]!.text));
  return truthy(evaluateText(text, scope));
}

/** GitHub's truth: false, 0, NaN, empty text and null are false, all else is true. */
export function truthy(value: Value): boolean {
  return !(value === null || value === false || value === 0 || value === '' || Number.isNaN(value));
}
