import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { documentOf, slipway } from '../../support/cli.ts';
import { createTinyRepository } from '../../support/tiny-repository.ts';

interface ModelDocument {
  readonly model: string;
  readonly run: string | null;
  readonly decision: string;
  readonly reason: string;
  readonly message: string;
  readonly stages: readonly {
    readonly name: string;
    readonly status: string;
    readonly why: readonly string[];
  }[];
  readonly comparison: {
    readonly look: number;
    readonly metrics: readonly { readonly name: string; readonly verdict: string }[];
    readonly gates: readonly { readonly verdict: string; readonly reason: string }[];
    readonly warnings: readonly { readonly code: string }[];
  } | null;
  readonly report: { readonly html: string; readonly comment: string } | null;
}

async function run(
  folder: string,
  ...args: string[]
): Promise<{
  readonly code: number | null;
  readonly models: readonly ModelDocument[];
  readonly stderr: string;
}> {
  const ended = await slipway(folder, ['run', '--json', ...args]);
  const { models = [] } = documentOf(ended) as { models?: readonly ModelDocument[] };
  return { code: ended.code, models, stderr: ended.stderr };
}

function statuses(model: ModelDocument | undefined): Record<string, string> {
  return Object.fromEntries(model?.stages.map(({ name, status }) => [name, status]) ?? []);
}

