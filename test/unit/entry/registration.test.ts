import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { parseConfig } from '../../../src/config/parse.ts';
import { sha256 } from '../../../src/contracts/digest.ts';
import type { RunRecord } from '../../../src/contracts/run.ts';
import { registrationOf } from '../../../src/entry/registration.ts';
import { aRun } from '../../support/runs.ts';

const COMMIT = 'c'.repeat(40);
const OWNER = { id: 1, login: 'owner' };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-'));
  write('outputs/model/model.onnx', 'onnx');
  write('outputs/threshold.json', '{}');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function registered(more: Partial<RunRecord> = {}, entry?: string) {
  const run = aRun();
  const record = { ...run, git: { ...run.git, commit: COMMIT }, ...more };
  const outputs = entry === undefined ? '' : `, outputs: {entry: "${entry}"}`;
  const config = parseConfig(
    Buffer.from(
      `version: 1\nmodels:\n  churn:\n    task: binary\n    positive: "1"\n    data: {source: data.csv, target: y, split: {test: 0.2, by: hash, on: id}}\n    train: {run: python train.py${outputs}}\n    evaluate: {metrics: [roc_auc]}\n`,
    ),
    'slipway.yaml',
  );
  const registrar = { actor: OWNER, mode: 'open', config: null, number: null } as const;
  return registrationOf({ record, folder }, { config }, { pull: 7, authors: [OWNER] }, registrar);
}

describe('what a run registers', () => {
  test('is its outputs, predictions and evaluation, the same each time', async () => {
    write('evaluation.json', '{"comparison": null}');
    write('predictions.parquet', 'PAR1');
    const one = await registered();
    expect(one.files.map(({ path }) => path)).toEqual(['model/model.onnx', 'threshold.json']);
    expect(one.documents!.map(({ name }) => name)).toEqual(['evaluation.json', 'predictions-t1.parquet']);
    expect(one).toMatchObject({
      entry: 'model/model.onnx',
      commit: COMMIT,
      pull: 7,
      verdict: { holdout: 'visible' },
    });
    expect(one.digests.evaluation).toBe(sha256('{"comparison": null}'));
    expect((await registered()).key).toBe(one.key);
    expect((await registered({ id: 'another' })).key).not.toBe(one.key);
  });

  test('tells links from files: whoever registers refuses them', async () => {
    symlinkSync('/etc/hostname', join(folder, 'outputs', 'link'));
    const { files } = await registered();
    expect(files.map(({ path, facts }) => [path, facts?.kind])).toContainEqual(['link', 'link']);
  });

  test('the slices that got worse come first on its card', async () => {
    const slice = (name: string, verdict: string) => ({
      name,
      verdict,
      metric: 'recall',
      rows: 9,
      difference: null,
    });
    const slices = [slice('a', 'better'), slice('b', 'worse')];
    write('evaluation.json', JSON.stringify({ comparison: { slices } }));
    expect((await registered()).card!.slices!.map(({ name }) => name)).toEqual(['b', 'a']);
  });

  test('the entry is what the config names, else the only ONNX file; two are refused', async () => {
    expect((await registered({}, './threshold.json')).entry).toBe('threshold.json');
    expect((await registered({}, 'model/*.onnx')).entry).toBe('model/model.onnx');
    await expect(registered({}, 'nothing.bin')).rejects.toMatchObject({ code: 'OUTPUT_MISSING' });
    write('outputs/other.onnx', 'onnx');
    await expect(registered()).rejects.toMatchObject({ code: 'OUTPUT_AMBIGUOUS' });
  });

  test('a run of uncommitted changes, outside of git, or that broke off registers nothing', async () => {
    await expect(registered({ git: { commit: COMMIT, branch: null, dirty: true } })).rejects.toMatchObject({
      code: 'GIT',
    });
    const none = registered({ git: { commit: null, branch: null, dirty: false } });
    await expect(none).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
    await expect(registered({ decision: 'error' })).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
  });
});
