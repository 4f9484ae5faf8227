import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Warning } from '../../../../src/contracts/comparison.ts';
import { CommandError, InputError } from '../../../../src/contracts/errors.ts';
import { predictWithCommand } from '../../../../src/evaluation/prediction/index.ts';
import type { CommandPredictionRequest } from '../../../../src/evaluation/prediction/index.ts';
import type { TableExchange } from '../../../../src/evaluation/ports.ts';
import type { Column, Table } from '../../../../src/table/index.ts';
import { tableOf, textAt, timeColumn } from '../../../../src/table/index.ts';

/** Files in memory. */
function exchange(): TableExchange & { readonly files: Map<string, Table> } {
  const files = new Map<string, Table>();
  return {
    files,
    read: ([file]) => {
      const table = files.get(file!);
      if (table !== undefined) return Promise.resolve(table);
      return Promise.reject(new InputError({ code: 'FILE_NOT_FOUND', message: `${file!}: does not exist` }));
    },
    write: (table, file) => {
      files.set(file, table);
      return Promise.resolve();
    },
  };
}

const ROWS = 50;
const FEATURES = tableOf({
  customer: Array.from({ length: ROWS }, (_, row) => `customer-${row}`),
  tenure: Array.from({ length: ROWS }, (_, row) => row),
  churned: Array.from({ length: ROWS }, (_, row) => (row % 3 === 0 ? 'yes' : 'no')),
});

type Options = Partial<CommandPredictionRequest>;

interface Prediction {
  readonly table: Table;
  readonly input: Table;
  readonly warnings: string[];
}

/** Predicts with a command that answers a table from the input it sees; null writes nothing. */
async function predict(answer: ((input: Table) => Table) | null, options: Options = {}): Promise<Prediction> {
  const tables = exchange();
  const warnings: string[] = [];
  let shown: Table | undefined;
  const table = await predictWithCommand(
    {
      features: FEATURES,
      id: 'customer',
      withhold: ['churned'],
      task: 'binary',
      columns: {},
      seed: 1,
      format: 'csv',
      dir: '/work',
      run: ({ input, output }) => {
        shown = tables.files.get(input)!;
        if (answer !== null) tables.files.set(output, answer(shown));
        return Promise.resolve();
      },
      warn: (warning: Warning) => void warnings.push(`${warning.code} ${warning.message}`),
      ...options,
    },
    { tables },
  );
  return { table, input: shown!, warnings };
}

function numbersOf(column: Column | undefined): number[] {
  return column === undefined || column.kind === 'text' ? [] : [...column.values];
}

function cellsOf(column: Column | undefined): (string | null)[] {
  return column === undefined
    ? []
    : Array.from({ length: column.kind === 'text' ? column.codes.length : column.values.length }, (_, row) =>
        textAt(column, row),
      );
}

/** Score = tenure / 100, ids as they were shown. */
function honest(input: Table): Table {
  return tableOf({
    customer: input.columns.get('customer')!,
    score: numbersOf(input.columns.get('tenure')).map((tenure) => tenure / 100),
  });
}

const EXPECTED = Array.from({ length: ROWS }, (_, row) => row / 100);

async function problemsOf(work: Promise<unknown>): Promise<string[]> {
  return work.then(
    () => [],
    (error: unknown) => {
      if (error instanceof CommandError)
        return error.problems.map(({ code, message }) => `${code} ${message}`);
      throw error;
    },
  );
}

