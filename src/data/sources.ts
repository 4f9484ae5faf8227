import { stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';

import { glob } from 'tinyglobby';

import { InputError } from '../contracts/errors.ts';
import type { Digest } from '../contracts/digest.ts';
import { digestFiles } from './digests.ts';
import type { DataFile } from './digests.ts';
import { locate } from './locate.ts';
import type { TableFiles } from './ports.ts';
import type { DataConfig, Source } from './schema.ts';

/** A source with the files it reads. */
export interface LocatedSource {
  /** Absolute. */
  readonly files: readonly string[];
  readonly digests: readonly DataFile[];
  readonly sql: string | null;
}

/** Everything a data config reads, found and digested; nothing is parsed. */
export interface LocatedData {
  readonly source: LocatedSource | null;
  readonly train: LocatedSource | null;
  readonly validation: LocatedSource | null;
  readonly test: LocatedSource | null;
  readonly targets: {
    readonly all: LocatedSource | null;
    readonly train: LocatedSource | null;
    readonly validation: LocatedSource | null;
    readonly test: LocatedSource | null;
  };
  readonly suites: ReadonlyMap<string, LocatedSource>;
}

interface Finder {
  readonly dir: string;
  readonly tables: TableFiles;
  readonly digestFile: (path: string) => Promise<Digest>;
}

/** Files that exist among the names a query mentions; other texts of a query are not paths. */
async function filesOfQuery(sql: string, finder: Finder): Promise<string[]> {
  const files = new Set<string>();
  for (const name of await finder.tables.namesInQuery(sql)) {
    const path = isAbsolute(name) ? name : join(finder.dir, name);
    const info = await stat(path).catch(() => null);
    if (info?.isFile() === true) files.add(resolve(path));
    else if (info === null && /[*?[{]/.test(name)) {
      const found = await glob(name, {
        cwd: finder.dir,
        absolute: true,
        onlyFiles: true,
        expandDirectories: false,
      });
      for (const file of found.sort()) files.add(resolve(file));
    }
  }
  return [...files];
}

async function find(source: Source, finder: Finder): Promise<LocatedSource> {
  const sql = 'sql' in source ? source.sql : null;
  let files: string[];
  if (!('sql' in source)) files = await locate(source, finder.dir);
  else
    files =
      source.files === undefined
        ? await filesOfQuery(source.sql, finder)
        : await locate(source.files, finder.dir);
  return { files, sql, digests: await digestFiles(files, finder.dir, finder.digestFile) };
}

/** Finds and digests every file of a data config. Throws InputError with the problems of all sources at once. */
export async function locateData(data: DataConfig, finder: Finder): Promise<LocatedData> {
  const problems: InputError['problems'][number][] = [];
  const maybe = async (source: Source | undefined): Promise<LocatedSource | null> => {
    if (source === undefined) return null;
    try {
      return await find(source, finder);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
      return null;
    }
  };
  const targetFile = data['target-file'];
  const apart = targetFile !== undefined && !('length' in targetFile) ? targetFile : null;
  const all = targetFile !== undefined && 'length' in targetFile ? targetFile : undefined;
  const suites = new Map<string, LocatedSource>();
  const located = {
    source: await maybe(data.source),
    train: await maybe(data.train),
    validation: await maybe(data.validation),
    test: await maybe(data.test),
    targets: {
      all: await maybe(all),
      train: await maybe(apart?.train),
      validation: await maybe(apart?.validation),
      test: await maybe(apart?.test),
    },
    suites,
  };
  for (const [name, source] of Object.entries(data.suites)) {
    const suite = await maybe(source);
    if (suite !== null) suites.set(name, suite);
  }
  if (problems.length > 0) throw new InputError(problems);
  return located;
}
