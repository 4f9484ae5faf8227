import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createTableFiles } from '../../../src/platform/native/duckdb-tables.ts';
import { onKnownRows, readPredictions, readReleased } from '../../../src/run/handed-predictions.ts';
import { readHandover } from '../../../src/run/handover.ts';
import type { Table } from '../../../src/table/index.ts';
import { digest } from '../../support/judging-world.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-handover-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const HONEST = {
  'predictions.csv': 'id,score\n1,0.5\n',
  'model/m.json': '{}',
  'suites/golden.csv': 'id\n1\n',
};

function factOf([path, content]: readonly [string, string]) {
  return { path, bytes: Buffer.byteLength(content), sha256: digest(content) };
}

function claimsOf(files: Readonly<Record<string, string>>, more: object = {}): object {
  return {
    schema: 'slipway.handover/1',
    model: 'tiny',
    train_key: digest('key'),
    files: Object.entries(files).map(factOf),
    dataset: { train: digest('train'), test: digest('test') },
    versions: { slipway: '1.0.0' },
    ...more,
  };
}

function without(path: string): Record<string, string> {
  return Object.fromEntries(Object.entries(HONEST).filter(([name]) => name !== path));
}

async function read(files: Readonly<Record<string, string>>, run: object | string = claimsOf(files)) {
  const text = typeof run === 'string' ? run : JSON.stringify(run);
  const all = { ...files, 'run.json': text };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
  return await readHandover(dir, Object.entries(all).map(factOf), 'slipway-tiny');
}

const ARTIFACT_REFUSED = (message: RegExp) => ({
  code: 'ARTIFACT_REFUSED',
  message: expect.stringMatching(message) as string,
});

describe('what a run hands over', () => {
  test('is a model, predictions, perhaps suites, and run.json that says so', async () => {
    expect(await read(HONEST)).toMatchObject({
      claims: { model: 'tiny' },
      predictions: { path: 'predictions.csv' },
      model: [{ path: 'm.json', sha256: digest('{}') }],
      suites: new Map([['golden', 'suites/golden.csv']]),
    });
  });

  test.each([
    ['a pull request of its own choice', { pull: 7 }, /Unrecognized key.*pull/],
    ['markdown to show', { comment: '## passed' }, /Unrecognized key/],
    ['another schema', { schema: 'slipway.handover/2' }, /at "schema"/],
    ['a verdict', { decision: 'pass' }, /Unrecognized key/],
    ['a key that is no digest', { train_key: 'x' }, /at "train_key"/],
    ['another model', { model: 'other' }, /speaks of model "other"/],
    ['no files', { files: [] }, /at "files"/],
    ['a way out', { files: [{ path: '../m', bytes: 1, sha256: digest('') }] }, /relative path/],
    ['a size that is none', { files: [{ path: 'm', bytes: -1, sha256: digest('') }] }, /at "files.0.bytes"/],
  ])('is refused with %s', async (_, more, message) => {
    await expect(read(HONEST, claimsOf(HONEST, more))).rejects.toMatchObject(ARTIFACT_REFUSED(message));
  });

  test('is refused where run.json is missing, no JSON, or huge', async () => {
    await expect(readHandover(dir, [], 'slipway-tiny')).rejects.toMatchObject(
      ARTIFACT_REFUSED(/no run.json/),
    );
    await expect(read(HONEST, '{')).rejects.toMatchObject(ARTIFACT_REFUSED(/not JSON/));
    await expect(read(HONEST, ' '.repeat(1_100_000))).rejects.toMatchObject(ARTIFACT_REFUSED(/at most/));
    await expect(read(HONEST, '['.repeat(500_000))).rejects.toMatchObject(ARTIFACT_REFUSED(/not JSON/));
  });

  test('is refused where files and run.json differ', async () => {
    const less = without('model/m.json');
    await expect(read(HONEST, claimsOf(less))).rejects.toMatchObject(ARTIFACT_REFUSED(/does not name/));
    await expect(read(less, claimsOf(HONEST))).rejects.toMatchObject(ARTIFACT_REFUSED(/which is not there/));
    const changed = { ...HONEST, 'model/m.json': '[]' };
    await expect(read(changed, claimsOf(HONEST))).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    const twice = { files: [...Object.entries(HONEST), ['model/m.json', '{}'] as const].map(factOf) };
    await expect(read(HONEST, claimsOf(HONEST, twice))).rejects.toMatchObject(ARTIFACT_REFUSED(/twice/));
  });

  test('holds nothing else, whatever it is called', async () => {
    const with_ = (path: string) => read({ ...HONEST, [path]: 'x' });
    for (const path of [
      'index.html',
      'comment.md',
      '.github/workflows/x.yml',
      'suites/a/b.csv',
      'predictions.pkl',
    ])
      await expect(with_(path)).rejects.toMatchObject(ARTIFACT_REFUSED(/no part of/));
    await expect(with_('predictions.arrow')).rejects.toMatchObject(
      ARTIFACT_REFUSED(/2 files of predictions/),
    );
    await expect(read(without('predictions.csv'))).rejects.toMatchObject(
      ARTIFACT_REFUSED(/0 files of predictions/),
    );
    await expect(read({ 'predictions.csv': 'id\n' })).rejects.toMatchObject(ARTIFACT_REFUSED(/below model/));
    const html = `<img src=x onerror=alert(1)> @everyone #1${'x'.repeat(150)}`;
    // Quoted and cut: the report escapes it once more.
    await expect(with_(html)).rejects.toMatchObject(ARTIFACT_REFUSED(/^.{0,40}"<img.{0,110}…" is no part/));
  });

  test('whatever run.json says, the answer is a refusal or what was checked', async () => {
    const some = fc.oneof(
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify(claimsOf(HONEST, { files: value }))),
      fc.dictionary(fc.string(), fc.jsonValue()).map((more) => JSON.stringify(claimsOf(HONEST, more))),
    );
    await fc.assert(
      fc.asyncProperty(some, async (text) => {
        const found: unknown = await read(HONEST, text).catch((thrown: unknown) => thrown);
        if (found instanceof Error)
          expect(found).toMatchObject({ code: expect.stringMatching(/REFUSED|DIGEST/) as string });
        else expect(found).toMatchObject({ claims: { model: 'tiny' } });
      }),
      { seed: 11, numRuns: 150 },
    );
  });
});

