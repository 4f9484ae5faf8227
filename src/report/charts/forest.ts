import { scaleLinear, type ScaleLinear } from 'd3-scale';

import { formatDifference, powerOf, tickPrecision, type Precision } from '../numbers.ts';
import { canvasOf, sideMargin, svgFile, type Canvas, type ChartOptions } from './frame.ts';
import type { ForestPanel, ForestRow, ForestSpec } from './spec.ts';
import { element, fitText, label, line, textWidth, type Svg } from './svg.ts';

const NAME = 12.5;
const SMALL = 11;
/** Below this width labels and numbers stand above their interval instead of beside it. */
const NARROW = 560;

interface Layout {
  readonly canvas: Canvas;
  readonly narrow: boolean;
  readonly labelX: number;
  readonly labelWidth: number;
  readonly plotLeft: number;
  readonly plotRight: number;
  readonly textX: number;
  readonly verdictX: number;
  readonly right: number;
}

type Scale = ScaleLinear<number, number>;

function widest(texts: readonly string[], size: number): number {
  return Math.max(0, ...texts.map((text) => textWidth(text, size)));
}

function layoutOf(spec: ForestSpec, canvas: Canvas): Layout {
  const rows = spec.panels.flatMap((panel) => panel.rows);
  const left = sideMargin(canvas);
  const right = canvas.width - left;
  const verdicts = rows.map((row) => row.verdict);
  const verdictWidth = Math.min(150, widest(verdicts, 12) * 1.08);
  const common = { canvas, labelX: left, right };
  if (canvas.width < NARROW) {
    const labelWidth = right - left - verdictWidth - 12;
    return {
      ...common,
      narrow: true,
      labelWidth,
      plotLeft: left + 10,
      plotRight: right - 10,
      textX: left,
      verdictX: right,
    };
  }
  const labels = rows.map((row) => row.label);
  const notes = rows.map((row) => row.note ?? '');
  const labelWidth = Math.min(canvas.width * 0.27, Math.max(60, widest(labels, NAME), widest(notes, SMALL)));
  const numbers = rows.map((row) => row.text);
  const verdictX = right - verdictWidth;
  const textX = verdictX - 14 - Math.min(canvas.width * 0.32, widest(numbers, 12));
  return {
    ...common,
    narrow: false,
    labelWidth,
    plotLeft: left + labelWidth + 22,
    plotRight: textX - 20,
    textX,
    verdictX,
  };
}

function extentOf(row: ForestRow): number {
  return Math.max(Math.abs(row.low ?? 0), Math.abs(row.high ?? 0));
}

/**
 * The values the axis covers: all points, zero, the margins, and the intervals unless a few are more than six times as
 * wide as the median one; those are cut and end in an arrow.
 */
function domainOf(panel: ForestPanel): [number, number] {
  const extents = panel.rows
    .map(extentOf)
    .filter((extent) => extent > 0 && Number.isFinite(extent))
    .sort((a, b) => a - b);
  const cap = extents.length < 4 ? Infinity : 6 * (extents[Math.floor(extents.length / 2)] ?? Infinity);
  const bounded = (value: number): number => Math.max(-cap, Math.min(cap, value));
  const better = panel.direction === 'higher' ? 1 : -1;
  const values = panel.rows.flatMap((row) => [
    row.value ?? 0,
    bounded(row.low ?? 0),
    bounded(row.high ?? 0),
    row.margin === null ? 0 : -better * row.margin,
  ]);
  const finite = values.filter((value) => Number.isFinite(value));
  const span = Math.max(0, ...finite) - Math.min(0, ...finite) || 1;
  return [Math.min(-0.12 * span, ...finite) - 0.04 * span, Math.max(0.12 * span, ...finite) + 0.04 * span];
}

function scaleOf(panel: ForestPanel, layout: Layout): Scale {
  const [low, high] = domainOf(panel);
  return scaleLinear()
    .domain(panel.direction === 'higher' ? [low, high] : [high, low])
    .range([layout.plotLeft, layout.plotRight]);
}

