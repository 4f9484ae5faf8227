import { Evaluator, Lexer, Parser, data, type Expr } from '@actions/expressions';
import { LazyContexts, fromData, type Value } from './data.ts';

/** An expression that cannot be read or evaluated; the message is GitHub's. */
export class ExpressionFailure extends Error {
  override readonly name = 'ExpressionFailure';
}

/** Every context of https://docs.github.com/actions/reference/workflows-and-actions/contexts */
const CONTEXTS = [
  'github',
  'env',
  'vars',
  'job',
  'jobs',
  'steps',
  'runner',
  'secrets',
  'strategy',
  'matrix',
  'needs',
  'inputs',
];

/** Status functions; `failure` and `success` take ids of needed jobs in the `if` of a job. */
export interface StatusFunctions {
  success(jobs: readonly string[]): boolean;
  failure(jobs: readonly string[]): boolean;
  cancelled(): boolean;
}

const STATUS = ['success', 'failure', 'cancelled', 'always'];
const FUNCTIONS = STATUS.map((name) => ({ name, minArgs: 0, maxArgs: Number.MAX_SAFE_INTEGER }));

const parsed = new Map<string, Expr | ExpressionFailure>();

/** Contexts and functions under which expressions of one key are evaluated. */
export class Scope {
  readonly #contexts: LazyContexts;
  readonly #functions: Map<string, FunctionDefinition>;

  /** Contexts that are not given are null. Without `status` the status functions are refused. */
  constructor(contexts: Readonly<Record<string, unknown>>, status?: StatusFunctions) {
    this.#contexts = new LazyContexts(contexts);
    this.#functions = new Map(status === undefined ? [] : statusFunctions(status));
  }

  /** Value of one expression without its `${{ }}`. Throws ExpressionFailure. */
  data(expression: string): data.ExpressionData {
    const tree = parseExpression(expression);
    const missing = statusNames(expression).find((name) => !this.#functions.has(name));
    if (missing !== undefined) throw new ExpressionFailure(`Unrecognized function: '${missing}'`);
    try {
      return new Evaluator(tree, this.#contexts, this.#functions).evaluate();
    } catch (error) {
      throw new ExpressionFailure((error as Error).message);
    }
  }

  /** Value of one expression as plain JSON. Throws ExpressionFailure. */
  value(expression: string): Value {
    return fromData(this.data(expression));
  }
}

interface FunctionDefinition {
  readonly name: string;
  readonly minArgs: number;
  readonly maxArgs: number;
  call(...args: data.ExpressionData[]): data.ExpressionData;
}

function statusFunctions(status: StatusFunctions): [string, FunctionDefinition][] {
  const define = (
    name: string,
    answer: (jobs: readonly string[]) => boolean,
  ): [string, FunctionDefinition] => [
    name,
    {
      name,
      minArgs: 0,
      maxArgs: Number.MAX_SAFE_INTEGER,
      call: (...jobs) => new data.BooleanData(answer(jobs.map((job) => job.coerceString()))),
    },
  ];
  return [
    define('success', (jobs) => status.success(jobs)),
    define('failure', (jobs) => status.failure(jobs)),
    define('cancelled', () => status.cancelled()),
    define('always', () => true),
  ];
}

/** Reads an expression with GitHub's parser. Throws ExpressionFailure with its message. */
export function parseExpression(expression: string): Expr {
  let tree = parsed.get(expression);
  if (tree === undefined) {
    if (parsed.size > 20_000) parsed.clear();
    parsed.set(expression, (tree = read(expression)));
  }
  if (tree instanceof ExpressionFailure) throw tree;
  return tree;
}

function read(expression: string): Expr | ExpressionFailure {
  try {
    const tree = new Parser(new Lexer(expression).lex().tokens, CONTEXTS, FUNCTIONS).parse() as
      Expr | undefined;
    return tree ?? new ExpressionFailure('An expression was expected');
  } catch (error) {
    return new ExpressionFailure((error as Error).message);
  }
}

const statusCalls = new WeakMap<Expr, readonly string[]>();

/** Names of the status functions that an expression calls, anywhere in it. */
export function statusNames(expression: string): readonly string[] {
  const tree = parseExpression(expression);
  let names = statusCalls.get(tree);
  if (names === undefined) {
    statusCalls.set(tree, (names = [...calledFunctions(tree)].filter((name) => STATUS.includes(name))));
  }
  return names;
}

/** Lower-case names of all functions called in a tree. */
function* calledFunctions(node: unknown): Generator<string> {
  if (Array.isArray(node)) {
    for (const item of node) yield* calledFunctions(item);
  } else if (typeof node === 'object' && node !== null && !(node instanceof data.StringData)) {
    if ('functionName' in node) yield (node.functionName as { lexeme: string }).lexeme.toLowerCase();
    for (const [key, child] of Object.entries(node)) {
      // Tokens and literals hold no calls.
      if (!['operator', 'token', 'name', 'functionName', 'literal'].includes(key))
        yield* calledFunctions(child);
    }
  }
}
