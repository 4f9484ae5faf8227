import type { Warning } from '../../contracts/comparison.ts';
import { dropColumns, hashCells, hashRows } from '../../table/index.ts';
import type { Table } from '../../table/index.ts';
import { plural } from '../message.ts';

function shared(test: BigUint64Array, train: BigUint64Array): number {
  const known = new Set(train);
  let count = 0;
  for (const hash of test) if (hash !== 0n && known.has(hash)) count++;
  return count;
}

/** Share of rows whose content occurs more than once. */
function repeats(hashes: BigUint64Array): number {
  return hashes.length === 0 ? 0 : 1 - new Set(hashes).size / hashes.length;
}

/** Columns that both tables have: those that only one of them holds cannot tell rows apart. */
function sharedColumns(train: Table, test: Table, without: readonly string[]): string[] {
  return [...dropColumns(test, without).columns.keys()].filter((name) => train.columns.has(name));
}

/**
 * Warns where the model is scored on rows it was trained on (equal ids), and where test rows equal training rows in
 * every feature and the target; with how often rows repeat anyway, so that a small world is told from a leak.
 */
export function lintOverlap(train: Table, test: Table, id: string): Warning[] {
  const warnings: Warning[] = [];
  const [ours, theirs] = [train.columns.get(id), test.columns.get(id)];
  if (id !== 'row' && ours !== undefined && theirs !== undefined) {
    const met = shared(hashCells(theirs), hashCells(ours));
    if (met > 0) {
      const share = ((100 * met) / test.rows).toFixed(1);
      warnings.push({
        code: 'SCORED_ON_TRAINING_ROWS',
        message: `${met} of ${plural(test.rows, 'test row')} (${share} %) have the ${id} of a training row`,
      });
    }
  }
  const columns = sharedColumns(train, test, [id]);
  if (columns.length === 0) return warnings;
  const testRows = hashRows(test, columns);
  const equal = shared(testRows, hashRows(train, columns));
  if (equal > 0) {
    const share = ((100 * equal) / test.rows).toFixed(1);
    const natural = (100 * repeats(testRows)).toFixed(1);
    warnings.push({
      code: 'TEST_EQUALS_TRAINING',
      message: `${equal} of ${plural(test.rows, 'test row')} (${share} %) equal a training row in all ${columns.length} columns; within the test set ${natural} % repeat`,
    });
  }
  return warnings;
}
