import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { InputError } from '../../../src/contracts/errors.ts';
import { csvChunks, divideCsv, readCsv, tableOf, textAt } from '../../../src/table/index.ts';
import type { ByteSource, Column, Sink, Table } from '../../../src/table/index.ts';

/** A file in memory, handed over in pieces of `size` bytes. */
function source(content: string | Buffer, size = 1 << 20, name = 'a.csv'): ByteSource {
  const bytes = Buffer.from(content);
  return {
    name,
    size: bytes.length,
    open: async function* () {
      for (let at = 0; at < bytes.length; at += size)
        yield await Promise.resolve(bytes.subarray(at, at + size));
    },
  };
}

function texts(column: Column | undefined): (string | null)[] {
  if (column === undefined) throw new Error('no such column');
  const length = column.kind === 'text' ? column.codes.length : column.values.length;
  return Array.from({ length }, (_, row) => textAt(column, row));
}

function cells(table: Table): Record<string, (string | null)[]> {
  return Object.fromEntries([...table.columns].map(([name, column]) => [name, texts(column)]));
}

function kinds(table: Table): Record<string, string> {
  return Object.fromEntries([...table.columns].map(([name, { kind }]) => [name, kind]));
}

async function problemsOf(reading: Promise<unknown>): Promise<InputError['problems']> {
  const error: unknown = await reading.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof InputError) return error.problems;
  throw new Error('no InputError', { cause: error });
}

describe('kinds of columns', () => {
  it('are what all cells are', async () => {
    const content =
      'n,i,t,b,d,ts,e\n1.5,1,x,True,2024-01-01,2024-01-01 10:00,\n,2,,FALSE,,2024-01-02T00:00:00Z,\nNA,3,NA,,2024-02-03,,\n';

    const table = await readCsv([source(content)], {});

    expect(kinds(table)).toEqual({
      n: 'number',
      i: 'number',
      t: 'text',
      b: 'text',
      d: 'time',
      ts: 'time',
      e: 'number',
    });
    expect(cells(table)).toEqual({
      n: ['1.5', null, null],
      i: ['1', '2', '3'],
      t: ['x', null, 'NA'],
      b: ['true', 'false', null],
      d: ['2024-01-01', null, '2024-02-03'],
      ts: ['2024-01-01T10:00:00Z', '2024-01-02', null],
      e: [null, null, null],
    });
  });

  it('take the last row into account: a late word makes the whole column text, digit for digit', async () => {
    const rows = Array.from({ length: 200_000 }, (_, row) => `${row}.50,2024-01-01,true\n`).join('');

    const table = await readCsv([source(`x,d,b\n${rows}oops,never,maybe\n`)], {});

    expect(kinds(table)).toEqual({ x: 'text', d: 'text', b: 'text' });
    expect(textAt(table.columns.get('x')!, 7)).toBe('7.50');
    expect(textAt(table.columns.get('x')!, 200_000)).toBe('oops');
  });

  it('may be infinite after whole numbers', async () => {
    const table = await readCsv([source('x,y\n1,1\n2,inf\n')], {});

    expect(table.columns.get('y')).toMatchObject({ kind: 'number', values: Float64Array.of(1, Infinity) });
  });

  it('keep whole numbers beyond 2^53 as text, also where they come late', async () => {
    const late = `x,y\n${'1,1\n'.repeat(100_000)}9007199254740993,9007199254740992\n`;
    const early = 'x,y\n12345678901234567890,12345678901234567890\nNA,0.5\n';

    const [first, second] = [await readCsv([source(late)], {}), await readCsv([source(early)], {})];

    expect(kinds(first)).toEqual({ x: 'text', y: 'number' });
    expect(textAt(first.columns.get('x')!, 100_000)).toBe('9007199254740993');
    expect(cells(second)).toEqual({ x: ['12345678901234567890', null], y: ['12345678901234567000', '0.5'] });
  });

  it('are text where asked for', async () => {
    const table = await readCsv([source('id,x\n007,1\n008,2\n')], { asText: ['id', 'absent'] });

    expect(cells(table)).toEqual({ id: ['007', '008'], x: ['1', '2'] });
  });
});

