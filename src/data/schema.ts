import { z } from 'zod';

import { Duration, EVEN_IF_BROKEN, Instant, isDate, Name, NameList, shareOf } from '../contracts/scalars.ts';

/** The `data` part of a model in `slipway.yaml`. Paths are relative to the model's `dir`. */

export const DATA_FORMATS = ['csv', 'parquet', 'arrow', 'jsonl'] as const;

const SqlSource = z
  .strictObject({
    sql: Name.describe(
      "A query that DuckDB answers; files are named in it, e.g. select * from 'data/*.parquet'.",
    ),
    files: NameList.optional().describe(
      'Files the query reads (paths or globs): their content is part of the digest.',
    ),
  })
  .describe('Rows as the answer of a query.');

/** A list of paths, globs, directories or URLs, or a query. */
export const SourceSchema = z
  .union([NameList, SqlSource], { error: 'expected a path, a list of paths, or {sql: …}' })
  .describe('A path, glob, directory or URL (s3://, gs://, https://), a list of these, or {sql: …}.');
export type Source = z.output<typeof SourceSchema>;

export const SPLIT_KINDS = ['hash', 'time', 'group', 'column'] as const;
type SplitKind = (typeof SPLIT_KINDS)[number];

const Cell = z.union([z.string(), z.number(), z.boolean()]);
const SplitValue = z.union([Cell, z.array(Cell).min(1)], {
  error: 'expected a share, a date, a value or a list of values',
});

const SplitInput = z.strictObject({
  by: z
    .enum(SPLIT_KINDS)
    .optional()
    .describe(
      'hash (default): by the digest of a column; time: by dates; group: whole groups; column: by a column’s values.',
    ),
  on: Name.optional().describe('The column the split goes by. by: hash takes the id when it is left out.'),
  test: SplitValue.optional().describe(
    'hash, group: the share of rows (groups) that is tested, 0.2 or 20%. column: the value(s) that mark test rows.',
  ),
  validation: SplitValue.optional().describe(
    'hash, group: a share. time: the date where validation begins. column: the value(s) that mark validation rows.',
  ),
  cut: Instant.optional().describe('time: the first moment of the test rows.'),
  until: Instant.optional().describe('time: the first moment that is no longer tested.'),
  gap: Duration.optional().describe(
    'time: rows this long before validation and test are left out, so that late labels do not leak.',
  ),
});
type SplitInput = z.output<typeof SplitInput>;

/** How rows are divided. Keys are those of the YAML; shares are numbers in (0, 1), `gap` is in milliseconds. */
export type SplitConfig =
  | {
      readonly by: 'hash';
      readonly on?: string | undefined;
      readonly test: number;
      readonly validation?: number | undefined;
    }
  | {
      readonly by: 'group';
      readonly on: string;
      readonly test: number;
      readonly validation?: number | undefined;
    }
  | {
      readonly by: 'time';
      readonly on: string;
      readonly validation?: string | number | undefined;
      readonly cut: string | number;
      readonly until?: string | number | undefined;
      readonly gap?: number | undefined;
    }
  | {
      readonly by: 'column';
      readonly on: string;
      readonly test: readonly string[];
      readonly validation?: readonly string[] | undefined;
    };

const SPLIT_KEYS: Record<SplitKind, { readonly needs: readonly string[]; readonly may: readonly string[] }> =
  {
    hash: { needs: ['test'], may: ['on', 'validation'] },
    group: { needs: ['on', 'test'], may: ['validation'] },
    time: { needs: ['on', 'cut'], may: ['validation', 'until', 'gap'] },
    column: { needs: ['on', 'test'], may: ['validation'] },
  };

function splitKind(value: unknown): SplitKind | null {
  return value === undefined ? 'hash' : (SPLIT_KINDS.find((kind) => kind === value) ?? null);
}