describe('what a predict command sees', () => {
  it('is neither the target nor the weight', async () => {
    const { input } = await predict(honest, { withhold: ['churned', 'weight', 'absent'] });

    expect([...input.columns.keys()]).toEqual(['customer', 'tenure']);
  });

  it('is other ids of the same kind, in the id’s place', async () => {
    const texts = await predict(honest);
    const features = tableOf({ customer: [900, 700, 800], tenure: [1, 2, 3] });
    const numbers = await predict(honest, { features });

    expect(cellsOf(texts.input.columns.get('customer')).slice(0, 2)).toEqual(['row-000001', 'row-000002']);
    expect(numbersOf(numbers.input.columns.get('customer'))).toEqual([1, 2, 3]);
    expect(numbersOf(numbers.table.columns.get('score'))).toEqual([0.01, 0.02, 0.03]);
  });

  it('is another order, which the seed decides', async () => {
    const orders = await Promise.all(
      [1, 1, 2].map(async (seed) => numbersOf((await predict(honest, { seed })).input.columns.get('tenure'))),
    );

    expect(orders[0]).not.toEqual(Array.from({ length: ROWS }, (_, row) => row));
    expect(orders[0]).toEqual(orders[1]);
    expect(orders[0]).not.toEqual(orders[2]);
    expect([...orders[0]!].sort((a, b) => a - b)).toEqual(Array.from({ length: ROWS }, (_, row) => row));
  });

  it('spells times as the file that training was given', async () => {
    const day = Date.UTC(2013, 0, 1, 5);
    const features = tableOf({ when: timeColumn([day, day, day]), tenure: [1, 2, 3] });
    const tables = exchange();
    tables.files.set('/train.csv', tableOf({ when: ['2012-12-31 23:00:00'] }));
    let shown: Table | undefined;
    const run = ({ input, output }: { input: string; output: string }): Promise<void> => {
      shown = tables.files.get(input);
      tables.files.set(output, tableOf({ score: [1, 2, 3] }));
      return Promise.resolve();
    };
    const request = {
      features,
      id: null,
      withhold: [],
      task: 'binary',
      columns: {},
      seed: 1,
      dir: '/work',
      run,
    } as const;

    await predictWithCommand({ ...request, format: 'csv', like: '/train.csv' }, { tables });
    const csv = shown?.columns.get('when');
    await predictWithCommand({ ...request, format: 'parquet', like: '/train.csv' }, { tables });

    expect(cellsOf(csv)[0]).toBe('2013-01-01 05:00:00');
    expect(shown?.columns.get('when')?.kind).toBe('time');
  });

  it('holds no trace of the order in the levels of texts', async () => {
    const features = tableOf({
      city: Array.from({ length: ROWS }, (_, row) => `city ${row}`),
      tenure: numbersOf(FEATURES.columns.get('tenure')),
    });

    const { input } = await predict((shown) => tableOf({ score: numbersOf(shown.columns.get('tenure')) }), {
      features,
      id: null,
    });

    const city = input.columns.get('city');
    expect(city?.kind === 'text' ? city.levels : []).toEqual(cellsOf(city));
  });
});

describe('the answer of a predict command', () => {
  it('comes back in the original order by its ids, whatever order it has', async () => {
    const { table } = await predict((input) => {
      const answer = honest(input);
      const order = Array.from({ length: ROWS }, (_, row) => ROWS - 1 - row);
      return tableOf(
        [...answer.columns].map(
          ([name, column]) =>
            [
              name,
              order.map((row) => (column.kind === 'text' ? textAt(column, row) : column.values[row]!)),
            ] as const,
        ),
      );
    });

    expect(numbersOf(table.columns.get('score'))).toEqual(EXPECTED);
    expect([...table.columns.keys()]).toEqual(['score']);
  });

  it('comes back by the order of its rows where the config says so', async () => {
    const { table } = await predict((input) => tableOf({ proba: numbersOf(input.columns.get('tenure')) }), {
      columns: { id: 'row', score: 'proba' },
    });

    expect(numbersOf(table.columns.get('score'))).toEqual(Array.from({ length: ROWS }, (_, row) => row));
  });

  it('is the original whatever the rows and the seed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.integer(),
        async (values, seed) => {
          const features = tableOf({
            key: values.map((_, row) => row * 7),
            tenure: Float64Array.from(values),
          });
          const echo = (input: Table): Table =>
            tableOf({ key: input.columns.get('key')!, prediction: input.columns.get('tenure')! });
          const { table } = await predict(echo, { features, id: 'key', seed, task: 'regression' });
          expect(numbersOf(table.columns.get('prediction'))).toEqual(values);
        },
      ),
    );
  });

  it('keeps missing and infinite values, and misses rows that were left out', async () => {
    const { table, warnings } = await predict((input) => {
      const scores = numbersOf(input.columns.get('tenure')).map((tenure) =>
        tenure === 3 ? NaN : tenure === 4 ? Infinity : tenure,
      );
      const kept = [...scores.keys()].filter((row) => scores[row] !== 5);
      const ids = cellsOf(input.columns.get('customer'));
      return tableOf({
        customer: kept.map((row) => ids[row]!),
        score: kept.map((row) => scores[row]!),
        prediction: kept.map(() => 'no'),
      });
    });

    expect(numbersOf(table.columns.get('score')).slice(2, 7)).toEqual([2, NaN, Infinity, NaN, 6]);
    expect(cellsOf(table.columns.get('prediction')).slice(4, 7)).toEqual(['no', null, 'no']);
    expect(warnings).toEqual(['PREDICTIONS_LEFT_OUT the predict command left out 1 of 50 rows']);
  });

  it('may call its columns otherwise', async () => {
    const answer = (input: Table): Table =>
      tableOf({
        who: input.columns.get('customer')!,
        p0: numbersOf(input.columns.get('tenure')),
        p1: numbersOf(input.columns.get('tenure')),
        cls: input.columns.get('customer')!,
      });

    const { table } = await predict(answer, {
      task: 'multiclass',
      columns: { id: 'who', score_no: 'p0', score_yes: 'p1', prediction: 'cls' },
    });

    expect([...table.columns.keys()]).toEqual(['score_no', 'score_yes', 'prediction']);
  });

  it('may call the ids `id`, whatever the data calls them', async () => {
    const answer = (input: Table): Table =>
      tableOf({ id: input.columns.get('customer')!, score: numbersOf(input.columns.get('tenure')) });

    const { table } = await predict(answer);

    expect(numbersOf(table.columns.get('score'))[7]).toBe(7);
  });

  it('is all score columns of a multiclass task and all numeric ones of task scores', async () => {
    const answer = (input: Table): Table =>
      tableOf({
        customer: input.columns.get('customer')!,
        score_a: numbersOf(input.columns.get('tenure')),
        words: numbersOf(input.columns.get('tenure')),
        note: cellsOf(input.columns.get('customer')),
      });

    const multiclass = await predict(answer, { task: 'multiclass' });
    const scores = await predict(answer, { task: 'scores' });
    const also = await predict(answer, { task: 'multiclass', also: ['words'] });

    expect([...multiclass.table.columns.keys()]).toEqual(['score_a']);
    expect([...scores.table.columns.keys()]).toEqual(['score_a', 'words']);
    expect([...also.table.columns.keys()]).toEqual(['score_a', 'words']);
  });
});

