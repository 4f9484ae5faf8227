import { readlinkSync, realpathSync, statSync } from 'node:fs';
import { readdirSync } from 'node:fs';
import { isAbsolute, join, posix, relative } from 'node:path';

import type { FileDigests, TreeFile } from '../contracts/artifacts.ts';

/** A file of the tree and where its content is read: elsewhere for what a link leads to. */
export interface SourceFile extends TreeFile {
  /** Absolute. */
  readonly source: string;
}

/**
 * Replaces links by what they mean in a copy of the tree. A relative link to something that is copied too stays a
 * link. Any other (absolute, out of the tree, to an ignored file) becomes the content it leads to, a folder with all
 * its files: the copy is then complete by itself and the content is part of the key. Links that lead nowhere, and
 * those to withheld files (`withheld`: real paths), are left out.
 */
export async function resolveLinks(
  root: string,
  files: readonly TreeFile[],
  withheld: ReadonlySet<string>,
  digests: FileDigests,
): Promise<readonly SourceFile[]> {
  const prefix = `${root}/`;
  const links: TreeFile[] = [];
  const plain: SourceFile[] = [];
  for (const file of files) {
    const { path, mode, blob } = file;
    if (mode === '120000') links.push(file);
    else plain.push({ path, mode, blob, source: prefix + path });
  }
  if (links.length === 0) return plain;
  const folders = foldersOf(files);
  const copied = new Set([...plain.map((file) => file.path), ...folders]);
  const realRoot = realpathSync(root);
  const resolved = new Map<string, SourceFile>();
  for (const link of links) {
    // Files were named behind the link: the copy gets a real folder in its place.
    if (folders.has(link.path)) continue;
    const source = join(root, link.path);
    const target = realpathOrNull(source);
    if (target === null || withheld.has(target)) continue;
    if (isKept(source, link.path, target, realRoot, copied)) resolved.set(link.path, { ...link, source });
    else
      for (const file of await contentOf(link.path, target, withheld, digests)) resolved.set(file.path, file);
  }
  for (const file of plain) resolved.set(file.path, file);
  return [...resolved.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function foldersOf(files: readonly TreeFile[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const { path } of files) {
    for (
      let folder = posix.dirname(path);
      folder !== '.' && !folders.has(folder);
      folder = posix.dirname(folder)
    )
      folders.add(folder);
  }
  return folders;
}

function isKept(
  source: string,
  path: string,
  target: string,
  realRoot: string,
  copied: ReadonlySet<string>,
): boolean {
  const text = readlinkSync(source);
  if (isAbsolute(text)) return false;
  const named = posix.normalize(posix.join(posix.dirname(path), text)).replace(/\/$/, '');
  return relative(realRoot, target) === named && copied.has(named);
}

async function contentOf(
  path: string,
  target: string,
  withheld: ReadonlySet<string>,
  digests: FileDigests,
): Promise<readonly SourceFile[]> {
  const inside = statSync(target).isDirectory() ? regularFilesBelow(target) : [''];
  const files: SourceFile[] = [];
  for (const child of inside) {
    const source = child === '' ? target : join(target, child);
    if (withheld.has(source)) continue;
    const [digest] = await digests.digestTree('/', [source.slice(1)]);
    if (digest !== undefined)
      files.push({ ...digest, path: child === '' ? path : `${path}/${child}`, source });
  }
  return files;
}

/** Links inside a folder that is itself behind a link are not followed: they could lead in circles. */
function regularFilesBelow(folder: string): readonly string[] {
  const found: string[] = [];
  const visit = (prefix: string): void => {
    for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
      if (entry.isDirectory()) visit(`${prefix}${entry.name}/`);
      else if (entry.isFile()) found.push(prefix + entry.name);
    }
  };
  visit('');
  return found.sort();
}

function realpathOrNull(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
