/**
 * The legs of `strategy.matrix`: cross product, `exclude`, `include`, names.
 * Source: https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
 */
import { equals } from '@actions/expressions/result';
import { toData, type Value } from './expressions/data.ts';

export type MatrixValues = Readonly<Record<string, Value>>;

export interface Leg {
  /** The `matrix` context; null where the strategy has no combination. */
  readonly matrix: MatrixValues | null;
  /** Values that show in the leg's name: those of the combination, without what `include` added. */
  readonly shown: readonly string[];
}

export interface Strategy {
  readonly failFast: boolean;
  /** As many legs at once; undefined is no bound. */
  readonly maxParallel: number | undefined;
  readonly legs: readonly Leg[];
}

/** A matrix that GitHub refuses. */
export class MatrixError extends Error {
  override readonly name = 'MatrixError';
}

/** Combinations before `exclude`: more are refused unseen. */
const COMBINATIONS = 65_536;

const SINGLE: Leg = { matrix: null, shown: [] };

/**
 * Expands an evaluated `strategy` (expressions already replaced; undefined where the job has none).
 * A matrix whose combinations are all excluded yields one leg without values, as GitHub does.
 * Throws MatrixError.
 */
export function expandStrategy(strategy: unknown, limit = 256): Strategy {
  const plain = mapping(strategy ?? {}, 'strategy');
  const failFast = plain['fail-fast'] ?? true;
  if (typeof failFast !== 'boolean') throw new MatrixError(`Unexpected value '${show(failFast)}'`);
  const maxParallel = plain['max-parallel'] ?? 0;
  if (typeof maxParallel !== 'number') throw new MatrixError(`Unexpected value '${show(maxParallel)}'`);
  const legs = plain['matrix'] === undefined || plain['matrix'] === null ? [] : expandMatrix(plain['matrix']);
  if (legs.length > limit)
    throw new MatrixError(`Strategy produced ${legs.length} jobs; at most ${limit} are allowed for a matrix`);
  return {
    failFast,
    maxParallel: maxParallel > 0 ? Math.trunc(maxParallel) : undefined,
    legs: legs.length === 0 ? [SINGLE] : legs,
  };
}

/**
 * Name of a leg. A literal name gets the values behind it; a name made by an expression stands as it is.
 * Longer ones than 100 characters are cut.
 */
export function legName(base: string, shown: readonly string[]): string {
  const name = shown.length === 0 ? base : `${base} (${shown.join(', ')})`;
  return name.length > 100 ? `${name.slice(0, 97)}...` : name;
}

function expandMatrix(value: unknown): Leg[] {
  const { include = [], exclude = [], ...rest } = mapping(value, 'matrix');
  const vectors = Object.entries(rest).map(([name, values]) => [name, vector(name, values)] as const);
  const excludes = items(exclude, 'exclude');
  const includes = items(include, 'include');
  if (vectors.length === 0 && includes.length === 0)
    throw new MatrixError('Matrix must define at least one vector');
  const names = new Set(vectors.map(([name]) => name));
  for (const key of excludes.flatMap((item) => Object.keys(item)))
    if (!names.has(key))
      throw new MatrixError(`Matrix exclude key '${key}' does not match any key within the matrix`);
  const used = new Set<MatrixValues>();
  const legs = product(vectors)
    .filter((combination) => !excludes.some((filter) => fits(filter, combination)))
    .map((combination) => withIncludes(combination, includes, names, used));
  const own = includes.filter((item) => !used.has(item));
  return [...legs, ...own.map((item) => ({ matrix: item, shown: shownValues(item) }))];
}

/** All combinations; the first vector varies slowest. */
function product(vectors: readonly (readonly [string, readonly Value[]])[]): MatrixValues[] {
  if (vectors.length === 0) return [];
  const size = vectors.reduce((count, [, values]) => count * values.length, 1);
  if (size > COMBINATIONS) throw new MatrixError(`The matrix has ${size} combinations`);
  return vectors.reduce<MatrixValues[]>(
    (combinations, [name, values]) =>
      combinations.flatMap((combination) => values.map((value) => ({ ...combination, [name]: value }))),
    [{}],
  );
}

/** An include belongs to a combination if all its values for the matrix's own keys are the combination's. */
function withIncludes(
  combination: MatrixValues,
  includes: readonly MatrixValues[],
  names: ReadonlySet<string>,
  used: Set<MatrixValues>,
): Leg {
  const extra: Record<string, Value> = {};
  for (const item of includes) {
    const filter = Object.fromEntries(Object.entries(item).filter(([key]) => names.has(key)));
    if (!fits(filter, combination)) continue;
    used.add(item);
    for (const [key, value] of Object.entries(item)) if (!names.has(key)) extra[key] = value;
  }
  return { matrix: { ...combination, ...extra }, shown: shownValues(combination) };
}

/** Does every leaf of a filter equal the value at its place, by the loose equality of expressions? */
function fits(filter: Value, value: Value | undefined): boolean {
  if (typeof filter !== 'object' || filter === null) return equals(toData(value), toData(filter));
  const inside = typeof value === 'object' && value !== null ? (value as MatrixValues) : {};
  return Object.entries(filter).every(([key, entry]: [string, Value]) => fits(entry, inside[key]));
}

function shownValues(value: Value): string[] {
  if (value === null || value === '') return [];
  if (typeof value === 'object') return Object.values(value).flatMap(shownValues);
  return [toData(value).coerceString()];
}

function vector(name: string, values: unknown): readonly Value[] {
  if (!Array.isArray(values)) throw new MatrixError(`Unexpected value '${show(values)}'`);
  if (values.length === 0) throw new MatrixError(`Matrix vector '${name}' does not contain any values`);
  return values as Value[];
}

function items(values: unknown, key: string): readonly MatrixValues[] {
  if (values === null) return [];
  if (!Array.isArray(values)) throw new MatrixError(`Unexpected value '${show(values)}'`);
  return values.map((item) => {
    const plain = mapping(item, key);
    if (Object.keys(plain).length === 0)
      throw new MatrixError(`Matrix ${key} mapping does not contain any values`);
    return plain;
  });
}

function mapping(value: unknown, what: string): Readonly<Record<string, Value>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MatrixError(`Unexpected value '${show(value)}' while reading '${what}'`);
  return value as Record<string, Value>;
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
