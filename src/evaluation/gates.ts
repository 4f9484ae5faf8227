import type { Margin } from '../contracts/scalars.ts';
import type { Problems } from './input/problems.ts';
import type { AnyGate } from './input/types.ts';

/** One condition that the candidate must hold. `label` is the gate as a sentence. */
export type Gate =
  | { readonly kind: 'min' | 'max'; readonly metric: string; readonly limit: number; readonly label: string }
  | { readonly kind: 'not-worse'; readonly metric: string; readonly margin: Margin; readonly label: string }
  | {
      readonly kind: 'guard';
      readonly metric: string;
      readonly maxDrop: number;
      /** Null: all declared slices; else the declarations that are guarded. */
      readonly only: readonly string[] | null;
      readonly label: string;
    }
  | { readonly kind: 'suite'; readonly suite: string; readonly tolerance: number; readonly label: string }
  | { readonly kind: 'inactive'; readonly label: string };

/** A gate that compares with the baseline; skipped (FIRST_VERSION) where there is none. */
export function isRelative(gate: Gate): boolean {
  return gate.kind === 'not-worse' || gate.kind === 'guard';
}

const MARGIN_EXPECTED =
  'expected an amount of 0 or more such as 0.005, or a share of the baseline such as "20%"';

/** `0.005`, `"0.005"` or `"20%"` as a margin; null when it is none of them or negative. */
export function parseMargin(value: number | string | Margin): Margin | null {
  if (typeof value === 'object') return value;
  const match =
    typeof value === 'string' ? /^\s*(\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|\.\d+)\s*(%?)\s*$/.exec(value) : null;
  const relative = match?.[2] === '%';
  const amount =
    typeof value === 'number' ? value : match === null ? Number.NaN : Number(match[1]) / (relative ? 100 : 1);
  return Number.isFinite(amount) && amount >= 0 ? { value: amount, relative } : null;
}

/** A margin as it is written: `0.005` or `20%`. */
export function marginText(margin: Margin): string {
  return margin.relative ? `${Number((margin.value * 100).toPrecision(12))}%` : String(margin.value);
}

function nameOf(metric: AnyGate['metric']): string {
  return typeof metric === 'object' ? metric.name : (metric ?? '');
}

function limitOf(value: unknown, what: string, problems: Problems): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  problems.add('CONFIG_INVALID', `${what} is ${String(value)}: expected a number`);
  return Number.NaN;
}

function sliceGate(gate: AnyGate, where: string, problems: Problems): Gate[] {
  const metric = nameOf(gate.metric);
  const only = Array.isArray(gate.slices) ? (gate.slices as readonly string[]) : null;
  const slices = only === null ? 'declared slices' : only.join(', ');
  if (metric === '') problems.add('CONFIG_INVALID', `${where}: a gate on slices needs a metric`);
  if (gate['max-gap-increase'] !== undefined)
    return [{ kind: 'inactive', label: `${slices}: ${metric} max-gap-increase ${gate['max-gap-increase']}` }];
  const maxDrop = limitOf(gate['max-drop'], `${where}: max-drop`, problems);
  if (maxDrop <= 0)
    problems.add('CONFIG_INVALID', `${where}: max-drop is ${maxDrop}: expected an amount above 0`);
  return [{ kind: 'guard', metric, maxDrop, only, label: `${slices}: ${metric} max-drop ${maxDrop}` }];
}

function metricGates(gate: AnyGate, where: string, problems: Problems): Gate[] {
  const metric = nameOf(gate.metric);
  const gates: Gate[] = [];
  for (const kind of ['min', 'max'] as const) {
    if (gate[kind] === undefined) continue;
    const limit = limitOf(gate[kind], `${where}: ${kind}`, problems);
    gates.push({ kind, metric, limit, label: `${metric} ${kind} ${limit}` });
  }
  const notWorse = gate['not-worse-by'];
  if (notWorse !== undefined) {
    const margin = parseMargin(notWorse);
    if (margin === null)
      problems.add(
        'CONFIG_INVALID',
        `${where}: not-worse-by is ${typeof notWorse === 'object' ? JSON.stringify(notWorse) : notWorse}: ${MARGIN_EXPECTED}`,
      );
    else
      gates.push({
        kind: 'not-worse',
        metric,
        margin,
        label: `${metric} not-worse-by ${marginText(margin)}`,
      });
  }
  if (gates.length === 0 && problems.found.length === 0)
    problems.add(
      'CONFIG_INVALID',
      `${where} (${metric}) has no condition: expected min, max or not-worse-by`,
    );
  return gates;
}

function parseGate(gate: AnyGate, where: string, problems: Problems): Gate[] {
  if (gate.suite !== undefined) {
    const tolerance =
      gate.tolerance === undefined ? 0 : limitOf(gate.tolerance, `${where}: tolerance`, problems);
    return [{ kind: 'suite', suite: gate.suite, tolerance, label: `suite ${gate.suite} expect all` }];
  }
  if (gate.slices !== undefined) return sliceGate(gate, where, problems);
  if (nameOf(gate.metric) !== '') return metricGates(gate, where, problems);
  problems.add('CONFIG_INVALID', `${where} names neither a metric, nor slices, nor a suite`);
  return [];
}

function isInactive(gate: Gate, inactive: ReadonlySet<string>): boolean {
  return 'metric' in gate && inactive.has(gate.metric);
}

/**
 * Reads gates and margins (each margin is a not-worse-by gate); what is wrong is added to the problems. Gates on
 * `inactive` metrics are accepted and not judged; so is `latency`, which only a runner with both models can measure.
 */
export function parseGates(
  gates: readonly AnyGate[],
  margins: Readonly<Record<string, number | string>>,
  inactive: readonly string[],
  problems: Problems,
): Gate[] {
  const fromMargins = Object.entries(margins).map(([metric, margin]) => ({ metric, 'not-worse-by': margin }));
  const unmeasured = new Set(['latency', ...inactive]);
  return [
    ...gates.flatMap((gate, index) => parseGate(gate, `gate ${index + 1}`, problems)),
    ...fromMargins.flatMap((gate) => parseGate(gate, `margin of ${gate.metric}`, problems)),
  ].map((gate) => (isInactive(gate, unmeasured) ? { kind: 'inactive', label: gate.label } : gate));
}
