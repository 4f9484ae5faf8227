import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, visit } from 'yaml';
import type { Document, Node, Pair, ParsedNode, YAMLMap } from 'yaml';

import type { ProblemCode } from '../contracts/codes.ts';
import { mapText, positionOf } from './excerpt.ts';
import { listOf, mapOf } from './located.ts';
import type { Entry, Located, Span } from './located.ts';

/** A file that says more than this is no config. */
export const LARGEST_TEXT = 262_144;
/** More errors than anybody reads come from a file that is no YAML. */
const MOST_ERRORS = 200;
/** Values after all aliases are written out; keeps "billion laughs" out. */
const MOST_VALUES = 100_000;

export interface SyntaxProblem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly span: Span;
  readonly hint?: string;
}

export interface YamlReading {
  /** Null when the text cannot be read at all. */
  readonly root: Located | null;
  readonly problems: readonly SyntaxProblem[];
}

/**
 * Reads YAML 1.2 (with merge keys `<<`) into located values, all syntax problems at once. Never throws on any text.
 * With problems other than duplicate keys, `root` is null: guesses about a broken file would only mislead.
 */
export function readYaml(text: string): YamlReading {
  const problems: SyntaxProblem[] = [];
  const document = parse(text, problems);
  if (document?.contents == null) return { root: null, problems };
  const reader = new Reader(problems);
  const root = reader.read(document.contents, 0);
  const unusable = problems.some((problem) => !problem.message.startsWith('duplicate key'));
  return { root: unusable ? null : root, problems };
}

