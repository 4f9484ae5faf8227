import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import type * as Api from '@duckdb/node-api';
import type Bindings from '@duckdb/node-bindings';

import { BESIDE } from './beside.ts';
import { holdsPart, nativeMissing, PLATFORM, verifyPart, type Part } from './parts.ts';

/** Where runner images keep the native parts. */
export const BAKED = '/opt/slipway/native';

/** The two halves of DuckDB: its API, and the bindings below it that fast paths use. */
export interface Duckdb {
  readonly api: typeof Api;
  readonly bindings: typeof Bindings;
}

/**
 * The folder from which native parts are loaded: what the action `setup` named, else the image's, if it has this part in the
 * version that is pinned; null where npm's search decides.
 */
export function nativeFolder(part: Part): string | null {
  const named = process.env['SLIPWAY_NATIVE'] ?? '';
  if (named !== '') return named;
  return holdsPart(BAKED, part) ? BAKED : null;
}

/** Folders that a process with few rights must be able to read to load native parts. */
export function nativeFolders(): readonly string[] {
  const named = process.env['SLIPWAY_NATIVE'] ?? '';
  return [named, BAKED].filter((folder) => folder !== '' && existsSync(folder));
}

/**
 * A file to resolve a part's packages from, for `createRequire`. Files of a folder with pinned digests are checked first.
 *
 * @throws PlatformError NATIVE_MISSING, DIGEST_MISMATCH
 */
export function libraryOf(part: Part): string {
  const folder = nativeFolder(part);
  if (folder !== null) {
    verifyPart(folder, part);
    return join(folder, 'package.json');
  }
  if (BESIDE === null) throw nativeMissing(part, 'no step has set it up');
  return BESIDE;
}

let duckdb: Duckdb | null = null;

/**
 * DuckDB, loaded when it is first asked for.
 *
 * @throws PlatformError NATIVE_MISSING, DIGEST_MISMATCH
 */
export function loadDuckdb(): Duckdb {
  if (duckdb !== null) return duckdb;
  const require = createRequire(libraryOf('duckdb'));
  try {
    duckdb = {
      api: require('@duckdb/node-api') as typeof Api,
      bindings: require('@duckdb/node-bindings') as typeof Bindings,
    };
    return duckdb;
  } catch (error) {
    throw nativeMissing('duckdb', reasonOf(error), error);
  }
}

/** First line of what the loader says: the rest is a list of the folders it looked in. */
function reasonOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line === '' ? `unknown on ${PLATFORM}` : line;
}
