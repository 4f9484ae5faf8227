import { describe, expect, it } from 'vitest';

import { TASKS } from '../../../src/contracts/comparison.ts';
import { InputError } from '../../../src/contracts/errors.ts';
import { metricExamples, metricName } from '../../../src/contracts/metric-names.ts';
import { metricNames, resolveMetric } from '../../../src/evaluation/metrics/index.ts';

const OPTIONS = { threshold: 0.5, classes: ['0', '1', 'CLASS', 'class'] };

function resolved(name: string, task: (typeof TASKS)[number]): ReturnType<typeof resolveMetric> | null {
  try {
    return resolveMetric(name, task, OPTIONS);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** Ranking metrics are in the vocabulary of the config and not judged yet. */
const judged = TASKS.filter((task) => task !== 'ranking');
const odd = [
  'recall@top=0%',
  'recall@top=150%',
  'recall@fpr<=100%',
  'pinball@1.5',
  'pinball',
  'f1@top=5%',
  'auc',
  'mean(x)',
  'recall @top=5%',
  'accuracy_score',
  'f1_score[CLASS]',
  'precision@t=0.3',
  'ndcg@10',
  'log_loss@t=0.3',
  '[x]',
  '',
];
const names = [...new Set([...judged.flatMap(metricExamples), ...judged.flatMap(metricNames), ...odd])];

describe('metric names of the config', () => {
  it.each(names)('%s is accepted for the tasks that can judge it, and for no others', (name) => {
    const accepted = metricName(name)?.tasks.filter((task) => task !== 'ranking') ?? [];
    const examples = name.startsWith('expr(')
      ? []
      : judged.filter((task) => resolved(name.replace('[class]', '[CLASS]'), task) !== null);

    if (!name.startsWith('expr(')) expect(accepted).toEqual(examples);
  });

  it('direction and display-only agree with the metrics themselves', () => {
    for (const task of judged) {
      for (const name of metricExamples(task)) {
        const metric = resolved(name, task);
        if (metric === null) continue;
        expect({
          name,
          direction: metricName(name)?.direction,
          displayOnly: metricName(name)?.displayOnly,
        }).toEqual({
          name,
          direction: metric.direction,
          displayOnly: metric.displayOnly,
        });
      }
    }
  });
});
