import { area, line as linePath } from 'd3-shape';

import { formatNumber, powerOf, tickPrecision, type Precision } from '../numbers.ts';
import { svgFile, type ChartOptions } from './frame.ts';
import type { ScatterSpec } from './spec.ts';
import { squareFrame, squareOf, type Square, type SquareAxes } from './square.ts';
import { element, label, line, type Svg } from './svg.ts';

/** Points drawn at most: more would only darken the cloud and grow the file. */
const MOST_POINTS = 900;
/** Points of one path do not darken each other; twelve paths let density show. */
const LAYERS = 12;

function extent(values: readonly number[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const pad = (high - low || Math.abs(high) || 1) * 0.04;
  return [low - pad, high + pad];
}

function precisionOfAxis(domain: readonly [number, number]): Precision {
  return tickPrecision(Math.max(Math.abs(domain[0]), Math.abs(domain[1])), (domain[1] - domain[0]) / 5);
}

function tickFormat(precision: Precision): (value: number) => string {
  return (value) => (value === 0 ? '0' : formatNumber(value, precision, true));
}

function cloud(square: Square, points: ScatterSpec['points']): Svg[] {
  const stride = Math.max(1, points.length / MOST_POINTS);
  const layers: string[] = Array.from({ length: LAYERS }, () => '');
  for (let index = 0; index < Math.min(points.length, MOST_POINTS); index += 1) {
    const point = points[Math.floor(index * stride)];
    if (point === undefined) continue;
    layers[index % LAYERS] =
      `${layers[index % LAYERS] ?? ''}M${square.x(point[0]).toFixed(0)} ${square.y(point[1]).toFixed(1)}h0`;
  }
  return layers.filter((path) => path !== '').map((d) => element('path', { class: 'cloud', d }));
}

type TrendPoint = ScatterSpec['trend'][number];

function trend(square: Square, points: readonly TrendPoint[]): Svg[] {
  if (points.length < 2) return [];
  const at = (value: number): number => Math.round(value * 10) / 10;
  const ribbon = area<TrendPoint>()
    .x((point) => at(square.x(point.x)))
    .y0((point) => at(square.y(point.low)))
    .y1((point) => at(square.y(point.high)));
  const middle = linePath<TrendPoint>()
    .x((point) => at(square.x(point.x)))
    .y((point) => at(square.y(point.middle)));
  return [
    element('path', { class: 'ribbon', d: ribbon(points) ?? '' }),
    element('path', { class: 'trend', d: middle(points) ?? '' }),
  ];
}

/**
 * Predicted against actual values, or residuals over predictions, of the candidate: at most 900 points, and through them
 * the median with the quartiles. The dotted line is a perfect model.
 */
export function scatterChart(spec: ScatterSpec, options: ChartOptions = {}): Svg {
  const residuals = spec.kind === 'residuals';
  const xs = spec.points.map(([x]) => x);
  const ys = spec.points.map(([, y]) => y);
  const both = residuals ? null : extent([...xs, ...ys]);
  const xDomain = both ?? extent(xs);
  const yDomain = both ?? extent([...ys, 0]);
  const xPrecision = precisionOfAxis(xDomain);
  const yPrecision = precisionOfAxis(yDomain);
  const axes: SquareAxes = {
    xDomain,
    yDomain,
    xName: `predicted${powerOf(xPrecision)}`,
    yName: `${residuals ? 'actual − predicted' : 'actual'}${powerOf(yPrecision)}`,
    xTick: tickFormat(xPrecision),
    yTick: tickFormat(yPrecision),
    legendLines: 1,
  };
  const square = squareOf(axes, options);
  const legendY = square.canvas.top + 8;
  return svgFile(square.canvas, square.height, spec, options, [
    ...squareFrame(square, axes),
    ...cloud(square, spec.points),
    ...trend(square, spec.trend),
    residuals
      ? line(square.left, square.y(0), square.right, square.y(0), 'zero')
      : line(square.x(xDomain[0]), square.y(xDomain[0]), square.x(xDomain[1]), square.y(xDomain[1]), 'guide'),
    line(square.left, legendY, square.left + 28, legendY, 'trend'),
    label(square.left + 36, legendY + 4, 'median and middle half'),
  ]);
}
