import { stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

import { glob, isDynamicPattern } from 'tinyglobby';

import { InputError } from '../contracts/errors.ts';
import type { Problem } from '../contracts/errors.ts';
import { nearestName } from '../table/index.ts';
import { readdir } from 'node:fs/promises';

const TABULAR = /\.(csv|tsv|parquet|pq|arrow|feather|ipc|jsonl|ndjson)(\.gz)?$/i;
const REMOTE = /^([a-z][a-z0-9+.-]*):\/\//i;

/** Path of a file as configs and digests write it: relative to `dir`, with forward slashes. */
export function relativePath(dir: string, file: string): string {
  return relative(dir, file).split(sep).join('/') || '.';
}

function remote(name: string, scheme: string): Problem {
  const copy = scheme.startsWith('http')
    ? `curl -LO ${name}`
    : scheme === 's3'
      ? `aws s3 cp ${name} data/`
      : `gsutil cp ${name} data/`;
  return {
    code: 'SOURCE_UNSUPPORTED',
    message: `${name}: ${scheme}:// sources are not active yet, expected a path on this machine`,
    hint: `Copy the file here first, e.g. in a workflow step: ${copy}.`,
  };
}

async function missing(name: string, path: string, dir: string): Promise<Problem> {
  const siblings = await readdir(dirname(path)).catch(() => null);
  const near = siblings === null ? null : nearestName(basename(path), siblings);
  const place = relativePath(dir, dirname(path));
  const hint =
    siblings === null
      ? `There is no directory ${place}.`
      : near === null
        ? `Paths start at ${dir}.`
        : `Did you mean ${relativePath(dir, join(dirname(path), near))}?`;
  return { code: 'FILE_NOT_FOUND', message: `${name} does not exist`, file: name, hint };
}

async function filesBelow(name: string, path: string): Promise<string[] | Problem> {
  const all = await glob('**/*', {
    cwd: path,
    absolute: true,
    onlyFiles: true,
    expandDirectories: false,
    ignore: ['**/_*', '**/.*'],
  });
  const tabular = all.filter((file) => TABULAR.test(file));
  if (tabular.length > 0) return tabular.map((file) => resolve(file));
  const kinds = new Map<string, number>();
  for (const file of all) {
    const extension = /\.[^./]+$/.exec(file)?.[0] ?? 'without extension';
    kinds.set(extension, (kinds.get(extension) ?? 0) + 1);
  }
  const held = [...kinds]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 5)
    .map(([extension, count]) => `${count} ${extension}`);
  return {
    code: 'SOURCE_UNSUPPORTED',
    message: `${name} is a directory without tables (${held.join(', ') || 'it is empty'})`,
    file: name,
    hint: 'For images, texts and the like write an index table (path, target, …), name it as `source`, and list the directory under `train.inputs`.',
  };
}

async function expand(name: string, dir: string): Promise<string[] | Problem> {
  const scheme = REMOTE.exec(name)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'file') return remote(name, scheme);
  const path = isAbsolute(name) ? name : resolve(dir, name);
  const info = await stat(path).catch(() => null);
  if (info?.isDirectory() === true) return await filesBelow(name, path);
  if (info !== null) return [path];
  if (!isDynamicPattern(name)) return await missing(name, path, dir);
  const found = await glob(name, { cwd: dir, absolute: true, onlyFiles: true, expandDirectories: false });
  if (found.length > 0) return found.map((file) => resolve(file));
  return {
    code: 'FILE_NOT_FOUND',
    message: `${name} matches no file`,
    file: name,
    hint: `Patterns start at ${dir}.`,
  };
}

/**
 * The files that paths, globs and directories name, absolute, each once, in the order of the list and sorted within an
 * entry. Directories stand for the tables below them. Throws InputError FILE_NOT_FOUND, SOURCE_UNSUPPORTED for all at once.
 */
export async function locate(names: readonly string[], dir: string): Promise<string[]> {
  const files = new Set<string>();
  const problems: Problem[] = [];
  for (const name of names) {
    const found = await expand(name, dir);
    if (Array.isArray(found)) for (const file of found.sort()) files.add(file);
    else problems.push(found);
  }
  if (problems.length > 0) throw new InputError(problems);
  return [...files];
}
