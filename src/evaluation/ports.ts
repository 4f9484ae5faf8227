import type { Table } from '../table/index.ts';

/**
 * What judging a model asks of the outside: a runtime for ONNX files that can be stopped whatever the model does, and
 * tables in files.
 */

/** Element types of tensors that are fed and read. */
// prettier-ignore
export const ELEMENT_TYPES = [
  'float32', 'float64', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'bool', 'string',
] as const;
export type ElementType = (typeof ELEMENT_TYPES)[number];

export type NumericArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** One input or output as the model declares it. */
export interface TensorSpec {
  readonly name: string;
  /** Null where it is no tensor (sequence, map, optional) or holds elements that are not fed (float16, …). */
  readonly type: ElementType | null;
  /** Null for a free dimension. Empty for a scalar and where the model does not say. */
  readonly shape: readonly (number | null)[];
}

/** Row-major values; `bool` holds 0 and 1 in a Uint8Array. */
export interface NumericTensor {
  readonly type: Exclude<ElementType, 'string'>;
  readonly shape: readonly number[];
  readonly values: NumericArray;
}

/** Row-major codes into `levels`. The same `levels` object is sent to the runtime once. */
export interface TextTensor {
  readonly type: 'string';
  readonly shape: readonly number[];
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

export type Tensor = NumericTensor | TextTensor;

export interface RunRequest {
  readonly feeds: ReadonlyMap<string, Tensor>;
  /** Names of the outputs to compute. */
  readonly fetches: readonly string[];
  /** First dimension of every feed. */
  readonly rows: number;
  /** Rows of one call of the model; the last call takes what is left. */
  readonly batch: number;
}

/** A loaded model. Calls of `run` are answered in order; several may be under way. */
export interface OnnxModel {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /**
   * Outputs of all rows, concatenated along the first dimension. The feeds' values have been taken when the call
   * returns, so their memory may be filled again at once.
   * Throws CommandError MODEL_FAILED where the model fails, crashes, takes too long, or an output does not have one
   * entry per row; CancelledError after the signal.
   */
  run(request: RunRequest): Promise<ReadonlyMap<string, Tensor>>;
  /** Frees everything at once. May be called at any time and twice. */
  close(): Promise<void>;
}

export interface OpenRequest {
  /** Where the model came from: external data is looked up beside it, messages name it. */
  readonly file: string;
  /** The model's bytes, already inspected. */
  readonly bytes: Uint8Array;
  /** Flat names of the external data files that the model refers to. */
  readonly external: readonly string[];
  /** Threads of one operator; default: all cores this process may use. */
  readonly threads?: number;
  /** Longest time for one request, in milliseconds; loading has at least a minute. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface OnnxRuntime {
  /** First bytes of a file, at most 64 KiB. Throws InputError FILE_NOT_FOUND, FILE_UNREADABLE, FORMAT_UNKNOWN (a folder). */
  head(file: string): Promise<Uint8Array>;
  /** All bytes of a model file. Throws InputError FILE_NOT_FOUND, FILE_UNREADABLE, or MODEL_UNREADABLE above 2 GiB. */
  read(file: string): Promise<Uint8Array>;
  /**
   * Loads a model where it can be killed. Throws InputError MODEL_UNREADABLE when the runtime refuses it,
   * PlatformError NATIVE_MISSING without the runtime, CancelledError after the signal.
   */
  open(request: OpenRequest): Promise<OnnxModel>;
}

/** Tables that travel to and from a `predict` command. */
export interface TableExchange {
  /** Throws InputError FILE_NOT_FOUND, FILE_EMPTY, FORMAT_UNKNOWN, FORMAT_BROKEN, RAGGED_ROW, COLUMN_DUPLICATE, NO_ROWS. */
  read(
    files: readonly string[],
    options: {
      readonly columns?: readonly string[];
      readonly asText?: readonly string[];
      /** Folder that messages name files from. */
      readonly base?: string;
    },
  ): Promise<Table>;
  write(table: Table, file: string, format: ExchangeFormat): Promise<void>;
}

export type ExchangeFormat = 'csv' | 'parquet' | 'arrow' | 'jsonl';
