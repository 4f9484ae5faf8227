import type { ReasonCode } from '../../contracts/codes.ts';
import type { Answers, Context } from './metric.ts';

/** Rows of the rarer class that a verdict needs (verdict.md §3). */
export const MINORITY_FLOOR = 10;
/** The same for average precision and the top of a ranking. */
export const RANKING_FLOOR = 50;
/** Rows that a mean or an error of a regression needs. */
export const ROWS_FLOOR = 10;
/** Independent units, and effective ones, that an interval by unit needs (verdict.md §1). */
export const UNITS_FLOOR = 10;
export const EFFECTIVE_UNITS_FLOOR = 7;

/** TOO_FEW_UNITS when there are units and they are too few; else null. */
export function unitsFloor(context: Context): ReasonCode | null {
  const { units } = context;
  if (units === null) return null;
  const occupied = units.sizes.reduce((count, size) => count + (size > 0 ? 1 : 0), 0);
  return occupied < UNITS_FLOOR || units.effective < EFFECTIVE_UNITS_FLOOR ? 'TOO_FEW_UNITS' : null;
}

/** Kish's effective number of all rows: their count without weights. */
export function effectiveRows(answers: Answers): number {
  if (answers.weight === null) return answers.rows;
  let sum = 0;
  let squares = 0;
  for (const weight of answers.weight) {
    sum += weight;
    squares += weight * weight;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}

const countsOf = new WeakMap<Answers, Float64Array>();

/** Kish's effective number of rows of each class: 0 where a class does not occur. Empty for other tasks. */
export function effectiveClassRows(answers: Answers): Float64Array {
  const found = countsOf.get(answers);
  if (found !== undefined) return found;
  const counts = countClasses(answers);
  countsOf.set(answers, counts);
  return counts;
}

function countClasses(answers: Answers): Float64Array {
  if (answers.task !== 'binary' && answers.task !== 'multiclass') return new Float64Array(0);
  const classes = answers.task === 'binary' ? 2 : answers.classes.length;
  const sums = new Float64Array(classes);
  const squares = new Float64Array(classes);
  const { y, weight } = answers;
  for (let i = 0; i < y.length; i++) {
    const w = weight === null ? 1 : weight[i]!;
    sums[y[i]!]! += w;
    squares[y[i]!]! += w * w;
  }
  return sums.map((sum, k) => (squares[k] === 0 ? 0 : (sum * sum) / squares[k]!));
}

/**
 * Floor of what reads rows of each class apart: the rarest class that occurs has at least `least` effective rows,
 * and at least two classes occur.
 */
export function rarestClassFloor(
  answers: Answers,
  context: Context,
  least = MINORITY_FLOOR,
): ReasonCode | null {
  return eventsFloor(answers, context, least, rowsOfRarest);
}

/**
 * Floor of what pools the rows of all classes: at least ten effective rows outside the largest class. With two
 * classes the same as the rarest class's.
 */
export function pooledClassFloor(
  answers: Answers,
  context: Context,
  least = MINORITY_FLOOR,
): ReasonCode | null {
  return eventsFloor(answers, context, least, rowsOutsideLargest);
}

/** Rows outside the largest class: with two classes those of the rarer one. */
export function rowsOutsideLargest(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0) - Math.max(...counts);
}

/** Rows of the rarest class that occurs. */
export function rowsOfRarest(counts: Float64Array): number {
  return counts.reduce((least, count) => (count > 0 ? Math.min(least, count) : least), Infinity);
}

/** Floor of one class against the rest. */
export function oneClassFloor(
  answers: Answers,
  context: Context,
  code: number,
  least = MINORITY_FLOOR,
): ReasonCode | null {
  const counts = effectiveClassRows(answers);
  const own = counts[code] ?? 0;
  const rest = counts.reduce((sum, count, k) => (k === code ? sum : sum + count), 0);
  if (own === 0) return 'NO_POSITIVES';
  if (rest === 0) return 'ONE_CLASS';
  return Math.min(own, rest) < least - 1e-9 ? 'TOO_FEW_EVENTS' : unitsFloor(context);
}

/** Floor of regressions and column sums: enough effective rows. */
export function rowsFloor(answers: Answers, context: Context, least = ROWS_FLOOR): ReasonCode | null {
  return effectiveRows(answers) < least - 1e-9 ? 'TOO_FEW_ROWS' : unitsFloor(context);
}

/** At least two classes, and as many events (counted by `events` from the classes' rows) as asked. */
function eventsFloor(
  answers: Answers,
  context: Context,
  least: number,
  events: (counts: Parameters<typeof rowsOfRarest>[0]) => number,
): ReasonCode | null {
  const counts = effectiveClassRows(answers);
  if (counts.filter((count) => count > 0).length < 2) return 'ONE_CLASS';
  return events(counts) < least - 1e-9 ? 'TOO_FEW_EVENTS' : unitsFloor(context);
}
