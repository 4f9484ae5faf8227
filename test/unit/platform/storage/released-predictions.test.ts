import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { canonicalJson } from '../../../../src/contracts/digest.ts';
import { MANIFEST_SCHEMA, type Manifest } from '../../../../src/contracts/manifest.ts';
import { releasedPredictions } from '../../../../src/platform/storage/released-predictions.ts';
import { digest } from '../../../support/judging-world.ts';

const ROWS = digest('test rows');
const NAME = `predictions-${ROWS}.parquet`;
const CONTENT = 'PAR1 what the model said PAR1';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-released-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const MANIFEST: Manifest = {
  schema: MANIFEST_SCHEMA,
  ...{ model: 'churn', version: 'v1.0.0', task: 'binary', commit: 'c'.repeat(40), pull: null, authors: [] },
  ...{
    entry: 'model.onnx',
    files: [{ path: 'model.onnx', bytes: 0, sha256: digest(''), format: 'onnx', assets: [] }],
  },
  documents: [
    { name: 'metrics.json', bytes: 2, sha256: digest('{}') },
    { name: NAME, bytes: CONTENT.length, sha256: digest(CONTENT) },
  ],
  signature: null,
  digests: { train_key: null, data: null, environment: null, evaluation: null },
  run: { id: '1', url: null },
  ...{ params: {}, seeds: [], metrics: [], verdict: null, created: '', slipway: '1.0.0' },
};
const MANIFEST_TEXT = canonicalJson(MANIFEST);
const VERSION = {
  kind: 'latest',
  model: 'churn',
  version: 'v1.0.0',
  manifest: digest(MANIFEST_TEXT),
} as const;

/** The release of churn@v1.0.0 with these assets. */
function released(assets: Readonly<Record<string, string>>, draft = false) {
  const names = Object.keys(assets);
  const release = {
    draft,
    assets: names.map((name, id) => ({ id, name, state: 'uploaded' as const, bytes: assets[name]!.length })),
  };
  return releasedPredictions({
    ofTag: (tag) => Promise.resolve(tag === 'churn@v1.0.0' ? [release] : []),
    // eslint-disable-next-line @typescript-eslint/require-await -- bytes as they come
    download: async function* (id) {
      yield Buffer.from(assets[names[id]!]!);
    },
  });
}

describe('predictions that a version released', () => {
  test('are found by the rows they are on, and held to the manifest', async () => {
    const source = released({ 'manifest.json': MANIFEST_TEXT, [NAME]: CONTENT });
    const [one, ...more] = await source.predictions(VERSION);
    expect(more).toEqual([]);
    expect(one).toEqual({ dataset: ROWS, name: NAME, bytes: CONTENT.length, sha256: digest(CONTENT) });
    await source.fetch(VERSION, one!, join(folder, 'p'));
    expect(readFileSync(join(folder, 'p'), 'utf8')).toBe(CONTENT);
  });

  test('do not count where the manifest is another than the log’s', async () => {
    const changed = canonicalJson({ ...MANIFEST, documents: [] });
    for (const text of [changed, '', '{}'])
      await expect(released({ 'manifest.json': text }).predictions(VERSION)).rejects.toMatchObject({
        code: 'DIGEST_MISMATCH',
      });
  });

  test('do not count with one bit, or one byte, changed', async () => {
    const [one] = await released({ 'manifest.json': MANIFEST_TEXT, [NAME]: CONTENT }).predictions(VERSION);
    for (const content of [CONTENT.replace('w', 'v'), `${CONTENT} `, CONTENT.slice(1)])
      await expect(
        released({ [NAME]: content }).fetch(VERSION, one!, join(folder, `p${content.length}`)),
      ).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  test('of a draft, or of no release, are none', async () => {
    const assets = { 'manifest.json': MANIFEST_TEXT, [NAME]: CONTENT };
    await expect(released(assets, true).predictions(VERSION)).rejects.toMatchObject({
      code: 'VERSION_UNKNOWN',
    });
    await expect(released({}).predictions(VERSION)).rejects.toMatchObject({ code: 'VERSION_UNKNOWN' });
    expect(existsSync(join(folder, 'p'))).toBe(false);
  });
});
