import type duckdb from '@duckdb/node-bindings';
import type { DuckDBConnection, DuckDBType } from '@duckdb/node-api';

import type { Column } from '../../table/index.ts';
import { loadDuckdb } from './load.ts';

/** A column as DuckDB sees it: fills a stretch of a vector. */
interface Feed {
  readonly name: string;
  readonly type: DuckDBType;
  fill(vector: duckdb.Vector, from: number, count: number): void;
}

const CHUNK = 2048;

function setInvalid(vector: duckdb.Vector, count: number, isMissing: (index: number) => boolean): void {
  const bits = new Uint8Array(Math.ceil(count / 64) * 8).fill(255);
  let any = false;
  for (let index = 0; index < count; index++) {
    if (!isMissing(index)) continue;
    any = true;
    bits[index >> 3]! &= ~(1 << (index & 7));
  }
  if (!any) return;
  const { bindings } = loadDuckdb();
  bindings.vector_ensure_validity_writable(vector);
  bindings.copy_data_to_vector_validity(vector, 0, bits.buffer, 0, bits.byteLength);
}

/** Whole numbers as 64-bit integers, two words each. */
function integers(
  values: Float64Array,
  scale: number,
): (vector: duckdb.Vector, from: number, count: number) => void {
  return (vector, from, count) => {
    const words = new Int32Array(count * 2);
    for (let index = 0; index < count; index++) {
      const value = values[from + index]! * scale;
      words[index * 2] = value % 2 ** 32;
      words[index * 2 + 1] = Math.floor(value / 2 ** 32);
    }
    loadDuckdb().bindings.copy_data_to_vector(vector, 0, words.buffer, 0, words.byteLength);
    setInvalid(vector, count, (index) => Number.isNaN(values[from + index]));
  };
}

function feedOf(name: string, column: Column): Feed {
  const { api, bindings } = loadDuckdb();
  if (column.kind === 'text') {
    const bytes = column.levels.map((level) => Buffer.from(level));
    const { codes } = column;
    return {
      name,
      type: api.VARCHAR,
      fill: (vector, from, count) => {
        for (let index = 0; index < count; index++) {
          const code = codes[from + index]!;
          if (code >= 0) bindings.vector_assign_string_element_len(vector, index, bytes[code]!);
        }
        setInvalid(vector, count, (index) => codes[from + index]! < 0);
      },
    };
  }
  const { values } = column;
  if (column.kind === 'time') return { name, type: api.TIMESTAMP, fill: integers(values, 1000) };
  if (column.integer && values.some((value) => !Number.isNaN(value)))
    return { name, type: api.BIGINT, fill: integers(values, 1) };
  const fill = (vector: duckdb.Vector, from: number, count: number): void => {
    bindings.copy_data_to_vector(
      vector,
      0,
      values.buffer as ArrayBuffer,
      values.byteOffset + from * 8,
      count * 8,
    );
    setInvalid(vector, count, (index) => Number.isNaN(values[from + index]));
  };
  return { name, type: api.DOUBLE, fill };
}

/** Names the feeds of one connection apart. */
let feeds = 0;

function register(connection: DuckDBConnection, rows: number, columns: readonly Feed[]): string {
  const { api, bindings } = loadDuckdb();
  const name = `rows_${++feeds}`;
  let at = 0;
  connection.registerTableFunction(
    api.DuckDBTableFunction.create({
      name,
      bindFunction: (bind) => columns.forEach((column) => bind.addResultColumn(column.name, column.type)),
      initFunction: (init) => {
        init.setMaxThreads(1);
        at = 0;
      },
      mainFunction: (_info, chunk) => {
        const count = Math.min(CHUNK, rows - at);
        chunk.rowCount = count;
        columns.forEach((column, index) =>
          column.fill(bindings.data_chunk_get_vector(chunk.chunk, index), at, count),
        );
        at += count;
      },
    }),
  );
  return `${name}()`;
}

/**
 * Makes columns in memory readable as a table function; returns how to call it. Rows are handed over chunk by chunk, so
 * nothing is copied as a whole. Whole numbers are BIGINT, times TIMESTAMP in UTC.
 */
export function registerColumns(
  connection: DuckDBConnection,
  rows: number,
  columns: Iterable<readonly [string, Column]>,
): string {
  return register(
    connection,
    rows,
    [...columns].map(([name, column]) => feedOf(name, column)),
  );
}

/** The same for bytes: one UTINYINT column of the given name. */
export function registerBytes(connection: DuckDBConnection, name: string, bytes: Uint8Array): string {
  const { api, bindings } = loadDuckdb();
  const fill = (vector: duckdb.Vector, from: number, count: number): void => {
    bindings.copy_data_to_vector(vector, 0, bytes.buffer as ArrayBuffer, bytes.byteOffset + from, count);
  };
  return register(connection, bytes.length, [{ name, type: api.UTINYINT, fill }]);
}
