import type duckdb from '@duckdb/node-bindings';
import type { DuckDBConnection, DuckDBDataChunk, DuckDBType } from '@duckdb/node-api';

import { columnFromBigTexts, Dictionary, MAX_EXACT, numberColumn, timeColumn } from '../../table/index.ts';
import type { Column, Table, TextColumn } from '../../table/index.ts';
import { identifier } from './duckdb.ts';
import { loadDuckdb } from './load.ts';

type Physical = 'double' | 'bigint' | 'text';

/** How a column is asked for, and what comes of it. */
interface Plan {
  readonly name: string;
  readonly sql: string;
  readonly physical: Physical;
  readonly becomes: 'number' | 'text' | 'time' | 'big';
}

const SMALL = /^(TINYINT|SMALLINT|INTEGER|UTINYINT|USMALLINT|UINTEGER|FLOAT|DOUBLE)$/;

/** A moment as milliseconds, cut downwards also before 1970; infinite ones are missing. */
function millisecondsOf(column: string, kind: string): string {
  const isNano = kind === 'TIMESTAMP_NS';
  const moment = kind === 'TIMESTAMP WITH TIME ZONE' || isNano ? column : `CAST(${column} AS TIMESTAMP)`;
  const count = isNano ? `epoch_ns(${moment})` : `epoch_us(${moment})`;
  const per = isNano ? 1_000_000 : 1000;
  const whole = `(${count} - ((${count} % ${per}) + ${per}) % ${per}) // ${per}`;
  return `CASE WHEN isfinite(${moment}) THEN CAST(${whole} AS DOUBLE) END`;
}

