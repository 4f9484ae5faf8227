import jsep from 'jsep';
import { InputError } from '../../contracts/errors.ts';

/** A number with its slope along each column's sum. */
export interface Dual {
  readonly value: number;
  readonly slopes: Float64Array;
}

/** An arithmetic expression over sums of columns, ready to be evaluated. */
export interface Expression {
  /** Columns it reads, in the order of the sums it takes. */
  readonly columns: readonly string[];
  /**
   * Value and exact partial derivatives (forward mode).
   *
   * @param sums sum of each column
   * @param rows number of rows (sum of weights): what `n` and `mean()` read
   */
  evaluate(sums: ArrayLike<number>, rows: number): Dual;
}

type Node = (sums: ArrayLike<number>, rows: number) => Dual;

/** Functions of one number: value and derivative. */
const FUNCTIONS: Readonly<Record<string, readonly [(x: number) => number, (x: number) => number]>> = {
  sqrt: [Math.sqrt, (x) => 1 / (2 * Math.sqrt(x))],
  exp: [Math.exp, Math.exp],
  log: [Math.log, (x) => 1 / x],
  abs: [Math.abs, Math.sign],
};

/** Functions that choose one of their arguments. */
const CHOICES: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  min: (a, b) => a <= b,
  max: (a, b) => a >= b,
};

const GRAMMAR =
  'use column names (each is the sum of its column; "…" around names with other characters), numbers, n (the number of rows), ' +
  '+ - * / **, sum(column), mean(column), sqrt, exp, log, abs, min, max';

/**
 * Reads an expression such as `2 * tp / (2 * tp + fp + fn)` or `exp(min(0, 1 - ref / len)) * sqrt(p1 * p2)`. Parsed by
 * jsep and compiled node by node; nothing of it is ever run as code.
 *
 * @param metric name for messages
 * @throws InputError METRIC_UNKNOWN where the text is not such an expression
 */
export function parseExpression(text: string, metric: string): Expression {
  const columns: string[] = [];
  const compiler = new Compiler(columns, (found) => {
    return new InputError({
      code: 'METRIC_UNKNOWN',
      message: `metric "${metric}": cannot read the expression "${text}": ${found}`,
      hint: GRAMMAR,
    });
  });
  const node = compiler.compile(parse(text, compiler));
  if (columns.length === 0) throw compiler.refuse('it names no column');
  return { columns, evaluate: node };
}

function parse(text: string, compiler: Compiler): jsep.Expression {
  try {
    return jsep(text);
  } catch (error) {
    throw compiler.refuse(error instanceof Error ? error.message : String(error));
  }
}

class Compiler {
  readonly refuse: (found: string) => InputError;
  readonly #columns: string[];

  constructor(columns: string[], refuse: (found: string) => InputError) {
    this.#columns = columns;
    this.refuse = refuse;
  }

  compile(expression: jsep.Expression): Node {
    const node = expression as jsep.CoreExpression;
    switch (node.type) {
      case 'Literal':
        if (typeof node.value === 'string') return this.#sum(node.value);
        if (typeof node.value === 'number') return constant(node.value);
        throw this.refuse(`${node.raw} is not a number`);
      case 'Identifier':
        return node.name === 'n' ? rowCount : this.#sum(node.name);
      case 'UnaryExpression':
        return this.#unary(node);
      case 'BinaryExpression':
        return this.#binary(node);
      case 'CallExpression':
        return this.#call(node);
      default:
        throw this.refuse(`it holds a ${node.type}`);
    }
  }

  #unary(node: jsep.UnaryExpression): Node {
    const argument = this.compile(node.argument);
    if (node.operator === '+') return argument;
    if (node.operator !== '-') throw this.refuse(`operator ${node.operator} is not known`);
    return (sums, rows) =>
      chain(
        argument(sums, rows),
        (x) => -x,
        () => -1,
      );
  }

  #binary(node: jsep.BinaryExpression): Node {
    const left = this.compile(node.left);
    const right = this.compile(node.right);
    const rule = BINARY[node.operator];
    if (rule === undefined) throw this.refuse(`operator ${node.operator} is not known`);
    return (sums, rows) => {
      const a = left(sums, rows);
      const b = right(sums, rows);
      const [value, slopeA, slopeB] = rule(a.value, b.value);
      return {
        value,
        slopes: a.slopes.map((slope, k) => product(slopeA, slope) + product(slopeB, b.slopes[k]!)),
      };
    };
  }

  #call(node: jsep.CallExpression): Node {
    const callee = node.callee as jsep.CoreExpression;
    const name = callee.type === 'Identifier' ? callee.name : '';
    const [first, ...others] = node.arguments;
    if (first === undefined) throw this.refuse(`${name}() needs an argument`);
    if (name === 'sum' || name === 'mean') return this.#aggregate(name, first, others.length);
    if (Object.hasOwn(CHOICES, name)) return this.#choice(CHOICES[name]!, [first, ...others]);
    if (!Object.hasOwn(FUNCTIONS, name)) throw this.refuse(`there is no function "${name}"`);
    if (others.length > 0) throw this.refuse(`${name}() takes one argument`);
    const [apply, derivative] = FUNCTIONS[name]!;
    const argument = this.compile(first);
    return (sums, rows) => chain(argument(sums, rows), apply, derivative);
  }

  #aggregate(name: 'sum' | 'mean', argument: jsep.Expression, others: number): Node {
    const node = argument as jsep.CoreExpression;
    const column =
      node.type === 'Identifier'
        ? node.name
        : node.type === 'Literal' && typeof node.value === 'string'
          ? node.value
          : null;
    if (column === null || others > 0) throw this.refuse(`${name}() takes one column`);
    const sum = this.#sum(column);
    if (name === 'sum') return sum;
    return (sums, rows) =>
      chain(
        sum(sums, rows),
        (x) => x / rows,
        () => 1 / rows,
      );
  }

  #choice(first: (a: number, b: number) => boolean, list: readonly jsep.Expression[]): Node {
    const nodes = list.map((argument) => this.compile(argument));
    return (sums, rows) =>
      nodes.map((node) => node(sums, rows)).reduce((a, b) => (first(a.value, b.value) ? a : b));
  }

  #sum(column: string): Node {
    let index = this.#columns.indexOf(column);
    if (index < 0) index = this.#columns.push(column) - 1;
    return (sums) => {
      const slopes = new Float64Array(sums.length);
      slopes[index] = 1;
      return { value: sums[index]!, slopes };
    };
  }
}

/** Value of a binary operator and its slopes along the left and the right operand. */
const BINARY: Readonly<
  Record<string, ((a: number, b: number) => readonly [number, number, number]) | undefined>
> = {
  '+': (a, b) => [a + b, 1, 1],
  '-': (a, b) => [a - b, 1, -1],
  '*': (a, b) => [a * b, b, a],
  '/': (a, b) => [a / b, 1 / b, -a / (b * b)],
  '**': (a, b) => [a ** b, b * a ** (b - 1), a ** b * Math.log(a)],
};

/** 0 · ∞ is 0 here: a slope that does not matter. */
function product(factor: number, slope: number): number {
  return slope === 0 ? 0 : factor * slope;
}

function chain(inner: Dual, apply: (x: number) => number, derivative: (x: number) => number): Dual {
  const slope = derivative(inner.value);
  return { value: apply(inner.value), slopes: inner.slopes.map((own) => product(slope, own)) };
}

function constant(value: number): Node {
  return (sums) => ({ value, slopes: new Float64Array(sums.length) });
}

const rowCount: Node = (sums, rows) => ({ value: rows, slopes: new Float64Array(sums.length) });
