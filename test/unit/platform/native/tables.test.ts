import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { InputError } from '../../../../src/contracts/errors.ts';
import type { TableFormat } from '../../../../src/data/ports.ts';
import { createTableFiles } from '../../../../src/platform/native/duckdb-tables.ts';
import { tableOf, textAt } from '../../../../src/table/index.ts';
import type { Column, Table } from '../../../../src/table/index.ts';

const tables = createTableFiles();
const FORMATS: readonly TableFormat[] = ['csv', 'parquet', 'arrow', 'jsonl'];
const ROWS = 5000;

let folder = '';
const at = (name: string): string => join(folder, name);

function texts(column: Column): (string | null)[] {
  const length = column.kind === 'text' ? column.codes.length : column.values.length;
  return Array.from({ length }, (_, row) => textAt(column, row));
}

function cells(table: Table): Record<string, (string | null)[]> {
  return Object.fromEntries([...table.columns].map(([name, column]) => [name, texts(column)]));
}

async function problemsOf(reading: Promise<unknown>): Promise<InputError['problems']> {
  const error: unknown = await reading.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof InputError) return error.problems;
  throw new Error('no InputError', { cause: error });
}

const sample = tableOf({
  id: Float64Array.from({ length: ROWS }, (_, row) => row + 1),
  x: Array.from({ length: ROWS }, (_, row) => (row % 11 === 0 ? null : (row * 0.1) ** 3 - 7)),
  text: Array.from({ length: ROWS }, (_, row) =>
    row % 13 === 0 ? null : `a somewhat longer text, "number" ${row % 17}\n日本`,
  ),
  flag: Array.from({ length: ROWS }, (_, row) => row % 3 === 0),
  at: Array.from({ length: ROWS }, (_, row) =>
    row % 19 === 0 ? null : new Date(Date.UTC(1969, 11, 30) + row * 7_654_321),
  ),
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-tables-'));
  for (const format of FORMATS) await tables.write(sample, at(`sample.${format}`), format);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe.each(FORMATS)('%s', (format) => {
  it('is read as it was written', async () => {
    const read = await tables.read([at(`sample.${format}`)], {});

    expect([...read.columns].map(([name, { kind }]) => [name, kind])).toEqual(
      [...sample.columns].map(([name, { kind }]) => [name, kind]),
    );
    expect(cells(read)).toEqual(cells(sample));
  });

  it('gives the columns asked for, and says which do not exist', async () => {
    const read = await tables.read([at(`sample.${format}`)], { columns: ['x', 'id'], asText: ['id'] });

    expect([...read.columns.keys()]).toEqual(['x', 'id']);
    expect(read.columns.get('id')?.kind).toBe('text');
    const problems = await problemsOf(
      tables.read([at(`sample.${format}`)], { columns: ['xx', 'id', 'nope'] }),
    );
    expect(problems.map(({ code }) => code)).toEqual(['COLUMN_MISSING', 'COLUMN_MISSING']);
  });

  it('is divided with dropped and added columns, in order', async () => {
    const parts = Uint8Array.from({ length: ROWS * 2 }, (_, row) => (row % 7 === 0 ? 255 : row % 2));
    const column = tableOf({ y: Array.from({ length: ROWS * 2 }, (_, row) => `y${row % 5}`) }).columns.get(
      'y',
    )!;
    const files = [at(`sample.${format}`), at(`sample.${format}`)];
    const targets = [at(`zero.${format}`), at(`one.${format}`)];
    const copies = { part: 1, targets: [at(`copy0.${format}`), at(`copy1.${format}`)] };

    await tables.partition(
      files,
      {},
      { parts, targets, copies, drop: ['text', 'flag'], append: { name: 'y', column } },
    );

    const [zero, one] = [await tables.read([targets[0]!], {}), await tables.read([targets[1]!], {})];
    const rowsOf = (part: number): number[] => [...parts.keys()].filter((row) => parts[row] === part);
    const ids = (rows: number[]): string[] => rows.map((row) => String((row % ROWS) + 1));
    expect([...zero.columns.keys()]).toEqual(['id', 'x', 'at', 'y']);
    expect(texts(zero.columns.get('id')!)).toEqual(ids(rowsOf(0)));
    expect(texts(one.columns.get('y')!)).toEqual(rowsOf(1).map((row) => `y${row % 5}`));
    const second = await tables.read([copies.targets[1]!], {});
    expect(texts(second.columns.get('id')!)).toEqual(ids(rowsOf(1).filter((row) => row >= ROWS)));
  });

  it('is refused when its files do not have the same columns', async () => {
    await tables.write(tableOf({ id: [1], other: [2] }), at(`other.${format}`), format);

    const reading = tables.read([at(`sample.${format}`), at(`other.${format}`)], {});

    // A line of JSON may leave keys out: they are missing there.
    if (format === 'jsonl') expect((await reading).rows).toBe(ROWS + 1);
    else expect((await problemsOf(reading)).map(({ code }) => code)).toContain('COLUMN_MISSING');
  });

  it('leaves nothing behind when writing fails', async () => {
    const before = await readdir(folder);

    await expect(
      tables.write(sample, join(at(`sample.${format}`), `below-a-file.${format}`), format),
    ).rejects.toThrow();

    expect(await readdir(folder)).toEqual(before);
  });
});

describe('files that are cut off', () => {
  it.each(['parquet', 'arrow'])('are refused: %s', async (format) => {
    const bytes = await readFile(at(`sample.${format}`));

    for (const share of [0.0005, 0.2, 0.5, 0.9, 0.999]) {
      await writeFile(at(`cut.${format}`), bytes.subarray(0, Math.ceil(bytes.length * share)));
      expect(await problemsOf(tables.read([at(`cut.${format}`)], {}))).toMatchObject([
        { code: 'FORMAT_BROKEN' },
      ]);
    }
  });

  it.each(['csv', 'jsonl'])('are refused: %s.gz', async (format) => {
    const bytes = gzipSync(await readFile(at(`sample.${format}`)));
    await writeFile(at(`whole.${format}.gz`), bytes);
    await writeFile(at(`cut.${format}.gz`), bytes.subarray(0, bytes.length >> 1));
    await writeFile(at(`junk.${format}.gz`), Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(1000, 7)]));

    expect((await tables.read([at(`whole.${format}.gz`)], {})).rows).toBe(ROWS);
    expect(await problemsOf(tables.read([at(`cut.${format}.gz`)], {}))).toMatchObject([
      { code: 'FORMAT_BROKEN', message: expect.stringContaining('cut off') as string },
    ]);
    expect(await problemsOf(tables.read([at(`junk.${format}.gz`)], {}))).toMatchObject([
      { code: 'FORMAT_BROKEN' },
    ]);
  });

  it('name the damaged one of several', async () => {
    const bytes = await readFile(at('sample.parquet'));
    await writeFile(at('bad.parquet'), bytes.subarray(0, bytes.length - 9));

    const problems = await problemsOf(
      tables.read([at('sample.parquet'), at('bad.parquet')], { base: folder }),
    );

    expect(problems).toMatchObject([{ code: 'FORMAT_BROKEN', file: 'bad.parquet' }]);
  });
});

