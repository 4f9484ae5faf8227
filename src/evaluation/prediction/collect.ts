import { CommandError } from '../../contracts/errors.ts';
import type { NumericTensor, Tensor, TextTensor } from '../ports.ts';

/** All rows of one output, column by column. */
export type Output =
  | { readonly name: string; readonly kind: 'number' | 'boolean'; readonly columns: readonly Float64Array[] }
  | {
      readonly name: string;
      readonly kind: 'text';
      readonly codes: Int32Array;
      readonly levels: readonly string[];
    };

/** Gathers the tensors of one output, chunk after chunk. */
export class Collector {
  readonly #name: string;
  readonly #rows: number;
  readonly #file: string;
  #columns: Float64Array[] | null = null;
  #kind: Output['kind'] = 'number';
  #codes: Int32Array | null = null;
  readonly #levels = new Map<string, number>();

  constructor(name: string, rows: number, file: string) {
    this.#name = name;
    this.#rows = rows;
    this.#file = file;
  }

  /** Takes the first `rows` rows of a chunk that starts at row `from`. */
  add(tensor: Tensor, from: number, rows: number): void {
    if (tensor.type === 'string') this.#addText(tensor, from, rows);
    else this.#addNumbers(tensor, from, rows);
  }

  /** The whole output. */
  finish(): Output {
    if (this.#codes !== null)
      return { name: this.#name, kind: 'text', codes: this.#codes, levels: [...this.#levels.keys()] };
    return {
      name: this.#name,
      kind: this.#kind === 'boolean' ? 'boolean' : 'number',
      columns: this.#columns ?? [],
    };
  }

  #addNumbers(tensor: NumericTensor, from: number, rows: number): void {
    const width = tensor.shape.slice(1).reduce((product, size) => product * size, 1);
    this.#columns ??= Array.from({ length: width }, () => new Float64Array(this.#rows));
    if (this.#columns.length !== width)
      throw this.#changed(`${this.#columns.length} and ${width} values a row`);
    this.#kind = tensor.type === 'bool' ? 'boolean' : 'number';
    const { values } = tensor;
    const isBig = values instanceof BigInt64Array || values instanceof BigUint64Array;
    const plain = isBig ? doublesOf(values) : values;
    this.#columns.forEach((column, index) => {
      for (let row = 0; row < rows; row++) column[from + row] = plain[row * width + index]!;
    });
  }

  #addText(tensor: TextTensor, from: number, rows: number): void {
    const width = tensor.shape.slice(1).reduce((product, size) => product * size, 1);
    if (width !== 1) throw this.#changed(`${width} texts a row`);
    this.#codes ??= new Int32Array(this.#rows);
    const codes = tensor.levels.map((level) => {
      const code = this.#levels.get(level) ?? this.#levels.size;
      this.#levels.set(level, code);
      return code;
    });
    for (let row = 0; row < rows; row++) this.#codes[from + row] = codes[tensor.codes[row]!]!;
  }

  #changed(what: string): CommandError {
    return new CommandError({
      code: 'MODEL_FAILED',
      message: `${this.#file}: output "${this.#name}" gives ${what}`,
      file: this.#file,
      hint: 'Export the model so that each output has a fixed number of values a row.',
    });
  }
}

/**
 * 64-bit integers as doubles, rounded as Number(bigint) does. Read in halves, low half first as on every processor that
 * the runtime exists for: a BigInt for each value takes ten times as long.
 */
function doublesOf(values: BigInt64Array | BigUint64Array): Float64Array {
  const { buffer, byteOffset, length } = values;
  const low = new Uint32Array(buffer, byteOffset, 2 * length);
  const high = values instanceof BigInt64Array ? new Int32Array(buffer, byteOffset, 2 * length) : low;
  const doubles = new Float64Array(length);
  for (let k = 0; k < length; k++) doubles[k] = high[2 * k + 1]! * 2 ** 32 + low[2 * k]!;
  return doubles;
}
