import type { Column, Table } from '../table/index.ts';

/** The tabular formats we read and write. */
export type TableFormat = 'csv' | 'parquet' | 'arrow' | 'jsonl';

/** How a table file is shaped; nothing given = format by extension and content, first row is the header. */
export interface ReadOptions {
  readonly format?: TableFormat;
  /** CSV: false = the file has no header (columns are c0, c1, …), or the names to use for a file without one. */
  readonly header?: boolean | readonly string[];
  /** Text cells without surrounding blanks. */
  readonly trim?: boolean;
  /** Only these columns, in this order. Refuses columns that do not exist. */
  readonly columns?: readonly string[];
  /** Columns kept as text whatever they look like; names that do not exist are ignored. */
  readonly asText?: readonly string[];
  /** Messages name files relative to this directory. */
  readonly base?: string;
}

/** Where a part of a source goes, and what is changed on the way. */
export interface Partition {
  /** Part of each row of all files together, in reading order: an index into `targets`; 255 = to none of them. */
  readonly parts: Uint8Array;
  /** A file per part, written in the source's format, header style and (by its `.gz`) compression. */
  readonly targets: readonly string[];
  /** Rows of one part once more, file by file: target `k` gets those of file `k`. */
  readonly copies?: { readonly part: number; readonly targets: readonly string[] };
  readonly drop?: readonly string[];
  /** One more column at the end, a cell per row of the source: the target of a `target-file`. */
  readonly append?: { readonly name: string; readonly column: Column };
}

/** Rows in files, on this machine. */
export interface TableFiles {
  /**
   * Reads files as one table; files after the first must have its columns. Throws InputError with all problems found:
   * FILE_NOT_FOUND, FILE_UNREADABLE, FILE_EMPTY, FORMAT_UNKNOWN, FORMAT_BROKEN, RAGGED_ROW, COLUMN_DUPLICATE,
   * COLUMN_MISSING, NO_ROWS.
   */
  read(files: readonly string[], options: ReadOptions): Promise<Table>;
  /** Answer of a query; relative paths in it start at `dir`. Nothing but `dir` and `files` can be read. Throws InputError SQL_FAILED. */
  query(sql: string, dir: string, files?: readonly string[]): Promise<Table>;
  /** The same, written to a Parquet file with the types of the answer. */
  queryTo(sql: string, dir: string, files: readonly string[], target: string): Promise<void>;
  /** Paths and globs that a query names, as they are written in it. */
  namesInQuery(sql: string): Promise<readonly string[]>;
  /** Writes a table; `.gz` compresses csv and jsonl. The file is written beside its place and renamed, whole or not at all. */
  write(table: Table, file: string, format: TableFormat): Promise<void>;
  /** Copies rows of files to other files, cell for cell as they were written. */
  partition(files: readonly string[], options: ReadOptions, partition: Partition): Promise<void>;
  /** The format of a file by its content, else by its name. Throws InputError FORMAT_UNKNOWN. */
  formatOf(file: string, declared?: TableFormat): Promise<TableFormat>;
}
