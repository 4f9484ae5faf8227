import { constants } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { RunFile, RunStore } from '../../experiments/ports.ts';

/** Runs as folders under `.slipway/runs`. A folder appears by one rename, so a killed run leaves none. */
export function openRunStore(root: string): RunStore {
  return {
    ids: () => listRuns(root),
    read: (id) => readRecord(join(root, id, 'run.json')),
    readJson: (id, name) => readRecord(join(root, id, name)),
    folder: (id) => join(root, id),
    publish: (id, files) => publish(root, id, files),
  };
}

async function listRuns(root: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(root, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function readRecord(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch {
    // Absent or damaged: the caller names the run as unreadable.
    return null;
  }
}

async function publish(root: string, id: string, files: ReadonlyMap<string, RunFile>): Promise<string> {
  await mkdir(root, { recursive: true });
  const temporary = await mkdtemp(join(root, '.tmp-'));
  try {
    for (const [name, content] of files) {
      const target = join(temporary, name);
      await mkdir(dirname(target), { recursive: true });
      await put(target, content);
    }
    const folder = join(root, id);
    await rename(temporary, folder);
    return folder;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

async function put(target: string, content: RunFile): Promise<void> {
  if (typeof content === 'string' || content instanceof Uint8Array) await writeFile(target, content);
  else if ('write' in content) await content.write(target);
  // A reflink where the file system has them: models are large and lie in the cache already.
  else await cp(content.copy, target, { recursive: true, mode: constants.COPYFILE_FICLONE });
}
