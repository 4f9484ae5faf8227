/**
 * Evaluates of an expression what is known before the job starts, with GitHub's own library, and leaves the rest for
 * the engine: `matrix.os == 'linux' && steps.a.outputs.b` becomes `steps.a.outputs.b` or `false`.
 */
import { data, Evaluator, type Expr, Lexer, Parser } from '@actions/expressions';

import { LazyContexts, toData } from '../expressions/data.ts';
import { ExpressionFailure } from '../expressions/scope.ts';
import { type Segment, segments } from '../expressions/template.ts';

/** What is known before, and what only the engine knows. */
export interface Known {
  readonly contexts: Readonly<Record<string, unknown>>;
  /** Contexts of which nothing is known: `steps`, `env`, … */
  readonly later: readonly string[];
  /** Members of otherwise known contexts that only the engine knows, in lower case: `github.workspace`. */
  readonly laterMembers: readonly string[];
}

/** A reduced expression: its value, or what is left of it. */
export type Reduced =
  | { readonly known: true; readonly value: data.ExpressionData }
  | { readonly known: false; readonly text: string };

const LATER_FUNCTIONS = ['success', 'failure', 'cancelled', 'always', 'hashfiles'];
const CONTEXTS = 'github env vars job jobs steps runner secrets strategy matrix needs inputs'.split(' ');

/** Reduces one expression without its `${{ }}`. @throws ExpressionFailure */
export function reduceExpression(expression: string, known: Known): Reduced {
  try {
    return new Reducer(known).reduce(parse(expression));
  } catch (error) {
    throw new ExpressionFailure((error as Error).message);
  }
}

function parse(expression: string): Expr {
  const functions = LATER_FUNCTIONS.map((name) => ({ name, minArgs: 0, maxArgs: Number.MAX_SAFE_INTEGER }));
  const { tokens } = new Lexer(expression).lex();
  const tree = new Parser(tokens, CONTEXTS, functions).parse() as Expr | undefined;
  if (tree === undefined) throw new Error('An expression was expected');
  return tree;
}

/** A string with `${{ }}` for the engine: known parts are written out. */
export interface ReducedText {
  readonly text: string;
  /** The value, where all of it is known. */
  readonly value?: string;
}

/** Reduces a string of a workflow file. @throws ExpressionFailure */
export function reduceText(template: string, known: Known): ReducedText {
  const pieces: string[] = [];
  let run = '';
  let open = false;
  const flush = (): void => {
    // What looks like an expression in a value is none: only as a quoted literal it stays what it is.
    pieces.push(run.includes('${{') ? '${{ ' + quoted(run) + ' }}' : run);
    run = '';
  };
  for (const segment of segments(template)) {
    if (segment.kind === 'text') {
      run += segment.text;
      continue;
    }
    const reduced = reduceExpression(segment.text, known);
    if (reduced.known) {
      run += reduced.value.coerceString();
      continue;
    }
    flush();
    pieces.push('${{ ' + reduced.text + ' }}');
    open = true;
  }
  if (!open) return { text: run.includes('${{') ? '${{ ' + quoted(run) + ' }}' : run, value: run };
  flush();
  return { text: pieces.join('') };
}

/** A boolean of a workflow file, or what is left of its expression. @throws ExpressionFailure */
export function reduceBoolean(value: unknown, known: Known): boolean | string {
  const reduced = reduceText(scalarText(value), known);
  return reduced.value === undefined ? reduced.text : reduced.value === 'true';
}

/** `'it''s'` */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A value as an expression writes it. */
export function literal(value: data.ExpressionData): string {
  switch (value.kind) {
    case data.Kind.Null:
      return 'null';
    case data.Kind.String:
      return quoted(value.value);
    case data.Kind.Boolean:
      return String(value.value);
    case data.Kind.Number:
      return /^\d+(\.\d+)?$/.test(String(value.value))
        ? String(value.value)
        : `fromJSON(${quoted(json(value))})`;
    default:
      return `fromJSON(${quoted(json(value))})`;
  }
}

function json(value: data.ExpressionData): string {
  return JSON.stringify(value, data.replacer);
}

/** Shapes of GitHub's syntax tree, told apart by their members: the classes are not exported. */
type Node = Partial<{
  readonly literal: data.ExpressionData;
  readonly group: Expr;
  readonly functionName: { readonly lexeme: string };
  readonly args: readonly Expr[];
  readonly operator: { readonly lexeme: string };
  readonly expr: Expr;
  readonly index: Expr;
  readonly left: Expr;
  readonly right: Expr;
  readonly name: { readonly lexeme: string };
}>;

type Rest = { readonly known: true; readonly value: data.ExpressionData } | LeftOver;
interface LeftOver {
  readonly known: false;
  readonly text: string;
  /** Needs no parentheses as an operand. */
  readonly atom: boolean;
}

class Reducer {
  readonly #known: Known;
  readonly #contexts: LazyContexts;

  constructor(known: Known) {
    this.#known = known;
    this.#contexts = new LazyContexts(known.contexts);
  }