function checkSplit(split: Partial<Record<string, unknown>>, context: z.core.$RefinementCtx): void {
  const by = splitKind(split['by']);
  if (by === null) return;
  const { needs, may } = SPLIT_KEYS[by];
  const complain = (key: string | null, message: string): void => {
    context.addIssue({ code: 'custom', path: key === null ? [] : [key], message, continue: true });
  };
  for (const key of needs.filter((needed) => split[needed] === undefined)) {
    const message = `a split by ${by} needs \`${key}\``;
    context.addIssue({ code: 'custom', path: [], message, params: { needs: [key] }, continue: true });
  }
  for (const key of ['on', 'test', 'validation', 'cut', 'until', 'gap']) {
    if (split[key] !== undefined && !needs.includes(key) && !may.includes(key)) {
      complain(
        key,
        `\`${key}\` does not belong to a split by ${by} (it takes ${[...needs, ...may].join(', ')})`,
      );
    }
  }
  if (by === 'hash' || by === 'group') checkShares(split, complain);
  if (by === 'time') checkMoments(split, complain);
}

type Complain = (key: string | null, message: string) => void;

function checkShares(split: Partial<Record<string, unknown>>, complain: Complain): void {
  let sum = 0;
  for (const key of ['test', 'validation']) {
    const value = split[key];
    if (value === undefined) continue;
    const share = shareOf(value);
    if (share === null)
      complain(key, `expected a share between 0 and 1, such as 0.2 or 20%, found ${JSON.stringify(value)}`);
    sum += share ?? 0;
  }
  if (sum >= 1)
    complain(
      null,
      `test and validation together take ${String(sum)} of the rows, so nothing is left to train on`,
    );
}

function checkMoments(split: Partial<Record<string, unknown>>, complain: Complain): void {
  const { validation } = split;
  if (
    validation !== undefined &&
    typeof validation !== 'number' &&
    !(typeof validation === 'string' && isDate(validation))
  ) {
    complain(
      'validation',
      `a split by time takes a date for \`validation\`, such as 2025-03-01, found ${JSON.stringify(validation)}`,
    );
  }
  const order = (['validation', 'cut', 'until'] as const).filter((key) => split[key] !== undefined);
  for (let i = 1; i < order.length; i += 1) {
    const [before, after] = [order[i - 1] ?? 'cut', order[i] ?? 'cut'];
    const [low, high] = [momentOf(split[before]), momentOf(split[after])];
    if (low !== null && high !== null && low >= high)
      complain(after, `\`${after}\` must be later than \`${before}\``);
  }
}

function momentOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && isDate(value) ? Date.parse(value.replace(' ', 'T')) : null;
}

function cellTexts(value: SplitInput['test']): readonly string[] {
  return value === undefined ? [] : Array.isArray(value) ? value.map(String) : [String(value)];
}

function toSplit(split: SplitInput): SplitConfig {
  const by = split.by ?? 'hash';
  const { on = '', test, validation, cut = 0, until, gap } = split;
  const share = {
    test: shareOf(test) ?? 0,
    ...(validation === undefined ? {} : { validation: shareOf(validation) ?? 0 }),
  };
  switch (by) {
    case 'hash':
      return { by, ...(split.on === undefined ? {} : { on: split.on }), ...share };
    case 'group':
      return { by, on, ...share };
    case 'time': {
      const begin = typeof validation === 'number' || typeof validation === 'string' ? { validation } : {};
      return {
        by,
        on,
        ...begin,
        cut,
        ...(until === undefined ? {} : { until }),
        ...(gap === undefined ? {} : { gap }),
      };
    }
    case 'column':
      return {
        by,
        on,
        test: cellTexts(test),
        ...(validation === undefined ? {} : { validation: cellTexts(validation) }),
      };
  }
}

export const SplitSchema = SplitInput.superRefine(checkSplit, EVEN_IF_BROKEN).transform(toSplit);

const TimeUnit = z.strictObject({
  time: Name.describe('The time column.'),
  block: Duration.describe('Rows within one block of this length move together, e.g. 1d.'),
});

