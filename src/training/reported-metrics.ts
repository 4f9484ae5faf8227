import { statSync } from 'node:fs';

import type { Warning } from '../contracts/comparison.ts';
import { flatten } from './flatten.ts';
import { readStructured } from './params.ts';

/** What user code writes is shown, never judged: these limits only keep a report readable and a parser busy for ms. */
const MAX_BYTES = 1_000_000;
const MAX_METRICS = 1_000;

export interface ReportedMetrics {
  readonly values: Readonly<Record<string, number>>;
  readonly warnings: readonly Warning[];
}

/**
 * Numbers of JSON, YAML or TOML files by dotted name; of equal names the later file's. Texts, lists' items beyond the
 * limit and values that are not finite are left out and said.
 */
export function readReportedMetrics(
  files: readonly { readonly path: string; readonly file: string }[],
): ReportedMetrics {
  const values = new Map<string, number>();
  const warnings: Warning[] = [];
  const warn = (message: string): void => void warnings.push({ code: 'METRICS_UNREADABLE', message });
  for (const { path, file } of files) {
    if (statSync(file).size > MAX_BYTES) {
      warn(`the metrics file ${path} is larger than ${MAX_BYTES} bytes and was not read`);
      continue;
    }
    const parsed = readStructured(file, `the metrics file ${path}`);
    if ('problem' in parsed) {
      warn(parsed.problem.message);
      continue;
    }
    const leaves = [...flatten(parsed.value)];
    for (const [name, value] of leaves) {
      if (typeof value === 'number' && values.size < MAX_METRICS) values.set(name, value);
      else if (isNotFinite(value))
        warn(
          `the metrics file ${path} says ${name} is ${typeof value === 'string' ? value : 'not a number'}: left out`,
        );
    }
  }
  return { values: Object.fromEntries(values), warnings };
}

function isNotFinite(value: unknown): boolean {
  return value === null || (typeof value === 'string' && /^[+-]?(nan|inf(inity)?)$/i.test(value));
}