describe('an answer that breaks the contract', () => {
  it('by writing nothing', async () => {
    expect(await problemsOf(predict(null))).toEqual([
      'PREDICTIONS_INVALID the predict command ended well and wrote no output.csv to {output}',
    ]);
  });

  it('by a column of another name', async () => {
    const answer = (input: Table): Table =>
      tableOf({ customer: input.columns.get('customer')!, scores: numbersOf(input.columns.get('tenure')) });

    expect(await problemsOf(predict(answer))).toEqual([
      'PREDICTIONS_INVALID output.csv: task binary needs "score" or "prediction"; found customer, scores (nearest: "scores")',
    ]);
    expect(await problemsOf(predict(answer, { columns: { score: 'score_s' } }))).toEqual([
      'PREDICTIONS_INVALID output.csv: has no column "score_s", which predict.columns gives for score (nearest: "scores"); found customer, scores',
    ]);
  });

  it('by ids that are not there, and by cells that are no numbers, at once', async () => {
    const answer = (input: Table): Table => tableOf({ score: cellsOf(input.columns.get('customer')) });

    const problems = await problemsOf(predict(answer));

    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain('"row-000001" is not a number');
    expect(problems[1]).toContain('has no id column "customer"; found score');
  });

  it('by repeated, unknown and empty ids', async () => {
    const withIds = (change: (ids: (string | null)[]) => void) => (input: Table) => {
      const ids = cellsOf(input.columns.get('customer'));
      change(ids);
      return tableOf({ customer: ids, score: numbersOf(input.columns.get('tenure')) });
    };

    const repeated = await problemsOf(predict(withIds((ids) => (ids[7] = ids[2]!))));
    const unknown = await problemsOf(predict(withIds((ids) => (ids[7] = 'customer-7'))));
    const empty = await problemsOf(predict(withIds((ids) => (ids[7] = null))));

    expect(repeated).toEqual(['PREDICTIONS_INVALID output.csv: id row-000003 stands in rows 3 and 8']);
    expect(unknown).toEqual([
      'PREDICTIONS_INVALID output.csv: 1 ids in "customer" are not those of {input}, e.g. customer-7',
    ]);
    expect(empty).toEqual(['PREDICTIONS_INVALID output.csv: 1 of 50 rows have no id in "customer"']);
  });

  it('by another number of rows where they go by order', async () => {
    const answer = (): Table => tableOf({ score: [0.5, 0.5] });

    expect(await problemsOf(predict(answer, { columns: { id: 'row' } }))).toEqual([
      'PREDICTIONS_INVALID output.csv: holds 2 rows, expected 50: rows go by their order, one for each of {input}',
    ]);
  });
});

describe('a command that fails', () => {
  it('is reported as it failed', async () => {
    const failed = new CommandError({ code: 'PREDICT_FAILED', message: 'exit code 1' });

    await expect(predict(honest, { run: () => Promise.reject(failed) })).rejects.toBe(failed);
  });
});