const PartFiles = z.strictObject({
  train: NameList.optional().describe('Targets of the training rows.'),
  validation: NameList.optional().describe('Targets of the validation rows.'),
  test: NameList.optional().describe('Targets of the test rows.'),
});

const DataInput = z.strictObject({
  source: SourceSchema.optional(),
  train: SourceSchema.optional().describe(
    'Training rows, where the parts are files apart (instead of source and split).',
  ),
  validation: SourceSchema.optional().describe(
    'Validation rows (early stopping, thresholds, draft pull requests; never gates).',
  ),
  test: SourceSchema.optional().describe('Test rows, where the parts are files apart.'),
  split: SplitSchema.optional().describe(
    'How the rows of `source` are divided. Test rows are withheld from training.',
  ),
  'in-place': z
    .boolean()
    .default(false)
    .describe('The training job finds only its part at the source path: for scripts that read a fixed file.'),
  id: Name.default('row').describe('The column that names a row, or `row` (its number).'),
  unit: z
    .union([Name, TimeUnit], { error: 'expected a column, or {time: COLUMN, block: 1d}' })
    .optional()
    .describe(
      'What is independent: a column (customer, day, document) or {time: COLUMN, block: 1d}. Every interval goes by it.',
    ),
  target: Name.optional().describe('The column that is predicted.'),
  'target-file': z
    .union([NameList, PartFiles], { error: 'expected a path, or {train: …, test: …}' })
    .optional()
    .describe(
      'Where the target is a file of its own, row by row beside the source; {train: …, test: …} for parts apart.',
    ),
  format: z.enum(DATA_FORMATS).optional().describe('Where the extension does not tell it.'),
  header: z
    .union([z.boolean(), z.array(Name).min(1)], { error: 'expected true, false or a list of column names' })
    .optional()
    .describe('false: the CSV has no header line, columns are c0, c1, …; a list: their names.'),
  group: Name.optional().describe('ranking: the column of the query (group) a row belongs to.'),
  weight: Name.optional().describe('The column of row weights, 0 or more.'),
  drop: NameList.optional()
    .transform((list) => list ?? [])
    .describe('Columns that are left out.'),
  trim: z.boolean().default(false).describe('Remove spaces around the cells of a CSV.'),
  schema: Name.optional().describe('A file that says what each column must hold.'),
  suites: z
    .record(Name, SourceSchema)
    .default({})
    .describe('Further test sets by name: regression, behaviour, other regions.'),
});

function checkData(data: Partial<Record<string, unknown>>, context: z.core.$RefinementCtx): void {
  const complain = (path: string[], message: string, needs: string[] = []): void => {
    context.addIssue({ code: 'custom', path, message, params: { needs }, continue: true });
  };
  const apart = ['train', 'validation', 'test'].filter((key) => data[key] !== undefined);
  if (data['source'] === undefined && apart.length === 0) {
    complain([], 'needs `source` (with `split`), or `train` and `test` apart', ['source', 'train', 'test']);
  }
  if (data['source'] !== undefined) {
    for (const key of apart)
      complain(
        [key],
        `\`${key}\` and \`source\` exclude each other: give the parts apart, or one source with a split`,
      );
    if (data['split'] === undefined && apart.length === 0) {
      complain([], '`source` needs `split`, e.g. split: {test: 0.2}: without it there are no test rows', [
        'split',
      ]);
    }
  } else if (apart.length > 0) {
    if (data['split'] !== undefined)
      complain(['split'], '`split` divides a `source`; here the parts are given apart');
    for (const key of ['train', 'test'].filter((part) => data[part] === undefined))
      complain([], `needs \`${key}\` beside \`${apart.join('`, `')}\``, [key]);
  }
}

export const DataSchema = DataInput.superRefine(checkData, EVEN_IF_BROKEN);
export type DataConfig = z.output<typeof DataSchema>;
