import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { sha256 } from '../../../src/contracts/digest.ts';
import { InputError } from '../../../src/contracts/errors.ts';
import { findLeaks, hashesOf, prepareData, readHashes } from '../../../src/data/index.ts';
import type { PreparedData } from '../../../src/data/index.ts';
import { DataSchema } from '../../../src/data/schema.ts';
import { createTableFiles } from '../../../src/platform/native/duckdb-tables.ts';
import { textAt } from '../../../src/table/index.ts';
import type { TableFiles } from '../../../src/data/ports.ts';

const tables = createTableFiles();
const ROWS = 200;
const HEADER = 'id,region,x,y';
const LINES = Array.from(
  { length: ROWS },
  (_, row) => `${row + 1},"R ${row % 7}",${row}.50,${row % 2 === 0 ? 'yes' : 'no'}`,
);

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'slipway-data-'));
  await mkdir(join(dir, 'data'));
  await writeFile(join(dir, 'data/c.csv'), `${HEADER}\n${LINES.join('\n')}\n`);
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

async function prepare(
  config: Record<string, unknown>,
  ports: { tables: TableFiles } = { tables },
): Promise<PreparedData> {
  const data = DataSchema.parse({ id: 'id', target: 'y', ...config });
  return await prepareData(
    { data, dir, cacheDir: join(dir, 'cache'), digestFile: async (path) => sha256(await readFile(path)) },
    ports,
  );
}

async function problemsOf(config: Record<string, unknown>): Promise<InputError['problems']> {
  const error: unknown = await prepare(config).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof InputError) return error.problems;
  throw new Error('no InputError', { cause: error });
}

async function idsIn(file: string, options = {}): Promise<(string | null)[]> {
  const table = await tables.read([file], options);
  const column = table.columns.get('id')!;
  return Array.from({ length: table.rows }, (_, row) => textAt(column, row));
}

const hash = { source: 'data/c.csv', split: { test: 0.25, validation: 0.25 } };

describe('the parts of a CSV file', () => {
  it('hold every row once, byte for byte, the test rows out of reach', async () => {
    const prepared = await prepare(hash);

    const [train, validation] = [
      await readFile(prepared.train, 'utf8'),
      await readFile(prepared.validation!, 'utf8'),
    ];
    const rows = [...train.trim().split('\n').slice(1), ...validation.trim().split('\n').slice(1)];
    const test = await idsIn(prepared.test);
    expect(train.startsWith(`${HEADER}\n`)).toBe(true);
    expect(rows.every((row) => LINES.includes(row))).toBe(true);
    expect([...rows.map((row) => row.split(',')[0]), ...test].map(Number).sort((a, b) => a - b)).toEqual(
      LINES.map((_, row) => row + 1),
    );
    expect(prepared.rows).toEqual({
      train: train.trim().split('\n').length - 1,
      validation: validation.trim().split('\n').length - 1,
      test: test.length,
    });
    expect(prepared.columns.map(({ name }) => name)).toEqual(['id', 'region', 'x', 'y']);
    expect(prepared.files).toMatchObject([
      { path: 'data/c.csv', bytes: (await readFile(join(dir, 'data/c.csv'))).length },
    ]);
  });

  it('keep the extension, the packing and the missing header of the source', async () => {
    await writeFile(join(dir, 'data/n.csv.gz'), gzipSync(`${LINES.join('\n')}\n`));

    const prepared = await prepare({
      source: 'data/n.csv.gz',
      header: ['id', 'region', 'x', 'y'],
      split: { test: 0.25 },
    });

    expect(prepared.train.endsWith('train.csv.gz')).toBe(true);
    const train = gunzipSync(await readFile(prepared.train))
      .toString()
      .trim()
      .split('\n');
    expect(train).toHaveLength(prepared.rows.train);
    expect(LINES).toEqual(expect.arrayContaining(train));
  });

  it('lose dropped columns everywhere, and blanks where trimmed', async () => {
    await writeFile(join(dir, 'data/t.csv'), 'id, region , y\n1, a , yes\n2,b,no\n3, c,yes\n4,d , no\n');

    const prepared = await prepare({
      source: 'data/t.csv',
      trim: true,
      drop: ['region'],
      split: { by: 'column', on: 'region', test: ['c', 'd'] },
    });

    expect(await readFile(prepared.train, 'utf8')).toBe('id,y\n1,yes\n2,no\n');
    expect(prepared.columns.map(({ name }) => name)).toEqual(['id', 'y']);
  });
});

