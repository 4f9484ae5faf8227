import { realpathSync } from 'node:fs';
import { join } from 'node:path';

import picomatch from 'picomatch';

import type { FileDigests } from '../contracts/artifacts.ts';
import { lockFilesOf } from './key.ts';
import { resolveLinks, type SourceFile } from './links.ts';
import type { Sources } from './ports.ts';
import type { EnvironmentConfig, TrainConfig } from './schema.ts';
import { outputPatterns } from './output-paths.ts';
import { listUnignored, selectInputs, toRootPath, type Tree } from './tree.ts';

/** What decides which files of a tree a command gets. */
export interface InputsRequest {
  readonly tree: Tree;
  readonly train: TrainConfig;
  readonly environment: EnvironmentConfig | null;
  /** Relative to `dir` or absolute. */
  readonly withheld: readonly string[];
}

export interface InputsPorts {
  readonly files: FileDigests;
  readonly sources: Sources;
}

/** Files that are part of the train key: the declared inputs, or all unignored files of `dir`. Sorted by path. */
export async function listKeyInputs(
  request: InputsRequest,
  ports: InputsPorts,
): Promise<readonly SourceFile[]> {
  const { tree, train } = request;
  // Parameters are in the key by value: a comment in their file is no reason to train again.
  const params = new Set(rootPaths(tree, train.params));
  if (train.inputs.length === 0) {
    const listed = await listUnignored(tree, ports.sources);
    return await digest(
      request,
      listed.filter((path) => !params.has(path)),
      new Set(),
      ports,
    );
  }
  const { files, literal } = selectInputs(tree, train.inputs, 'train.inputs');
  return await digest(request, [...files].filter((path) => !params.has(path)).sort(), literal, ports);
}

/** Files of the work copy: all unignored files of `dir`, declared inputs, parameters and lock files. Sorted by path. */
export async function listCopied(request: InputsRequest, ports: InputsPorts): Promise<readonly SourceFile[]> {
  const { tree, train, environment } = request;
  const { files, literal } = selectInputs(tree, train.inputs, 'train.inputs');
  const locks = lockFilesOf(environment, join(tree.root, tree.dir));
  const paths = new Set([
    ...(await listUnignored(tree, ports.sources)),
    ...files,
    ...rootPaths(tree, [...train.params, ...locks]),
  ]);
  return await digest(request, [...paths].sort(), literal, ports);
}

/**
 * Leaves out what must not be there: files that hold test rows, and declared output files (a model that lies in the
 * tree is a result, not an input), unless an input names that very file.
 */
async function digest(
  { tree, train, withheld }: InputsRequest,
  paths: readonly string[],
  literal: ReadonlySet<string>,
  { files }: InputsPorts,
): Promise<readonly SourceFile[]> {
  const hidden = new Set(rootPaths(tree, withheld));
  const results = new Set(
    rootPaths(
      tree,
      outputPatterns(train).filter((path) => !picomatch.scan(path).isGlob),
    ),
  );
  const kept = paths.filter((path) => !hidden.has(path) && (!results.has(path) || literal.has(path)));
  const realHidden = new Set([...hidden].flatMap((path) => realPath(join(tree.root, path))));
  return await resolveLinks(tree.root, await files.digestTree(tree.root, kept), realHidden, files);
}

function rootPaths(tree: Tree, paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => toRootPath(tree, path) ?? []);
}

function realPath(path: string): readonly string[] {
  try {
    return [realpathSync(path)];
  } catch {
    return [];
  }
}
