/**
 * Slice expressions: `tenure < 6`, `region == 'NE' and age >= 40`, `not (plan in ['a', 'b'])`, `note is missing`.
 * A small grammar of our own, read by recursive descent: nothing is evaluated as code, every error has a position.
 *
 *   or → and ('or' and)*        and → not ('and' not)*        not → 'not' not | '(' or ')' | test
 *   test → column (== | = | != | < | <= | > | >=) value  |  column ['not'] in [value, …]  |  column is ['not'] missing
 */
import { InputError } from '../../contracts/errors.ts';

export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type Literal = number | string;

/** A parsed expression. */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not'; readonly part: Expression }
  | {
      readonly kind: 'compare';
      readonly column: string;
      readonly operator: Operator;
      readonly value: Literal;
    }
  | { readonly kind: 'in'; readonly column: string; readonly values: readonly Literal[] }
  | { readonly kind: 'missing'; readonly column: string };

interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /\s*(?:(?<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?![\p{L}_])|(?<name>[\p{L}_][\p{L}\p{N}_.]*)|`(?<quoted>[^`]+)`|'(?<single>(?:[^'\\]|\\.)*)'|"(?<double>(?:[^"\\]|\\.)*)"|(?<sign>==|!=|<>|<=|>=|&&|\|\||[<>=!()[\],]))/uy;

function fail(source: string, at: number, message: string): never {
  throw new InputError({
    code: 'CONFIG_INVALID',
    message: `slice "${source}", position ${at + 1}: ${message}`,
    excerpt: `${source}\n${' '.repeat(at)}^`,
    hint: "write for example: tenure < 6 and region == 'NE'",
  });
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>): Pick<Token, 'kind' | 'text'> {
  const { number, name, quoted, single, double, sign } = groups;
  if (number !== undefined) return { kind: 'number', text: number };
  if (quoted !== undefined) return { kind: 'name', text: quoted };
  if (name !== undefined) return { kind: 'name', text: name };
  if (sign !== undefined) return { kind: 'sign', text: sign };
  return { kind: 'text', text: (single ?? double ?? '').replaceAll(/\\(.)/g, '$1') };
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (source.slice(at).trim() !== '') {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(source);
    const start = at + (/^\s*/.exec(source.slice(at))?.[0].length ?? 0);
    if (match?.groups === undefined) fail(source, start, `unexpected ${source[start] ?? ''}`);
    tokens.push({ ...tokenOf(match.groups), at: start });
    at = TOKEN.lastIndex;
  }
  return [...tokens, { kind: 'end', text: 'the end', at: source.length }];
}

const SIGNS: ReadonlyMap<string, Operator> = new Map([
  ['==', '=='],
  ['=', '=='],
  ['!=', '!='],
  ['<>', '!='],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
]);

/** Deepest nesting of parentheses and nots. */
const DEEPEST = 50;

class Parser {
  private readonly source: string;
  private readonly tokens: readonly Token[];
  private next = 0;
  private depth = 0;

  constructor(source: string) {
    this.source = source;
    this.tokens = tokenize(source);
  }

  whole(): Expression {
    const expression = this.or();
    if (this.peek().kind !== 'end') this.fail('expected and, or, or the end');
    return expression;
  }

  private peek(): Token {
    return this.tokens[this.next]!;
  }

  private fail(expected: string): never {
    const { at, text } = this.peek();
    return fail(this.source, at, `${expected}, found ${text}`);
  }

  /** Consumes the next token when it is one of these words or signs. */
  private take(...words: string[]): boolean {
    const { kind, text } = this.peek();
    const found = (kind === 'name' || kind === 'sign') && words.includes(text.toLowerCase());
    if (found) this.next++;
    return found;
  }

  private chain(kind: 'and' | 'or', words: string[], part: () => Expression): Expression {
    const parts = [part()];
    while (this.take(...words)) parts.push(part());
    return parts.length === 1 ? parts[0]! : { kind, parts };
  }

  private or(): Expression {
    return this.chain('or', ['or', '||'], () => this.and());
  }

  private and(): Expression {
    return this.chain('and', ['and', '&&'], () => this.not());
  }

  private not(): Expression {
    if (++this.depth > DEEPEST) this.fail('nested too deeply');
    const expression = this.notOrTest();
    this.depth--;
    return expression;
  }

  private notOrTest(): Expression {
    if (this.take('not', '!')) return { kind: 'not', part: this.not() };
    if (!this.take('(')) return this.test();
    const inner = this.or();
    if (!this.take(')')) this.fail('expected )');
    return inner;
  }

  private test(): Expression {
    const token = this.peek();
    if (token.kind !== 'name') this.fail('expected a column');
    this.next++;
    const column = token.text;
    if (this.take('is')) {
      const negated = this.take('not');
      if (!this.take('missing', 'null')) this.fail('expected missing');
      return negated ? { kind: 'not', part: { kind: 'missing', column } } : { kind: 'missing', column };
    }
    const negated = this.take('not');
    if (this.take('in')) {
      const list: Expression = { kind: 'in', column, values: this.list() };
      return negated ? { kind: 'not', part: list } : list;
    }
    const operator = this.peek().kind === 'sign' ? SIGNS.get(this.peek().text) : undefined;
    if (negated || operator === undefined)
      this.fail(negated ? 'expected in' : 'expected a comparison such as <, ==, in');
    this.next++;
    return { kind: 'compare', column, operator, value: this.literal() };
  }

  private list(): Literal[] {
    const close = this.take('[') ? ']' : this.take('(') ? ')' : this.fail('expected a list such as [1, 2]');
    const values = [this.literal()];
    while (this.take(',')) values.push(this.literal());
    if (!this.take(close)) this.fail(`expected , or ${close}`);
    return values;
  }

  private literal(): Literal {
    const { kind, text } = this.peek();
    if (kind === 'sign' || kind === 'end') this.fail('expected a number or a text in quotes');
    if (kind === 'name' && !['true', 'false'].includes(text.toLowerCase()))
      this.fail('expected a number or a text in quotes');
    this.next++;
    if (kind === 'number') return Number(text);
    return kind === 'name' ? text.toLowerCase() : text;
  }
}

/** Parses a slice expression. Throws InputError CONFIG_INVALID with the position of what is wrong. */
export function parseExpression(source: string): Expression {
  return new Parser(source).whole();
}

/** The columns an expression reads, each once. */
export function columnsOf(expression: Expression): string[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return [...new Set(expression.parts.flatMap(columnsOf))];
    case 'not':
      return columnsOf(expression.part);
    default:
      return [expression.column];
  }
}
