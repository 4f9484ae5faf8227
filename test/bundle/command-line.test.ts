import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import manifest from '../../package.json' with { type: 'json' };
import { createJudge } from '../../src/platform/compute/judge-process.ts';
import { createTableFiles } from '../../src/platform/native/duckdb-tables.ts';
import { dropColumns } from '../../src/table/index.ts';
import { handoverZip } from '../support/judging-world.ts';
import { createTinyRepository, type TinyRepository } from '../support/tiny-repository.ts';
import { zipOf } from '../support/zips.ts';
import { createStand, type Stand } from './stand.ts';

const GOLDEN = join(import.meta.dirname, '..', 'golden', 'data');

let stand: Stand;
let native: string;
let repository: TinyRepository;
beforeAll(async () => {
  stand = createStand();
  native = (await stand.action('setup')).variables['SLIPWAY_NATIVE'] ?? '';
  repository = createTinyRepository();
}, 120_000);
afterAll(() => {
  stand[Symbol.dispose]();
  repository[Symbol.dispose]();
});

interface Said {
  readonly code: number | null;
  readonly document: Readonly<Record<string, unknown>>;
  readonly stderr: string;
}

/** The bundle's command line in a folder, as `slipway ARGS --json`; without native parts unless they are given. */
function slipway(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Said {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(stand.dist, 'cli.js'), ...args, '--json'],
    {
      cwd,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '', HOME: stand.folder, ...env },
    },
  );
  return { code: status, document: stdout === '' ? {} : (JSON.parse(stdout) as Said['document']), stderr };
}

describe('the bundle’s command line', () => {
  test.each(['bot', 'sandbox'])('says how to get the %s, which it leaves out', (command) => {
    const { code, document } = slipway(stand.workspace, [command]);

    expect(code).toBe(4);
    expect(document).toMatchObject({ reason: 'PART_LEFT_OUT' });
    expect(JSON.stringify(document)).toContain(`npm install --global slipway@${manifest.version}`);
  });

  test('needs nothing native for tables that are text', () => {
    writeFileSync(join(stand.workspace, 'p.csv'), 'id,target,score\n1,1,0.9\n2,0,0.2\n3,1,0.7\n4,0,0.4\n');

    const { code, document, stderr } = slipway(stand.workspace, ['evaluate', 'p.csv', '--task', 'binary']);

    expect(code, stderr).toBe(0);
    expect(document).toMatchObject({ schema: 'slipway.comparison/1' });
  });

  const parquet = ['evaluate', join(GOLDEN, 'tables', 'pandas.parquet'), '--task', 'binary'];

  test('says what is missing, and how to get it, where a native part is needed and not there', () => {
    const { code, document } = slipway(stand.workspace, parquet);

    expect(code).toBe(4);
    expect(document).toMatchObject({ reason: 'NATIVE_MISSING' });
    expect(JSON.stringify(document)).toContain('actions/setup');
  });

  test('reads Parquet and runs ONNX models with what setup has put there', () => {
    const env = { SLIPWAY_NATIVE: native };
    const model = join(GOLDEN, 'onnx', 'regression-double.onnx');
    const cases = JSON.parse(readFileSync(join(GOLDEN, 'onnx', 'cases.json'), 'utf8')) as Record<
      string,
      { readonly file: string; readonly columns: Readonly<Record<string, readonly number[]>> }
    >;
    const { columns } = Object.values(cases).find(({ file }) => file === 'regression-double.onnx')!;
    const names = Object.keys(columns);
    const rows = columns[names[0]!]!.map((_, row) =>
      [row, row % 7, ...names.map((name) => columns[name]![row])].join(','),
    );
    writeFileSync(join(stand.workspace, 'rows.csv'), `id,target,${names.join(',')}\n${rows.join('\n')}\n`);

    const read = slipway(stand.workspace, parquet, env);
    const run = slipway(
      stand.workspace,
      ['evaluate', model, '--data', 'rows.csv', '--task', 'regression'],
      env,
    );

    // It was read: what is wrong with it is its content.
    expect(read.document).toMatchObject({ reason: 'COLUMN_MISSING' });
    expect(run.code, JSON.stringify(run.document) + run.stderr).toBe(0);
    expect(run.document).toMatchObject({ rows: rows.length });
  });

  test('refuses native parts that somebody has changed', async () => {
    const other = createStand();
    try {
      const folder =
        (await other.action('setup', { inputs: { native: 'duckdb' } })).variables['SLIPWAY_NATIVE'] ?? '';
      appendFileSync(join(folder, 'node_modules/@duckdb/node-api/lib/index.js'), '\n');

      const { code, document } = slipway(other.workspace, parquet, { SLIPWAY_NATIVE: folder });

      expect(code).toBe(4);
      expect(document).toMatchObject({ reason: 'DIGEST_MISMATCH' });
    } finally {
      other[Symbol.dispose]();
    }
  });
});

describe('the bundle’s judge', () => {
  test('judges what a run of the bundle made, with few rights and Parquet', async () => {
    const env = { SLIPWAY_NATIVE: native };
    const ran = slipway(repository.folder, ['run', '--look', '1'], env);
    const [{ run } = { run: '' }] = ran.document['models'] as { run: string }[];
    const folder = join(repository.folder, '.slipway', 'runs', run);
    const record = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as {
      digests: { train_key: string; data: { train: string; test: string } };
    };
    const tables = createTableFiles();
    const handed = join(stand.temp, 'handed.parquet');
    const predictions = dropColumns(await tables.read([join(folder, 'predictions.parquet')], {}), ['y']);
    await tables.write(predictions, handed, 'parquet');
    const { train_key, data } = record.digests;
    const artifact = handoverZip(
      {
        'predictions.parquet': readFileSync(handed),
        'model/model.json': readFileSync(join(folder, 'outputs', 'model.json')),
      },
      { train_key, dataset: { train: data.train, test: data.test } },
    );
    const files = ['data.csv', 'train.cjs', 'predict.cjs', 'params.json', 'slipway.yaml'];
    const base = zipOf(
      files.map((name) => ({ name: `base/${name}`, content: readFileSync(join(repository.folder, name)) })),
    );
    const program = {
      main: join(stand.dist, 'judge.js'),
      readable: [stand.dist, native],
      environment: env,
    };

    const answer = await createJudge(program).withFolder(async (judging) => {
      writeFileSync(join(judging, 'artifact.zip'), artifact);
      writeFileSync(join(judging, 'base.zip'), base);
      return await createJudge(program).run(judging, {
        artifact: 'slipway-tiny',
        archive: 'artifact.zip',
        base: 'base.zip',
        baseline: null,
        looks: [],
        seed: 1,
      });
    });

    expect(answer, JSON.stringify(answer)).toMatchObject({ status: 'judged', model: 'tiny', train_key });
  }, 60_000);
});
