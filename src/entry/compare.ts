import { TASKS, type Comparison, type Task } from '../contracts/comparison.ts';
import { InputError, type Problem } from '../contracts/errors.ts';
import { readTableFile } from '../data/index.ts';
import { commentDocument, compareTables, predictionsFrom, type TableOptions } from '../evaluation/index.ts';
import { isOnnxFile } from '../formats/index.ts';
import { createTableFiles } from '../platform/native/duckdb-tables.ts';
import { createOnnxRuntime } from '../platform/native/onnx-runtime.ts';
import { toText } from '../report/index.ts';
import { distinctCells, dropColumns, type Table } from '../table/index.ts';
import type { Outcome, Session } from './execute.ts';

type Flags = Readonly<Record<string, unknown>>;

/** `slipway compare CANDIDATE BASELINE`. */
export async function compareCommand(
  session: Session,
  candidate: string,
  baseline: string,
): Promise<Outcome> {
  return await judgeFiles(session, candidate, baseline);
}

/** `slipway evaluate FILE [--baseline FILE]`. */
export async function evaluateCommand(session: Session, file: string): Promise<Outcome> {
  return await judgeFiles(session, file, text(session.flags, 'baseline') ?? null);
}

async function judgeFiles(session: Session, candidate: string, baseline: string | null): Promise<Outcome> {
  const options = tableOptions(session.flags, { candidate, baseline });
  const tables = createTableFiles();
  const readTable = (path: string): Promise<Table> => readTableFile(path, {}, { tables });
  const dataFile = text(session.flags, 'data');
  const problems: Problem[] = [];
  const data =
    dataFile === undefined ? null : ((await gathered(problems, () => readTable(dataFile))) ?? null);
  // Without its rows no model can predict; that is no second problem.
  const isDataBroken = problems.length > 0;
  const read = async (path: string): Promise<Table | undefined> => {
    session.progress.status(`reading ${path} …`);
    return await gathered(problems, async () => {
      if (isDataBroken && (await isModel(path))) return undefined;
      return await predictionsOf(session, path, { data, options, readTable });
    });
  };
  const ours = await read(candidate);
  const theirs = baseline === null ? null : await read(baseline);
  if (problems.length > 0 || ours === undefined || theirs === undefined) throw new InputError(problems);
  session.progress.status('comparing …');
  const comparison = compareTables({ candidate: ours, baseline: theirs, data, options });
  return outcomeOf(session, comparison, candidate, baseline);
}

