import { line as linePath } from 'd3-shape';

import { formatNumber } from '../numbers.ts';
import { svgFile, type ChartOptions } from './frame.ts';
import type { CalibrationBin, CalibrationSpec } from './spec.ts';
import { legend, roleMark, squareFrame, squareOf, type Square, type SquareAxes } from './square.ts';
import { element, line, type Svg } from './svg.ts';

/** With rare positives all bins crowd in one corner: then both axes end at the last tenth (or hundredth) that holds them. */
function topOf(spec: CalibrationSpec): number {
  const values = spec.series.flatMap((series) => series.bins.flatMap((bin) => [bin.score, bin.high]));
  const highest = Math.max(0.001, ...values);
  if (highest > 0.5) return 1;
  const step = highest > 0.05 ? 0.05 : highest > 0.005 ? 0.005 : 0.0005;
  return Math.ceil((highest * 1.02) / step) * step;
}

function tickOf(top: number): (value: number) => string {
  const decimals = top > 0.5 ? 1 : top > 0.05 ? 2 : top > 0.005 ? 3 : 4;
  return (value) => (value === 0 ? '0' : value === 1 ? '1' : formatNumber(value, { decimals }));
}

function drawSeries(square: Square, role: 'candidate' | 'baseline', bins: readonly CalibrationBin[]): Svg[] {
  const path = linePath<CalibrationBin>()
    .x((bin) => Math.round(square.x(bin.score) * 10) / 10)
    .y((bin) => Math.round(square.y(bin.share) * 10) / 10);
  return [
    element('path', { class: `line ${role}`, d: path(bins) ?? '' }),
    ...bins.map((bin) =>
      line(
        square.x(bin.score),
        square.y(Math.max(0, bin.low)),
        square.x(bin.score),
        square.y(Math.min(square.y.domain()[1] ?? 1, bin.high)),
        `error ${role}`,
      ),
    ),
    ...bins.map((bin) => roleMark(role, square.x(bin.score), square.y(bin.share))),
  ];
}

/** Reliability diagram: observed share over mean score in bins of equal size, with intervals; the diagonal is perfect. */
export function calibrationChart(spec: CalibrationSpec, options: ChartOptions = {}): Svg {
  const top = topOf(spec);
  const tick = tickOf(top);
  const axes: SquareAxes = {
    xDomain: [0, top],
    yDomain: [0, top],
    xName: 'mean predicted probability',
    yName: 'observed share',
    xTick: tick,
    yTick: tick,
    legendLines: spec.series.length,
  };
  const square = squareOf(axes, options);
  const order = [...spec.series].sort((a, b) => (a.role === b.role ? 0 : a.role === 'candidate' ? 1 : -1));
  return svgFile(square.canvas, square.height, spec, options, [
    ...squareFrame(square, axes),
    line(square.left, square.bottom, square.right, square.top, 'guide'),
    ...order.flatMap((series) => drawSeries(square, series.role, series.bins)),
    ...legend(
      square,
      spec.series.map((series) => ({ label: series.label, role: series.role, mark: true })),
    ),
  ]);
}
