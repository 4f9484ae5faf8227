import { calibrationChart } from './calibration.ts';
import { precisionRecallChart, rocChart } from './curve.ts';
import { forestChart } from './forest.ts';
import type { ChartOptions } from './frame.ts';
import { scatterChart } from './scatter.ts';
import { seedsChart } from './seeds.ts';
import type { ChartSpec } from './spec.ts';

/** A chart as SVG text: valid XML, under 30 kB, readable on light and dark, titled and described. */
export function renderChart(spec: ChartSpec, options: ChartOptions = {}): string {
  switch (spec.kind) {
    case 'forest':
      return forestChart(spec, options);
    case 'roc':
      return rocChart(spec, options);
    case 'precision-recall':
      return precisionRecallChart(spec, options);
    case 'calibration':
      return calibrationChart(spec, options);
    case 'predicted-actual':
    case 'residuals':
      return scatterChart(spec, options);
    case 'seeds':
      return seedsChart(spec, options);
  }
}

/** Charts that run over the page's whole width and are drawn once more for a narrow screen. */
export function isWide(spec: ChartSpec): boolean {
  return spec.kind === 'forest' || spec.kind === 'seeds';
}
