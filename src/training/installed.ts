import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';

import type { SourceFile } from './links.ts';

/** What an install command left, as commands that run elsewhere need it. */
export interface Installed {
  /** Absolute folders that come first on PATH. */
  readonly pathPrefix: readonly string[];
  /**
   * Folders relative to the tree's root whose code an editable install points at: they come first on PYTHONPATH as
   * folders of the work copy, so that the code of now is imported and not that of the install.
   */
  readonly pythonPath: readonly string[];
  /** Absolute virtual environment; null without Python. */
  readonly venv: string | null;
  /** Absolute library of R packages; null when there is none. */
  readonly rLibrary: string | null;
  /** Installed files and folders, shown in the work copy as links: `path` relative to the tree's root. */
  readonly links: readonly { readonly path: string; readonly target: string }[];
}

/** Name of the R library beside the copy. */
export const R_LIBRARY = 'r-library';

/** Folders that hold other people's packages, whatever the sources are. */
const PACKAGE_FOLDERS = new Set([
  'node_modules',
  '.venv',
  'venv',
  'env',
  'packrat',
  '.Rlib',
  'vendor',
  'site-packages',
  '.pixi',
  '.conda',
]);
const PACKAGE_PATHS = /(^|\/)renv\/(library|staging)$/;
/** Traces of an install that nothing reads later. */
const TRACES =
  /(^|\/)(__pycache__|[^/]+\.egg-info|build|\.cache|pip-wheel-metadata|\.pytest_cache|[^/]+\.log)$/;

/**
 * Compares the copy an install ran in with what was copied there. `builtFromTree` is true when something was made
 * of the tree's own sources (a package installed not editable, a build folder): then other sources need another
 * environment.
 */
export function findInstalled(
  copy: string,
  copied: readonly SourceFile[],
  venv: string | null,
  dir: string,
): Installed & { readonly builtFromTree: boolean } {
  const links = createdPaths(copy, copied)
    .filter((path) => !TRACES.test(path))
    .map((path) => ({ path, target: join(copy, path) }));
  const inner = links
    .filter(({ target }) => existsSync(join(target, 'pyvenv.cfg')))
    .map(({ target }) => target);
  const venvs = [...(venv === null ? [] : [venv]), ...inner];
  const found = venvs.map((folder) => inspectVenv(folder, copy));
  const bins = [...inner, ...(venv === null ? [] : [venv])].map((folder) => join(folder, 'bin'));
  const nodeBin = join(copy, dir, 'node_modules', '.bin');
  return {
    pathPrefix: [...bins, ...(existsSync(nodeBin) ? [nodeBin] : [])],
    pythonPath: [...new Set(found.flatMap(({ editable }) => editable))],
    venv: inner[0] ?? venv,
    rLibrary: join(dirname(copy), R_LIBRARY),
    links,
    builtFromTree: found.some(({ builtIn }) => builtIn) || links.some(({ path }) => !isPackages(path)),
  };
}

function isPackages(path: string): boolean {
  return PACKAGE_FOLDERS.has(basename(path)) || PACKAGE_PATHS.test(path);
}

/** The topmost paths that were not copied, relative to the copy. */
function createdPaths(copy: string, copied: readonly SourceFile[]): readonly string[] {
  const known = new Set<string>(['']);
  for (const { path } of copied) {
    for (let part = path; part !== '.' && !known.has(part); part = posix.dirname(part)) known.add(part);
  }
  const created: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(copy, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (!known.has(path)) created.push(path);
      else if (entry.isDirectory()) visit(path);
    }
  };
  visit('');
  return created;
}

interface VenvContent {
  /** Folders relative to the copy that editable installs import from. */
  readonly editable: readonly string[];
  /** A package of the tree was copied into the environment. */
  readonly builtIn: boolean;
}

function inspectVenv(venv: string, copy: string): VenvContent {
  const editable = new Set<string>();
  let builtIn = false;
  for (const site of sitePackages(venv)) {
    for (const name of readdirSync(site)) {
      if (/\.pth$|\.egg-link$|^__editable__.*\.py$/.test(name)) {
        for (const folder of foldersNamed(readText(join(site, name)), copy)) editable.add(folder);
      }
      if (name.endsWith('.dist-info'))
        builtIn ||= isBuiltFrom(readText(join(site, name, 'direct_url.json')), copy);
    }
  }
  return { editable: [...editable], builtIn };
}

function sitePackages(venv: string): readonly string[] {
  const lib = join(venv, 'lib');
  const versions = existsSync(lib) ? readdirSync(lib).filter((name) => name.startsWith('python')) : [];
  return versions.map((name) => join(lib, name, 'site-packages')).filter((folder) => existsSync(folder));
}

/**
 * Folders of the copy that a `.pth` file lists (each line a folder) or that setuptools' finder maps package names to
 * (`MAPPING = {'pkg': '/…/src/pkg'}`, where the folder above is what Python must search).
 */
function foldersNamed(text: string, copy: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  const listed = lines.filter((line) => line === copy || line.startsWith(`${copy}/`));
  const mapped = [...text.matchAll(/['"]([^'"]+)['"]/g)]
    .map((match) => match[1] ?? '')
    .filter((path) => path.startsWith(`${copy}/`));
  return [...listed, ...mapped.map((path) => dirname(path))].map((path) => path.slice(copy.length + 1));
}

/** PEP 610: where a package came from. `dir_info.editable` marks those that only point there. */
function isBuiltFrom(text: string, copy: string): boolean {
  return text.includes(`file://${copy}`) && !/"editable"\s*:\s*true/.test(text);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