describe('dialects', () => {
  it.each([
    ['semicolons', 'a;b\n1,5;x\n2,5;y\n', { a: ['1,5', '2,5'], b: ['x', 'y'] }],
    ['tabs', 'a\tb, c\n1\tx\n', { a: ['1'], 'b, c': ['x'] }],
    ['bars', 'a|b\n1|x,y\n', { a: ['1'], b: ['x,y'] }],
    ['CRLF and a byte order mark', '\ufeffa,b\r\n1,x\r\n\r\n2,y', { a: ['1', '2'], b: ['x', 'y'] }],
    ['old Mac line ends', 'a,b\r1,x\r2,y\r', { a: ['1', '2'], b: ['x', 'y'] }],
    ['quotes', 'a,b\n"1","x ""y"", z\nnext"\n2,""\n', { a: ['1', '2'], b: ['x "y", z\nnext', null] }],
    ['one column', 'a\nx\n\n""\ny\n', { a: ['x', null, 'y'] }],
    ['an index without a name', ',a\n0,x\n1,y\n', { 'Unnamed: 0': ['0', '1'], a: ['x', 'y'] }],
    ['quotes within a plain cell', 'a,b\n5" screen,x\n', { a: ['5" screen'], b: ['x'] }],
  ])('reads %s', async (_, content, expected) => {
    expect(cells(await readCsv([source(content)], {}))).toEqual(expected);
  });

  it('takes files without a header', async () => {
    expect(cells(await readCsv([source('1,x\n2,y\n')], { header: false }))).toEqual({
      c0: ['1', '2'],
      c1: ['x', 'y'],
    });
    expect(cells(await readCsv([source('1,x\n2,y\n')], { header: ['n', 't'] }))).toEqual({
      n: ['1', '2'],
      t: ['x', 'y'],
    });
    expect(await problemsOf(readCsv([source('1,x\n')], { header: ['n'] }))).toMatchObject([
      { code: 'RAGGED_ROW' },
    ]);
  });

  it('trims blanks around and within quotes where asked for', async () => {
    const table = await readCsv([source('a, b\n 1 , " x "\n2,y \n')], { trim: true });

    expect(cells(table)).toEqual({ a: ['1', '2'], b: ['x', 'y'] });
  });

  it('reads several files as one table, by the names of their columns', async () => {
    const table = await readCsv([source('a,b\n1,x\n'), source('b,a\ny,oops\n')], {});

    expect(cells(table)).toEqual({ a: ['1', 'oops'], b: ['x', 'y'] });
    const problems = await problemsOf(
      readCsv([source('a,b\n1,x\n', 9, 'a.csv'), source('a,c\n1,x\n', 9, 'b.csv')], {}),
    );
    expect(problems.map(({ message }) => message)).toEqual([
      'b.csv has no column "b"; its columns are "a", "c"',
      'b.csv has a column "c" that a.csv lacks',
    ]);
  });
});

describe('round trips', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('a,b', '"', '""', 'x\ny', 'x\r\ny', ' lead', 'NA', '1', 'true', '\t;|'),
  );

  it('write and read any texts, in pieces of any size', async () => {
    const rows = fc.array(fc.tuple(fc.option(text), fc.option(text)), { minLength: 1, maxLength: 30 });

    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 40 }), async (pairs, size) => {
        const wanted = {
          'first, "one"': pairs.map(([a]) => a || null),
          second: pairs.map(([, b]) => b || null),
        };
        const table = tableOf(wanted);

        const read = await readCsv([source([...csvChunks(table)].join(''), size)], {
          asText: Object.keys(wanted),
        });

        expect(cells(read)).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });

  it('write and read any numbers, exactly', async () => {
    const number = fc.double({ noNaN: false });

    await fc.assert(
      fc.asyncProperty(fc.array(number, { minLength: 1 }), async (values) => {
        const table = tableOf({ x: Float64Array.from(values), y: Float64Array.from(values) });

        const read = await readCsv([source([...csvChunks(table)].join(''))], {});

        const column = read.columns.get('x');
        const whole = column?.kind === 'number' ? [...column.values] : texts(column).map(Number);
        expect(whole.map((value) => value + 0)).toEqual(values.map((value) => value + 0));
      }),
    );
  });
});