/** What is wrong with any of the files is said at once: the problems of an InputError are kept, undefined is given. */
async function gathered<T>(problems: Problem[], read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

async function isModel(path: string): Promise<boolean> {
  return isOnnxFile(await createOnnxRuntime().head(path));
}

interface Reading {
  readonly data: Table | null;
  readonly options: TableOptions;
  readonly readTable: (path: string) => Promise<Table>;
}

/** A predictions file as it is, or what an ONNX model says of the data's rows. */
async function predictionsOf(
  session: Session,
  path: string,
  { data, options, readTable }: Reading,
): Promise<Table> {
  const target = options.target ?? 'target';
  const id = options.id ?? 'id';
  const withheld = [
    target,
    ...(options.weight === undefined ? [] : [options.weight]),
    ...(id === 'row' ? [] : [id]),
  ];
  const rows =
    data === null
      ? null
      : {
          features: dropColumns(data, withheld),
          task: options.task,
          classes: classesOf(data, target, options.task),
          positive: options.positive ?? null,
          signal: session.signal,
          warn: (warning: { readonly message: string }) =>
            session.progress.line(`warning: ${warning.message}`),
        };
  const { kind, table } = await predictionsFrom(path, rows, { onnx: createOnnxRuntime(), readTable });
  if (kind === 'table' || data === null) return table;
  const ids = data.columns.get(id);
  return {
    rows: table.rows,
    columns: new Map([...(ids === undefined ? [] : ([[id, ids]] as const)), ...table.columns]),
  };
}

function classesOf(data: Table, target: string, task: Task): readonly string[] | null {
  const column = data.columns.get(target);
  return column === undefined || (task !== 'binary' && task !== 'multiclass') ? null : distinctCells(column);
}

function outcomeOf(
  session: Session,
  comparison: Comparison,
  candidate: string,
  baseline: string | null,
): Outcome {
  const document = commentDocument(comparison, { model: candidate, baseline, trainingRuns: null });
  const view = toText(document, { width: session.width, color: session.color });
  const { schema, decision, reason, message } = comparison;
  return { schema, decision, reason, message, document: comparison, text: view };
}

function tableOptions(
  flags: Flags,
  files: { readonly candidate: string; readonly baseline: string | null },
): TableOptions {
  const problems: Problem[] = [];
  const task = taskOf(flags, problems);
  const margins = marginsOf(flags, problems);
  checkRange(flags, 'alpha', (value) => value > 0 && value < 1, 'a number between 0 and 1', problems);
  checkRange(
    flags,
    'look',
    (value) => Number.isInteger(value) && value >= 1,
    'a whole number from 1',
    problems,
  );
  checkRange(flags, 'seed', Number.isSafeInteger, 'a whole number', problems);
  if (problems.length > 0 || task === undefined) throw new InputError(problems);
  const names = [
    'id',
    'target',
    'score',
    'prediction',
    'group',
    'weight',
    'positive',
    'unit',
    'threshold',
    'slices',
    'metrics',
    'alpha',
    'look',
    'seed',
  ];
  const given = Object.fromEntries(
    names.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]]),
  );
  return {
    ...given,
    task,
    ...(Object.keys(margins).length === 0 ? {} : { margins }),
    files: {
      candidate: files.candidate,
      ...(files.baseline === null ? {} : { baseline: files.baseline }),
      ...dataName(flags),
    },
  };
}

function dataName(flags: Flags): { readonly data?: string } {
  const data = text(flags, 'data');
  return data === undefined ? {} : { data };
}

function taskOf(flags: Flags, problems: Problem[]): Task | undefined {
  const asked = text(flags, 'task');
  const found = TASKS.find((task) => task === asked);
  if (found === undefined) {
    const expected = TASKS.filter((task) => task !== 'ranking').join(', ');
    problems.push({
      code: 'USAGE',
      message: `--task: expected one of ${expected}, found ${asked === undefined ? 'nothing' : `"${asked}"`}`,
    });
  } else if (found === 'ranking') {
    problems.push({
      code: 'USAGE',
      message: '--task ranking is not active yet',
      hint: 'compute the metric for each query and use --task scores',
    });
    return undefined;
  }
  return found;
}

/** `--margin roc_auc=0.005 recall=2%`; a margin makes a gate of its metric. */
function marginsOf(flags: Flags, problems: Problem[]): Record<string, number | string> {
  const margins: Record<string, number | string> = {};
  for (const entry of (flags['margin'] ?? []) as readonly string[]) {
    const at = entry.lastIndexOf('=');
    const [metric, amount] = [entry.slice(0, at).trim(), entry.slice(at + 1).trim()];
    if (at > 0 && /^\d*\.?\d+(e-?\d+)?%?$/i.test(amount))
      margins[metric] = amount.endsWith('%') ? amount : Number(amount);
    else
      problems.push({
        code: 'USAGE',
        message: `--margin: expected METRIC=NUMBER such as roc_auc=0.005 or mae=2%, found "${entry}"`,
      });
  }
  return margins;
}

function checkRange(
  flags: Flags,
  name: string,
  valid: (value: number) => boolean,
  expected: string,
  problems: Problem[],
): void {
  const value = flags[name];
  if (value !== undefined && !valid(value as number))
    problems.push({
      code: 'USAGE',
      message: `--${name}: expected ${expected}, found ${JSON.stringify(value)}`,
    });
}

function text(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}
