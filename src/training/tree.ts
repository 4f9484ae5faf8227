import { lstatSync, readdirSync } from 'node:fs';
import { isAbsolute, join, posix, relative, sep } from 'node:path';

import picomatch from 'picomatch';

import { InputError, type Problem } from '../contracts/errors.ts';
import type { Sources } from './ports.ts';
import type { SourceTree } from './types.ts';

/** A source tree with the model's folder as a path relative to its root, '' for the root itself, always with `/`. */
export interface Tree {
  readonly root: string;
  readonly dir: string;
}

/** Never part of anything: repository internals, our own folder, and what tools leave behind while they work. */
const JUNK = new Set([
  '.git',
  '.slipway',
  '__pycache__',
  '.ipynb_checkpoints',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.DS_Store',
]);
/** Installed packages: left out where no git says what is ignored, and from globs. They come from `environment.install`. */
const INSTALLED = new Set(['node_modules', '.venv', 'venv', '.tox', '.renv', 'packrat']);
/** Slipway's own settings judge a model and do not make it: editing a gate must not train again. */
const SETTINGS = /^(slipway\.ya?ml$|\.github\/)/;

/** Checks that `dir` lies in `root` and names it relative to it. Throws InputError CONFIG_INVALID. */
export function openTree({ root, dir }: SourceTree): Tree {
  const path = toPosix(relative(root, dir));
  if (!isOutside(path)) return { root, dir: path };
  throw new InputError({
    code: 'CONFIG_INVALID',
    message: `dir: ${dir} lies outside of ${root}`,
    hint: 'put it inside the repository',
  });
}

/** A path of the config (relative to `dir`) as one relative to the root; null when it leaves the root. */
export function toRootPath(tree: Tree, path: string): string | null {
  if (isAbsolute(path)) {
    const inside = toPosix(relative(tree.root, path));
    return isOutside(inside) ? null : inside;
  }
  const joined = posix.normalize(posix.join(tree.dir, toPosix(path)));
  return isOutside(joined) ? null : joined === '.' ? '' : joined.replace(/\/$/, '');
}

function isOutside(path: string): boolean {
  return path === '..' || path.startsWith('../') || isAbsolute(path);
}

function toPosix(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

/**
 * Files below `dir` that are no junk and not ignored, relative to the root, sorted: git's answer in a work tree, else
 * everything but installed packages. In a checkout of a commit both give the same files.
 */
export async function listUnignored(tree: Tree, sources: Sources): Promise<readonly string[]> {
  const listed = (await sources.unignored(tree.root, tree.dir)) ?? walk(tree.root, tree.dir, isSkippedByName);
  return listed.filter((path) => !isJunk(path) && !SETTINGS.test(path));
}

const JUNK_PATH = new RegExp(
  `(^|/)(${[...JUNK].map((name) => name.replaceAll('.', '\\.')).join('|')})(/|$)|\\.pyc$`,
);

function isJunk(path: string): boolean {
  return JUNK_PATH.test(path);
}

function isSkippedByName(name: string): boolean {
  return JUNK.has(name) || INSTALLED.has(name);
}

/** All files below a folder of the tree, relative to the root, sorted; links are listed, not followed. */
function walk(root: string, folder: string, skip: (name: string) => boolean): readonly string[] {
  const found: string[] = [];
  const visit = (path: string): void => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      if (skip(entry.name)) continue;
      const child = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) visit(child);
      else if (entry.isFile() || entry.isSymbolicLink()) found.push(child);
    }
  };
  visit(folder);
  return found.sort();
}

/** What declared paths and globs name: all files, and those named without a wildcard (which are meant as they are). */
export interface Selection {
  readonly files: ReadonlySet<string>;
  readonly literal: ReadonlySet<string>;
}

/**
 * Files that declared inputs name (paths, folders, globs, `!` for exceptions; relative to `dir`; `../` may reach other
 * parts of the root). A path is taken even where git ignores it; globs leave out junk and installed packages.
 * Throws InputError with one problem per pattern that names nothing (FILE_NOT_FOUND) or leaves the root (CONFIG_INVALID).
 */
export function selectInputs(tree: Tree, patterns: readonly string[], label: string): Selection {
  const files = new Set<string>();
  const literal = new Set<string>();
  const problems: Problem[] = [];
  for (const pattern of patterns.filter((text) => !text.startsWith('!'))) {
    const path = toRootPath(tree, pattern);
    if (path === null) {
      problems.push(outside(label, pattern));
      continue;
    }
    const isGlob =
      picomatch.scan(path).isGlob &&
      lstatSync(join(tree.root, path), { throwIfNoEntry: false }) === undefined;
    const found = isGlob ? matchGlob(tree.root, path) : literalFiles(tree.root, path);
    if (found.length === 0) problems.push(nothing(label, pattern));
    for (const file of found) files.add(file);
    if (!isGlob) for (const file of found) literal.add(file);
  }
  if (problems.length > 0) throw new InputError(problems);
  for (const pattern of patterns.filter((text) => text.startsWith('!'))) {
    const isExcepted = matcherOf(toRootPath(tree, pattern.slice(1)) ?? '');
    for (const file of files) if (isExcepted(file)) files.delete(file);
  }
  return { files, literal };
}

function outside(label: string, pattern: string): Problem {
  return {
    code: 'CONFIG_INVALID',
    message: `${label}: ${pattern} lies outside of the repository`,
    hint: 'name files inside it; data from elsewhere belongs to data.source',
  };
}

function nothing(label: string, pattern: string): Problem {
  return {
    code: 'FILE_NOT_FOUND',
    message: `${label}: ${pattern} names no file`,
    hint: 'check the path: it is relative to the model’s dir',
  };
}

function literalFiles(root: string, path: string): readonly string[] {
  const stat = lstatSync(join(root, path), { throwIfNoEntry: false });
  if (stat === undefined) return [];
  return stat.isDirectory() ? walk(root, path, isSkippedByName) : [path];
}

function matchGlob(root: string, pattern: string): readonly string[] {
  const { base } = picomatch.scan(pattern);
  const stat = lstatSync(join(root, base), { throwIfNoEntry: false });
  // A folder behind a link is taken whole: what a link leads to is listed when the link is resolved.
  if (stat?.isSymbolicLink() === true) return [base];
  if (stat?.isDirectory() !== true) return [];
  const matches = matcherOf(pattern);
  return walk(root, base, isSkippedByName).filter((file) => !file.endsWith('.pyc') && matches(file));
}

/** Tells whether a path matches a path, a folder or a glob; all relative to the same folder. */
export function matcherOf(pattern: string): (path: string) => boolean {
  const plain = pattern.replace(/\/$/, '');
  const { base, glob } = picomatch.scan(plain);
  if (glob === '') return (path) => path === plain || path.startsWith(`${plain}/`);
  if (glob === '**') return (path) => base === '' || path.startsWith(`${base}/`);
  const isMatch = picomatch(plain, { dot: true });
  // As a callback of find or filter it would be handed an index, which it takes for a wish to return an object.
  return (path) => isMatch(path);
}
