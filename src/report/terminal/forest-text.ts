import stringWidth from 'string-width';

import type { ForestPanel, ForestRow, ForestSpec } from '../charts/spec.ts';
import type { Tone } from '../tone.ts';
import { oneLine } from '../inert.ts';
import { fitColumns } from './wrap.ts';

const PLOT = 41;

function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** One interval drawn in `PLOT` characters: `·` margin, `├──●──┤` interval, `│` zero; better is to the right. */
function strip(row: ForestRow, reach: number, direction: ForestPanel['direction']): string {
  const sign = direction === 'higher' ? 1 : -1;
  const middle = (PLOT - 1) / 2;
  const at = (value: number): number =>
    Math.max(0, Math.min(PLOT - 1, Math.round(middle + (sign * value * middle) / reach)));
  const cells = Array.from({ length: PLOT }, () => ' ');
  if (row.margin !== null) for (let x = at(-sign * row.margin); x < middle; x += 1) cells[x] = '·';
  cells[middle] = '│';
  if (row.low !== null && row.high !== null) {
    const ends = [at(row.low), at(row.high)].sort((a, b) => a - b) as [number, number];
    for (let x = ends[0]; x <= ends[1]; x += 1) cells[x] = x === middle ? '┼' : '─';
    if (ends[1] > ends[0]) {
      cells[ends[0]] = '├';
      cells[ends[1]] = '┤';
    }
  }
  if (row.value !== null)
    cells[at(row.value)] = row.tone === 'bad' ? '◆' : row.tone === 'caution' ? '○' : '●';
  return cells.join('');
}

/** A forest plot in characters, one line a row where the terminal is wide enough, else label and numbers only. */
export function forestText(
  spec: ForestSpec,
  width: number,
  paint: (tone: Tone, text: string) => string,
): string[] {
  const rows = spec.panels.flatMap((panel) => panel.rows);
  const labelWidth = Math.min(28, Math.max(0, ...rows.map((row) => stringWidth(oneLine(row.label)))));
  const textWidth = Math.min(40, Math.max(0, ...rows.map((row) => stringWidth(oneLine(row.text)))));
  const drawn = width >= labelWidth + PLOT + 30;
  return spec.panels.flatMap((panel) => {
    const sizes = panel.rows
      .flatMap((row) => [row.value, row.low, row.high, row.margin])
      .filter((value) => value !== null && Number.isFinite(value));
    const reach = Math.max(...sizes.map((value) => Math.abs(value ?? 0)), 0) || 1;
    const head = drawn
      ? [`${' '.repeat(labelWidth + 2)}${' '.repeat((PLOT - 1) / 2 - 8)}← worse │ better →`]
      : [];
    return [
      ...head,
      ...panel.rows.map((row) => {
        const name = padTo(fitColumns(oneLine(row.label), labelWidth), labelWidth);
        const picture = drawn ? `  ${paint(row.tone, strip(row, reach, panel.direction))}` : '';
        return `${name}${picture}  ${padTo(oneLine(row.text), textWidth)}  ${paint(row.tone, oneLine(row.verdict))}`;
      }),
    ];
  });
}
