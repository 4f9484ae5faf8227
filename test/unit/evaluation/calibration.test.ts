import { describe, expect, it } from 'vitest';

import { CELLS } from '../../calibration/cells.ts';
import { runCell } from '../../calibration/run-cell.ts';

/**
 * The fast cells of the calibration (`make calibrate` runs all, with 4,000 trials each): few trials, so that only a
 * method that is plainly wrong fails here.
 */
const TRIALS = 250;

describe('intervals cover what they promise', () => {
  it.each(CELLS.filter(({ fast }) => fast).map((cell) => [cell.name, cell] as const))('%s', (_, cell) => {
    const failed = runCell(cell, TRIALS).filter(({ failure }) => failure !== null);

    expect(failed).toEqual([]);
  });
});