  reduce(tree: Expr): Rest {
    if (!this.#isLater(tree)) return { known: true, value: new Evaluator(tree, this.#contexts).evaluate() };
    const node = tree as Node;
    if (node.group !== undefined) return this.reduce(node.group);
    if (node.functionName !== undefined) {
      const args = node.args!.map((arg) => text(this.reduce(arg)));
      return atom(`${node.functionName.lexeme}(${args.join(', ')})`);
    }
    if (node.args !== undefined) return this.#logical(node.operator!.lexeme, node.args);
    if (node.index !== undefined) return atom(this.#access(node.expr!, node.index));
    if (node.left !== undefined) {
      const [one, other] = [operand(this.reduce(node.left)), operand(this.reduce(node.right!))];
      return compound(`${one} ${node.operator!.lexeme} ${other}`);
    }
    if (node.operator !== undefined) return compound(`!${operand(this.reduce(node.expr!))}`);
    return atom(node.name!.lexeme);
  }

  /** Is a status function called anywhere? */
  asksStatus(tree: Expr): boolean {
    const node = tree as Node;
    const called = node.functionName?.lexeme.toLowerCase();
    if (called !== undefined && called !== 'hashfiles' && LATER_FUNCTIONS.includes(called)) return true;
    const parts = [node.group, node.expr, node.index, node.left, node.right, ...(node.args ?? [])];
    return parts.some((part) => part !== undefined && this.asksStatus(part));
  }

  /** `&&` and `||` give the operand that decides; known ones that do not decide fall away. */
  #logical(operator: string, operands: readonly Expr[]): Rest {
    const kept: Rest[] = [];
    for (const [at, tree] of operands.entries()) {
      const rest = this.reduce(tree);
      const decides = rest.known && isTrue(rest.value) === (operator === '||');
      if (!rest.known || decides || at === operands.length - 1) kept.push(rest);
      if (decides) break;
    }
    if (kept.length === 1) return kept[0]!;
    return compound(kept.map(operand).join(` ${operator} `));
  }

  #access(object: Expr, index: Expr): string {
    const context = (object as Node).name?.lexeme;
    const of = context ?? operand(this.reduce(object));
    if (isStar(index)) return `${of}.*`;
    const at = this.reduce(index);
    if (!at.known) return `${context === undefined ? of : operand(this.reduce(object))}[${at.text}]`;
    const name = at.value.kind === data.Kind.String ? at.value.value : '';
    return /^[A-Za-z_][\w-]*$/.test(name) ? `${of}.${name}` : `${of}[${literal(at.value)}]`;
  }

  /** Does a part of the tree need what only the engine knows? */
  #isLater(tree: Expr): boolean {
    const node = tree as Node;
    if (node.literal !== undefined || isStar(tree)) return false;
    if (node.group !== undefined) return this.#isLater(node.group);
    const called = node.functionName?.lexeme.toLowerCase();
    if (called !== undefined && LATER_FUNCTIONS.includes(called)) return true;
    if (node.args !== undefined) return node.args.some((arg) => this.#isLater(arg));
    if (node.index !== undefined) return this.#isLaterAccess(node.expr!, node.index);
    if (node.left !== undefined) return this.#isLater(node.left) || this.#isLater(node.right!);
    if (node.operator !== undefined) return this.#isLater(node.expr!);
    return this.#known.later.includes(node.name!.lexeme.toLowerCase());
  }

  #isLaterAccess(object: Expr, index: Expr): boolean {
    if (this.#isLater(object) || this.#isLater(index)) return true;
    const context = (object as Node).name?.lexeme;
    const member = (index as Node).literal;
    if (context === undefined || member?.kind !== data.Kind.String) return false;
    return this.#known.laterMembers.includes(`${context}.${member.value}`.toLowerCase());
  }
}

/** `.*` is a node without members. */
function isStar(tree: Expr): boolean {
  return Object.keys(tree).length === 0;
}

function atom(rest: string): Rest {
  return { known: false, text: rest, atom: true };
}

function compound(rest: string): Rest {
  return { known: false, text: rest, atom: false };
}

function text(rest: Rest): string {
  return rest.known ? literal(rest.value) : rest.text;
}

/** As an operand: in parentheses, unless it stands for itself. */
function operand(rest: Rest): string {
  return rest.known || rest.atom ? text(rest) : `(${rest.text})`;
}

/** GitHub's truth: false, 0, NaN, empty text and null are false. */
function isTrue(value: data.ExpressionData): boolean {
  if (value.kind === data.Kind.Null) return false;
  if (value.kind === data.Kind.Array || value.kind === data.Kind.Dictionary) return true;
  return Boolean(value.value);
}

/** A value of the workflow file as text, the way GitHub writes numbers and booleans. */
export function scalarText(value: unknown): string {
  return typeof value === 'string' ? value : toData(value).coerceString();
}

/**
 * The `if` of a step for the engine. Without a status function `success()` must hold as well; text around an
 * expression is just text, and text is true. https://docs.github.com/actions/reference/workflows-and-actions/expressions#status-check-functions
 * @throws ExpressionFailure
 */
export function conditionText(condition: unknown, known: Known): string {
  const written = scalarText(condition ?? '').trim();
  if (written === '') return '${{ success() }}';
  const pieces = written.includes('${{')
    ? segments(written)
    : [{ kind: 'expression' as const, text: written }];
  const whole = pieces.length === 1 ? pieces[0]!.text : formatCall(pieces);
  const asked = new Reducer(known).asksStatus(parse(whole));
  return '${{ ' + text(reduceExpression(asked ? whole : `success() && (${whole})`, known) as Rest) + ' }}';
}

/** `a-${{ b }}` as the call of `format` that the engine makes of it. */
export function formatCall(pieces: readonly Segment[]): string {
  const args = pieces.filter((piece) => piece.kind === 'expression').map((piece) => piece.text);
  let count = 0;
  const format = pieces.map((piece) =>
    piece.kind === 'text' ? piece.text.replace(/[{}]/g, '$&$&') : `{${count++}}`,
  );
  return `format(${[quoted(format.join('')), ...args].join(', ')})`;
}