function rowHeight(row: ForestRow, layout: Layout): number {
  if (layout.narrow) return 62;
  return row.note === undefined ? 30 : 38;
}

/** The interval: a bar with caps (or an arrow where it is cut) and a marker whose shape follows the tone. */
function interval(row: ForestRow, y: number, scale: Scale, layout: Layout): Svg[] {
  if (row.value === null) return [];
  const x = scale(row.value);
  const marks: Svg[] = [];
  if (row.low !== null && row.high !== null) {
    const ends = [scale(row.low), scale(row.high)].sort((a, b) => a - b) as [number, number];
    const from = Math.max(layout.plotLeft, ends[0]);
    const to = Math.min(layout.plotRight, ends[1]);
    marks.push(
      element('path', {
        class: `bar ${row.tone}`,
        d: `M${from.toFixed(1)} ${y}H${to.toFixed(1)}${capOf(ends[0] < layout.plotLeft, from, y, -1)}${capOf(ends[1] > layout.plotRight, to, y, 1)}`,
      }),
    );
  }
  marks.push(markerOf(row, x, y));
  return marks;
}

function capOf(cut: boolean, x: number, y: number, side: 1 | -1): string {
  return cut
    ? `M${(x - side * 5).toFixed(1)} ${y - 4}l${side * 5} 4l${-side * 5} 4`
    : `M${x.toFixed(1)} ${y - 4}v8`;
}

function markerOf(row: ForestRow, x: number, y: number): Svg {
  const name = `dot ${row.tone}`;
  if (row.tone === 'bad')
    return element('path', { class: name, d: `M${x.toFixed(1)} ${y - 5.5}l5.5 5.5l-5.5 5.5l-5.5 -5.5z` });
  if (row.tone === 'good') return element('circle', { class: name, cx: x, cy: y, r: 4.5 });
  return element('circle', { class: name, cx: x, cy: y, r: row.tone === 'caution' ? 4.25 : 3.75 });
}

function marginBand(row: ForestRow, top: number, height: number, panel: ForestPanel, scale: Scale): Svg[] {
  if (row.margin === null) return [];
  const edge = scale(panel.direction === 'higher' ? -row.margin : row.margin);
  const zero = scale(0);
  return [
    element('rect', {
      class: 'band',
      x: edge,
      y: top + 2,
      width: Math.max(0, zero - edge),
      height: height - 4,
    }),
    line(edge, top + 2, edge, top + height - 2, 'margin'),
  ];
}

function drawRow(row: ForestRow, top: number, panel: ForestPanel, scale: Scale, layout: Layout): Svg[] {
  const height = rowHeight(row, layout);
  if (layout.narrow) {
    const numbers = row.note === undefined ? row.text : `${row.text} · ${row.note}`;
    return [
      ...marginBand(row, top + 36, 24, panel, scale),
      label(layout.labelX, top + 14, fitText(row.label, layout.labelWidth, NAME), 'name'),
      label(
        layout.right,
        top + 14,
        fitText(row.verdict, layout.right - layout.labelX - 40, 12),
        row.tone,
        'end',
      ),
      label(layout.textX, top + 30, fitText(numbers, layout.right - layout.textX, 12)),
      ...interval(row, top + 48, scale, layout),
    ];
  }
  const middle = top + height / 2;
  return [
    ...marginBand(row, top, height, panel, scale),
    label(
      layout.labelX,
      row.note === undefined ? middle + 4 : middle - 2,
      fitText(row.label, layout.labelWidth, NAME),
      'name',
    ),
    ...(row.note === undefined
      ? []
      : [label(layout.labelX, middle + 12, fitText(row.note, layout.labelWidth, SMALL), 'note')]),
    label(layout.textX, middle + 4, fitText(row.text, layout.verdictX - 10 - layout.textX, 12)),
    label(
      layout.verdictX,
      middle + 4,
      fitText(row.verdict, layout.right - layout.verdictX + 4, 12),
      row.tone,
    ),
    ...interval(row, middle, scale, layout),
  ];
}

interface Ticks {
  readonly values: readonly number[];
  readonly precision: Precision;
}