describe('predictions that were handed over', () => {
  const tables = createTableFiles();
  const config = (id: string) => ({ data: { id, target: 'y' } }) as Parameters<typeof readPredictions>[2];
  const tableOf = async (text: string, name = 'answers.csv'): Promise<Table> => {
    writeFileSync(join(dir, name), text);
    return await tables.read([join(dir, name)], {});
  };
  const predicted = async (text: string, id = 'id', name = 'predictions.csv') => {
    const answers = await tableOf('id,x,y,weight\n1,5,0,1\n2,6,1,1\n');
    writeFileSync(join(dir, name), text);
    return await readPredictions(join(dir, name), answers, config(id), { tables });
  };

  test('hold ids and what the model said', async () => {
    expect([...(await predicted('id,score\n2,0.5\n1,0.25\n')).columns.keys()]).toEqual(['id', 'score']);
  });

  test('bring no target, weight, or feature of their own', async () => {
    for (const column of ['y', 'weight', 'x', 'row'])
      await expect(predicted(`id,score,${column}\n1,0.5,1\n2,0.5,1\n`)).rejects.toMatchObject({
        code: 'PREDICTIONS_INVALID',
      });
  });

  test('are what their name says', async () => {
    await expect(predicted('{"id":1,"score":0.5}\n', 'id', 'predictions.parquet')).rejects.toThrow();
    await expect(predicted('PAR1 and nothing PAR1')).rejects.toThrow();
  });

  test('without ids are one for each row, in order', async () => {
    expect((await predicted('score\n0.5\n0.25\n', 'row')).rows).toBe(2);
    expect([...(await predicted('nr,score\n1,0.5\n2,0.25\n', 'row')).columns.keys()]).toEqual([
      'nr',
      'score',
    ]);
    await expect(predicted('score\n0.5\n', 'row')).rejects.toMatchObject({ code: 'PREDICTIONS_INVALID' });
    // Shifted by one, they would be judged beside other rows.
    const answers = await tableOf('x,y\n5,0\n6,1\n');
    writeFileSync(join(dir, 'predictions.csv'), 'id,score\n2,0.5\n3,0.25\n');
    await expect(
      readPredictions(join(dir, 'predictions.csv'), answers, config('row'), { tables }),
    ).rejects.toMatchObject({ code: 'PREDICTIONS_INVALID' });
  });

  test('of rows that the base does not hold are left out where the data were changed', async () => {
    const answers = await tableOf('id,y\n1,0\n2,1\n');
    const handed = await tableOf('id,score\n3,0.1\n1,0.2\n', 'more.csv');
    expect(onKnownRows(handed, answers, 'id').rows).toBe(1);
  });

  test('that a version released lose the answers beside them', async () => {
    const answers = await tableOf('id,x,y\n1,5,0\n2,6,1\n');
    writeFileSync(join(dir, 'released.csv'), 'id,y,score\n1,1,0.5\n2,1,0.5\n');
    const table = await readReleased(join(dir, 'released.csv'), answers, config('id'), { tables });
    expect([...table.columns.keys()]).toEqual(['id', 'score']);
    expect(readFileSync(join(dir, 'released.csv'), 'utf8')).toContain('y');
  });
});
