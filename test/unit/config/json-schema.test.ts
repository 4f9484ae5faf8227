import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { jsonSchema, parseConfig, schemaText } from '../../../src/config/index.ts';
import { configText, problemsIn } from './support.ts';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/configuration.md'), 'utf8');
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');
const validate = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false }).compile(
  JSON.parse(schemaText()) as object,
);

type Schema = ReturnType<typeof jsonSchema>;

function undescribed(schema: Schema, path: string): string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => [
    ...(value.description === undefined ? [`${path}.${key}`] : []),
    ...undescribed(value, `${path}.${key}`),
  ]);
  const inner = [schema.additionalProperties, schema.items, ...(schema.anyOf ?? [])].filter(
    (one) => typeof one === 'object',
  );
  return [...own, ...inner.flatMap((one) => undescribed(one, `${path}.*`))];
}

describe('published schema', () => {
  it('is up to date (npm run generate)', () => {
    expect(readFileSync(join(root, 'docs/schema/slipway.schema.json'), 'utf8')).toBe(schemaText());
  });

  it('explains every key', () => {
    expect(undescribed(jsonSchema(), '')).toEqual([]);
  });

  it.each([
    ['a small config', configText()],
    ['one name for a list', configText({ evaluate: '{metrics: roc_auc, slices: region}' })],
    [
      'keys given by defaults',
      'version: 1\ndefaults: {task: scores, evaluate: {metrics: "mean(x):lower"}, train: {run: make}}\nmodels: {a: {data: {source: x, split: {test: 0.2}}}}',
    ],
  ])('accepts %s', (_name, text) => {
    expect(validate(parse(text))).toBe(true);
    expect(problemsIn(text)).toEqual([]);
  });

  it.each([
    ['an unknown key', configText({ trian: '{}' })],
    ['a missing part', configText().replace('    train: {run: python train.py}\n', '')],
    ['an unknown task', configText({ task: 'cluster' })],
    ['a missing command', configText({ train: '{}' })],
    ['a wrong version', configText().replace('version: 1', 'version: 3')],
  ])('refuses %s', (_name, text) => {
    expect(validate(parse(text))).toBe(false);
    expect(problemsIn(text)).not.toEqual([]);
  });
});

describe('docs/configuration.md', () => {
  it('has examples', () => {
    expect(examples.length).toBeGreaterThanOrEqual(4);
  });

  it.each(examples.map((text, i) => [i + 1, text] as const))(
    'example %i is a config that editors accept too',
    (_i, text) => {
      expect(Object.keys(parseConfig(text, 'docs/configuration.md').models).length).toBeGreaterThan(0);
      expect(validate(parse(text))).toBe(true);
    },
  );

  it('names every part of the vocabulary in its examples', () => {
    const { models } = parse(examples[1] ?? '') as { models: Record<string, Record<string, unknown>> };
    const model = jsonSchema().properties?.['models']?.additionalProperties;

    expect(Object.keys(models['churn'] ?? {}).sort()).toEqual(
      Object.keys((typeof model === 'object' ? model.properties : {}) ?? {}).sort(),
    );
  });
});
