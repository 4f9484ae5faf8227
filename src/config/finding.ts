import type { ProblemCode } from '../contracts/codes.ts';
import type { Task } from '../contracts/comparison.ts';
import type { Located, Path } from './located.ts';
import { suggestion } from './nearest.ts';

/** What is wrong at a path of the config, before it gets its position. */
export interface Finding {
  readonly code: ProblemCode;
  readonly path: Path;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Point at the key instead of its value. */
  readonly atKey?: boolean;
  /** The finding is that a mapping lacks (one of) these keys. */
  readonly needs?: { readonly in: Path; readonly keys: readonly string[] };
  /** The finding is an unknown key, this one was probably meant. */
  readonly meant?: string;
}

/** One model of the config, unchecked: references must be judged even where other keys are wrong. */
export interface ModelView {
  readonly path: Path;
  readonly model: Located;
  /** Null when it is missing or none of the tasks. */
  readonly task: Task | null;
}

/** A name that is used and declared nowhere. */
export function unknownName(
  path: Path,
  kind: string,
  name: string,
  known: readonly string[],
  why: string,
): Finding {
  const hint = known.length === 0 ? undefined : suggestion(name, known);
  return { code: 'CONFIG_REFERENCE', path, message: `unknown ${kind} \`${name}\`: ${why}`, hint };
}

/** Names that occur more than once, each with the index of a later occurrence. */
export function repeated(names: readonly (string | undefined)[]): readonly (readonly [number, string])[] {
  return names.flatMap((name, i) =>
    name !== undefined && names.indexOf(name) < i ? [[i, name] as const] : [],
  );
}

/** True for a relative path (or glob) that never climbs out of where it starts. */
export function isInside(path: string): boolean {
  if (/^(?:[\\/]|[A-Za-z]:[\\/])/.test(path)) return false;
  let depth = 0;
  for (const part of path.split(/[\\/]/)) {
    if (part === '..') depth -= 1;
    else if (part !== '.' && part !== '') depth += 1;
    if (depth < 0) return false;
  }
  return true;
}
