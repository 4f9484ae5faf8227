import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import type { Task, Warning } from '../../../../src/contracts/comparison.ts';
import { predictOnnx } from '../../../../src/evaluation/prediction/index.ts';
import { createOnnxRuntime } from '../../../../src/platform/native/onnx-runtime.ts';
import { tableOf, textAt } from '../../../../src/table/index.ts';
import type { Column } from '../../../../src/table/index.ts';

interface Case {
  readonly file: string;
  readonly task: Task;
  readonly columns: Readonly<Record<string, readonly (number | string | null)[]>>;
  readonly expected: Readonly<Record<string, readonly (number | string | null)[]>>;
  readonly positive?: string;
  readonly classes?: readonly string[];
  readonly warns?: readonly string[];
}

const FOLDER = fileURLToPath(new URL('../../../golden/data/onnx/', import.meta.url));
const CASES = JSON.parse(readFileSync(`${FOLDER}cases.json`, 'utf8')) as Record<string, Case>;

function cells(column: Column | undefined): (number | string | null)[] {
  if (column === undefined) return [];
  if (column.kind === 'text') return Array.from(column.codes, (_, row) => textAt(column, row));
  return Array.from(column.values, (value) => (Number.isNaN(value) ? null : value));
}

describe('what onnxruntime says in Python (test/golden/onnx_models.py)', () => {
  it.each(Object.keys(CASES))('%s', async (name) => {
    const one = CASES[name]!;
    const { task, expected, positive = null, classes = null } = one;
    const warnings: Warning[] = [];
    const request = {
      model: FOLDER + one.file,
      task,
      positive,
      classes,
      warn: (warning: Warning) => void warnings.push(warning),
    };

    const table = await predictOnnx(
      { ...request, features: tableOf(one.columns) },
      { onnx: createOnnxRuntime() },
    );

    expect([...table.columns.keys()]).toEqual(Object.keys(expected));
    for (const [column, values] of Object.entries(expected)) {
      const found = cells(table.columns.get(column));
      if (typeof values[0] !== 'number') expect(found).toEqual(values);
      else {
        const gaps = values.map((value, row) => Math.abs((value as number) - (found[row] as number)));
        expect(Math.max(...gaps), column).toBeLessThanOrEqual(1e-12);
      }
    }
    if (one.warns !== undefined) expect(warnings.map(({ code }) => code)).toEqual(one.warns);
  });
});
