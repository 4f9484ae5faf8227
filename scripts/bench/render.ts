import Table from 'cli-table3';

import type { BenchRow } from './bench.ts';
import type { Sample } from './measure.ts';

/** Runs that differ by more than this share of their median are marked: the machine did something else meanwhile. */
const NOISY = 0.25;

/** The rows of one benchmark as a table, with its notes below. */
export function renderRows(rows: readonly BenchRow[]): string {
  const table = new Table({
    head: ['', 'ours', 'peer', 'figure', 'bar', ''],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
  });
  for (const row of rows) {
    const peer = row.peer === null ? '' : renderSample(row.peer);
    table.push([
      row.what,
      renderSample(row.ours),
      peer,
      row.figure,
      row.bar ?? '',
      renderReached(row.reached),
    ]);
  }
  const notes = rows.flatMap((row) => (row.note === undefined ? [] : [`  ${row.what}: ${row.note}`]));
  return [table.toString(), ...notes].join('\n');
}

function renderReached(reached: boolean | null): string {
  return reached === null ? '' : reached ? 'reached' : 'BELOW BAR';
}

/** `112 ms (108–131)`, with the peak memory where it was watched, and `~` where the runs scatter. */
function renderSample(sample: Sample): string {
  const noisy = sample.max - sample.min > NOISY * sample.median ? ' ~' : '';
  const range = sample.runs.length === 1 ? '' : ` (${short(sample.min)}–${short(sample.max)})`;
  const memory = sample.peakBytes === null ? '' : `, ${(sample.peakBytes / 2 ** 30).toFixed(2)} GiB`;
  return `${short(sample.median)} ${sample.median >= SECONDS_FROM ? 's' : 'ms'}${range}${memory}${noisy}`;

  function short(ms: number): string {
    if (sample.median < SECONDS_FROM) return ms.toFixed(0);
    return (ms / 1000).toFixed(ms >= 100_000 ? 0 : ms >= 10_000 ? 1 : 2);
  }
}

const SECONDS_FROM = 2000;
