import type { Problem } from '../../contracts/errors.ts';
import { MAX_EXACT } from '../columns.ts';
import { isBeyondExact } from '../numbers.ts';
import type { Line } from './lines.ts';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = Record<string, JsonValue>;

interface Source {
  readonly source: string;
}

/** Whole numbers beyond 2^53 stay as their digits. */
function keepBig(_key: string, value: unknown, context: Source): unknown {
  if (typeof value !== 'number' || Math.abs(value) < MAX_EXACT || !/^-?\d+$/.test(context.source))
    return value;
  return isBeyondExact(context.source) ? context.source : value;
}

const LONG_DIGITS = /\d{16}/;
/** What Python's json writes for floats that JSON has no form for, outside of texts. */
const PYTHON_FLOATS = /("(?:[^"\\]|\\.)*")|(-?\bInfinity\b|\bNaN\b)/g;

function parseText(text: string): unknown {
  if (LONG_DIGITS.test(text)) return JSON.parse(text, keepBig as (key: string, value: unknown) => unknown);
  return JSON.parse(text);
}

function parseLoose(text: string): unknown {
  try {
    return parseText(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    const replaced = text.replaceAll(PYTHON_FLOATS, (all: string, quoted: string | undefined) => {
      if (quoted !== undefined) return all;
      return all === 'NaN' ? 'null' : all.startsWith('-') ? '-1e999' : '1e999';
    });
    return parseText(replaced);
  }
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

/** The object on a line, or what is wrong with it. */
export type ParsedLine =
  | { readonly object: JsonObject; readonly problem: null }
  | { readonly object: null; readonly problem: Problem };

/** Reads one line. */
export function parseLine(line: Line, file: string): ParsedLine {
  let found = 'not JSON, or cut off';
  try {
    const value = parseLoose(line.text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { object: value as JsonObject, problem: null };
    found = nameOf(value);
  } catch {
    // Said below, with the line.
  }
  const message = `${file}, line ${line.number}: ${found}, expected a JSON object`;
  const problem: Problem = {
    code: 'FORMAT_BROKEN',
    message,
    file,
    line: line.number,
    excerpt: line.text.slice(0, 120),
    hint: 'Write one complete JSON object per line.',
  };
  return { object: null, problem };
}

/** `JSON.rawJSON` (ES2026), which TypeScript's libraries do not know yet. */
const withRaw = JSON as unknown as { rawJSON(text: string): unknown };

/** Every number as it was written, for copying lines. */
function keepNumbers(_key: string, value: unknown, context: Source): unknown {
  return typeof value === 'number' ? withRaw.rawJSON(context.source) : value;
}

/** The object on a line with its numbers as they were written, for `JSON.stringify`; null where it is none. */
export function parseForCopy(text: string): JsonObject | null {
  try {
    return JSON.parse(text, keepNumbers as (key: string, value: unknown) => unknown) as JsonObject;
  } catch {
    return null;
  }
}
