import type { Problem } from '../../contracts/errors.ts';
import { InputError } from '../../contracts/errors.ts';
import { asText, nearestName } from '../../table/index.ts';
import type { Column, Table } from '../../table/index.ts';
import type { ElementType, TensorSpec } from '../ports.ts';
import { checkedNumbers } from './cells.ts';

/** One input of the model and the columns that fill it, left to right. */
interface Slot {
  readonly spec: TensorSpec & { readonly type: ElementType };
  readonly columns: readonly (readonly [string, Column])[];
}

/** An input ready to be cut into batches: float64 columns, or codes into one list of texts. */
export type Feed =
  | {
      readonly name: string;
      readonly type: Exclude<ElementType, 'string'>;
      readonly rank: number;
      readonly columns: readonly Float64Array[];
    }
  | {
      readonly name: string;
      readonly type: 'string';
      readonly rank: number;
      readonly columns: readonly Int32Array[];
      readonly levels: readonly string[];
    };

export interface Feeds {
  readonly feeds: readonly Feed[];
  /** Where the model's first dimension is a number, it takes exactly that many rows at a time. */
  readonly fixedBatch: number | null;
}

/**
 * Matches a model's inputs with the columns of a table:
 * - one tensor [N, F]: all columns, in the table's order;
 * - inputs [N, 1] or [N]: the column of the same name (exporters turn characters other than letters, digits and `_`
 *   into `_`); columns that no input names are left out;
 * - one numeric and one text tensor, at least one of them wide: the numeric and the text columns, in the table's order.
 *
 * Missing numbers become NaN, missing texts the empty text. Integer and boolean inputs take whole numbers of their
 * range only. Throws InputError MODEL_INPUT with all problems at once.
 */
export function planFeeds(inputs: readonly TensorSpec[], features: Table, file: string): Feeds {
  const problems: Problem[] = [];
  const complain = (message: string, hint: string): void => {
    problems.push({ code: 'MODEL_INPUT', message: `${file}: ${message}`, file, hint });
  };
  const slots = checkShapes(inputs, complain) ? matchColumns(inputs, features, complain) : [];
  const feeds = slots.map((slot) => feedOf(slot, complain));
  const sizes = new Set(inputs.flatMap(({ shape }) => (typeof shape[0] === 'number' ? [shape[0]] : [])));
  if (sizes.size > 1) {
    complain(
      `its inputs take ${[...sizes].join(' and ')} rows at a time`,
      'Export it with one free batch dimension.',
    );
  }
  if (problems.length > 0) throw new InputError(problems);
  return { feeds, fixedBatch: [...sizes][0] ?? null };
}

type Complain = (message: string, hint: string) => void;

const OTHER_SHAPE = 'Declare a `predict` command that prepares the input.';

function checkShapes(inputs: readonly TensorSpec[], complain: Complain): inputs is Slot['spec'][] {
  let fits = true;
  for (const input of inputs) {
    if (input.type !== null && input.shape.length <= 2 && input.shape[0] !== 0) continue;
    fits = false;
    if (input.type === null)
      complain(`input "${input.name}" is no tensor of numbers or texts that can be fed`, OTHER_SHAPE);
    else
      complain(
        `input "${input.name}" takes ${describe(input)}; rows of a table fill [N] or [N, F]`,
        OTHER_SHAPE,
      );
  }
  if (inputs.length === 0) {
    complain('it has no inputs', OTHER_SHAPE);
    return false;
  }
  return fits;
}

function matchColumns(inputs: readonly Slot['spec'][], features: Table, complain: Complain): Slot[] {
  const [first, second] = inputs;
  if (first !== undefined && second === undefined && isWhole(first, features))
    return wholeTable(first, features, complain);
  if (first !== undefined && second !== undefined && inputs.length === 2 && isPairByKind(inputs)) {
    return byKind(inputs, features, complain);
  }
  return inputs.flatMap((input) => byName(input, features, complain));
}

/** Columns per row: null where the model does not say. */
function widthOf(spec: TensorSpec): number | null {
  return spec.shape.length === 2 ? (spec.shape[1] ?? null) : spec.shape.length === 1 ? 1 : null;
}

