import { describe, expect, it } from 'vitest';

import { checkConfig, parseConfig } from '../../../src/config/index.ts';
import type { CheckReport, DataShape, RecordedComparison } from '../../../src/config/index.ts';
import { InputError } from '../../../src/contracts/errors.ts';
import { normalCdf } from '../../../src/stats/index.ts';
import { configText, filesOf } from './support.ts';

const SHAPE: DataShape = {
  rows: 100,
  columns: ['id', 'churned', 'region', 'tenure'].map((name) => ({ name, kind: 'number' })),
  warnings: [],
};

interface World {
  readonly files?: Record<string, string>;
  readonly shape?: DataShape | InputError;
  readonly recorded?: readonly RecordedComparison[];
}

async function check(
  text: string,
  { files = {}, shape = SHAPE, recorded = [] }: World = {},
): Promise<CheckReport> {
  return await checkConfig(
    {
      config: parseConfig(text, 'slipway.yaml'),
      content: text,
      file: 'slipway.yaml',
      recorded: new Map([['churn', recorded]]),
      normalCdf,
    },
    {
      files: filesOf({ 'train.py': '', ...files }),
      inspect: () => (shape instanceof InputError ? Promise.reject(shape) : Promise.resolve(shape)),
    },
  );
}

function messages({ problems }: CheckReport): string[] {
  return problems.map(({ message }) => message);
}

describe('checkConfig', () => {
  it('finds nothing wrong where everything is there', async () => {
    const report = await check(configText());

    expect(report.problems).toEqual([]);
    expect(report.models).toEqual([{ model: 'churn', rows: 100, columns: 4 }]);
    expect(report.notices.map(({ code }) => code)).toEqual(['NOT_ACTIVE']);
  });

  it('names files that are missing with the nearest that exist, and where they are written', async () => {
    const text = configText({
      environment: '{lock: [requirments.txt]}',
      train: '{run: python train.py, inputs: [sorc/**, train.py], params: [param.yaml]}',
    });

    const report = await check(text, {
      files: { 'requirements.txt': '', 'params.yaml': '', 'src/a.py': '' },
    });

    expect(
      report.problems.map(({ code, message, line, column, hint }) => ({ code, message, line, column, hint })),
    ).toEqual([
      {
        code: 'FILE_NOT_FOUND',
        message: 'models.churn.environment.lock[0]: the lock file requirments.txt does not exist',
        line: 8,
        column: 26,
        hint: 'Did you mean `requirements.txt`?',
      },
      {
        code: 'FILE_NOT_FOUND',
        message: 'models.churn.train.inputs[0]: no file matches sorc/**',
        line: 6,
        column: 44,
        hint: 'Paths are relative to the model’s `dir`.',
      },
      {
        code: 'FILE_NOT_FOUND',
        message: 'models.churn.train.params[0]: the parameter file param.yaml does not exist',
        line: 6,
        column: 73,
        hint: 'Did you mean `params.yaml`?',
      },
    ]);
  });

  it('knows every parameter that the command asks for', async () => {
    const text = configText({
      train: '{run: "train --a {params.alpha} --b {params.model.dept}", params: [params.yaml]}',
    });

    const report = await check(text, { files: { 'params.yaml': 'alpha: 1\nmodel: {depth: 3}\n' } });

    expect(messages(report)).toEqual(['models.churn.train.run: no parameter file holds `model.dept`']);
    expect(report.problems[0]?.hint).toBe('Did you mean `model.depth`?');
  });

  it('names columns that the data does not have', async () => {
    const text = configText({
      data: '{source: d.csv, split: {test: 0.2, on: idd}, target: churn, id: id, unit: customer}',
      evaluate: '{metrics: [roc_auc], slices: [regoin, "tenure < 6"]}',
    });

    const report = await check(text);

    expect(messages(report)).toEqual([
      'models.churn.data.target: the data has no column `churn`',
      'models.churn.data.unit: the data has no column `customer`',
      'models.churn.data.split.on: the data has no column `idd`',
      'models.churn.evaluate.slices[0]: the data has no column `regoin`',
    ]);
  });

  it('passes on all that is wrong with the data', async () => {
    const shape = new InputError([
      { code: 'FILE_NOT_FOUND', message: 'data.csv does not exist' },
      { code: 'NO_ROWS', message: 'b.csv is empty' },
    ]);

    expect(messages(await check(configText(), { shape }))).toEqual([
      'models.churn.data: data.csv does not exist',
      'models.churn.data: b.csv is empty',
    ]);
  });

  it('does not open data that it cannot reach', async () => {
    const shape = new InputError({ code: 'SOURCE_UNSUPPORTED', message: 'must not be asked' });

    const report = await check(
      configText({ data: '{source: "s3://b/x.csv", split: {test: 0.2}, target: churned}' }),
      { shape },
    );

    expect(report.problems).toEqual([]);
    expect(report.notices[0]?.message).toContain('s3:// sources are not read');
  });

  it('warns that a model which is not ONNX cannot be judged without a command', async () => {
    const report = await check(configText({ train: '{run: make, outputs: {model: m.pkl, entry: m.pkl}}' }));

    expect(report.problems).toEqual([]);
    expect(report.notices.map(({ message }) => message)).toContain(
      'models.churn.train.outputs.entry: m.pkl is not ONNX and there is no `predict`: it can be trained, not judged',
    );
  });

  it.each([
    // 2,000 rows of which 8 % disagree; simulated there: 86 and 64
    ['0.005', 85],
    ['0.01', 62],
    ['1%', 65],
  ])('says how often a gate of %s ends inconclusive', async (margin, share) => {
    const recorded = [
      {
        metric: 'roc_auc',
        standardError: Math.sqrt(0.08 / 2000),
        units: 2000,
        unitName: 'row',
        baseline: 0.95,
      },
    ];

    const report = await check(
      configText({ evaluate: `{metrics: [roc_auc], gates: [{metric: roc_auc, not-worse-by: ${margin}}]}` }),
      { recorded },
    );

    expect(report.notices.find(({ code }) => code === 'POWER')?.message).toBe(
      `models.churn.evaluate.gates: the gate roc_auc not-worse-by ${margin} ends inconclusive for ${String(share)} % of harmless changes; this test set (2000 rows) can hold 0.018`,
    );
  });

  it.each([
    [
      '{a: {approvers: [owner, writer]}}',
      'no approvals are asked for, so these alone promote, each by themselves: owner, writer',
    ],
    [
      '{a: {approvals: 1, approvers: [owner]}}',
      'nobody can approve what owner made: the author is never the only approver',
    ],
  ])('warns of %s', async (stages, words) => {
    const { notices } = await check(configText({ stages }));

    expect(notices.filter(({ code }) => code === 'HINT').map(({ message }) => message)).toEqual([
      `models.churn.stages.a.approvers: ${words}`,
    ]);
  });

  it('does not warn of approvers that a team can be among', async () => {
    const { notices } = await check(
      configText({ stages: '{a: {approvals: 1, approvers: ["@acme/ml"]}, b: {approvals: 1}}' }),
    );

    expect(notices.filter(({ code }) => code === 'HINT')).toEqual([]);
  });
});
