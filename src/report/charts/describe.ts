import type { ChartSpec } from './spec.ts';

/** A chart in one line of words: its title and description. */
export function describeChart(chart: ChartSpec): string {
  return `${chart.title}: ${chart.description}`;
}
