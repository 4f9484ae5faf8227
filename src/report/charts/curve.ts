import { curveLinear, curveStepBefore, line as linePath, type CurveFactory } from 'd3-shape';

import { formatNumber } from '../numbers.ts';
import { svgFile, type ChartOptions } from './frame.ts';
import type { Curve, PrecisionRecallSpec, RocSpec } from './spec.ts';
import { legend, squareFrame, squareOf, type Square, type SquareAxes } from './square.ts';
import { element, line, type Svg } from './svg.ts';

function shareTick(value: number): string {
  return value === 0 ? '0' : value === 1 ? '1' : formatNumber(value, { decimals: 1 });
}

function unitAxes(xName: string, yName: string, curves: readonly Curve[]): SquareAxes {
  return {
    xDomain: [0, 1],
    yDomain: [0, 1],
    xName,
    yName,
    xTick: shareTick,
    yTick: shareTick,
    legendLines: curves.length,
  };
}

/** The candidate is drawn last, on top. */
function drawCurves(square: Square, curves: readonly Curve[], shape: CurveFactory): Svg[] {
  const path = linePath<readonly [number, number]>()
    .x(([x]) => Math.round(square.x(x) * 10) / 10)
    .y(([, y]) => Math.round(square.y(y) * 10) / 10)
    .curve(shape);
  return [...curves]
    .sort((a, b) => (a.role === b.role ? 0 : a.role === 'candidate' ? 1 : -1))
    .map((curve) => element('path', { class: `line ${curve.role}`, d: path(curve.points) ?? '' }));
}

function curveLegend(square: Square, curves: readonly Curve[]): Svg[] {
  return legend(
    square,
    curves.map((curve) => ({ label: curve.label, role: curve.role, mark: false })),
  );
}

/** ROC curves: true positive rate over false positive rate; the dotted diagonal is guessing. */
export function rocChart(spec: RocSpec, options: ChartOptions = {}): Svg {
  const axes = unitAxes('false positive rate', 'true positive rate', spec.curves);
  const square = squareOf(axes, options);
  return svgFile(square.canvas, square.height, spec, options, [
    ...squareFrame(square, axes),
    line(square.left, square.bottom, square.right, square.top, 'guide'),
    ...drawCurves(square, spec.curves, curveLinear),
    ...curveLegend(square, spec.curves),
  ]);
}

/** Precision over recall, in steps as average precision sums it; the dotted line is the share of positives. */
export function precisionRecallChart(spec: PrecisionRecallSpec, options: ChartOptions = {}): Svg {
  const axes = unitAxes('recall', 'precision', spec.curves);
  const square = squareOf(axes, options);
  const guess = square.y(spec.prevalence);
  return svgFile(square.canvas, square.height, spec, options, [
    ...squareFrame(square, axes),
    line(square.left, guess, square.right, guess, 'guide'),
    ...drawCurves(square, spec.curves, curveStepBefore),
    ...curveLegend(square, spec.curves),
  ]);
}