describe('broken files', () => {
  it('name every ragged row with its line, also behind quoted line ends', async () => {
    const problems = await problemsOf(readCsv([source('a,b\n"x\ny",1\n1\n2,3,4\n5,6\n', 3)], {}));

    expect(problems.map(({ code, line, excerpt }) => [code, line, excerpt])).toEqual([
      ['RAGGED_ROW', 4, '1'],
      ['RAGGED_ROW', 5, '2,3,4'],
    ]);
  });

  it('count the ragged rows they do not name', async () => {
    const problems = await problemsOf(readCsv([source(`a,b\n${'1\n'.repeat(100)}`)], {}));

    expect(problems).toHaveLength(21);
    expect(problems.at(-1)?.message).toBe('a.csv: and 80 more rows like these');
  });

  it.each([
    ['an open quote', 'a,b\n1,2\n"x,3\n4,5\n', 'FORMAT_BROKEN', 3, /never closed/],
    ['text after a quote', 'a,b\n"x"y,2\n', 'FORMAT_BROKEN', 2, /after the closing quote of field 1/],
    ['an open quote in the header', '"a,b\n1,2\n', 'FORMAT_BROKEN', 1, /header/],
    ['a repeated column', 'a,b,a\n1,2,3\n', 'COLUMN_DUPLICATE', 1, /"a" occurs 2 times, at fields 1, 3/],
    ['row names', 'a,b\nr1,1,2\nr2,3,4\n', 'RAGGED_ROW', 1, /one field more/],
    ['no rows', 'a,b\n', 'NO_ROWS', undefined, /no rows/],
    ['nothing', '\n\n', 'FILE_EMPTY', undefined, /empty/],
    ['a NUL byte', 'a,b\n1,\0\n', 'FORMAT_BROKEN', 2, /not a text file/],
    ['Latin-1', Buffer.from('a,b\nx,1\ncafé,2\n', 'latin1'), 'FORMAT_BROKEN', 3, /0xe9 is not UTF-8/],
    ['UTF-16', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), 'FORMAT_BROKEN', 1, /UTF-16/],
  ])('are refused: %s', async (_, content, code, line, message) => {
    const problems = await problemsOf(readCsv([source(content)], {}));

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code, file: 'a.csv', ...(line === undefined ? {} : { line }) });
    expect(problems[0]?.message).toMatch(message);
  });

  it('are refused whatever their bytes are, with a coded error', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 60 });
    const csvish = fc
      .array(fc.constantFrom(...'",;\n\rab1 \0é'.split('')), { minLength: 1, maxLength: 40 })
      .map((all) => Buffer.from(all.join('')));

    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes, csvish), fc.integer({ min: 1, max: 9 }), async (content, size) => {
        const read = await readCsv([source(Buffer.from(content), size)], {}).catch((error: unknown) => error);

        if (read instanceof Error) expect(read).toBeInstanceOf(InputError);
      }),
      { numRuns: 1500 },
    );
  });
});

class Memory implements Sink {
  text = '';
  write(bytes: Uint8Array): void {
    this.text += Buffer.from(bytes).toString();
  }
}

describe('divideCsv', () => {
  const parts = Uint8Array.of(0, 1, 255, 0);

  it('copies rows byte for byte under the header', async () => {
    const content = 'id,"na""me"\r\n007,"x, ""y"""\r\n2,a\r\n3,b\r\n4,0.10';
    const [first, second] = [new Memory(), new Memory()];

    await divideCsv([source(content, 5)], {}, { parts, sinks: [first, second] });

    expect(first.text).toBe('id,"na""me"\r\n007,"x, ""y"""\r\n4,0.10\r\n');
    expect(second.text).toBe('id,"na""me"\r\n2,a\r\n');
  });

  it('drops columns, adds one and trims, cell for cell', async () => {
    const sink = new Memory();
    const append = { name: 'y', column: tableOf({ y: ['p', 'q', 'r', 's,t'] }).columns.get('y')! };

    await divideCsv(
      [source('a;b;c\n1; "x;y" ;2\n3;4;5\n6;7;8\n9;0;1\n')],
      { trim: true },
      { parts, sinks: [sink, new Memory()], drop: ['c'], append },
    );

    expect(sink.text).toBe('a;b;y\n1;"x;y";p\n9;0;"s,t"\n');
  });

  it('copies file by file as well, without a header where there is none', async () => {
    const [all, first, second] = [new Memory(), new Memory(), new Memory()];

    await divideCsv(
      [source('1\n2\n'), source('3\n4\n')],
      { header: false },
      { parts, sinks: [all], copies: { part: 0, sinks: [first, second] } },
    );

    expect([all.text, first.text, second.text]).toEqual(['1\n4\n', '1\n', '4\n']);
  });

  it('is the whole file again, for any parts and pieces', async () => {
    const lines = fc.array(fc.tuple(fc.constantFrom('1', '"a\nb"', 'x', '""', 'ü'), fc.nat({ max: 1 })), {
      minLength: 1,
      maxLength: 40,
    });

    await fc.assert(
      fc.asyncProperty(lines, fc.integer({ min: 1, max: 20 }), async (rows, size) => {
        const sinks = [new Memory(), new Memory()];
        const content = `h,g\n${rows.map(([cell]) => `${cell},${cell}\n`).join('')}`;

        await divideCsv(
          [source(content, size)],
          {},
          { parts: Uint8Array.from(rows, ([, part]) => part), sinks },
        );

        for (const [part, sink] of sinks.entries()) {
          expect(sink.text).toBe(
            `h,g\n${rows
              .filter(([, own]) => own === part)
              .map(([cell]) => `${cell},${cell}\n`)
              .join('')}`,
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it('notices that the file changed', async () => {
    const problems = await problemsOf(
      divideCsv([source('a\n1\n')], {}, { parts, sinks: [new Memory(), new Memory()] }),
    );

    expect(problems).toMatchObject([{ code: 'INPUT_CHANGED' }]);
  });
});