describe('files that are not what they seem', () => {
  it.each([
    ['empty.csv', '', 'FILE_EMPTY'],
    ['empty.parquet', '', 'FILE_EMPTY'],
    ['text.parquet', 'a,b\n1,2\n', 'FORMAT_BROKEN'],
    ['book.csv', 'PK\x03\x04stuff', 'FORMAT_UNKNOWN'],
    ['pointer.csv', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n', 'FORMAT_UNKNOWN'],
    ['table', 'a,b\n1,2\n', 'FORMAT_UNKNOWN'],
    ['list.jsonl', '[{"a":1}]', 'FORMAT_BROKEN'],
    ['header.csv', 'a,b\n', 'NO_ROWS'],
  ])('are refused: %s', async (name, content, code) => {
    await writeFile(at(name), content);

    expect(await problemsOf(tables.read([at(name)], {}))).toMatchObject([{ code, file: at(name) }]);
  });

  it('are refused: Parquet named CSV, and formats mixed', async () => {
    await writeFile(at('really-parquet.csv'), await readFile(at('sample.parquet')));

    expect(await problemsOf(tables.read([at('really-parquet.csv')], {}))).toMatchObject([
      { code: 'FORMAT_UNKNOWN' },
    ]);
    expect(await problemsOf(tables.read([at('sample.csv'), at('sample.parquet')], {}))).toMatchObject([
      { code: 'FORMAT_UNKNOWN' },
    ]);
  });

  it('are refused: a directory, nothing, and what may not be read', async () => {
    await mkdir(at('folder.csv'), { recursive: true });
    await writeFile(at('secret.csv'), 'a\n1\n');
    await chmod(at('secret.csv'), 0);

    expect(await problemsOf(tables.read([at('folder.csv')], {}))).toMatchObject([{ code: 'FORMAT_UNKNOWN' }]);
    expect(await problemsOf(tables.read([at('smaple.csv')], {}))).toMatchObject([
      { code: 'FILE_NOT_FOUND', hint: `Did you mean ${at('sample.csv')}?` },
    ]);
    // The superuser may read everything.
    if (process.getuid?.() !== 0)
      expect(await problemsOf(tables.read([at('secret.csv')], {}))).toMatchObject([
        { code: 'FILE_UNREADABLE' },
      ]);
  });

  it('are refused without waiting for a writer: named pipes', async () => {
    execFileSync('mkfifo', [at('pipe.csv')]);

    expect(await problemsOf(tables.read([at('pipe.csv')], {}))).toMatchObject([{ code: 'FILE_UNREADABLE' }]);
  });

  it('are refused without walking what is not there: Arrow files with a damaged footer', async () => {
    const bytes = await readFile(new URL('../../../golden/data/tables/pandas.feather', import.meta.url));
    for (let i = bytes.length - 600; i < bytes.length - 10; i++) bytes[i]! ^= 0x55;
    await writeFile(at('footer.arrow'), bytes);

    expect(await problemsOf(tables.read([at('footer.arrow')], {}))).toMatchObject([
      { code: 'FORMAT_BROKEN' },
    ]);
  });

  it('are refused: links that lead in a circle', async () => {
    await symlink(at('circle.csv'), at('circle.csv'));

    expect(await problemsOf(tables.read([at('circle.csv')], {}))).toMatchObject([
      { code: 'FILE_UNREADABLE' },
    ]);
  });

  it('names every line of JSON that is no object', async () => {
    await writeFile(at('bad.jsonl'), '{"a":1}\n{"a":\n[1]\n\n{"a":2}\nnull\n');

    const problems = await problemsOf(tables.read([at('bad.jsonl')], {}));

    expect(problems.map(({ line }) => line)).toEqual([2, 3, 6]);
  });
});

describe('JSON Lines', () => {
  it('reads what Python writes', async () => {
    await writeFile(
      at('python.jsonl'),
      '{"a": NaN, "b": "x NaN", "c": 12345678901234567890, "d": [1, {"e": 2}]}\n{"a": -Infinity, "b": "1", "c": 1}\n{"z": true, "a": 1e3}\n',
    );

    const table = await tables.read([at('python.jsonl')], {});

    expect(cells(table)).toEqual({
      a: [null, '-Infinity', '1000'],
      b: ['x NaN', '1', null],
      c: ['12345678901234567890', '1', null],
      d: ['[1,{"e":2}]', null, null],
      z: [null, null, 'true'],
    });
  });
});

describe('queries', () => {
  it('answer over files of the directory, and of those named beside', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'slipway-outside-'));
    await writeFile(join(outside, 'more.csv'), 'id,w\n1,5\n2,6\n');
    const sql = `select s.id, w, s."at" from 'sample.parquet' s join read_csv('${join(outside, 'more.csv')}') m using (id) order by id`;

    const table = await tables.query(sql, folder, [join(outside, 'more.csv')]);

    expect(cells(table)).toMatchObject({ id: ['1', '2'], w: ['5', '6'] });
    expect(table.columns.get('at')?.kind).toBe('time');
    expect(await tables.namesInQuery(sql)).toEqual(['sample.parquet', join(outside, 'more.csv')]);
    expect(await problemsOf(tables.query(sql, folder))).toMatchObject([
      { code: 'SQL_FAILED', message: expect.stringContaining('outside') as string },
    ]);
    await rm(outside, { recursive: true });
  });

  it('keep sums of whole numbers as numbers, and big ones exact', async () => {
    const table = await tables.query(
      'select sum(i) as s, sum(i)::hugeint * 100000000000000 as b, 0.1::decimal(9,2) as d from range(1000000) t(i)',
      folder,
    );

    expect(cells(table)).toEqual({ s: ['499999500000'], b: ['49999950000000000000000000'], d: ['0.1'] });
  });

  it.each([
    ['two statements', 'select 1; select 2', 'SQL_FAILED', /one SELECT/],
    ['writing', "copy (select 1) to 'x.csv'", 'SQL_FAILED', /only SELECT/],
    ['settings', 'set threads = 1', 'SQL_FAILED', /only SELECT/],
    ['a slip', 'selec 1', 'SQL_FAILED', /syntax error/],
    ['an unknown column', "select nope from 'sample.parquet'", 'SQL_FAILED', /nope/],
    ['a file that is not there', "select * from 'absent.csv'", 'SQL_FAILED', /absent\.csv/],
    [
      'a file elsewhere',
      `select * from '${join(import.meta.dirname, '../../../golden/data/tables/pandas.csv')}'`,
      'SQL_FAILED',
      /outside/,
    ],
    ['climbing out', "select * from read_text('../../etc/passwd')", 'SQL_FAILED', /outside|no file/],
    ['the environment', "select getenv('HOME')", 'SQL_FAILED', /./],
    ['extensions', "select * from iceberg_scan('x')", 'SQL_FAILED', /./],
    [
      'repeated columns',
      "select a.id, b.id from 'sample.parquet' a join 'sample.parquet' b using (id)",
      'COLUMN_DUPLICATE',
      /"id"/,
    ],
  ])('are refused: %s', async (_, sql, code, message) => {
    const problems = await problemsOf(tables.query(sql, folder));

    expect(problems[0]?.code).toBe(code);
    expect(problems[0]?.message).toMatch(message);
    expect(problems[0]?.message).not.toMatch(/Error:|LINE \d|duckdb_|httpfs/i);
  });

  it('refuse remote files', async () => {
    expect(await problemsOf(tables.namesInQuery("select * from 's3://bucket/x.parquet'"))).toMatchObject([
      { code: 'SOURCE_UNSUPPORTED' },
    ]);
  });
});
