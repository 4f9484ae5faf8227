import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { parseConfig } from '../../src/config/index.ts';
import { predictOnnx } from '../../src/evaluation/index.ts';
import { createOnnxRuntime } from '../../src/platform/native/onnx-runtime.ts';
import type { Table } from '../../src/table/index.ts';
import { flights, ROWS } from './flights.ts';
import { hasPython, python, TEMPLATE } from './python.ts';

const VARIANT = join(import.meta.dirname, 'predict-variant');
describe.skipIf(!hasPython)('training the starter on few rows', () => {
  const { csv, features } = flights();
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-starter-'));
    writeFileSync(join(folder, 'train.csv'), csv);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function train(name: string, script: string, params: Readonly<Record<string, unknown>> | null): string {
    const output = join(folder, name);
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(params));
    python(folder, [script], {
      SLIPWAY_DATA_TRAIN: join(folder, 'train.csv'),
      SLIPWAY_PARAMS: params === null ? join(TEMPLATE, 'params.yaml') : file,
      SLIPWAY_OUTPUT_DIR: output,
      SLIPWAY_SEED: '7',
    });
    return output;
  }

  test('the params of the template give an ONNX model that is read column by column', async () => {
    const output = train('template', join(TEMPLATE, 'train.py'), null);

    const scores = await scoresOf(join(output, 'model.onnx'), features);

    const metrics = JSON.parse(readFileSync(join(output, 'metrics.json'), 'utf8')) as { rows: number };
    expect(metrics.rows).toBe(ROWS);
    expect(auc(scores, csv)).toBeGreaterThan(0.6);
  }, 60_000);

  test('gradient boosting with ZipMap and parameters as JSON is read as well', async () => {
    const params = {
      model: 'gradient_boosting',
      features: {
        categories: ['origin', 'carrier'],
        numbers: ['departure_hour'],
        weather: ['temp', 'precip'],
      },
      gradient_boosting: { n_estimators: 20, max_depth: 3, subsample: 0.5 },
      onnx: { zipmap: true },
    };
    const output = train('zipmap', join(TEMPLATE, 'train.py'), params);

    const scores = await scoresOf(join(output, 'model.onnx'), features);

    expect(auc(scores, csv)).toBeGreaterThan(0.6);
  }, 60_000);

  test('the variant without ONNX predicts rows that hold no target, under names of its own', () => {
    const config = parseConfig(readFileSync(join(VARIANT, 'slipway.yaml'), 'utf8'), 'slipway.yaml');
    const output = train('joblib', join(VARIANT, 'train.py'), null);
    const shown = csv.split('\n').map((line) => line.slice(0, line.lastIndexOf(',')));
    writeFileSync(join(folder, 'rows.csv'), shown.join('\n'));

    const files = ['--input', join(folder, 'rows.csv'), '--output', join(folder, 'predictions.csv')];
    python(folder, [join(VARIANT, 'predict.py'), '--model', join(output, 'model.joblib'), ...files]);

    const [header, ...lines] = readFileSync(join(folder, 'predictions.csv'), 'utf8').trimEnd().split('\n');
    expect(header).toBe('flight,proba');
    expect(lines).toHaveLength(ROWS);
    expect(config.models['late-flights']?.predict?.columns).toEqual({ id: 'flight', score: 'proba' });
  }, 60_000);
});

async function scoresOf(model: string, features: Table): Promise<Float64Array> {
  const request = { model, features, task: 'binary', positive: '1' } as const;
  const answer = await predictOnnx(request, { onnx: createOnnxRuntime() });
  const score = answer.columns.get('score');
  if (score?.kind !== 'number') throw new Error('expected a column of scores');
  return score.values;
}

/** Share of (late, punctual) pairs in the right order. */
function auc(scores: Float64Array, csv: string): number {
  const late = csv
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.endsWith(',1'));
  const positives = [...scores].filter((_, i) => late[i]);
  const negatives = [...scores].filter((_, i) => !late[i]);
  let right = 0;
  for (const p of positives) for (const n of negatives) right += p > n ? 1 : p === n ? 0.5 : 0;
  return right / (positives.length * negatives.length);
}
