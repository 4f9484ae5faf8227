import type { Comparison, SliceComparison } from '../../contracts/comparison.ts';
import {
  code,
  formatCount,
  formatNumber,
  link,
  precisionOf,
  shorten,
  type Inline,
  type Precision,
} from '../../report/index.ts';
import type { ReportContext } from './context.ts';
import type { Line } from './metric-line.ts';
import { differenceText, isRate, metricSpan, pointsText } from './words.ts';

/** The precision of a slice's values and difference. */
export function slicePrecision(slice: SliceComparison): Precision {
  const { low, high } = slice.difference;
  const half = low === null || high === null ? Number.NaN : (high - low) / 2;
  return precisionOf(Math.max(Math.abs(slice.candidate ?? 0), Math.abs(slice.baseline ?? 0)), half);
}

/** A slice's difference: in points for rates, else in the metric's unit. */
export function sliceDifference(slice: SliceComparison): string {
  return isRate(slice.metric)
    ? pointsText(slice.difference)
    : differenceText(slice.difference, slicePrecision(slice));
}

/** Slices that are worse after correction, most certain first, one entry a slice (the guarded metric's where there is one). */
export function notableSlices(comparison: Comparison): SliceComparison[] {
  const guarded = guardOf(comparison)?.metric;
  const rank = (slice: SliceComparison): number =>
    (slice.p_adjusted ?? slice.difference.p ?? 1) + (slice.metric === guarded ? 0 : 1e-9);
  const worse = comparison.slices.filter((slice) => slice.verdict === 'worse' || slice.verdict === 'fail');
  const seen = new Set<string>();
  return worse.sort((a, b) => rank(a) - rank(b)).filter(({ name }) => !seen.has(name) && seen.add(name));
}

/** `region=NE (412) recall −4.9 pt [−8.1, −1.7], …`. */
export function sliceSpans(slices: readonly SliceComparison[]): Inline[] {
  return slices.flatMap((slice, index): Inline[] => [
    index === 0 ? '' : ', ',
    code(shorten(slice.name, 40)),
    ` (${formatCount(slice.rows)}) `,
    metricSpan(slice.metric),
    ` ${sliceDifference(slice)}`,
  ]);
}

/** The guard on declared slices, read from its sentence `declared slices: recall max-drop 0.03`. */
function guardOf(comparison: Comparison): { readonly metric: string; readonly maxDrop: number } | null {
  for (const { gate } of comparison.gates) {
    const found = /: (\S.*) max-drop ([\d.e-]+)$/u.exec(gate);
    if (found?.[1] !== undefined && Number.isFinite(Number(found[2])))
      return { metric: found[1], maxDrop: Number(found[2]) };
  }
  return null;
}

/**
 * `drops < 3 pt in 4 of 9 slices`: the drop is the guard's limit where one is declared, else what half of the slices
 * could show; null where no slice was compared.
 */
export function invisibleText(comparison: Comparison): string | null {
  const guard = guardOf(comparison);
  const metric = comparison.slices.some((slice) => slice.metric === guard?.metric)
    ? guard?.metric
    : comparison.slices[0]?.metric;
  const compared = comparison.slices.filter(
    (slice) => slice.metric === metric && slice.verdict !== 'skipped' && slice.reason !== 'IDENTICAL',
  );
  if (compared.length === 0 || metric === undefined) return null;
  const sizes = compared.map((slice) => slice.smallest_visible ?? Infinity).sort((a, b) => a - b);
  const half = sizes[Math.floor(sizes.length / 2)] ?? Infinity;
  if (half === Infinity && guard?.metric !== metric)
    return `any drop in ${sizes.filter((size) => size === Infinity).length} of ${sizes.length} slices`;
  const bound = guard?.metric === metric ? guard.maxDrop : roundDown(half);
  const count = sizes.filter((size) => size > bound || (size === bound && guard?.metric !== metric)).length;
  return count === 0 ? null : `drops < ${dropText(bound, metric)} in ${count} of ${sizes.length} slices`;
}

function roundDown(size: number): number {
  const step = 10 ** Math.floor(Math.log10(size));
  return Number((Math.floor(size / step + 1e-9) * step).toPrecision(3));
}

function dropText(drop: number, metric: string): string {
  if (isRate(metric)) return `${Number((drop * 100).toFixed(2))} pt`;
  return formatNumber(drop, { decimals: Math.max(0, -Math.floor(Math.log10(drop) + 1e-9)) });
}

function examplesSpans(context: ReportContext): Inline[] {
  const examples = context.examples?.[0];
  if (examples === undefined || examples.rows.length === 0) return [];
  const text = `${formatCount(examples.rows.length)} examples`;
  return [' → ', examples.href == null ? text : link(text, examples.href)];
}

/**
 * `Look at: region=NE (412) recall −4.9 pt [−8.1, −1.7] → 10 examples. Invisible: …`; null where no slice was compared.
 * Slices that `shown` names already stand in an earlier line.
 */
export function sliceLine(
  comparison: Comparison,
  context: ReportContext,
  shown: readonly SliceComparison[] = [],
): Line | null {
  const compared = comparison.slices.filter(
    (slice) => slice.verdict !== 'skipped' && slice.reason !== 'IDENTICAL',
  );
  if (compared.length === 0) return null;
  if (compared.every((slice) => slice.smallest_visible === null))
    return ['No declared slice has enough rows to be compared'];
  const invisible = invisibleText(comparison);
  const tail = invisible === null ? '' : `. Invisible: ${invisible}`;
  const notable = notableSlices(comparison);
  const fresh = notable.filter(({ name }) => !shown.some((slice) => slice.name === name)).slice(0, 2);
  if (fresh.length > 0) return ['Look at: ', ...sliceSpans(fresh), ...examplesSpans(context), tail];
  return [
    notable.length > 0 ? 'No other declared slice is worse' : 'No declared slice is worse',
    ...(notable.length > 0 ? examplesSpans(context) : []),
    tail,
  ];
}

/** `Read 8 of the 160 rows where they disagree → …`; null without examples or a decision. `where` they stand, if not at an address. */
export function disagreementLine(
  comparison: Comparison,
  context: ReportContext,
  where = ' (in the report)',
): Line | null {
  const examples = context.examples?.[0];
  if (examples === undefined || comparison.decision !== 'inconclusive' || examples.rows.length === 0)
    return null;
  const count = comparison.changes?.disagree ?? examples.total;
  const text = `Read ${formatCount(examples.rows.length)} of the ${formatCount(count)} rows where they disagree`;
  return examples.href == null ? [text, where] : [text, ' → ', link('rows', examples.href)];
}
