import { scaleLinear } from 'd3-scale';

import { formatNumber, precisionOf } from '../numbers.ts';
import { canvasOf, sideMargin, svgFile, type ChartOptions } from './frame.ts';
import type { SeedsSpec } from './spec.ts';
import { roleMark } from './square.ts';
import { element, fitText, label, line, textWidth, type Svg } from './svg.ts';

const STEP = 8;

/** Each value at its place; values that would touch are stacked upwards. */
function stack(positions: readonly number[]): { readonly x: number; readonly level: number }[] {
  const levels: number[] = [];
  const placed: { x: number; level: number; index: number }[] = [];
  for (const { x, index } of positions.map((x, index) => ({ x, index })).sort((a, b) => a.x - b.x)) {
    let level = 0;
    while (level < levels.length && x - (levels[level] ?? -Infinity) < STEP + 1) level += 1;
    levels[level] = x;
    placed.push({ x, level: Math.min(level, 3), index });
  }
  return placed.sort((a, b) => a.index - b.index);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value of each training run, candidate above baseline, the mean as a tick, the judged artifact ringed. Default width 720. */
export function seedsChart(spec: SeedsSpec, options: ChartOptions = {}): Svg {
  const canvas = canvasOf(options, 720);
  const side = sideMargin(canvas);
  const values = spec.groups.flatMap((group) => group.values).filter((value) => Number.isFinite(value));
  const low = Math.min(...values);
  const high = Math.max(...values);
  const pad = (high - low || Math.abs(high) * 0.01 || 1) * 0.08;
  const left =
    side +
    Math.min(canvas.width * 0.3, Math.max(...spec.groups.map((group) => textWidth(group.label, 12.5)))) +
    20;
  const right = canvas.width - side - 12;
  const domain = values.length === 0 ? [0, 1] : [low - pad, high + pad];
  const scale = scaleLinear()
    .domain(spec.direction === 'higher' ? domain : domain.toReversed())
    .range([left, right]);
  const rowHeight = 48;
  const bottom = canvas.top + 10 + spec.groups.length * rowHeight;
  const precision = precisionOf(Math.max(Math.abs(low), Math.abs(high)), (high - low) / 4);
  const ticks = scale.ticks(Math.max(2, Math.floor((right - left) / 90)));
  const content: Svg[] = [
    ...ticks.flatMap((tick) => [
      line(scale(tick), canvas.top + 6, scale(tick), bottom, 'grid'),
      label(scale(tick), bottom + 15, formatNumber(tick, precision), 'tick', 'middle'),
    ]),
    line(left, bottom, right, bottom, 'frame'),
    ...spec.groups.flatMap((group, index) =>
      drawGroup(group, canvas.top + 10 + (index + 1) * rowHeight - 14, scale, side, left),
    ),
    label(right, bottom + 30, 'better →', 'axis-name', 'end'),
  ];
  return svgFile(canvas, bottom + 34, spec, options, content);
}

function drawGroup(
  group: SeedsSpec['groups'][number],
  base: number,
  scale: (value: number) => number,
  side: number,
  left: number,
): Svg[] {
  const shown = group.values.filter((value) => Number.isFinite(value)).slice(0, 200);
  const places = stack(shown.map((value) => scale(value)));
  const judged = group.judged === null ? undefined : places[group.judged];
  const at = shown.length === 0 ? null : scale(mean(shown));
  return [
    label(side, base + 4, fitText(group.label, left - side - 14, 12.5), 'name'),
    ...(at === null ? [] : [line(at, base - 24, at, base + 8, `line ${group.role}`)]),
    ...places.map((place) => roleMark(group.role, place.x, base - place.level * STEP)),
    ...(judged === undefined
      ? []
      : [element('circle', { class: 'ring', cx: judged.x, cy: base - judged.level * STEP, r: 7 })]),
  ];
}
