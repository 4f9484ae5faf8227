import { copyFileSync, constants, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

import picomatch from 'picomatch';

import { CommandError, type Problem } from '../contracts/errors.ts';
import type { OutputsConfig, TrainConfig } from './schema.ts';
import { outputPatterns } from './output-paths.ts';
import { matcherOf } from './tree.ts';
import { markUntouched, wasWritten } from './work-copy.ts';

/** Where a command may have left its outputs; all absolute. */
export interface OutputPlaces {
  /** SLIPWAY_OUTPUT_DIR. */
  readonly outputDir: string;
  /** The model's folder in the work copy. */
  readonly copyDir: string;
  /** The model's folder in the source tree, only to tell stale from missing. */
  readonly sourceDir: string;
}

/** One output: its place below the outputs folder and where it lies now. */
export interface OutputFile {
  readonly path: string;
  readonly file: string;
}

export interface Outputs {
  readonly model: readonly OutputFile[];
  readonly metrics: readonly OutputFile[];
  /** Relative to the outputs folder; a file or a folder; null when none is declared and none can be told. */
  readonly entry: string | null;
}

/** MLflow takes a tracking folder that exists for one it has set up, and fails where its files are not in it. */
const SELF_MADE = /^(\.\/)?mlruns(\/|$)/;

/** Makes the folders that declared outputs go to, and marks outputs that are there before the command has run. */
export function prepareOutputs(train: TrainConfig, places: OutputPlaces): void {
  mkdirSync(places.outputDir, { recursive: true });
  for (const pattern of outputPatterns(train)) {
    const { base, isGlob } = picomatch.scan(pattern);
    const folder = isGlob ? base : dirname(pattern);
    if (!SELF_MADE.test(folder)) mkdirSync(join(places.copyDir, folder), { recursive: true });
    for (const path of filesOf(places.copyDir, pattern)) {
      if (lstatSync(join(places.copyDir, path)).isFile()) markUntouched(join(places.copyDir, path));
    }
  }
}

/**
 * The files a command has written: declared paths, looked for in SLIPWAY_OUTPUT_DIR first, then below `dir`; without
 * declared model files, all of SLIPWAY_OUTPUT_DIR. Throws CommandError with every problem at once: OUTPUT_MISSING, or
 * OUTPUT_STALE where only an older file exists.
 */
export function findOutputs(outputs: OutputsConfig, places: OutputPlaces): Outputs {
  const problems: Problem[] = [];
  const find = (pattern: string, label: string): readonly OutputFile[] => {
    const found = writtenFiles(pattern, places);
    if (found.length === 0) problems.push(missing(pattern, label, places));
    return found;
  };
  const metrics = outputs.metrics.flatMap((pattern) => find(pattern, 'train.outputs.metrics'));
  const declared = outputs.model.flatMap((pattern) => find(pattern, 'train.outputs.model'));
  // What is missing as a model file need not be said again as the entry.
  const entry =
    outputs.entry === undefined
      ? []
      : outputs.model.includes(outputs.entry)
        ? writtenFiles(outputs.entry, places)
        : find(outputs.entry, 'train.outputs.entry');
  const metricPaths = new Set(metrics.map((file) => file.path));
  const all =
    outputs.model.length > 0 ? declared : writtenFiles('**', { ...places, copyDir: places.outputDir });
  const model = uniqueByPath([...entry, ...all.filter((file) => !metricPaths.has(file.path))]);
  if (model.length === 0 && problems.length === 0) problems.push(nothingWritten());
  problems.push(...[...model, ...metrics].flatMap(irregular));
  const wanted = outputs.entry === undefined ? null : entriesOf(outputs.entry, entry);
  if (wanted !== null && wanted.length > 1) problems.push(severalEntries(outputs.entry ?? '', wanted));
  if (problems.length > 0) throw new CommandError(problems);
  return {
    model,
    metrics: uniqueByPath(metrics),
    entry: wanted === null ? guessEntry(model) : (wanted[0] ?? null),
  };
}

/** What a declared entry names among the files it has found: itself, or the files and folders that match its wildcards. */
function entriesOf(declared: string, found: readonly OutputFile[]): readonly string[] {
  const plain = posix.normalize(declared).replace(/\/$/, '');
  if (!picomatch.scan(plain).isGlob) return [plain];
  const matches = matcherOf(plain);
  return [...new Set(found.map(({ path }) => outermost(path, matches) ?? path))];
}

/** The outermost folder of a path that matches, or the path itself; null when none does. */
function outermost(path: string, matches: (path: string) => boolean): string | null {
  const steps = path.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'));
  return steps.find(matches) ?? null;
}

function severalEntries(declared: string, found: readonly string[]): Problem {
  const shown = found.slice(0, 3).join(', ') + (found.length > 3 ? ', …' : '');
  return {
    code: 'OUTPUT_AMBIGUOUS',
    message: `train.outputs.entry: ${declared} names ${found.length} files or folders of this run: ${shown}`,
    hint: 'one of them is loaded for prediction: name it, or narrow the pattern',
  };
}

function nothingWritten(): Problem {
  return {
    code: 'OUTPUT_MISSING',
    message: 'the command wrote no file to SLIPWAY_OUTPUT_DIR, and train.outputs declares none',
    hint: 'write the model below the folder that SLIPWAY_OUTPUT_DIR names, or declare train.outputs.model',
  };
}

function writtenFiles(pattern: string, places: OutputPlaces): readonly OutputFile[] {
  for (const folder of [places.outputDir, places.copyDir]) {
    const paths = filesOf(folder, pattern).filter((path) => isWritten(join(folder, path)));
    if (paths.length > 0) return paths.map((path) => ({ path, file: join(folder, path) }));
  }
  return [];
}

function isWritten(file: string): boolean {
  return lstatSync(file).isSymbolicLink() || wasWritten(file);
}

function missing(pattern: string, label: string, places: OutputPlaces): Problem {
  const older = [places.copyDir, places.sourceDir].some((folder) => filesOf(folder, pattern).length > 0);
  if (older) {
    const message = `${label}: ${pattern} exists, but this run has not written it`;
    return {
      code: 'OUTPUT_STALE',
      message,
      hint: 'only files written by this run count: let the command write it, also when it exists already',
    };
  }
  const written = filesOf(places.outputDir, '**').slice(0, 5).join(', ');
  const message = `${label}: the command has not written ${pattern}`;
  return {
    code: 'OUTPUT_MISSING',
    message,
    hint: `write it below dir or below SLIPWAY_OUTPUT_DIR (which holds ${written === '' ? 'nothing' : written})`,
  };
}

/** A link could lead anywhere on this machine, and a pipe or device has no content to keep. */
function irregular({ path, file }: OutputFile): readonly Problem[] {
  if (lstatSync(file).isFile()) return [];
  return [
    {
      code: 'OUTPUT_MISSING',
      message: `output ${path} is a link or a special file, expected a regular file`,
      hint: 'write a copy of the content',
    },
  ];
}

function guessEntry(model: readonly OutputFile[]): string | null {
  const onnx = model.filter((file) => file.path.toLowerCase().endsWith('.onnx'));
  const [only] = onnx.length > 0 ? onnx : model;
  return (onnx.length || model.length) === 1 ? (only?.path ?? null) : null;
}

function uniqueByPath(files: readonly OutputFile[]): readonly OutputFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  );
}

/** Files (and links) below a folder that a path, folder or glob (of files or folders) names, sorted. */
function filesOf(folder: string, pattern: string): readonly string[] {
  const plain = posix.normalize(pattern).replace(/\/$/, '');
  const { base, isGlob } = picomatch.scan(plain);
  const start = isGlob ? base : plain;
  const stat = lstatSync(join(folder, start), { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return isGlob ? [] : [plain];
  const files = walkFiles(folder, start === '.' ? '' : start);
  if (!isGlob) return files;
  const matches = matcherOf(plain);
  return files.filter((path) => outermost(path, matches) !== null);
}

function walkFiles(root: string, folder: string): readonly string[] {
  const found: string[] = [];
  const visit = (path: string): void => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      if (entry.name === '__pycache__') continue;
      const child = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) visit(child);
      else found.push(child);
    }
  };
  visit(folder);
  return found.sort();
}

/** Copies files to their places below a folder, as clones where the file system can. */
export function copyOutputs(files: readonly OutputFile[], into: string): void {
  for (const { path, file } of files) {
    const target = join(into, path);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(file, target, constants.COPYFILE_FICLONE);
  }
}
