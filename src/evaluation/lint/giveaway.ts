import type { Task, Warning } from '../../contracts/comparison.ts';
import { asText, isMissing } from '../../table/index.ts';
import type { Column, Table } from '../../table/index.ts';
import { ascendingOrder } from '../../stats/index.ts';

/** A feature that gets at least this share of rows right by itself determines the target. */
export const DETERMINES = 0.995;
/** Rows a feature must speak for, and rows of the rarer class, before it is accused. */
const LEAST_ROWS = 50;
const LEAST_RARE = 10;
/** More rows than this are thinned evenly: the share is the same. */
const MOST_ROWS = 100_000;

interface Finding {
  readonly share: number;
  readonly rows: number;
}

/** Share of rows whose class is that of their level's other rows, over levels with at least two rows. */
function byLevels(feature: Column, classes: Int32Array, rows: readonly number[]): Finding {
  const { codes } = asText(feature);
  const counts = new Map<number, Map<number, number>>();
  for (const row of rows) {
    const code = codes[row]!;
    if (code < 0) continue;
    const level = counts.get(code) ?? new Map<number, number>();
    level.set(classes[row]!, (level.get(classes[row]!) ?? 0) + 1);
    counts.set(code, level);
  }
  let right = 0;
  let seen = 0;
  for (const level of counts.values()) {
    const sizes = [...level.values()];
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (total < 2) continue;
    seen += total;
    right += Math.max(...sizes);
  }
  return { share: seen === 0 ? 0 : right / seen, rows: seen };
}

/** Share of rows that one interval of values per class gets right: cuts of the sorted values beyond one per class are errors. */
function bySortedValues(
  values: Float64Array,
  classes: Int32Array,
  rows: readonly number[],
  count: number,
): Finding {
  const present = rows.filter((row) => !Number.isNaN(values[row]));
  const order = ascendingOrder(Float64Array.from(present, (row) => values[row]!));
  let cuts = 0;
  let mixed = 0;
  for (let i = 1; i < order.length; i++) {
    const before = present[order[i - 1]!]!;
    const row = present[order[i]!]!;
    if (classes[row] === classes[before]) continue;
    if (values[row] === values[before]) mixed++;
    else cuts++;
  }
  const errors = Math.max(0, cuts - (count - 1)) + mixed;
  return { share: present.length === 0 ? 0 : 1 - errors / present.length, rows: present.length };
}

/** |correlation| of two columns over the rows where both are there. */
function correlation(a: Float64Array, b: Float64Array, rows: readonly number[]): Finding {
  const both = rows.filter((row) => Number.isFinite(a[row]) && Number.isFinite(b[row]));
  const mean = (values: Float64Array): number =>
    both.reduce((sum, row) => sum + values[row]!, 0) / both.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (const row of both) {
    const x = a[row]! - meanA;
    const y = b[row]! - meanB;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return { share: aa === 0 || bb === 0 ? 0 : Math.abs(ab) / Math.sqrt(aa * bb), rows: both.length };
}

function thinned(rows: number): number[] {
  const step = Math.max(1, rows / MOST_ROWS);
  return Array.from({ length: Math.min(rows, MOST_ROWS) }, (_, i) => Math.floor(i * step));
}

function classFindings(target: Column, feature: Column, rows: readonly number[]): Finding {
  const classes = asText(target).codes;
  const sizes = new Map<number, number>();
  for (const row of rows) sizes.set(classes[row]!, (sizes.get(classes[row]!) ?? 0) + 1);
  const largest = Math.max(...sizes.values());
  if (sizes.size < 2 || rows.length - largest < LEAST_RARE) return { share: 0, rows: 0 };
  const found =
    feature.kind === 'text'
      ? byLevels(feature, classes, rows)
      : bySortedValues(feature.values, classes, rows, sizes.size);
  // Where one class is almost everything, hitting it proves nothing: the errors must be few among the rare rows too.
  const rareErrors = ((1 - found.share) * found.rows) / (rows.length - largest);
  return rareErrors > 0.05 ? { share: 0, rows: found.rows } : found;
}

/**
 * Warns of features that by themselves determine the target: for classes by their levels or by one cut per class of
 * the sorted values (99.5 % of the rows, and 95 % of the rare ones), for numbers by a correlation of 0.9999.
 */
export function lintGiveaways(
  task: Task,
  table: Table,
  target: string,
  ignore: ReadonlySet<string>,
): Warning[] {
  const answer = table.columns.get(target);
  if (answer === undefined || task === 'scores' || task === 'ranking') return [];
  const rows = thinned(table.rows).filter((row) => !isMissing(answer, row));
  return [...table.columns].flatMap(([name, feature]) => {
    if (name === target || ignore.has(name)) return [];
    if (task === 'regression') {
      if (answer.kind === 'text' || feature.kind === 'text') return [];
      const { share, rows: seen } = correlation(answer.values, feature.values, rows);
      if (share < 0.9999 || seen < LEAST_ROWS || seen < rows.length / 2) return [];
      return [
        {
          code: 'TARGET_GIVEN_AWAY',
          message: `${name} alone determines ${target}: correlation ${share.toFixed(5)} over ${seen} rows`,
        },
      ];
    }
    const { share, rows: seen } = classFindings(answer, feature, rows);
    if (share < DETERMINES || seen < LEAST_ROWS || seen < rows.length / 2) return [];
    return [
      {
        code: 'TARGET_GIVEN_AWAY',
        message: `${name} alone determines ${target}: right in ${(share * 100).toFixed(1)} % of ${seen} rows`,
      },
    ];
  });
}
