import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

import type { ArtifactCache } from '../contracts/artifacts.ts';
import type { ReadyEnvironment } from './environment.ts';
import type { SourceFile } from './links.ts';
import type { Params } from './params.ts';
import type { TrainPorts } from './ports.ts';
import type { Tree } from './tree.ts';
import { copyTree, placeFile } from './work-copy.ts';
import { workLock } from './workspace-lock.ts';

/** Failed work copies stay this long, so that one can look at them. */
const KEPT_MS = 86_400_000;

/** A folder that one command runs in: `.slipway/work/<name>`. All paths absolute. */
export interface Workspace {
  readonly folder: string;
  /** Copy of the tree's root. */
  readonly copy: string;
  /** The model's folder in the copy. */
  readonly cwd: string;
  readonly outputDir: string;
  /** JSON of all parameters. */
  readonly params: string;
}

export interface WorkspaceRequest {
  readonly slipwayDir: string;
  readonly name: string;
  readonly tree: Tree;
  readonly copied: readonly SourceFile[];
  readonly environment: ReadyEnvironment;
  readonly params: Params;
  readonly signal: AbortSignal;
}

/** Makes a fresh work folder; the caller holds its lock. Links to the installed environment are set where nothing lies. */
export async function openWorkspace(
  request: WorkspaceRequest,
  ports: Pick<TrainPorts, 'files'>,
): Promise<Workspace> {
  const folder = join(request.slipwayDir, 'work', request.name);
  rmSync(folder, { recursive: true, force: true });
  const copy = join(folder, 'tree');
  const workspace = {
    folder,
    copy,
    cwd: join(copy, request.tree.dir),
    outputDir: join(folder, 'output'),
    params: join(folder, 'params.json'),
  };
  mkdirSync(workspace.cwd, { recursive: true });
  mkdirSync(workspace.outputDir);
  await copyTree(request.copied, copy, ports.files, request.signal);
  writeFileSync(workspace.params, `${JSON.stringify(request.params, null, 2)}\n`);
  for (const { path, target } of request.environment.links) linkInto(join(copy, path), target);
  return workspace;
}

function linkInto(place: string, target: string): void {
  if (lstatSync(place, { throwIfNoEntry: false }) !== undefined || !existsSync(target)) return;
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(target, place);
}

/** Copies the rows a command may see into its work folder, so that it neither changes nor finds what lies beside them. */
export function placeData(
  workspace: Workspace,
  data: {
    readonly train: string;
    readonly validation: string | null;
    readonly inPlace: readonly { readonly path: string; readonly file: string }[];
  },
): { readonly train: string; readonly validation: string | null } {
  const place = (file: string, name: string): string => {
    const target = join(workspace.folder, 'data', name + extensionOf(file));
    placeFile(file, target);
    return target;
  };
  for (const { path, file } of data.inPlace) placeFile(file, join(workspace.cwd, path));
  return {
    train: place(data.train, 'train'),
    validation: data.validation === null ? null : place(data.validation, 'validation'),
  };
}

/** `.csv.gz` of `train.csv.gz`: readers go by it. */
function extensionOf(file: string): string {
  return /(\.[a-z0-9]+)(\.(gz|zst|bz2))?$/i.exec(file)?.[0] ?? '';
}

/** Removes work folders nobody uses: those of killed processes, and failed ones after a day. */
export function sweepWorkspaces(slipwayDir: string, cache: ArtifactCache): void {
  const work = join(slipwayDir, 'work');
  for (const name of existsSync(work) ? readdirSync(work) : []) {
    const age = Date.now() - (statSync(join(work, name), { throwIfNoEntry: false })?.mtimeMs ?? 0);
    const isKept = age < KEPT_MS && !name.startsWith(PASSING);
    if (!isKept && !cache.isHeld(workLock(name))) rmSync(join(work, name), { recursive: true, force: true });
  }
}

/** Names of work folders that nobody will want to look at. */
export const PASSING = 'predict-';
