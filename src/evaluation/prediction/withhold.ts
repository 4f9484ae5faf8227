import { createRandom } from '../../stats/index.ts';
import type { Column, Table } from '../../table/index.ts';
import { dropColumns, numberColumn, takeRows, textColumn, withColumn } from '../../table/index.ts';

/** Rows as a `predict` command sees them. */
export interface Withheld {
  readonly table: Table;
  /** Position in the original table of each row that is shown. */
  readonly order: Int32Array;
  /** The ids that stand in the table; null where the data has none. */
  readonly ids: Column | null;
}

/**
 * Takes away what would tell the answers: the named columns (target, weight), the ids, and the order of the rows. Ids
 * are replaced in their place by the number of the shown row (numbers where the ids were numbers, else `row-000001`),
 * so neither they nor the order point back at the original file. The same seed gives the same order.
 */
export function withholdAnswers(
  features: Table,
  request: { readonly id: string | null; readonly withhold: readonly string[]; readonly seed: number },
): Withheld {
  const order = shuffled(features.rows, request.seed);
  const shown = takeRows(dropColumns(features, request.withhold), order);
  const original = request.id === null ? undefined : features.columns.get(request.id);
  if (request.id === null || original === undefined) return { table: shown, order, ids: null };
  const ids =
    original.kind === 'number'
      ? numberColumn(Float64Array.from(order, (_, row) => row + 1))
      : textColumn(Array.from(order, (_, row) => `row-${String(row + 1).padStart(6, '0')}`));
  return { table: withColumn(shown, request.id, ids), order, ids };
}

/** A uniform permutation of 0 … count - 1 (Fisher and Yates, in Durstenfeld's form). */
function shuffled(count: number, seed: number): Int32Array {
  const random = createRandom(seed);
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const kept = order[last]!;
    order[last] = order[other]!;
    order[other] = kept;
  }
  return order;
}