function ticksOf(scale: Scale, layout: Layout): Ticks {
  const room = Math.max(2, Math.floor((layout.plotRight - layout.plotLeft) / 64));
  const values = scale.ticks(room).sort((a, b) => scale(a) - scale(b));
  const step = Math.abs((values[1] ?? 1) - (values[0] ?? 0)) || 1;
  return { values, precision: tickPrecision(Math.max(...values.map(Math.abs)), step) };
}

/** Runs of the vertical lines: one over the whole panel; where texts stand between the intervals, one a row. */
type Runs = readonly (readonly [top: number, bottom: number])[];

function axisTicks(ticks: Ticks, scale: Scale, y: number, runs: Runs): Svg[] {
  let lastEnd = -Infinity;
  return ticks.values.flatMap((tick) => {
    const x = scale(tick);
    const text = tick === 0 ? '0' : formatDifference(tick, ticks.precision, true);
    const half = textWidth(text, SMALL) / 2;
    const free = x - half > lastEnd + 6;
    if (free) lastEnd = x + half;
    return [
      ...(tick === 0 ? [] : runs.map(([top, bottom]) => line(x, top, x, bottom, 'grid'))),
      ...(free ? [label(x, y + 15, text, 'tick', 'middle')] : []),
    ];
  });
}

/** Which side is better, said above the panel: on both sides of zero where the words fit. */
function sideNames(scale: Scale, y: number, layout: Layout): Svg[] {
  const zero = scale(0);
  const fits = (text: string, room: number): boolean => textWidth(text, SMALL) <= room;
  return [
    ...(fits('← worse', zero - layout.plotLeft - 4) ? [label(zero - 8, y, '← worse', 'note', 'end')] : []),
    ...(fits('better →', layout.plotRight - zero - 4) ? [label(zero + 8, y, 'better →', 'note')] : []),
  ];
}

function drawPanel(
  panel: ForestPanel,
  top: number,
  layout: Layout,
): { readonly svg: Svg[]; readonly bottom: number } {
  const scale = scaleOf(panel, layout);
  const ticks = ticksOf(scale, layout);
  const rowsTop = top + 20;
  const bottom = rowsTop + panel.rows.reduce((sum, row) => sum + rowHeight(row, layout), 0);
  let y = rowsTop;
  const rows: Svg[] = [];
  const runs: [number, number][] = layout.narrow ? [] : [[rowsTop, bottom + 2]];
  for (const row of panel.rows) {
    rows.push(...drawRow(row, y, panel, scale, layout));
    if (layout.narrow) runs.push([y + 36, y + 60]);
    y += rowHeight(row, layout);
  }
  const axisName = `${panel.unit}${powerOf(ticks.precision)}`.trim();
  const svg = [
    ...sideNames(scale, top + 12, layout),
    ...axisTicks(ticks, scale, bottom + 2, runs),
    ...runs.map(([from, to]) => line(scale(0), from, scale(0), to, 'zero')),
    line(layout.plotLeft, bottom + 2, layout.plotRight, bottom + 2, 'frame'),
    ...rows,
    ...(axisName === ''
      ? []
      : [
          label(
            layout.plotRight,
            bottom + 30,
            fitText(axisName, layout.plotRight - layout.plotLeft, SMALL),
            'axis-name',
            'end',
          ),
        ]),
  ];
  return { svg, bottom: bottom + (axisName === '' ? 22 : 36) };
}

/**
 * Forest plot: each difference as a point with its interval around a common zero, better always to the right, the
 * tolerated drop as a shaded band. Default width 720; below 560 the labels stand above their intervals.
 */
export function forestChart(spec: ForestSpec, options: ChartOptions = {}): Svg {
  const canvas = canvasOf(options, 720);
  const layout = layoutOf(spec, canvas);
  const content: Svg[] = [];
  let top = canvas.top;
  for (const panel of spec.panels) {
    const drawn = drawPanel(panel, top, layout);
    content.push(...drawn.svg);
    top = drawn.bottom + 10;
  }
  return svgFile(canvas, top - 6, spec, options, content);
}
