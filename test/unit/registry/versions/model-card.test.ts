import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { cardText } from '../../../../src/registry/versions/documents.ts';
import type { Registration } from '../../../../src/registry/index.ts';
import { versionsWorld } from './world.ts';

const FOLDER = fileURLToPath(new URL('../../../golden/data/model-card/', import.meta.url));
const w = versionsWorld();

const metric = (name: string, value: number): Registration['metrics'][number] => ({
  ...{ name, value, low: value / 2, high: value * 2, baseline: null, verdict: null },
  ...{ direction: 'higher', difference: null, difference_low: null, difference_high: null },
});
const of = (name: string): Partial<Registration> => ({ task: name, metrics: [metric('score', 0.5)] });
const digits = (test: string): Registration['digests'] => ({
  ...{ train_key: null, environment: null, evaluation: null },
  data: { source: '', train: '1'.repeat(64), validation: null, test: test.padEnd(64, '0') },
});

/** Names and numbers that readers of YAML, old and new, take for something else. */
const SAMPLES: Readonly<Record<string, Partial<Registration>>> = {
  usual: { card: { license: 'apache-2.0' }, metrics: [metric('roc_auc', 0.91), metric('log_loss', 0.2)] },
  bare: { card: {}, metrics: [], verdict: null, digests: { ...digits(''), data: null } },
  words: {
    model: 'yes',
    card: { license: 'no' },
    metrics: ['on', 'null', '1e5', '0x10', 'f1@5', '1:20'].map((name) => metric(name, 0.5)),
    digests: digits('12345e'),
  },
  numbers: {
    model: '2026-01-01',
    metrics: [1e-7, 1.5e-9, -2e-12, 3e21, 0, 1, 1e5, NaN, Infinity].map((value, i) => metric(`m${i}`, value)),
    digests: digits('1'),
  },
  regression: of('regression'),
  ranking: of('ranking'),
  scores: of('scores'),
};

/** The same as Hugging Face's library reads it: hub.json, written by test/golden/model_card.py. */
interface HubCard {
  readonly data: Readonly<Record<string, unknown>>;
  readonly model_name: string | null;
  readonly results: readonly Readonly<Record<string, unknown>>[];
}

const TASKS: Readonly<Record<string, string>> = {
  binary: 'tabular-classification',
  regression: 'tabular-regression',
  ranking: 'text-ranking',
};

function expected({ model, task, metrics, card, digests }: Registration): HubCard {
  const measured = metrics.filter(({ value }) => Number.isFinite(value));
  const pipeline = TASKS[task];
  return {
    data: {
      tags: ['slipway', task],
      ...(card?.license === undefined ? {} : { license: card.license }),
      ...(pipeline === undefined ? {} : { pipeline_tag: pipeline }),
      ...(measured.length === 0 ? {} : { metrics: measured.map(({ name }) => name) }),
    },
    model_name: measured.length === 0 ? null : model,
    results: measured.map(({ name, value }) => ({
      task_type: pipeline ?? 'other',
      dataset_type: 'private',
      dataset_name: `${model} test rows`,
      dataset_split: 'test',
      dataset_revision: digests.data?.test ?? null,
      metric_type: name,
      metric_name: name,
      metric_value: value,
    })),
  };
}

describe("the model card and Hugging Face's library", () => {
  test.each(Object.keys(SAMPLES))('%s: what we mean is what it reads', (name) => {
    const registration = w.registration({ commit: 'c'.repeat(40), ...SAMPLES[name] });
    const text = cardText({ ...registration, version: 'v1.0.0' });
    const file = `${FOLDER}${name}.md`;
    if (process.env['SLIPWAY_GOLDEN'] === 'write') writeFileSync(file, text);
    expect(text, 'the card changed: see test/golden/model_card.py').toBe(readFileSync(file, 'utf8'));
    const hub = JSON.parse(readFileSync(`${FOLDER}hub.json`, 'utf8')) as Record<string, HubCard>;
    expect(hub[name]).toEqual(expected(registration));
  });
});
