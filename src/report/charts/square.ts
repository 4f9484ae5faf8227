import { scaleLinear, type ScaleLinear } from 'd3-scale';

import { canvasOf, sideMargin, type Canvas, type ChartOptions } from './frame.ts';
import { coordinate, element, escapeXml, fitText, label, line, textWidth, type Svg } from './svg.ts';

const SMALL = 11;

/** A plot area with a linear scale on each axis. */
export interface Square {
  readonly canvas: Canvas;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
  /** y below the axis name. */
  readonly height: number;
}

/** What a plot area needs to know: its domains, axis names and tick texts. */
export interface SquareAxes {
  readonly xDomain: readonly [number, number];
  readonly yDomain: readonly [number, number];
  readonly xName: string;
  readonly yName: string;
  readonly xTick: (value: number) => string;
  readonly yTick: (value: number) => string;
  /** Lines of legend above the plot. */
  readonly legendLines: number;
  /** Height of the plot over its width. */
  readonly aspect?: number;
}

/** Lays out the plot area; default total width 360. */
export function squareOf(axes: SquareAxes, options: ChartOptions): Square {
  const canvas = canvasOf(options, 360);
  const side = sideMargin(canvas);
  const yTexts = scaleLinear()
    .domain([...axes.yDomain])
    .ticks(5)
    .map(axes.yTick);
  const left = side + 22 + Math.max(...yTexts.map((text) => textWidth(text, SMALL)));
  const right = canvas.width - side - 8;
  const top = canvas.top + 8 + axes.legendLines * 18;
  const bottom = top + Math.round((right - left) * (axes.aspect ?? 1));
  return {
    canvas,
    left,
    right,
    top,
    bottom,
    x: scaleLinear()
      .domain([...axes.xDomain])
      .range([left, right]),
    y: scaleLinear()
      .domain([...axes.yDomain])
      .range([bottom, top]),
    height: bottom + 38,
  };
}

/** Grid, ticks that do not touch, axis names, frame. */
export function squareFrame(square: Square, axes: SquareAxes): Svg[] {
  const { left, right, top, bottom, x, y } = square;
  const middle = (top + bottom) / 2;
  let lastEnd = -Infinity;
  const xTicks = x.ticks(5).flatMap((tick) => {
    const at = x(tick);
    const text = axes.xTick(tick);
    const half = textWidth(text, SMALL) / 2;
    if (at - half < lastEnd + 6) return [line(at, top, at, bottom, 'grid')];
    lastEnd = at + half;
    return [line(at, top, at, bottom, 'grid'), label(at, bottom + 15, text, 'tick', 'middle')];
  });
  const yTicks = y
    .ticks(5)
    .flatMap((tick) => [
      line(left, y(tick), right, y(tick), 'grid'),
      label(left - 6, y(tick) + 4, axes.yTick(tick), 'tick', 'end'),
    ]);
  const nameX = sideMargin(square.canvas) + 9;
  return [
    ...xTicks,
    ...yTicks,
    element('rect', { class: 'frame', x: left, y: top, width: right - left, height: bottom - top }),
    label((left + right) / 2, bottom + 32, fitText(axes.xName, right - left, SMALL), 'axis-name', 'middle'),
    element(
      'text',
      {
        x: nameX,
        y: middle,
        class: 'axis-name',
        'text-anchor': 'middle',
        transform: `rotate(-90 ${coordinate(nameX)} ${coordinate(middle)})`,
      },
      escapeXml(fitText(axes.yName, bottom - top, SMALL)),
    ),
  ];
}

/** One entry of a legend. */
export interface LegendEntry {
  readonly label: string;
  readonly role: 'candidate' | 'baseline';
  readonly mark: boolean;
}

/** A marker: a filled circle for the candidate, a hollow diamond for the baseline. */
export function roleMark(role: 'candidate' | 'baseline', x: number, y: number): Svg {
  if (role === 'candidate') return element('circle', { class: 'mark candidate', cx: x, cy: y, r: 3.5 });
  return element('path', {
    class: 'mark baseline',
    d: `M${x.toFixed(1)} ${(y - 4.5).toFixed(1)}l4.5 4.5l-4.5 4.5l-4.5 -4.5z`,
  });
}

/** The legend above the plot, one line an entry, each with a sample of its line. */
export function legend(square: Square, entries: readonly LegendEntry[]): Svg[] {
  return entries.flatMap((entry, index) => {
    const y = square.canvas.top + 8 + index * 18;
    const text = fitText(entry.label, square.right - square.left - 40, 12);
    return [
      line(square.left, y, square.left + 28, y, `line ${entry.role}`),
      ...(entry.mark ? [roleMark(entry.role, square.left + 14, y)] : []),
      label(square.left + 36, y + 4, text),
    ];
  });
}
