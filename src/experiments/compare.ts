import { canonicalJson } from '../contracts/digest.ts';
import type { RunRecord } from '../contracts/run.ts';

/** One thing in which two runs differ or agree; text as it is shown, null where a run lacks it. */
export interface Row {
  readonly part: 'metrics' | 'reported' | 'params' | 'data' | 'environment' | 'code';
  readonly name: string;
  readonly left: string | number | null;
  readonly right: string | number | null;
  readonly changed: boolean;
}

/** Every fact of two runs side by side, in the order a reader asks: what came out, then what went in. */
export function compareRuns(left: RunRecord, right: RunRecord): readonly Row[] {
  return [
    ...rows('metrics', metricsOf(left), metricsOf(right)),
    ...rows('reported', left.reported, right.reported),
    ...rows('params', flatten(left.params), flatten(right.params)),
    ...rows('data', dataOf(left), dataOf(right)),
    ...rows('environment', environmentOf(left), environmentOf(right)),
    ...rows('code', codeOf(left), codeOf(right)),
  ];
}

type Facts = Readonly<Record<string, string | number | null>>;

function rows(part: Row['part'], left: Facts, right: Facts): Row[] {
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return names.map((name) => {
    const [a, b] = [left[name] ?? null, right[name] ?? null];
    return { part, name, left: a, right: b, changed: a !== b };
  });
}

function metricsOf(run: RunRecord): Facts {
  return Object.fromEntries(run.metrics.map((metric) => [metric.name, metric.value]));
}

function dataOf(run: RunRecord): Facts {
  const { data } = run.digests;
  return {
    'training rows': run.rows?.train ?? null,
    'validation rows': run.rows?.validation ?? null,
    'test rows': run.rows?.test ?? null,
    'training data': data?.train ?? null,
    'validation data': data?.validation ?? null,
    'test data': data?.test ?? null,
  };
}

function environmentOf(run: RunRecord): Facts {
  const { platform, arch, cpus, node, slipway, install } = run.environment;
  return { platform, arch, cpus, node, slipway, install };
}

function codeOf(run: RunRecord): Facts {
  return {
    commit: run.git.commit,
    branch: run.git.branch,
    'train key': run.digests.train_key,
    model: run.digests.model,
  };
}

/** Nested parameters as dotted names, so that `model.depth` is one row. */
function flatten(
  params: Readonly<Record<string, unknown>>,
  prefix = '',
): Record<string, string | number | null> {
  const flat: Record<string, string | number | null> = {};
  for (const [key, value] of Object.entries(params)) {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      Object.assign(flat, flatten(value as Record<string, unknown>, name));
    } else {
      flat[name] = typeof value === 'number' || typeof value === 'string' ? value : canonicalJson(value);
    }
  }
  return flat;
}
