/**
 * `npm run calibrate [CELL…]`: coverage of our own intervals by simulation, all cells (or those whose name holds one of
 * the words). Prints a table; exits 1 when a cell fails. `--trials N` for a shorter look.
 */
import { parseArgs } from 'node:util';

import { CELLS } from '../test/calibration/cells.ts';
import { runCell } from '../test/calibration/run-cell.ts';
import type { CellResult } from '../test/calibration/run-cell.ts';

const percent = (share: number): string =>
  Number.isNaN(share) ? '    –' : (100 * share).toFixed(1).padStart(5);

function line(result: CellResult): string {
  const { metric, truth, judged, trials, coverage, above, below, width, disagree, failure } = result;
  const numbers = [
    truth.toFixed(4).padStart(8),
    `${judged}/${trials}`.padStart(10),
    percent(coverage),
    percent(above),
    percent(below),
    width.toFixed(2).padStart(6),
    (Number.isNaN(disagree) ? '–' : String(disagree)).padStart(6),
  ];
  return `  ${metric.padEnd(20)}${numbers.join(' ')}  ${failure ?? 'ok'}`;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { trials: { type: 'string' } },
});
const trials = values.trials === undefined ? undefined : Number(values.trials);
const chosen = CELLS.filter(
  ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
);
let failed = 0;
console.log(
  `  ${'metric'.padEnd(20)}${['truth', 'judged', 'cover', 'above', 'below', 'width', 'differ'].map((head, at) => head.padStart([8, 10, 5, 5, 5, 6, 6][at] ?? 0)).join(' ')}`,
);
for (const cell of chosen) {
  const started = performance.now();
  const results = runCell(cell, trials);
  console.log(
    `${cell.name} (${cell.floor} the floor, ${((performance.now() - started) / 1000).toFixed(0)} s)`,
  );
  for (const result of results) console.log(line(result));
  failed += results.filter(({ failure }) => failure !== null).length;
}
console.log(failed === 0 ? `all of ${chosen.length} cells hold` : `${failed} metrics fail`);
process.exitCode = failed === 0 ? 0 : 1;
