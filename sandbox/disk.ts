import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { StartError } from './start-error.ts';

/** Where a sandbox keeps itself: the state, git objects by network of forks, bare repositories for git's sake, blobs. */
export interface DataFolder {
  readonly root: string;
  readonly stateFile: string;
  readonly blobs: string;
  /** Work folders of runners; emptied at every start. */
  readonly runners: string;
  /** `objects` directory of a network of forks. */
  objects(networkId: number): string;
  /** Bare repository whose refs mirror the state; its objects are the network's. */
  bare(repositoryId: number): string;
  /** Removes the folder if it was only lent. */
  release(): void;
}

const MARKER = 'slipway-sandbox';

/**
 * Opens a data folder, made if it is not there; without a path a temporary one that goes with `release`.
 * @throws StartError `data-foreign` when the folder holds something else: nothing of the user's is ever mixed with ours
 */
export function openDataFolder(path: string | undefined): DataFolder {
  const root = path === undefined ? mkdtempSync(join(tmpdir(), 'slipway-sandbox-')) : resolve(path);
  mkdirSync(root, { recursive: true });
  const marker = join(root, MARKER);
  if (!existsSync(marker)) {
    if (readdirSync(root).length > 0) {
      throw new StartError(
        'data-foreign',
        `${root} is not empty and no sandbox wrote it`,
        'name an empty folder, or one that a sandbox made',
      );
    }
    writeFileSync(marker, 'The data of a Slipway sandbox. Delete the whole folder to forget it.\n');
  }
  const runners = join(root, 'runners');
  rmSync(runners, { recursive: true, force: true });
  for (const folder of ['blobs', 'networks', 'repositories', 'runners']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  return {
    root,
    stateFile: join(root, 'state.db'),
    blobs: join(root, 'blobs'),
    runners,
    objects: (networkId) => join(root, 'networks', String(networkId), 'objects'),
    bare: (repositoryId) => join(root, 'repositories', `${repositoryId}.git`),
    release: () => {
      if (path === undefined) rmSync(root, { recursive: true, force: true });
    },
  };
}
