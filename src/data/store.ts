import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Digest } from '../contracts/digest.ts';

/** Folders of one kind in the cache, each published whole under its key. */

const MANIFEST = 'manifest.json';
const TEMPORARY = '.tmp-';
const STALE_MS = 24 * 3_600_000;

/** The manifest of a published entry, or null where there is none or a file of it is missing or has another size. */
export async function readEntry<T extends { readonly sizes: Readonly<Record<string, number>> }>(
  folder: string,
): Promise<T | null> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as T;
    for (const [file, bytes] of Object.entries(manifest.sizes)) {
      if ((await stat(join(folder, file))).size !== bytes) return null;
    }
    return manifest;
  } catch {
    return null;
  }
}

async function sizesOf(folder: string, inside = ''): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const entry of await readdir(join(folder, inside), { withFileTypes: true })) {
    const path = inside === '' ? entry.name : `${inside}/${entry.name}`;
    if (entry.isDirectory()) Object.assign(sizes, await sizesOf(folder, path));
    else sizes[path] = (await stat(join(folder, path))).size;
  }
  return sizes;
}

/** Removes what processes that died left behind a day ago or earlier. */
async function sweep(parent: string, now: number): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(TEMPORARY)) continue;
    const info = await stat(join(parent, name)).catch(() => null);
    if (info !== null && now - info.mtimeMs > STALE_MS)
      await rm(join(parent, name), { recursive: true, force: true });
  }
}

/**
 * Fills a new folder and publishes it as `parent/key`, whole or not at all: it is filled under another name and renamed.
 * Where another process published the same key meanwhile, its folder stays and this one's is removed. Whatever `fill` throws
 * leaves nothing behind.
 */
export async function publish(
  parent: string,
  key: Digest,
  fill: (folder: string) => Promise<object>,
): Promise<string> {
  const folder = join(parent, key);
  await mkdir(parent, { recursive: true });
  await sweep(parent, Date.now());
  const temporary = await mkdtemp(join(parent, TEMPORARY));
  try {
    const manifest = await fill(temporary);
    const sizes = await sizesOf(temporary);
    await writeFile(join(temporary, MANIFEST), `${JSON.stringify({ ...manifest, sizes }, null, 1)}\n`);
    await moveInto(temporary, folder, parent);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}

async function moveInto(temporary: string, folder: string, parent: string): Promise<void> {
  try {
    await rename(temporary, folder);
  } catch (error) {
    if ((await readEntry(folder)) !== null) return;
    // A folder without a sound manifest: something else damaged it. It is moved away and replaced.
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'EPERM') throw error;
    const aside = await mkdtemp(join(parent, TEMPORARY));
    await rename(folder, join(aside, 'damaged'));
    await rename(temporary, folder);
    await rm(aside, { recursive: true, force: true });
  }
}
