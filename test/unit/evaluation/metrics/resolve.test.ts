import { describe, expect, it } from 'vitest';
import { TASKS } from '../../../../src/contracts/comparison.ts';
import { InputError } from '../../../../src/contracts/errors.ts';
import type { MetricSpec } from '../../../../src/evaluation/metrics/index.ts';
import { metricNames, resolveMetric } from '../../../../src/evaluation/metrics/index.ts';

type Task = (typeof TASKS)[number];

function refused(spec: MetricSpec, task: Task, classes?: string[]) {
  try {
    resolveMetric(spec, task, { threshold: 0.5, ...(classes === undefined ? {} : { classes }) });
  } catch (error) {
    if (error instanceof InputError) return error.problems[0]!;
    throw error;
  }
  throw new Error(`${JSON.stringify(spec)} was accepted`);
}

describe('resolveMetric', () => {
  it.each(TASKS)('resolves every name it offers for %s', (task) => {
    for (const offered of metricNames(task)) {
      const name = offered.replace('[class]', '[b]');

      const metric = resolveMetric(name, task, { threshold: 0.5, classes: ['a', 'b'] });

      expect(metric.name).toBe(name);
    }
  });

  it.each([
    ['recall@top=0.05', 'binary', 'recall@top=5%'],
    ['precision@top=7%', 'binary', 'precision@top=7%'],
    ['recall@fpr<=0.01', 'binary', 'recall@fpr<=1%'],
    ['precision@t=30%', 'binary', 'precision@t=0.3'],
    ['pinball@.9', 'regression', 'pinball@0.9'],
    [' f1_macro ', 'multiclass', 'f1_macro'],
    ['recall[Iris setosa]', 'multiclass', 'recall[Iris setosa]'],
    ['mean_absolute_error', 'regression', 'mae'],
    ['mean( wer ):lower', 'scores', 'mean(wer)'],
    ['ratio(edits, words):lower', 'scores', 'ratio(edits, words)'],
    ['expr(tp / (tp + fp)):higher', 'binary', 'expr(tp / (tp + fp))'],
  ] as const)('spells %s for %s as %s', (spec, task, name) => {
    expect(resolveMetric(spec, task, { threshold: 0.5 }).name).toBe(name);
  });

  it('knows the direction of each', () => {
    const direction = (spec: MetricSpec, task: Task): string =>
      resolveMetric(spec, task, { threshold: 0.5 }).direction;

    expect(direction('roc_auc', 'binary')).toBe('higher');
    expect(direction('calibration_error2', 'binary')).toBe('lower');
    expect(direction('r2', 'regression')).toBe('higher');
    expect(direction('medae', 'regression')).toBe('lower');
    expect(direction({ name: 'wer', ratio: ['edits', 'words'], direction: 'lower' }, 'scores')).toBe('lower');
  });

  it('says what the outputs must hold', () => {
    expect(resolveMetric('roc_auc', 'binary', { threshold: 0.5 }).needs).toBe('scores');
    expect(resolveMetric('f1', 'binary', { threshold: 0.5 }).needs).toBe('labels');
    expect(resolveMetric('ratio(a,b):lower', 'scores', { threshold: 0.5 }).needs).toEqual(['a', 'b']);
  });

  it('refuses an unknown name with the nearest one', () => {
    const { code, message, hint } = refused('roc_acu', 'binary');

    expect(code).toBe('METRIC_UNKNOWN');
    expect(message).toContain('"roc_acu"');
    expect(hint).toContain('did you mean "roc_auc"');
  });

  it.each([
    ['roc_auc', 'regression', 'no meaning'],
    ['roc_auc', 'multiclass', 'an average or a class'],
    ['f1', 'multiclass', 'an average or a class'],
    ['f1@top=5%', 'binary', '@t=0.3'],
    ['pinball', 'regression', 'pinball@0.9'],
    ['accuracy', 'scores', 'no meaning'],
    ['accuracy[a]', 'binary', 'does not take a class'],
  ] as const)('refuses %s for %s', (spec, task, why) => {
    const { code, message } = refused(spec, task);

    expect(code).toBe('METRIC_NOT_FOR_TASK');
    expect(message).toContain(why);
  });

  it.each([
    '',
    'recall@top=0%',
    'recall@top=200%',
    'pinball@1.5',
    'f1[',
    'Recall',
    '__proto__',
    'constructor',
  ])('refuses %j as a name', (spec) => {
    expect(refused(spec, 'binary').code).toBe('METRIC_UNKNOWN');
  });

  it('finds a boolean class however it is spelled', () => {
    const classes = ['false', 'true'];
    for (const label of ['False', 'FALSE', 'false'])
      expect(resolveMetric(`recall[${label}]`, 'binary', { threshold: 0.5, classes }).name).toBe(
        `recall[${label}]`,
      );
  });

  it('refuses a class that does not exist and names those that do', () => {
    const { hint } = refused('recall[setosaa]', 'multiclass', ['setosa', 'virginica']);

    expect(hint).toContain('setosa, virginica');
  });

  it.each(['mean(wer)', 'mean(wer):up', 'mean(a,b):lower', 'ratio(a):lower', 'mean():lower'])(
    'refuses %s as a metric over columns',
    (spec) => {
      expect(refused(spec, 'scores').code).toBe('METRIC_UNKNOWN');
    },
  );
});
