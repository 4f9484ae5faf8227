import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { inactiveParts, parseConfig } from '../../../src/config/index.ts';
import { configText } from './support.ts';

function said(text: string): string[] {
  return inactiveParts(parseConfig(text, 'slipway.yaml')).map(({ message }) => message);
}

describe('inactiveParts', () => {
  it('has nothing to say about a config that is acted on whole', () => {
    expect(said(configText())).toEqual([]);
  });

  it('names every part of the full example that nothing acts on', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/configuration.md'), 'utf8');
    const example = page.split('## Everything')[1]?.split('```yaml\n')[1]?.split('```')[0] ?? '';

    expect(said(example)).toEqual([
      'models.churn.data.schema: not yet active: the columns are not checked against it',
      'models.churn.train.runner: not yet active: training runs on this machine',
      'models.churn.evaluate.gates: not yet active: the gate on latency is not measured',
      'models.churn.stages.staging.target: not yet active: nothing is deployed',
      'models.churn.stages.staging.smoke: not yet active: nothing is deployed',
      'models.churn.stages.production.target: not yet active: nothing is deployed',
      'models.churn.stages.production.rollout: not yet active: nothing is deployed',
      'models.churn.stages.production.holdout: not yet active: test rows are read from the repository alone, where authors see them, so nothing is promoted here',
      'models.churn.serving: not yet active',
      'models.churn.monitor: not yet active',
    ]);
  });

  it('has nothing to say about stages without a target, the registry and notices', () => {
    const stages = '{staging: {}, production: {after: staging, soak: 24h, approvals: 2, holdout: visible}}';
    const rest = 'registry: {formats: [onnx]}\nnotify: {webhook: WEBHOOK}\n';

    expect(said(`${configText({ stages })}\n${rest}`)).toEqual([]);
  });

  it.each(['s3://bucket/x.csv', 'gs://bucket/x.csv', 'https://example.org/x.csv'])(
    'says that %s is not read',
    (source) => {
      const scheme = source.split(':')[0] ?? '';

      expect(said(configText({ data: `{source: "${source}", split: {test: 0.2}, target: y}` }))).toEqual([
        `models.churn.data.source: not yet active: ${scheme}:// sources are not read; copy the files here first`,
      ]);
    },
  );

  it('says that metrics with a command, and ranking, are not judged', () => {
    const text = configText({
      task: 'ranking',
      data: '{source: a.csv, split: {test: 0.2}, target: y, group: q}',
      evaluate: '{metrics: [ndcg@10, {name: map50, run: python map.py, unit: image, direction: higher}]}',
    });

    expect(said(text)).toEqual([
      'models.churn.evaluate.metrics[1]: not yet active: the metric map50 with `run` is not computed',
      'models.churn.task: not yet active: ranking is not judged; task `scores` takes per-row scores',
    ]);
  });
});
