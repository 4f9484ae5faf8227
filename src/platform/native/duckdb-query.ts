import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';

import type { DuckDBConnection } from '@duckdb/node-api';

import { InputError, isCodedError } from '../../contracts/errors.ts';
import type { Problem } from '../../contracts/errors.ts';
import type { Table } from '../../table/index.ts';
import { requireDistinctColumns } from '../storage/same-shape.ts';
import { literal, openDuckdb, plainMessage, withDuckdb } from './duckdb.ts';
import { copyTo } from './duckdb-parquet.ts';
import { readQuery } from './duckdb-read.ts';

const LABEL = 'the query';

function failed(message: string, sql: string, hint: string, cause?: unknown): InputError {
  const excerpt = sql.trim().split('\n').slice(0, 3).join('\n');
  const problem: Problem = { code: 'SQL_FAILED', message: `${LABEL}: ${message}`, excerpt, hint };
  return new InputError(problem, cause === undefined ? undefined : { cause });
}

/** A node of the syntax tree that DuckDB gives as JSON. */
type Node = unknown;

function isRecord(node: Node): node is Record<string, Node> {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

/** Visits every place of the tree that may name a file: base tables and constants within table functions. */
function eachName(node: Node, visit: (name: string) => string, within: boolean): void {
  if (Array.isArray(node)) {
    for (const child of node as Node[]) eachName(child, visit, within);
    return;
  }
  if (!isRecord(node)) return;
  if (node['type'] === 'BASE_TABLE' && typeof node['table_name'] === 'string')
    node['table_name'] = visit(node['table_name']);
  const inside = within || node['type'] === 'TABLE_FUNCTION';
  const value = node['value'];
  if (inside && node['class'] === 'CONSTANT' && isRecord(value) && typeof value['value'] === 'string')
    value['value'] = visit(value['value']);
  for (const child of Object.values(node)) eachName(child, visit, inside);
}

async function parse(connection: DuckDBConnection, sql: string): Promise<Node> {
  const result = await connection.runAndReadAll(`SELECT json_serialize_sql(${literal(sql)})`);
  const tree = JSON.parse(String(result.getRows()[0]?.[0])) as Record<string, Node>;
  if (tree['error'] !== true) {
    const statements = tree['statements'];
    if (Array.isArray(statements) && statements.length === 1) return tree;
    throw failed('expected one SELECT statement', sql, 'Give one query.');
  }
  const message = String(tree['error_message']);
  if (/only select/i.test(message))
    throw failed(
      'only SELECT can be asked',
      sql,
      "Write the source as a query: select … from 'data/file.parquet'.",
    );
  throw failed(
    plainMessage(new Error(message)),
    sql,
    'The dialect is DuckDB’s: https://duckdb.org/docs/sql/introduction.',
  );
}

/** Names in a query that may be files, in order, each once. Throws InputError SQL_FAILED, SOURCE_UNSUPPORTED. */
export async function namesInQuery(sql: string): Promise<readonly string[]> {
  const names = new Set<string>();
  await withDuckdb({ directories: [], files: [] }, async (connection) => {
    eachName(await parse(connection, sql), (name) => (names.add(name), name), false);
  });
  const remote = [...names].filter((name) => /^[a-z][a-z0-9+.-]*:\/\//i.test(name));
  if (remote.length > 0) {
    throw new InputError(
      remote.map((name) => ({
        code: 'SOURCE_UNSUPPORTED' as const,
        message: `${LABEL} reads ${name}: remote files are not active yet`,
        hint: 'Copy the file here first and name its path.',
      })),
    );
  }
  return [...names];
}

/** The query with its relative paths made absolute. */
async function absolute(connection: DuckDBConnection, sql: string, dir: string): Promise<string> {
  const tree = await parse(connection, sql);
  eachName(
    tree,
    (name) => {
      if (isAbsolute(name) || !/[./*?[]/.test(name)) return name;
      const path = join(dir, name);
      return existsSync(path) || /[*?[{]/.test(name) ? path : name;
    },
    false,
  );
  const result = await connection.runAndReadAll(
    `SELECT json_deserialize_sql(${literal(JSON.stringify(tree))})`,
  );
  return String(result.getRows()[0]?.[0]);
}

function explain(error: unknown, sql: string, dir: string): Error {
  if (isCodedError(error)) return error;
  const message = plainMessage(error);
  const denied = /Cannot access (?:file|directory) "([^"]*)"/.exec(message);
  if (denied !== null) {
    const name = denied[1]!;
    if (!existsSync(isAbsolute(name) ? name : join(dir, name)))
      return failed(`there is no file ${name}`, sql, 'Paths start at the model’s directory.', error);
    return failed(
      `${name} lies outside of the model’s directory`,
      sql,
      'Name it under `files`, beside `sql`.',
      error,
    );
  }
  return failed(
    message.replaceAll(`${dir}/`, ''),
    sql,
    'The dialect is DuckDB’s: https://duckdb.org/docs/sql/introduction.',
    error,
  );
}

async function withQuery<T>(
  sql: string,
  dir: string,
  files: readonly string[],
  outputs: readonly string[],
  use: (connection: DuckDBConnection, query: string) => Promise<T>,
): Promise<T> {
  const database = await openDuckdb({ directories: [dir, ...outputs], files });
  try {
    const query = await absolute(database.connection, sql, dir);
    const prepared = await database.connection.prepare(query);
    const names = Array.from({ length: prepared.columnCount }, (_, index) => prepared.columnName(index));
    requireDistinctColumns(names, LABEL);
    return await use(database.connection, query);
  } catch (error) {
    throw explain(error, sql, dir);
  } finally {
    database.close();
  }
}

/** Answer of a query over files below `dir` and over `files`. Throws InputError SQL_FAILED, COLUMN_DUPLICATE. */
export async function query(sql: string, dir: string, files: readonly string[]): Promise<Table> {
  return await withQuery(sql, dir, files, [], async (connection, text) => await readQuery(connection, text));
}

/** The answer of a query as a Parquet file, with the types it has. `target` may lie anywhere. Throws as `query`. */
export async function queryTo(
  sql: string,
  dir: string,
  files: readonly string[],
  target: string,
): Promise<void> {
  await withQuery(
    sql,
    dir,
    files,
    [dirname(target)],
    async (connection, text) => await copyTo(connection, text, target),
  );
}
