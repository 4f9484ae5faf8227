import type { DuckDBConnection } from '@duckdb/node-api';

import { loadDuckdb } from './load.ts';

/**
 * A database in memory that reads and writes only where it is told to: no network, no extension is fetched or loaded, and
 * what is set here cannot be changed by a query.
 */
export interface Duckdb {
  readonly connection: DuckDBConnection;
  close(): void;
}

/** What a database may touch; null = every file (for our own statements only). */
export interface Reach {
  /** Absolute. */
  readonly directories: readonly string[];
  readonly files: readonly string[];
}

/** A text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A list of texts as an SQL literal. */
export function literals(texts: readonly string[]): string {
  return `[${texts.map(literal).join(', ')}]`;
}

/** A name as an SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Opens a database. Throws PlatformError NATIVE_MISSING, DIGEST_MISMATCH. */
export async function openDuckdb(reach: Reach | null): Promise<Duckdb> {
  const instance = await loadDuckdb().api.DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  const connection = await instance.connect();
  if (reach !== null) {
    const directories = reach.directories.map((directory) =>
      directory.endsWith('/') ? directory : `${directory}/`,
    );
    await connection.run(`SET allowed_directories = ${literals(directories)}`);
    await connection.run(`SET allowed_paths = ${literals(reach.files)}`);
    await connection.run('SET enable_external_access = false');
  }
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run('SET lock_configuration = true');
  return {
    connection,
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Opens a database, hands it to `use` and closes it. */
export async function withDuckdb<T>(
  reach: Reach | null,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const database = await openDuckdb(reach);
  try {
    return await use(database.connection);
  } finally {
    database.close();
  }
}

/** First sentence of an error of DuckDB's, without its class, its position and its suggestions of our internals. */
export function plainMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [head = ''] = text.split(/\n\s*\n|\nLINE \d+:/);
  const told = head.replace(/ Did you mean "(?:pg_|duckdb_)[^"]*"\?/, '');
  return told
    .replace(/^[A-Z][A-Za-z ]*(?:Error|Exception): /, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
