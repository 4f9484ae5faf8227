import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { BASELINE, BRANCHES } from '../../scripts/demo/branches.ts';
import { differences, readVerdict } from '../../scripts/demo/verdict.ts';
import { applyEdits } from '../../scripts/demo/workspace.ts';
import { TEMPLATE } from './python.ts';

describe('the branches of the demo', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-branches-'));
    for (const file of ['train.py', 'params.yaml']) cpSync(join(TEMPLATE, file), join(folder, file));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test.each(BRANCHES.map((branch) => [branch.name, branch] as const))('%s fits the template', (_, branch) => {
    applyEdits(folder, branch.edits);

    const changed = branch.edits.filter(({ file, to }) =>
      readFileSync(join(folder, file), 'utf8').includes(to),
    );
    expect(changed).toEqual(branch.edits);
    expect(branch.edits.length).toBeGreaterThan(0);
  });

  test('an edit whose text is gone from the template is refused', () => {
    const edit = { file: 'params.yaml', from: 'model: forest', to: 'model: tree' };

    expect(() => applyEdits(folder, [edit])).toThrow(/expected "model: forest" once in params.yaml/);
  });

  test('expect every kind of answer', () => {
    const words = [BASELINE, ...BRANCHES].map(({ expected }) => `${expected.decision} ${expected.exit}`);

    expect(new Set(words)).toEqual(new Set(['pass 0', 'fail 1', 'inconclusive 3']));
  });
});

describe('a verdict that is not the expected one', () => {
  const document = {
    decision: 'pass',
    reason: 'ALL_GATES_PASS',
    message: 'Pass',
    models: [
      {
        stages: [{ name: 'train', status: 'reused' }],
        comparison: {
          metrics: [{ name: 'roc_auc', verdict: 'better', reason: 'BETTER' }],
          slices: [
            { name: 'origin=LGA', difference: { value: 0.02, low: 0.01 } },
            { name: 'origin=EWR', difference: { value: 0.02, low: -0.01 } },
          ],
        },
        report: { html: '/reports/report.html' },
      },
    ],
  };
  const expected = { words: 'pass, better', exit: 0, decision: 'pass', verdict: 'better' };

  test('is noticed in its exit code, its decision, its metric and its slice', () => {
    const got = readVerdict(document, 0);

    const wanted = {
      words: '',
      exit: 1,
      decision: 'fail',
      verdict: 'worse',
      reason: 'WORSE',
      winsAt: 'origin=EWR',
    };
    expect(differences(wanted, got)).toEqual([
      'exit code: expected 1, got 0',
      'decision: expected fail, got pass',
      'roc_auc: expected worse, got better',
      'reason: expected WORSE, got BETTER',
      'a win at origin=EWR: expected true, got false',
    ]);
    expect(differences(expected, got)).toEqual([]);
  });

  test('is one that was not reused when nothing had changed, or left no report', () => {
    const [model] = document.models;
    const again = {
      ...document,
      models: [{ ...model, stages: [{ name: 'train', status: 'ran' }], report: null }],
    };

    const got = readVerdict(again, 0);

    expect(differences(expected, got)).toEqual([
      'run again, it did not reuse train',
      'there is no HTML report',
    ]);
  });
});
