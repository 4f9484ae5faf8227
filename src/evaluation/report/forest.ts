import { REASONS } from '../../contracts/codes.ts';
import type { Comparison, MetricComparison } from '../../contracts/comparison.ts';
import {
  formatCount,
  shorten,
  type ForestPanel,
  type ForestRow,
  type ForestSpec,
} from '../../report/index.ts';
import { sliceDifference } from './slice-lines.ts';
import { worstFirst } from './tables.ts';
import {
  absoluteMargin,
  differenceText,
  familyOf,
  levelText,
  metricName,
  metricPrecision,
  spokenVerdict,
  verdictWord,
} from './words.ts';

/** Metrics whose intervals differ by more than this factor in width get axes of their own. */
const SAME_AXIS = 12;

function extentOf(row: ForestRow): number {
  return Math.max(Math.abs(row.low ?? row.value ?? 0), Math.abs(row.high ?? row.value ?? 0), row.margin ?? 0);
}

function metricRow(metric: MetricComparison, comparison: Comparison): ForestRow {
  const margin = absoluteMargin(metric, comparison.gates);
  const precision = metricPrecision(metric, margin);
  const { difference } = metric;
  const spoken = spokenVerdict(metric.verdict, margin !== null, metric.reason !== null);
  const withheld = difference?.low == null && metric.reason !== null && metric.reason !== 'IDENTICAL';
  return {
    label: metricName(metric.name),
    value: difference?.value ?? null,
    low: difference?.low ?? null,
    high: difference?.high ?? null,
    margin,
    tone: spoken.tone,
    text: withheld ? shorten(REASONS[metric.reason], 60) : differenceText(difference, precision),
    verdict: spoken.word,
  };
}

interface Group {
  readonly key: string;
  readonly panel: {
    readonly unit: string;
    readonly direction: 'higher' | 'lower';
    readonly rows: ForestRow[];
  };
}

/** Rows of one kind and direction share an axis while their widths are of the same order. */
function addRow(groups: Group[], key: string, direction: 'higher' | 'lower', row: ForestRow): void {
  const size = extentOf(row);
  const fits = groups.find(({ key: other, panel }) => {
    const sizes = panel.rows.map(extentOf).filter((one) => one > 0);
    return (
      other === key &&
      (size === 0 || sizes.length === 0 || Math.max(size, ...sizes) <= SAME_AXIS * Math.min(size, ...sizes))
    );
  });
  if (fits === undefined) groups.push({ key, panel: { unit: '', direction, rows: [row] } });
  else fits.panel.rows.push(row);
}

/** The key picture: every metric's difference with its interval and margin; null without a baseline. */
export function differencesForest(comparison: Comparison, baseline: string): ForestSpec | null {
  const metrics = comparison.metrics.filter((metric) => metric.difference !== undefined);
  if (metrics.length === 0) return null;
  const groups: Group[] = [];
  for (const metric of metrics) {
    const family = familyOf(metric.name);
    addRow(
      groups,
      `${family === 'own' ? metric.name : family} ${metric.direction}`,
      metric.direction,
      metricRow(metric, comparison),
    );
  }
  const spoken = metrics.map(
    (metric) =>
      `${metricName(metric.name)} ${differenceText(metric.difference, metricPrecision(metric))} (${verdictWord(metric.verdict)})`,
  );
  const banded = metrics.some((metric) => absoluteMargin(metric, comparison.gates) !== null);
  return {
    kind: 'forest',
    title: `Candidate minus ${shorten(baseline, 40)}`,
    caption: `Differences with ${levelText(comparison)} intervals, better to the right.${banded ? ' The shaded band is what the gates tolerate.' : ''}`,
    description: `Differences with ${levelText(comparison)} intervals; the shaded band is what the gates tolerate. ${spoken.slice(0, 8).join('; ')}.`,
    panels: groups.map((group) => group.panel),
  };
}

/** Declared slices as a forest plot; null where no slice was compared. */
export function slicesForest(comparison: Comparison): ForestSpec | null {
  if (comparison.slices.every((slice) => slice.difference.low === null)) return null;
  const panels = new Map<string, { unit: string; direction: ForestPanel['direction']; rows: ForestRow[] }>();
  for (const slice of worstFirst(comparison)) {
    const direction =
      comparison.metrics.find((metric) => metric.name === slice.metric)?.direction ?? 'higher';
    const panel = panels.get(slice.metric) ?? { unit: metricName(slice.metric), direction, rows: [] };
    panels.set(slice.metric, panel);
    const withheld = slice.difference.low === null && slice.reason !== null;
    const spoken = spokenVerdict(slice.verdict, false, slice.reason !== null);
    panel.rows.push({
      label: slice.name,
      note: `${formatCount(slice.rows)} rows`,
      value: slice.difference.value,
      low: slice.difference.low,
      high: slice.difference.high,
      margin: null,
      tone: spoken.tone,
      text: withheld ? shorten(REASONS[slice.reason], 40) : sliceDifference(slice),
      verdict: spoken.word,
    });
  }
  const worse = comparison.slices.filter((slice) => slice.verdict === 'worse' || slice.verdict === 'fail');
  const names = worse
    .slice(0, 5)
    .map((slice) => `${slice.name} ${sliceDifference(slice)}`)
    .join('; ');
  return {
    kind: 'forest',
    title: 'Declared slices',
    caption: `Candidate minus baseline in each slice, with ${levelText(comparison)} intervals. A slice is called worse or better only if that holds after correction for looking at all of them.`,
    description: `Difference in each of ${comparison.slices.length} slices with its ${levelText(comparison)} interval. ${worse.length === 0 ? 'None is worse.' : `Worse: ${names}.`}`,
    panels: [...panels.values()],
  };
}