function isWhole(input: Slot['spec'], features: Table): boolean {
  return widthOf(input) !== 1 || (features.columns.size === 1 && findColumn(input.name, features) === null);
}

function isPairByKind(inputs: readonly Slot['spec'][]): boolean {
  const texts = inputs.filter(({ type }) => type === 'string').length;
  return texts === 1 && inputs.some((input) => widthOf(input) !== 1);
}

function wholeTable(input: Slot['spec'], features: Table, complain: Complain): Slot[] {
  return fill(input, [...features.columns], complain);
}

function byKind(inputs: readonly Slot['spec'][], features: Table, complain: Complain): Slot[] {
  return inputs.flatMap((input) => {
    const columns = [...features.columns].filter(
      ([, column]) => isWord(column) === (input.type === 'string'),
    );
    return fill(input, columns, complain);
  });
}

/** Text other than true and false. */
function isWord(column: Column): boolean {
  return column.kind === 'text' && column.levels.some((level) => level !== 'true' && level !== 'false');
}

function fill(
  input: Slot['spec'],
  columns: readonly (readonly [string, Column])[],
  complain: Complain,
): Slot[] {
  const width = widthOf(input);
  if (width === null || width === columns.length) return [{ spec: input, columns }];
  complain(
    `input "${input.name}" takes ${width} columns, found ${columns.length}: ${listed(columns.map(([name]) => name))}`,
    'List the columns that the model does not take under data.drop, or export it with one input per column.',
  );
  return [];
}

function byName(input: Slot['spec'], features: Table, complain: Complain): Slot[] {
  const width = widthOf(input);
  if (width !== null && width !== 1) {
    complain(
      `input "${input.name}" takes ${describe(input)} beside other inputs, so it is not known which columns it takes`,
      'Export the model with one input per column, or with one for all.',
    );
    return [];
  }
  const name = findColumn(input.name, features);
  if (name !== null) return [{ spec: input, columns: [[name, features.columns.get(name)!]] }];
  const nearest = nearestName(input.name, features.columns.keys());
  complain(
    `input "${input.name}" has no column of this name${nearest === null ? '' : ` (nearest: "${nearest}")`}; found ${listed([...features.columns.keys()])}`,
    'Name the inputs as the columns when exporting the model, or declare a `predict` command.',
  );
  return [];
}

function findColumn(input: string, features: Table): string | null {
  if (features.columns.has(input)) return input;
  const exported = [...features.columns.keys()].filter(
    (name) => name.replace(/[^A-Za-z0-9_]/g, '_') === input,
  );
  return exported.length === 1 ? exported[0]! : null;
}

function feedOf({ spec, columns }: Slot, complain: Complain): Feed {
  const rank = spec.shape.length === 1 ? 1 : 2;
  if (spec.type === 'string')
    return { name: spec.name, type: 'string', rank, ...textsOf(columns.map(([, column]) => column)) };
  const type = spec.type;
  const hint = 'Let the training fill or encode these cells inside the model, or drop the column.';
  const numbers = columns.map(([name, column]) =>
    checkedNumbers(column, type, (found) =>
      complain(`column "${name}" ${found}; input "${spec.name}" takes ${type}`, hint),
    ),
  );
  return { name: spec.name, type, rank, columns: numbers };
}

/** One dictionary for all columns of the input; code 0 is the empty text, which stands for missing. */
function textsOf(columns: readonly Column[]): { columns: Int32Array[]; levels: string[] } {
  const levels = [''];
  const codes = columns.map((column) => {
    const text = asText(column);
    const offset = levels.length;
    for (const level of text.levels) levels.push(level);
    return text.codes.map((code) => (code < 0 ? 0 : code + offset));
  });
  return { columns: codes, levels };
}

function describe(input: TensorSpec): string {
  return `${input.type ?? 'values'} [${input.shape.map((size) => size ?? 'N').join(', ')}]`;
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const shown = names.slice(0, 20).join(', ');
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}