describe('slipway run', () => {
  test('the first version: nothing to compare with, so that relative gates decide nothing', async () => {
    using repository = createTinyRepository();

    const { code, models } = await run(repository.folder);

    expect(models[0]).toMatchObject({ model: 'tiny', decision: 'inconclusive', reason: 'FIRST_VERSION' });
    expect(code).toBe(3);
    expect(repository.git('status', '--porcelain')).toBe('');
  });

  test('a run is recorded with predictions, outputs and both reports', async () => {
    using repository = createTinyRepository();

    const { models } = await run(repository.folder);

    const folder = join(repository.folder, '.slipway', 'runs', models[0]?.run ?? '');
    expect(readdirSync(folder).sort()).toEqual([
      'comment.md',
      'evaluation.json',
      'outputs',
      'predictions.parquet',
      'report.html',
      'result.json',
      'run.json',
    ]);
    expect(readFileSync(join(folder, 'outputs', 'model.json'), 'utf8')).toBe('{"weight":1.5}');
    expect(readFileSync(join(folder, 'comment.md'), 'utf8').split('\n').length).toBeGreaterThan(3);
  });

  test('unchanged, everything is reused and the same run is the answer', async () => {
    using repository = createTinyRepository();
    const first = await run(repository.folder);

    const second = await run(repository.folder);

    expect(statuses(second.models[0])).toEqual({
      data: 'reused',
      train: 'reused',
      predict: 'reused',
      evaluate: 'reused',
    });
    expect(second.models[0]?.run).toBe(first.models[0]?.run);
    expect(second.code).toBe(first.code);
  });

  test('a better model on a branch passes against the merge base, and --why names what changed', async () => {
    using repository = createTinyRepository();
    repository.write('params.json', '{"weight": -0.2}\n');
    repository.commit('a bad model on main');
    repository.git('switch', '-qc', 'better');
    repository.write('params.json', '{"weight": 1.5}\n');
    repository.commit('a good one');

    const { code, models } = await run(repository.folder);

    expect(models[0]).toMatchObject({ decision: 'pass', reason: 'ALL_GATES_PASS' });
    expect(models[0]?.comparison?.metrics.map(({ verdict }) => verdict)).toEqual(['better', 'better']);
    expect(code).toBe(0);

    repository.write('params.json', '{"weight": 1.4}\n');
    const again = await run(repository.folder, '--why');
    expect(again.models[0]?.stages.find(({ name }) => name === 'train')?.why.join()).toContain('weight');
    expect(again.models[0]?.comparison?.look).toBe(2);
  });

  test('a worse model fails with exit code 1', async () => {
    using repository = createTinyRepository();
    repository.git('switch', '-qc', 'worse');
    repository.write('params.json', '{"weight": -1.5}\n');
    repository.commit('upside down');

    const { code, models } = await run(repository.folder);

    expect(models[0]).toMatchObject({ decision: 'fail', reason: 'GATE_FAILED' });
    expect(code).toBe(1);
  });

  test('a change of nothing is not worse', async () => {
    using repository = createTinyRepository();
    repository.git('switch', '-qc', 'same');
    repository.write(
      'train.cjs',
      `// a remark\n${readFileSync(join(repository.folder, 'train.cjs'), 'utf8')}`,
    );
    repository.commit('remark');

    const { code, models } = await run(repository.folder);

    expect(statuses(models[0])['train']).toBe('ran');
    expect(models[0]).toMatchObject({ decision: 'pass' });
    expect(code).toBe(0);
  });

  test('an edited gate is judged anew without training', async () => {
    using repository = createTinyRepository();
    repository.git('switch', '-qc', 'gate');
    await run(repository.folder);
    const config = join(repository.folder, 'slipway.yaml');
    repository.write(
      'slipway.yaml',
      readFileSync(config, 'utf8').replace('gates:', 'gates:\n        - {metric: roc_auc, min: 0.99}'),
    );

    const { code, models } = await run(repository.folder);

    expect(statuses(models[0])).toMatchObject({ train: 'reused', evaluate: 'ran' });
    expect(code).toBe(1);
  });

  test('a failing training fails with its last lines, is recorded, and is never cached', async () => {
    using repository = createTinyRepository();
    repository.write('train.cjs', 'console.error("no such column: tenure"); process.exit(7);');

    const { code, models } = await run(repository.folder);

    expect(code).toBe(1);
    expect(models[0]).toMatchObject({ decision: 'fail', reason: 'TRAIN_FAILED' });
    expect(JSON.stringify(models[0])).toContain('no such column: tenure');
    expect(statuses(models[0])).toMatchObject({ data: 'ran', train: 'failed', predict: 'skipped' });
    expect(existsSync(models[0]?.report?.html ?? '')).toBe(true);

    const again = await run(repository.folder);
    expect(statuses(again.models[0])['train']).toBe('failed');
  });

  test('a link in place of predictions is refused, wherever it leads', async () => {
    using repository = createTinyRepository();
    repository.write('predict.cjs', "require('node:fs').symlinkSync('/etc/passwd', process.argv[4]);");

    const { code, models } = await run(repository.folder);

    expect(code).toBe(1);
    expect(models[0]).toMatchObject({
      reason: 'PREDICTIONS_INVALID',
      message: expect.stringContaining('output.csv: the predict command left a link'),
    });
  });

  test('a base that cannot be trained any more is inconclusive, not a pass', async () => {
    using repository = createTinyRepository();
    const good = readFileSync(join(repository.folder, 'train.cjs'), 'utf8');
    repository.write('train.cjs', 'process.exit(1);');
    repository.commit('broken main');
    repository.git('switch', '-qc', 'repair');
    repository.write('train.cjs', good);
    repository.commit('repaired');

    const { code, models } = await run(repository.folder);

    expect(models[0]).toMatchObject({ decision: 'inconclusive', reason: 'BASELINE_FAILED' });
    expect(code).toBe(3);
  });

  test('the answers of a suite are in reach of neither training nor prediction', async () => {
    using repository = createTinyRepository();
    const spy =
      "if (require('node:fs').existsSync('tests/golden.csv')) throw new Error('the answers are in reach');";
    for (const script of ['train.cjs', 'predict.cjs']) {
      const text = readFileSync(join(repository.folder, script), 'utf8');
      repository.write(script, `${spy}\n${text}`);
    }
    repository.write('tests/golden.csv', 'id,x,y\n9001,2,1\n9002,-2,0\n');
    const config = readFileSync(join(repository.folder, 'slipway.yaml'), 'utf8');
    const suite = config
      .replace('target: y}', 'target: y, suites: {golden: tests/golden.csv}}')
      .replace('gates:', 'gates:\n        - {suite: golden, expect: all}');
    repository.write('slipway.yaml', suite);

    const { models } = await run(repository.folder);

    expect(statuses(models[0])).toMatchObject({ train: 'ran', predict: 'ran', evaluate: 'ran' });
    expect(models[0]?.comparison?.gates[0]).toMatchObject({ verdict: 'pass', reason: 'SUITE_PASSED' });
  });

  test('a broken model does not stop the others', async () => {
    using repository = createTinyRepository();
    const config = readFileSync(join(repository.folder, 'slipway.yaml'), 'utf8');
    const second = config
      .slice(config.indexOf('  tiny:'))
      .replace('tiny:', 'absent:')
      .replace('data.csv', 'missing.csv');
    repository.write('slipway.yaml', config.replace('models:\n', `models:\n${second}`));

    const { code, models } = await run(repository.folder);

    expect(models.map(({ model, decision }) => [model, decision])).toEqual([
      ['absent', 'error'],
      ['tiny', 'pass'],
    ]);
    expect(code).toBe(2);
  });

  test('an unknown model names the nearest, before anything runs', async () => {
    using repository = createTinyRepository();

    const ended = await slipway(repository.folder, ['run', 'tinny']);

    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('did you mean tiny');
    expect(existsSync(join(repository.folder, '.slipway'))).toBe(false);
  });

  test('--stage train stops there and records nothing', async () => {
    using repository = createTinyRepository();

    const { code, models } = await run(repository.folder, '--stage', 'train');

    expect(code).toBe(0);
    expect(statuses(models[0])).toEqual({
      data: 'ran',
      train: 'ran',
      predict: 'skipped',
      evaluate: 'skipped',
    });
    expect(models[0]?.run).toBeNull();
  });

  test('two runs at once both end well', async () => {
    using repository = createTinyRepository();

    const [left, right] = await Promise.all([run(repository.folder), run(repository.folder)]);

    expect([left.code, right.code]).toEqual([3, 3]);
    rmSync(join(repository.folder, '.slipway', 'runs'), { recursive: true });
    expect((await run(repository.folder)).code).toBe(3);
  });
});
