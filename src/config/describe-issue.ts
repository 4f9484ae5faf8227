import type { z } from 'zod';

import type { Finding } from './finding.ts';
import { keysAt } from './json-schema.ts';
import { at, isEmpty, toPlain } from './located.ts';
import type { Located, Path } from './located.ts';
import { nearestWord, suggestion } from './nearest.ts';

type Issue = z.core.$ZodIssue;

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

/** Words zod's own messages of the kinds that the schemas leave to it. */
export function wordIssue(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `expected ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'array'
        ? 'expected at least one item'
        : `expected ${String(issue.minimum)} or more`;
    case 'too_big':
      return `expected at most ${String(issue.maximum)}`;
    default:
      return undefined;
  }
}

/** zod's issues → findings: unions are resolved to the alternative that was meant, unknown keys get their neighbour. */
export function describeIssues(issues: readonly Issue[], root: Located): Finding[] {
  return issues.flatMap((issue) => describeIssue(issue, root, []));
}

function describeIssue(issue: Issue, root: Located, base: Path): Finding[] {
  const path = [...base, ...issue.path].filter((step) => typeof step !== 'symbol');
  switch (issue.code) {
    case 'invalid_union': {
      const meant = branchMeant(issue.errors);
      return meant === null
        ? [wrongValue(path, issue.message, root, issue.errors.flatMap(valuesOf))]
        : meant.flatMap((inner) => describeIssue(inner, root, path));
    }
    case 'unrecognized_keys':
      return unknownKeys(path, issue.keys);
    case 'invalid_key':
      return [
        {
          code: 'CONFIG_INVALID',
          path,
          message: `the name \`${String(path.at(-1))}\` cannot be used`,
          hint: sentence(issue.issues[0]?.message),
          atKey: true,
        },
      ];
    case 'custom':
      return [custom(path, issue, root)];
    case 'invalid_value':
      return [wrongValue(path, issue.message, root, issue.values.map(String))];
    default:
      return [wrongValue(path, issue.message, root)];
  }
}

function unknownKeys(path: Path, keys: readonly string[]): Finding[] {
  const valid = keysAt(path);
  return keys.map((key) => unknownKey([...path, key], valid));
}

function unknownKey(path: Path, valid: readonly string[]): Finding {
  const key = String(path.at(-1));
  const meant = nearestWord(key, valid);
  const message = `unknown key \`${key}\``;
  const hint = suggestion(key, valid);
  return {
    code: 'CONFIG_UNKNOWN_KEY',
    path,
    message,
    hint,
    atKey: true,
    ...(meant === null ? {} : { meant }),
  };
}

/** A refinement's own sentence; it says what was found unless it begins with what was expected. */
function custom(path: Path, issue: Issue, root: Located): Finding {
  if (issue.message.startsWith('expected') && !issue.message.includes('found'))
    return wrongValue(path, issue.message, root);
  const needed: unknown = 'params' in issue ? issue.params?.['needs'] : undefined;
  const keys = Array.isArray(needed) ? needed.filter((key) => typeof key === 'string') : [];
  return {
    code: 'CONFIG_INVALID',
    path,
    message: issue.message,
    ...(keys.length > 0 ? { needs: { in: path, keys } } : {}),
  };
}

function wrongValue(path: Path, message: string, root: Located, valid?: readonly string[]): Finding {
  const located = at(root, path);
  if (located === undefined) {
    const key = String(path.at(-1));
    return {
      code: 'CONFIG_INVALID',
      path,
      message: `\`${key}\` is missing: ${message}`,
      needs: { in: path.slice(0, -1), keys: [key] },
    };
  }
  if (isEmpty(located) && typeof path.at(-1) === 'number')
    return { code: 'CONFIG_INVALID', path, message: `the item is empty: ${message}` };
  if (isEmpty(located))
    return { code: 'CONFIG_INVALID', path, message: `\`${String(path.at(-1))}\` is empty: ${message}` };
  const found = toPlain(located);
  const quoted =
    message === 'expected a text' && located.kind === 'scalar'
      ? `Put it in quotes: "${String(found)}".`
      : undefined;
  const hint =
    quoted ??
    (valid !== undefined && typeof found === 'string' && valid.length > 1
      ? suggestion(found, valid)
      : undefined);
  return { code: 'CONFIG_INVALID', path, message: `${message}, found ${show(found)}`, hint };
}

/** A value as one short text for a message. */
export function show(value: unknown): string {
  if (typeof value === 'number')
    return Number.isFinite(value) ? String(value) : Number.isNaN(value) ? '.nan' : '.inf';
  if (Array.isArray(value))
    return value.length === 0 ? 'an empty list' : `a list (${shorten(JSON.stringify(value))})`;
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value);
    return keys.length === 0 ? 'an empty mapping' : `a mapping (${shorten(keys.join(', '))})`;
  }
  return value === undefined ? 'nothing' : shorten(JSON.stringify(value));
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function sentence(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** The issues of the alternative whose type fits the value; null when none fits or it cannot be told. */
function branchMeant(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const fitting = branches.filter((issues) => issues.length > 0 && !issues.some(isWrongType));
  const [best] = fitting.sort((a, b) => a.length - b.length);
  return best ?? null;
}

function isWrongType(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_type') return true;
  if (issue.code === 'invalid_value') return true;
  return issue.code === 'invalid_union' && branchMeant(issue.errors) === null;
}

/** The words that an alternative would have taken. */
function valuesOf(issues: readonly Issue[]): readonly string[] {
  return issues.flatMap((issue) =>
    issue.code === 'invalid_value' && issue.path.length === 0 ? issue.values.map(String) : [],
  );
}