function parse(text: string, problems: SyntaxProblem[]): Document<ParsedNode> | null {
  const whole = { start: 0, end: 0 };
  let documents;
  try {
    documents = parseAllDocuments(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  } catch (error) {
    // The library recurses over nesting: thousands of brackets exhaust the stack.
    if (!(error instanceof RangeError)) throw error;
    problems.push({ code: 'CONFIG_SYNTAX', message: 'values are nested too deeply to be read', span: whole });
    return null;
  }
  if (!Array.isArray(documents)) return null;
  const [first, second] = documents;
  const lines = new Set<number>();
  const map = mapText(text);
  for (const document of documents) {
    for (const { message, pos, code } of [...document.errors, ...document.warnings]) {
      // One slip often makes the parser stumble several times on the same line.
      const { line } = positionOf(map, pos[0]);
      if (lines.has(line) || lines.size > MOST_ERRORS) continue;
      lines.add(line);
      problems.push({
        code: 'CONFIG_SYNTAX',
        message: wording(code, message),
        span: openQuote(document, code, pos) ?? { start: pos[0], end: pos[1] },
        ...advice(code),
      });
    }
  }
  if (second !== undefined) {
    const start = second.range[0];
    const message = 'the file holds several YAML documents, expected one';
    problems.push({
      code: 'CONFIG_SYNTAX',
      message,
      span: { start, end: start + 1 },
      hint: 'Remove the `---` line.',
    });
  }
  return first ?? null;
}

/** A quote that is never closed is noticed at the end of the file: point at where it opens. */
function openQuote(
  document: Document<ParsedNode>,
  code: string,
  pos: readonly [number, number],
): Span | null {
  if (code !== 'MISSING_CHAR') return null;
  const opened: number[] = [];
  visit(document, {
    Scalar(_key, { type, range }) {
      const quoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
      if (quoted && range != null && range[0] < pos[0] && range[2] >= pos[0]) opened.push(range[0]);
    },
  });
  const start = opened.at(-1);
  return start === undefined ? null : { start, end: start + 1 };
}

function wording(code: string, message: string): string {
  const [first = message] = message.split('\n');
  if (code === 'TAB_AS_INDENT') return 'a tab is used for indentation; YAML allows only spaces';
  return `not valid YAML: ${first.charAt(0).toLowerCase()}${first.slice(1)}`;
}

function advice(code: string): { readonly hint?: string } {
  switch (code) {
    case 'TAB_AS_INDENT':
      return { hint: 'Indent with spaces.' };
    case 'BAD_SCALAR_START':
      return { hint: 'Put the text in quotes.' };
    case 'MULTILINE_IMPLICIT_KEY':
      return {
        hint: 'Is a space missing behind the colon? Check also the indentation of this line and of the one before it.',
      };
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'BAD_INDENT':
      return { hint: 'Check the colon and the indentation of this line and of the one before it.' };
    default:
      return {};
  }
}

function spanOf(node: Node): Span {
  const [start = 0, end = start] = node.range ?? [];
  return { start, end: Math.max(end, start + 1) };
}

/** A key as text: people write numbers and `yes` where names are meant. */
function keyText(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : null;
}

class Reader {
  readonly #problems: SyntaxProblem[];
  readonly #anchors = new Map<string, Located>();
  #exhausted = false;

  constructor(problems: SyntaxProblem[]) {
    this.#problems = problems;
  }

  read(node: Node, depth: number): Located {
    const located = this.#value(node, depth);
    if (located.size > MOST_VALUES && !this.#exhausted) {
      this.#exhausted = true;
      const message = `the file grows to more than ${String(MOST_VALUES)} values once its aliases are written out`;
      this.#complain(message, spanOf(node), 'Use fewer aliases.');
    }
    if (!isAlias(node) && 'anchor' in node && typeof node.anchor === 'string')
      this.#anchors.set(node.anchor, located);
    return located;
  }

  #value(node: Node, depth: number): Located {
    const span = spanOf(node);
    if (depth > 100) {
      this.#complain('values are nested more than 100 deep', span);
      return { kind: 'scalar', span, size: 1, value: null };
    }
    if (isAlias(node)) return this.#alias(node.source, span);
    if (isMap(node)) return this.#map(node, span, depth);
    if (isSeq(node))
      return listOf(
        (node.items as Node[]).map((item) => this.read(item, depth + 1)),
        span,
      );
    return { kind: 'scalar', span, size: 1, value: isScalar(node) ? node.value : null };
  }

  #alias(name: string, span: Span): Located {
    const target = this.#anchors.get(name);
    if (target !== undefined) return target;
    this.#complain(`the alias *${name} names no anchor before it`, span, `Declare it above with &${name}.`);
    return { kind: 'scalar', span, size: 1, value: null };
  }

  #map(map: YAMLMap, span: Span, depth: number): Located {
    const entries = new Map<string, Entry>();
    const merged: Located[] = [];
    for (const pair of map.items) {
      const read = this.#pair(pair, depth);
      if (read === null) continue;
      const { name, entry } = read;
      if (name === '<<') {
        merged.push(...(entry.value.kind === 'list' ? entry.value.items : [entry.value]));
        continue;
      }
      const first = entries.get(name);
      if (first === undefined) entries.set(name, entry);
      else
        this.#problems.push({
          code: 'CONFIG_SYNTAX',
          message: `duplicate key \`${name}\``,
          span: entry.key,
          hint: 'Keep one of the two.',
        });
    }
    for (const source of merged) this.#mergeInto(entries, source);
    return mapOf(entries, span);
  }

  #pair(pair: Pair, depth: number): { name: string; entry: Entry } | null {
    const key = pair.key as Node | null;
    if (key === null) {
      this.#complain(
        'a key is empty',
        pair.value === null ? { start: 0, end: 1 } : spanOf(pair.value as Node),
      );
      return null;
    }
    const span = spanOf(key);
    const located = isScalar(key) || isAlias(key) ? this.read(key, depth + 1) : null;
    const name = located?.kind === 'scalar' ? keyText(located.value) : null;
    if (name === null || name === '__proto__') {
      this.#complain(name === null ? 'a key must be a text' : 'this key is not allowed', span);
      return null;
    }
    const value = pair.value as Node | null;
    const empty: Located = { kind: 'scalar', span, size: 1, value: null };
    return { name, entry: { key: span, value: value === null ? empty : this.read(value, depth + 1) } };
  }

  #mergeInto(entries: Map<string, Entry>, source: Located): void {
    if (source.kind !== 'map') {
      this.#complain('a merge key `<<` takes a mapping or a list of mappings', source.span);
      return;
    }
    for (const [name, entry] of source.entries) if (!entries.has(name)) entries.set(name, entry);
  }

  #complain(message: string, span: Span, hint?: string): void {
    this.#problems.push({ code: 'CONFIG_SYNTAX', message, span, ...(hint === undefined ? {} : { hint }) });
  }
}
