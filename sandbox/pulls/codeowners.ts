import picomatch from 'picomatch';

import { findEntry } from '../git/tree.ts';
import { readBody, type ObjectStore } from '../git/objects.ts';
import { node } from '../git/graph.ts';

/**
 * Who owns which files:
 * https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
 */
export interface CodeownersRule {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly pattern: string;
  /** `@user`, `@organisation/team` or an address; none means nobody owns what matches. */
  readonly owners: readonly string[];
  readonly matches: (path: string) => boolean;
}

export interface CodeownersError {
  readonly line: number;
  readonly column: number;
  readonly kind: 'Invalid pattern' | 'Invalid owner';
  readonly source: string;
  /** The part that is wrong. */
  readonly part: string;
}

/** GitHub looks in this order and takes the first. */
const PLACES = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];
/** A larger file is not loaded. */
const LARGEST = 3 * 2 ** 20;
const OWNER = /^(?:@[\w.-]+(?:\[bot\])?(?:\/[\w.-]+)?|[^\s@]+@[^\s@]+\.[^\s@]+)$/;

/** The file of a commit: its path and text; undefined where there is none or it is too large. */
export function codeownersFile(
  store: ObjectStore,
  commit: string,
): { path: string; text: string } | undefined {
  const { tree } = node(store, commit);
  for (const path of PLACES) {
    const entry = findEntry(store, tree, path);
    if (entry === undefined || !entry.mode.startsWith('100')) continue;
    const body = readBody(store, entry.id, 'blob');
    return body.length > LARGEST ? undefined : { path, text: body.toString('utf8') };
  }
  return undefined;
}

/** Reads a file. A line with something invalid is left out as a whole, and told. */
export function parseCodeowners(text: string): { rules: CodeownersRule[]; errors: CodeownersError[] } {
  const rules: CodeownersRule[] = [];
  const errors: CodeownersError[] = [];
  for (const [index, source] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const [pattern, ...owners] = words(source);
    if (pattern === undefined) continue;
    if (!isPattern(pattern)) {
      const column = source.indexOf(pattern) + 1;
      errors.push({ line, column, kind: 'Invalid pattern', source, part: pattern });
      continue;
    }
    const wrong = owners.find((owner) => !OWNER.test(owner));
    if (wrong !== undefined) {
      errors.push({
        line,
        column: source.lastIndexOf(wrong) + 1,
        kind: 'Invalid owner',
        source,
        part: wrong,
      });
      continue;
    }
    rules.push({ line, pattern, owners, matches: matcher(pattern) });
  }
  return { rules, errors };
}

/** Owners of a path: those of the last rule that matches it. */
export function ownersOf(rules: readonly CodeownersRule[], path: string): readonly string[] {
  return rules.findLast((rule) => rule.matches(path))?.owners ?? [];
}

/** Words of a line up to a comment; a backslash keeps a space in a pattern. */
function words(line: string): string[] {
  const found: string[] = [];
  for (const [word] of line.matchAll(/(?:\\.|[^\s\\])+/g)) {
    if (word.startsWith('#')) break;
    found.push(word);
  }
  return found;
}

/** What gitignore has and CODEOWNERS has not: negation, character ranges, an escaped `#`. */
function isPattern(pattern: string): boolean {
  return !/^!|[[\]]|^\\#/.test(pattern) && pattern !== '/';
}

/**
 * gitignore's rules with one exception: `docs/*` owns the files of a directory and not what is further down.
 * Without a slash before its end a pattern matches at any depth.
 */
function matcher(pattern: string): (path: string) => boolean {
  const plain = pattern.replaceAll('\\ ', ' ');
  const anchored = plain.slice(0, -1).includes('/');
  const body = plain.replace(/^\//, '').replace(/\/$/, '');
  const start = anchored ? body : `**/${body}`;
  const globs = plain.endsWith('/') ? [] : [start];
  if (!/\/\*$/.test(plain)) globs.push(`${start}/**/*`);
  return picomatch(globs, { dot: true, nobrace: true, noextglob: true, nonegate: true });
}
