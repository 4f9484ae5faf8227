/** File patterns as https://github.com/actions/toolkit/tree/main/packages/glob reads them. */
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import picomatch from 'picomatch';

import type { Kit } from './kit.ts';

export interface GlobOptions {
  /** A directory that matches stands for all that is in it. */
  readonly descendants: boolean;
  readonly hidden: boolean;
}

export interface Found {
  /** Absolute, sorted. */
  readonly files: readonly string[];
  /** Where the patterns begin: absolute paths without their wildcards. */
  readonly roots: readonly string[];
}

interface Pattern {
  readonly negative: boolean;
  readonly root: string;
  readonly path: string;
  matches(path: string): boolean;
}

/** Finds what the lines of patterns match; a line `!pattern` takes away again, `#` is a comment. */
export function find(kit: Kit, lines: readonly string[], options: GlobOptions): Found {
  const patterns = lines
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => readPattern(kit, line));
  const roots = [...new Set(patterns.filter(({ negative }) => !negative).map(({ root }) => root))];
  const found = new Set<string>();
  for (const root of outermost(roots)) {
    for (const path of walk(root, options.hidden)) if (isWanted(path, patterns, options)) found.add(path);
  }
  return { files: [...found].sort(), roots };
}

/** The last pattern that says anything about a path decides. */
function isWanted(path: string, patterns: readonly Pattern[], { descendants }: GlobOptions): boolean {
  let wanted = false;
  for (const pattern of patterns) {
    const hit =
      pattern.matches(path) || (descendants && ancestors(path).some((above) => pattern.matches(above)));
    if (hit) wanted = !pattern.negative;
  }
  return wanted;
}

function readPattern(kit: Kit, line: string): Pattern {
  const negative = /^!+/.exec(line)?.[0] ?? '';
  const path = kit.path(line.slice(negative.length).trim()).replace(/(?<=.)\/+$/, '');
  const segments = path.split(sep);
  const wild = segments.findIndex((segment) => /[*?[]/.test(segment));
  const root = wild < 0 ? path : segments.slice(0, wild).join(sep) || sep;
  const matches =
    wild < 0 ? (one: string) => one === path : picomatch(path, { dot: true, nobrace: true, noextglob: true });
  return { negative: negative.length % 2 === 1, root, path, matches };
}

function ancestors(path: string): string[] {
  const segments = path.split(sep);
  return segments.slice(1, -1).map((_, at) => segments.slice(0, at + 2).join(sep));
}

function outermost(roots: readonly string[]): string[] {
  return roots.filter(
    (root) => !roots.some((other) => other !== root && root.startsWith(other === sep ? sep : other + sep)),
  );
}

function* walk(path: string, hidden: boolean): Generator<string> {
  if (!existsSync(path)) {
    // A link to nothing is still there.
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) yield path;
    return;
  }
  yield path;
  if (!statSync(path).isDirectory()) return;
  for (const entry of readdirSync(path).sort()) {
    if (hidden || !entry.startsWith('.')) yield* walk(join(path, entry), hidden);
  }
}
