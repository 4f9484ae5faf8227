import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

import { parse as parseToml, TomlError } from 'smol-toml';
import { LineCounter, parseDocument } from 'yaml';

import { InputError, type Problem } from '../contracts/errors.ts';

export type Params = Readonly<Record<string, unknown>>;

/** A structured file that was read: its value, or what is wrong with it. */
type Parsed = { readonly value: unknown } | { readonly problem: Problem };

/**
 * Parameters of all files (YAML, JSON, TOML; paths relative to `dir`) as one mapping; a later file's value replaces an
 * earlier one's, mappings are merged. Throws InputError with every file's problem: FILE_NOT_FOUND, FORMAT_UNKNOWN,
 * FORMAT_BROKEN with line and column.
 */
export function loadParams(dir: string, files: readonly string[]): Params {
  const parsed = files.map((file) => readStructured(join(dir, file), `train.params: ${file}`));
  const problems = parsed.flatMap((one, index) =>
    'problem' in one ? [one.problem] : mappingProblem(one.value, files[index] ?? ''),
  );
  if (problems.length > 0) throw new InputError(problems);
  const values = parsed.flatMap((one) => ('value' in one ? [one.value] : []));
  return values.reduce<Params>((merged, value) => merge(merged, (value ?? {}) as Params), {});
}

function mappingProblem(value: unknown, file: string): readonly Problem[] {
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return [];
  return [
    { code: 'FORMAT_BROKEN', message: `train.params: ${file} holds no mapping of names to values`, file },
  ];
}

function merge(into: Params, from: Params): Params {
  const merged = new Map(Object.entries(into));
  for (const [name, value] of Object.entries(from)) {
    const before = merged.get(name);
    merged.set(name, isMapping(before) && isMapping(value) ? merge(before, value) : value);
  }
  return Object.fromEntries(merged);
}

function isMapping(value: unknown): value is Params {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a YAML, JSON or TOML file into plain JSON values (dates become text, NaN and infinity null). */
export function readStructured(path: string, label: string): Parsed {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE';
    return {
      problem: {
        code,
        message: `${label}: ${code === 'FILE_NOT_FOUND' ? 'does not exist' : (error as Error).message}`,
        file: path,
      },
    };
  }
  switch (extname(path).toLowerCase()) {
    case '.yaml':
    case '.yml':
    case '.json':
      return parseYaml(text, path, label);
    case '.toml':
      return parseTomlText(text, path, label);
    default:
      return {
        problem: { code: 'FORMAT_UNKNOWN', message: `${label}: expected .yaml, .json or .toml`, file: path },
      };
  }
}

/** YAML 1.2 holds JSON; Python’s NaN and Infinity, which JSON forbids, come out as texts instead of breaking the file. */
function parseYaml(text: string, path: string, label: string): Parsed {
  const lineCounter = new LineCounter();
  const document = parseDocument(text.replace(/^\uFEFF/, ''), {
    lineCounter,
    prettyErrors: false,
    merge: true,
  });
  const [error] = document.errors;
  if (error === undefined) {
    try {
      return { value: plainJson(document.toJS({ maxAliasCount: 100 })) };
    } catch (cause) {
      return {
        problem: { code: 'FORMAT_BROKEN', message: `${label}: ${(cause as Error).message}`, file: path },
      };
    }
  }
  const { line, col } = lineCounter.linePos(error.pos[0]);
  return {
    problem: { code: 'FORMAT_BROKEN', message: `${label}: ${error.message}`, file: path, line, column: col },
  };
}

function parseTomlText(text: string, path: string, label: string): Parsed {
  try {
    return { value: plainJson(parseToml(text)) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const message = `${label}: ${error.message.split('\n')[0] ?? ''}`;
    return {
      problem: { code: 'FORMAT_BROKEN', message, file: path, line: error.line, column: error.column },
    };
  }
}

function plainJson(value: unknown): unknown {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? null : (JSON.parse(text) as unknown);
}