function planOf(name: string, type: DuckDBType): Plan {
  const column = identifier(name);
  const kind = type.toString();
  if (SMALL.test(kind))
    return { name, sql: `CAST(${column} AS DOUBLE)`, physical: 'double', becomes: 'number' };
  if (kind === 'BIGINT') return { name, sql: column, physical: 'bigint', becomes: 'number' };
  if (/^(UBIGINT|HUGEINT|UHUGEINT|BIGNUM)$/.test(kind))
    return { name, sql: `CAST(${column} AS VARCHAR)`, physical: 'text', becomes: 'big' };
  // Through text, so that the float is the one nearest to the decimal.
  if (kind.startsWith('DECIMAL'))
    return { name, sql: `CAST(CAST(${column} AS VARCHAR) AS DOUBLE)`, physical: 'double', becomes: 'number' };
  if (kind === 'DATE' || kind.startsWith('TIMESTAMP'))
    return { name, sql: millisecondsOf(column, kind), physical: 'double', becomes: 'time' };
  if (kind === 'VARCHAR') return { name, sql: column, physical: 'text', becomes: 'text' };
  const nested = /[[({]|STRUCT|MAP|UNION/.test(kind) && !kind.startsWith('ENUM');
  return {
    name,
    sql: nested ? `CAST(to_json(${column}) AS VARCHAR)` : `CAST(${column} AS VARCHAR)`,
    physical: 'text',
    becomes: 'text',
  };
}

/** Columns of a query by name and type. */
export async function describe(
  connection: DuckDBConnection,
  query: string,
): Promise<{ name: string; type: DuckDBType }[]> {
  const result = await connection.run(`SELECT * FROM (${query}) LIMIT 0`);
  const types = result.columnTypes();
  return result.columnNames().map((name, index) => ({ name, type: types[index]! }));
}

/** Cells of one column while the chunks of a result come in. */
class Receiver {
  readonly plan: Plan;
  /** Set where a whole number is beyond 2^53: the column must be asked for again as text. */
  big = false;
  private numbers = new Float64Array(0);
  private codes = new Int32Array(0);
  private readonly dictionary = new Dictionary();
  private rows = 0;

  constructor(plan: Plan) {
    this.plan = plan;
  }

  add(chunk: DuckDBDataChunk, index: number): void {
    const count = chunk.rowCount;
    const vector = loadDuckdb().bindings.data_chunk_get_vector(chunk.chunk, index);
    const validity = validityOf(vector, count);
    if (this.plan.physical === 'text') this.addTexts(vector, count, validity);
    else this.addNumbers(vector, count, validity);
    this.rows += count;
  }

  private addNumbers(vector: duckdb.Vector, count: number, validity: Uint8Array | null): void {
    if (this.rows + count > this.numbers.length) {
      const grown = new Float64Array(Math.max(8192, Math.ceil((this.rows + count) * 1.6)));
      grown.set(this.numbers.subarray(0, this.rows));
      this.numbers = grown;
    }
    const data = loadDuckdb().bindings.vector_get_data(vector, count * 8);
    if (this.plan.physical === 'double')
      this.numbers.set(new Float64Array(data.buffer, data.byteOffset, count), this.rows);
    else this.addBigints(new Int32Array(data.buffer, data.byteOffset, count * 2), count);
    if (validity === null) return;
    for (let row = 0; row < count; row++) if (!isValid(validity, row)) this.numbers[this.rows + row] = NaN;
  }

  private addBigints(words: Int32Array, count: number): void {
    for (let row = 0; row < count; row++) {
      const low = words[row * 2]! >>> 0;
      const value = words[row * 2 + 1]! * 2 ** 32 + low;
      // 2^53 + 1 rounds to 2^53: the low word tells them apart.
      const atLimit = Math.abs(value) === MAX_EXACT && low === 0;
      if (Math.abs(value) >= MAX_EXACT && !atLimit) this.big = true;
      this.numbers[this.rows + row] = value;
    }
  }

  private addTexts(vector: duckdb.Vector, count: number, validity: Uint8Array | null): void {
    if (this.rows + count > this.codes.length) {
      const grown = new Int32Array(Math.max(8192, Math.ceil((this.rows + count) * 1.6)));
      grown.set(this.codes.subarray(0, this.rows));
      this.codes = grown;
    }
    const { bindings } = loadDuckdb();
    const data = bindings.vector_get_data(vector, count * 16);
    const words = new Uint32Array(data.buffer, data.byteOffset, count * 4);
    // Cells of a dictionary-coded column point to the same bytes: each is looked up once a chunk.
    const seen = new Map<number, number>();
    for (let row = 0; row < count; row++) {
      const length = words[row * 4]!;
      const at = this.rows + row;
      if (length === 0 || (validity !== null && !isValid(validity, row))) this.codes[at] = -1;
      else if (length <= 12)
        this.codes[at] = this.dictionary.codeOf(data, row * 16 + 4, row * 16 + 4 + length);
      else {
        const pointer = words[row * 4 + 3]! * 2 ** 32 + words[row * 4 + 2]!;
        let code = seen.get(pointer);
        if (code === undefined) {
          const bytes = bindings.get_data_from_pointer(
            data.buffer as ArrayBuffer,
            data.byteOffset + row * 16 + 8,
            length,
          );
          code = this.dictionary.codeOf(bytes, 0, length);
          seen.set(pointer, code);
        }
        this.codes[at] = code;
      }
    }
  }

  finish(): Column {
    const { becomes, physical } = this.plan;
    if (physical !== 'text') {
      const values = this.numbers.slice(0, this.rows);
      return becomes === 'time' ? timeColumn(values) : numberColumn(values);
    }
    const codes = this.codes.slice(0, this.rows);
    const column: TextColumn = { kind: 'text', codes, levels: this.dictionary.takeLevels() };
    return becomes === 'big' ? columnFromBigTexts(column) : column;
  }
}

function validityOf(vector: duckdb.Vector, count: number): Uint8Array | null {
  const bytes = loadDuckdb().bindings.vector_get_validity(
    vector,
    Math.ceil(count / 64) * 8,
  ) as Uint8Array | null;
  return bytes;
}

function isValid(validity: Uint8Array, row: number): boolean {
  return (validity[row >> 3]! & (1 << (row & 7))) !== 0;
}

async function receive(
  connection: DuckDBConnection,
  query: string,
  plans: readonly Plan[],
): Promise<{ rows: number; receivers: Receiver[] }> {
  const receivers = plans.map((plan) => new Receiver(plan));
  const result = await connection.stream(`SELECT ${plans.map(({ sql }) => sql).join(', ')} FROM (${query})`);
  let rows = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return { rows, receivers };
    receivers.forEach((receiver, index) => receiver.add(chunk, index));
    rows += chunk.rowCount;
  }
}

/**
 * The answer of a query as a table, streamed chunk by chunk into typed arrays. Whole numbers beyond 2^53 become text,
 * booleans 'true' and 'false', dates and timestamps times, nested values JSON text.
 */
export async function readQuery(
  connection: DuckDBConnection,
  query: string,
  columns?: readonly string[],
): Promise<Table> {
  const described = await describe(connection, query);
  const typeOf = new Map(described.map(({ name, type }) => [name, type]));
  const names = columns ?? [...typeOf.keys()];
  const plans = names.map((name) => planOf(name, typeOf.get(name)!));
  const { rows, receivers } = await receive(connection, query, plans);
  const table = new Map<string, Column>();
  for (const receiver of receivers) {
    const { name } = receiver.plan;
    if (!receiver.big) table.set(name, receiver.finish());
    else {
      const asText: Plan = {
        name,
        sql: `CAST(${identifier(name)} AS VARCHAR)`,
        physical: 'text',
        becomes: 'text',
      };
      const again = await receive(connection, query, [asText]);
      table.set(name, again.receivers[0]!.finish());
    }
  }
  return { rows, columns: table };
}