describe('prepared data', () => {
  it('is used again without a look at the data', async () => {
    const first = await prepare(hash);
    const forbidden = new Proxy({} as TableFiles, {
      get: () => () => {
        throw new Error('the data was read');
      },
    });

    const second = await prepare(hash, { tables: forbidden });

    expect([first.reused, second.reused]).toEqual([false, true]);
    expect({ ...second, reused: false }).toEqual(first);
  });

  it('is made again when a file, the split or the damage asks for it', async () => {
    const first = await prepare(hash);
    const other = await prepare({ ...hash, split: { test: 0.3 } });
    await truncate(first.test, 10);
    const repaired = await prepare(hash);
    await writeFile(join(dir, 'data/c.csv'), `${HEADER}\n${LINES.slice(1).join('\n')}\n`);
    const changed = await prepare(hash);

    expect(new Set([first.key, other.key, changed.key]).size).toBe(3);
    expect(repaired).toEqual(first);
    expect((await idsIn(repaired.test)).length).toBe(first.rows.test);
  });

  it('may be made by several at once', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, async () => await prepare(hash)));

    expect(new Set(all.map(({ key }) => key)).size).toBe(1);
    expect(await readdir(join(dir, 'cache/data'))).toEqual([all[0]!.key]);
    expect((await idsIn(all[5]!.test)).length).toBe(all[0]!.rows.test);
  });

  it('leaves nothing behind when it fails', async () => {
    await problemsOf({ ...hash, target: 'absent' });

    expect(await readdir(join(dir, 'cache/data'))).toEqual([]);
  });

  it('has digests by role that do not depend on where it lies', async () => {
    const first = await prepare(hash);
    const suites = await prepare({ ...hash, suites: { again: 'data/c.csv' } });
    const split = await prepare({ ...hash, split: { test: 0.25 } });

    expect(new Set(Object.values(first.digests)).size).toBe(4);
    expect(suites.digests).toEqual(first.digests);
    expect(suites.key).not.toBe(first.key);
    expect(split.digests.validation).toBe(null);
    expect(split.digests.test).not.toBe(first.digests.test);
    expect([...suites.suites]).toMatchObject([['again', { rows: ROWS }]]);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    controller.abort();
    const data = DataSchema.parse({ ...hash, id: 'id' });

    const stopped = prepareData(
      {
        data,
        dir,
        cacheDir: join(dir, 'cache'),
        digestFile: async () => await Promise.resolve('0'),
        signal: controller.signal,
      },
      { tables },
    );

    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('other shapes', () => {
  it.each(['parquet', 'arrow', 'jsonl'] as const)('%s stays what it is', async (format) => {
    const table = await tables.read([join(dir, 'data/c.csv')], {});
    await tables.write(table, join(dir, `data/c.${format}`), format);

    const [prepared, fromCsv] = [await prepare({ ...hash, source: `data/c.${format}` }), await prepare(hash)];

    expect(prepared.train.endsWith(`train.${format}`)).toBe(true);
    expect(await idsIn(prepared.test)).toEqual(await idsIn(fromCsv.test));
    expect(await idsIn(prepared.train)).toEqual(await idsIn(fromCsv.train));
  });

  it('several files are one table', async () => {
    await writeFile(join(dir, 'data/d.csv'), `${HEADER}\n1001,"R 1",1,no\n1002,"R 2",2,yes\n`);

    const prepared = await prepare({ ...hash, source: 'data/*.csv', 'in-place': true });

    expect(prepared.rows.train + prepared.rows.validation + prepared.rows.test).toBe(ROWS + 2);
    expect(prepared.inPlace.map(({ path }) => path)).toEqual(['data/c.csv', 'data/d.csv']);
    const ids = [
      ...(await idsIn(prepared.inPlace[0]!.file)),
      ...(await readFile(prepared.inPlace[1]!.file, 'utf8'))
        .split('\n')
        .slice(1, -1)
        .map((line) => line.split(',')[0]),
    ];
    expect(ids).toEqual(await idsIn(prepared.train));
  });

  it('in place: the script finds its training rows where the source lies', async () => {
    const prepared = await prepare({ ...hash, 'in-place': true });

    expect(prepared.inPlace).toEqual([{ path: 'data/c.csv', file: prepared.train }]);
  });

  it('a query becomes Parquet', async () => {
    const prepared = await prepare({
      source: { sql: "select id::integer as id, x::float as x, y from 'data/c.csv' where id > 10" },
      split: { test: 0.25 },
    });

    expect(prepared.train.endsWith('train.parquet')).toBe(true);
    expect(prepared.rows.train + prepared.rows.test).toBe(ROWS - 10);
    expect(prepared.files.map(({ path }) => path)).toEqual(['data/c.csv']);
    expect((await readdir(join(dir, 'cache/data', prepared.key))).sort()).toEqual([
      'manifest.json',
      'test.parquet',
      'train.hashes',
      'train.parquet',
    ]);
  });

  it('parts that are files apart keep their rows', async () => {
    await writeFile(join(dir, 'data/test.csv'), `${HEADER}\n901,"R 1",1,no\n902,"R 2",2,yes\n`);

    const prepared = await prepare({ train: 'data/c.csv', test: 'data/test.csv' });

    expect(prepared.rows).toEqual({ train: ROWS, validation: 0, test: 2 });
    expect(await readFile(prepared.train, 'utf8')).toBe(await readFile(join(dir, 'data/c.csv'), 'utf8'));
    expect(await idsIn(prepared.test)).toEqual(['901', '902']);
    expect(prepared.digests.train).not.toBe(prepared.digests.source);
  });

  it('a target file is joined by id, or row by row', async () => {
    const features = LINES.map((line) => line.split(',').slice(0, 3).join(','));
    const answers = LINES.map((line) => [line.split(',')[0], line.split(',')[3]]);
    await writeFile(join(dir, 'data/x.csv'), `id,region,x\n${features.join('\n')}\n`);
    await writeFile(
      join(dir, 'data/y-by-id.csv'),
      `y,id\n${answers
        .map(([id, y]) => `${y!},${id!}`)
        .reverse()
        .join('\n')}\n`,
    );
    await writeFile(join(dir, 'data/y.csv'), `label\n${answers.map(([, y]) => y).join('\n')}\n`);

    const byId = await prepare({
      ...hash,
      source: 'data/x.csv',
      'target-file': 'data/y-by-id.csv',
      'in-place': true,
    });
    const byRow = await prepare({ ...hash, source: 'data/x.csv', 'target-file': 'data/y.csv' });

    const own = await prepare(hash);
    expect(await readFile(byId.train, 'utf8')).toBe(await readFile(own.train, 'utf8'));
    expect(await readFile(byRow.train, 'utf8')).toBe(await readFile(own.train, 'utf8'));
    expect(byId.inPlace.map(({ path }) => path)).toEqual(['data/x.csv', 'data/y-by-id.csv']);
    const [, answersInPlace] = byId.inPlace;
    expect((await idsIn(answersInPlace!.file)).reverse()).toEqual(await idsIn(byId.train));
  });
});

describe('what is wrong with the data', () => {
  it.each([
    ['a missing file', { source: 'data/cc.csv' }, 'FILE_NOT_FOUND', /data\/cc\.csv does not exist/],
    ['a pattern without files', { source: 'data/*.tsv' }, 'FILE_NOT_FOUND', /matches no file/],
    ['a bucket', { source: 's3://bucket/x.parquet' }, 'SOURCE_UNSUPPORTED', /not active yet/],
    ['a missing target', { target: 'churned' }, 'COLUMN_MISSING', /data\.target/],
    ['a missing dropped column', { drop: ['regoin'] }, 'COLUMN_MISSING', /data\.drop/],
    [
      'repeated ids',
      { id: 'x', source: 'data/twice.csv' },
      'ID_DUPLICATE',
      /row 2.*occurred already in row 1/,
    ],
    ['bad weights', { source: 'data/twice.csv', weight: 'y' }, 'VALUE_INVALID', /row 1.*weight is -1/],
    [
      'an empty part',
      { split: { by: 'column', on: 'region', test: ['elsewhere'] } },
      'SPLIT_EMPTY',
      /no row holds "elsewhere"/,
    ],
    [
      'an in-place query',
      { source: { sql: "select * from 'data/c.csv'" }, 'in-place': true },
      'SOURCE_UNSUPPORTED',
      /in-place/,
    ],
  ])('is said: %s', async (_, config, code, message) => {
    await writeFile(join(dir, 'data/twice.csv'), 'id,x,y\n1,5,-1\n2,5,1\n');

    const problems = await problemsOf({ ...hash, ...config });

    expect(problems[0]?.code).toBe(code);
    expect(problems[0]?.message).toMatch(message);
  });

  it('is said for all files and columns at once', async () => {
    const files = await problemsOf({
      source: ['data/a.csv', 'gs://x/y'],
      split: { test: 0.2 },
      suites: { golden: 'tests/golden.csv' },
    });
    const columns = await problemsOf({ ...hash, target: 'tarsn', unit: 'customer', group: 'query' });

    expect(files.map(({ code }) => code)).toEqual(['FILE_NOT_FOUND', 'SOURCE_UNSUPPORTED', 'FILE_NOT_FOUND']);
    expect(columns.map(({ code }) => code)).toEqual(['COLUMN_MISSING', 'COLUMN_MISSING', 'COLUMN_MISSING']);
  });

  it('is said where a directory holds no tables', async () => {
    await mkdir(join(dir, 'images'));
    await writeFile(join(dir, 'images/1.jpg'), 'x');

    const [problem] = await problemsOf({ ...hash, source: 'images' });

    expect(problem).toMatchObject({
      code: 'SOURCE_UNSUPPORTED',
      message: expect.stringContaining('1 .jpg') as string,
    });
    expect(problem?.hint).toContain('index table');
  });

  it('is said where test rows have no target', async () => {
    await writeFile(join(dir, 'data/holes.csv'), 'id,y\n1,yes\n2,\n3,no\n4,\n');

    const problems = await problemsOf({
      source: 'data/holes.csv',
      split: { by: 'column', on: 'id', test: ['3', '4'] },
    });

    expect(problems.map(({ message }) => message)).toEqual([
      'data/holes.csv, row 4, column "y": the target of a test row is empty',
    ]);
  });

  it('is said where the target file does not fit', async () => {
    await writeFile(join(dir, 'data/short.csv'), 'label\nyes\n');
    await writeFile(join(dir, 'data/other.csv'), 'id,label\n1,yes\n');

    expect(await problemsOf({ ...hash, target: 'label', 'target-file': 'data/short.csv' })).toMatchObject([
      { code: 'ID_MISMATCH' },
    ]);
    expect(await problemsOf({ ...hash, target: 'label', 'target-file': 'data/other.csv' })).toMatchObject([
      { code: 'ID_MISMATCH', message: expect.stringContaining('lacks 199 of the 200') as string },
    ]);
    expect(await problemsOf({ ...hash, 'target-file': 'data/short.csv' })).toMatchObject([
      { code: 'COLUMN_DUPLICATE' },
    ]);
  });
});

describe('warnings', () => {
  it('name test rows that equal training rows, and the hashes find them', async () => {
    await writeFile(
      join(dir, 'data/dup.csv'),
      `${HEADER}\n${LINES.map((line, row) => (row < 10 ? `${row + 1},"same",1,no` : line)).join('\n')}\n`,
    );

    const prepared = await prepare({
      ...hash,
      source: 'data/dup.csv',
      split: { by: 'column', on: 'id', test: ['1', '2', '50'] },
    });

    expect(prepared.warnings.map(({ code }) => code)).toEqual(['TEST_IN_TRAIN']);
    expect(prepared.warnings[0]?.message).toContain('2 of 3 test rows');
    const test = await tables.read([prepared.test], {});
    const leaks = findLeaks(
      hashesOf(test, { id: 'id', weight: undefined, drop: [] }),
      await readHashes(prepared.hashes),
    );
    expect({ ...leaks, rows: [...leaks.rows] }).toEqual({ rows: [0, 1], byId: 0, byRow: 2 });
  });

  it('ask for a unit where times or keys suggest one', async () => {
    const rows = Array.from(
      { length: 60 },
      (_, row) => `${row},c${row % 20},2024-01-${String((row % 28) + 1).padStart(2, '0')},${row % 2}`,
    );
    await writeFile(join(dir, 'data/u.csv'), `id,customer_id,at,y\n${rows.join('\n')}\n`);
    const config = { source: 'data/u.csv', split: { test: 0.3 } };

    const [without, declared] = [await prepare(config), await prepare({ ...config, unit: 'customer_id' })];

    expect(without.warnings.map(({ code }) => code)).toEqual(['UNIT_TIME', 'UNIT_KEY']);
    expect(declared.warnings).toEqual([]);
  });

  it('and a unit never straddles the split', async () => {
    const rows = Array.from({ length: 300 }, (_, row) => `${row},c${row % 60},${row % 2}`);
    await writeFile(join(dir, 'data/u.csv'), `id,customer,y\n${rows.join('\n')}\n`);

    const prepared = await prepare({ source: 'data/u.csv', split: { test: 0.3 }, unit: 'customer' });

    const customers = async (file: string): Promise<Set<string | null>> => {
      const table = await tables.read([file], {});
      return new Set(
        Array.from({ length: table.rows }, (_, row) => textAt(table.columns.get('customer')!, row)),
      );
    };
    const trained = await customers(prepared.train);
    expect([...(await customers(prepared.test))].filter((customer) => trained.has(customer))).toEqual([]);
  });
});
