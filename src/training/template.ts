import { closest } from 'fastest-levenshtein';

import { InputError, type Problem } from '../contracts/errors.ts';
import { flatten } from './flatten.ts';

/** What a placeholder can stand for: parameters under `params.`, and plain names such as `model`. */
export interface Placeholders {
  readonly params: Readonly<Record<string, unknown>>;
  readonly values?: Readonly<Record<string, string>>;
}

const PLACEHOLDER = /\{(params\.[^{}\s]+|[a-z_]+)\}/y;

/**
 * Fills `{params.NAME}` and `{name}` into a shell command. Each value is one word of the shell whatever it holds, also
 * where the command has put quotes around it. Lists and mappings are filled in as JSON. Braces that are no placeholder
 * stay as they are. Throws InputError PARAM_MISSING, naming every missing parameter with the nearest that exists.
 * `label` says where the command stands, e.g. `train.run`.
 */
export function fillCommand(command: string, placeholders: Placeholders, label: string): string {
  const missing = new Set<string>();
  let filled = '';
  let quote: Quote = 'none';
  for (let at = 0; at < command.length;) {
    PLACEHOLDER.lastIndex = at;
    const [whole, name] = PLACEHOLDER.exec(command) ?? [];
    const value = name === undefined ? null : valueOf(name, placeholders, missing);
    if (whole !== undefined && value !== null) {
      filled += quoteFor(quote, value);
      at += whole.length;
      continue;
    }
    const piece = pieceAt(command, at, quote);
    quote = piece.quote;
    filled += piece.text;
    at += piece.text.length;
  }
  if (missing.size > 0)
    throw new InputError([...missing].map((name) => missingParam(name, placeholders.params, label)));
  return filled;
}

type Quote = 'none' | 'single' | 'double';

/** The next piece of shell text and the quoting behind it: an escaped pair, a comment, or one character. */
function pieceAt(
  command: string,
  at: number,
  quote: Quote,
): { readonly text: string; readonly quote: Quote } {
  const character = command[at] ?? '';
  if (character === '\\' && quote !== 'single') return { text: command.slice(at, at + 2), quote };
  if (character === '#' && quote === 'none' && /^$|[\s;&|(]/.test(command[at - 1] ?? '')) {
    const end = command.indexOf('\n', at);
    return { text: end === -1 ? command.slice(at) : command.slice(at, end), quote };
  }
  if (character === "'" && quote !== 'double')
    return { text: character, quote: quote === 'single' ? 'none' : 'single' };
  if (character === '"' && quote !== 'single')
    return { text: character, quote: quote === 'double' ? 'none' : 'double' };
  return { text: character, quote };
}

function quoteFor(quote: Quote, value: string): string {
  if (quote === 'double') return value.replaceAll(/[\\"$`]/g, '\\$&');
  if (quote === 'single') return value.replaceAll("'", `'\\''`);
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

/** Null where the braces are no placeholder. */
function valueOf(name: string, { params, values = {} }: Placeholders, missing: Set<string>): string | null {
  if (!name.startsWith('params.')) return Object.hasOwn(values, name) ? (values[name] ?? null) : null;
  const path = name.slice('params.'.length);
  const value = lookUp(params, path);
  if (value !== undefined) return typeof value === 'string' ? value : JSON.stringify(value);
  missing.add(path);
  return '';
}

/** A value by dotted path; list items by number (`layers.0`). A key that holds dots itself is found too. */
function lookUp(params: unknown, path: string): unknown {
  if (typeof params !== 'object' || params === null) return undefined;
  const record = params as Readonly<Record<string, unknown>>;
  if (Object.hasOwn(record, path)) return record[path];
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const head = path.slice(0, dot);
    const found = Object.hasOwn(record, head) ? lookUp(record[head], path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function missingParam(name: string, params: Readonly<Record<string, unknown>>, label: string): Problem {
  const known = [...flatten(params).keys()];
  const hint =
    known.length === 0
      ? 'list the file that holds it under train.params'
      : `did you mean {params.${closest(name, known)}}? Known: ${known.slice(0, 20).join(', ')}`;
  return { code: 'PARAM_MISSING', message: `${label}: {params.${name}} is in no params file`, hint };
}
