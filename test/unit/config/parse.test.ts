import { describe, expect, it } from 'vitest';

import { parseConfig } from '../../../src/config/index.ts';
import { configText, modelOf, problemsIn } from './support.ts';

describe('parseConfig', () => {
  it('fills in what a short config leaves out', () => {
    const model = modelOf();

    expect(model).toEqual({
      dir: '.',
      task: 'binary',
      data: {
        source: ['data.csv'],
        split: { by: 'hash', test: 0.2 },
        'in-place': false,
        id: 'row',
        target: 'churned',
        drop: [],
        trim: false,
        suites: {},
      },
      train: {
        run: 'python train.py',
        inputs: [],
        params: [],
        outputs: { model: [], metrics: [] },
        repeats: 1,
      },
      evaluate: { metrics: ['roc_auc'], slices: [], baseline: 'production', gates: [] },
      stages: {},
    });
  });

  it('takes one name where a list is meant', () => {
    const model = modelOf({
      train: '{run: make, inputs: src/**, params: params.yaml, outputs: {model: m.onnx, metrics: m.json}}',
      evaluate: '{metrics: roc_auc, slices: region}',
      environment: '{install: [make, make install], lock: uv.lock, env: {CI: true, PORT: 80, EMPTY: }}',
    });

    expect(model.train).toMatchObject({
      inputs: ['src/**'],
      params: ['params.yaml'],
      outputs: { model: ['m.onnx'], metrics: ['m.json'] },
    });
    expect(model.evaluate).toMatchObject({ metrics: ['roc_auc'], slices: ['region'] });
    expect(model.environment).toEqual({
      install: 'set -e\nmake\nmake install',
      lock: ['uv.lock'],
      env: { CI: 'true', PORT: '80', EMPTY: '' },
    });
  });

  it('stops a command of several lines at the first that fails', () => {
    expect(modelOf({ train: '{run: "a\\nb\\n"}' }).train.run).toBe('set -e\na\nb');
    expect(modelOf({ train: '{run: [a]}' }).train.run).toBe('a');
  });

  it('reads a key with nothing behind it as not set', () => {
    const model = modelOf({
      evaluate: '{metrics: [roc_auc], gates: , slices: }',
      environment: '',
      monitor: '',
      stages: '',
    });

    expect(model.evaluate.gates).toEqual([]);
    expect(model.environment).toBeUndefined();
    expect(model.monitor).toBeUndefined();
  });

  it('turns durations, percentages and cells into one form each', () => {
    const model = modelOf({
      positive: '1',
      data: '{source: d.csv, split: {test: 20%, validation: 0.1}, target: y, unit: {time: ts, block: 1d}}',
      train: '{run: make, timeout: 1.5h}',
      evaluate:
        '{metrics: [roc_auc], gates: [{metric: roc_auc, min: 80%, not-worse-by: 20%}, {metric: roc_auc, max: 1, min: 0.1}]}'.replace(
          ', {metric: roc_auc, max: 1, min: 0.1}',
          '',
        ),
    });

    expect(model.positive).toBe('1');
    expect(model.data.split).toEqual({ by: 'hash', test: 0.2, validation: 0.1 });
    expect(model.data.unit).toEqual({ time: 'ts', block: 86_400_000 });
    expect(model.train.timeout).toBe(5_400_000);
    expect(model.evaluate.gates).toEqual([
      { metric: 'roc_auc', min: 0.8 },
      { metric: 'roc_auc', 'not-worse-by': { value: 0.2, relative: true } },
    ]);
  });

  it.each([
    [
      '{by: time, on: ts, cut: 2025-04-01, until: 2025-07-01T12:00:00Z, gap: 7d}',
      { by: 'time', on: 'ts', cut: '2025-04-01', until: '2025-07-01T12:00:00Z', gap: 604_800_000 },
    ],
    ['{by: time, on: year, cut: 2013}', { by: 'time', on: 'year', cut: 2013 }],
    ['{by: group, on: customer, test: 0.3}', { by: 'group', on: 'customer', test: 0.3 }],
    [
      '{by: column, on: fold, test: 5, validation: [3, four]}',
      { by: 'column', on: 'fold', test: ['5'], validation: ['3', 'four'] },
    ],
  ])('reads the split %s', (written, parsed) => {
    expect(modelOf({ data: `{source: d.csv, split: ${written}, target: y}` }).data.split).toEqual(parsed);
  });

  it('lets a gate leave out the direction that a metric has declared', () => {
    const evaluate = '{metrics: ["mean(ndcg):higher"], gates: [{metric: "mean(ndcg)", not-worse-by: 0.01}]}';

    const model = modelOf({ task: 'scores', data: '{source: a.csv, split: {test: 0.2}}', evaluate });

    expect(model.evaluate.gates).toMatchObject([{ metric: 'mean(ndcg)' }]);
    expect(
      problemsIn(configText({ task: 'scores', evaluate: evaluate.replace('"mean(ndcg)"', '"mean(ngcd)"') })),
    ).toMatchObject([{ code: 'METRIC_UNKNOWN' }]);
  });

  it('merges defaults into each model: mappings key by key, lists as a whole', () => {
    const config = parseConfig(
      configText(
        { train: '{run: make, params: [own.yaml]}' },
        'defaults:\n  environment: {lock: [uv.lock], env: {A: 1}}\n  train: {timeout: 1h, params: [a.yaml, b.yaml]}\n',
      ),
      'slipway.yaml',
    );

    expect(config.models['churn']?.train).toMatchObject({
      run: 'make',
      timeout: 3_600_000,
      params: ['own.yaml'],
    });
    expect(config.models['churn']?.environment).toEqual({ lock: ['uv.lock'], env: { A: '1' } });
    expect(config).not.toHaveProperty('defaults');
  });

  it('understands anchors, aliases and merge keys', () => {
    const text = `${configText({ data: '&rows {source: d.csv, split: {test: 0.1}, target: y}' })}  other:\n    task: binary\n    data: {<<: *rows, target: z}\n    train: {run: make}\n    evaluate: {metrics: f1}\n`;

    expect(parseConfig(text, 'slipway.yaml').models['other']?.data).toMatchObject({
      source: ['d.csv'],
      target: 'z',
    });
  });

  it('takes the bytes of a file with a byte order mark and Windows line ends', () => {
    const bytes = new TextEncoder().encode(`\uFEFF${configText().replaceAll('\n', '\r\n')}`);

    expect(problemsIn(bytes)).toEqual([]);
  });

  it.each([
    ['bytes that are no UTF-8', new Uint8Array([0x76, 0xff, 0x31]), 'slipway.yaml is not UTF-8 text'],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x76, 0x00]), 'slipway.yaml is not UTF-8 text but UTF-16'],
    ['a huge file', 'a'.repeat(262_145), 'slipway.yaml is 257 KiB; a config is at most 256 KiB'],
    ['brackets without end', '['.repeat(5_000), null],
    [
      'a thousand keys twice',
      Array.from({ length: 2_000 }, (_, i) => `k${String(i % 1_000)}: 1`).join('\n'),
      null,
    ],
  ])('refuses %s', (_name, content, message) => {
    const problems = problemsIn(content);

    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(202);
    if (message !== null) expect(problems[0]?.message).toBe(message);
  });

  it('never lets a key reach the prototype of an object', () => {
    const [problem] = problemsIn(configText({ __proto__x: '' }).replace('__proto__x', '__proto__'));

    expect(problem?.message).toBe('this key is not allowed');
    expect(({} as Record<string, unknown>)['task']).toBeUndefined();
  });

  it('says one slip in defaults once, where it was written', () => {
    const models = ['a', 'b', 'c'].map(
      (name) =>
        `  ${name}: {task: scores, data: {source: x, split: {test: 0.1}}, train: {run: make}, evaluate: {metrics: "mean(x):lower"}}`,
    );
    const problems = problemsIn(
      `version: 1\ndefaults: {train: {tiemout: 1h}}\nmodels:\n${models.join('\n')}\n`,
    );

    expect(problems.map(({ message, line, column, hint }) => ({ message, line, column, hint }))).toEqual([
      {
        message: 'defaults.train.tiemout: unknown key `tiemout`',
        line: 2,
        column: 20,
        hint: 'Did you mean `timeout`?',
      },
    ]);
  });
});
