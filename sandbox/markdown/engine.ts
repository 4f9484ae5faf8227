import { createRequire } from 'node:module';
import type * as RehypeRaw from 'rehype-raw';
import type * as RehypeSanitize from 'rehype-sanitize';
import type * as RehypeStringify from 'rehype-stringify';
import type * as RemarkGfm from 'remark-gfm';
import type * as RemarkParse from 'remark-parse';
import type * as RemarkRehype from 'remark-rehype';
import type * as Unified from 'unified';

import { changeTexts, type Node } from './tree.ts';

/** Reads Markdown into a clean tree of HTML, and writes such a tree. */
export interface Engine {
  /** `breaks`: every end of a line breaks it, as in comments. */
  readonly read: (markdown: string, breaks: boolean) => Node;
  readonly write: (tree: Node) => string;
}

let loaded: Engine | undefined;

/** The Markdown engine, loaded when the first text is rendered: most requests never need it. */
export function engine(): Engine {
  loaded ??= load();
  return loaded;
}

function load(): Engine {
  const require = createRequire(import.meta.url);
  const { unified } = require('unified') as typeof Unified;
  const { default: parse } = require('remark-parse') as typeof RemarkParse;
  const { default: gfm } = require('remark-gfm') as typeof RemarkGfm;
  const { default: toHtml } = require('remark-rehype') as typeof RemarkRehype;
  const { default: raw } = require('rehype-raw') as typeof RehypeRaw;
  const { default: sanitize } = require('rehype-sanitize') as typeof RehypeSanitize;
  const { default: stringify } = require('rehype-stringify') as typeof RehypeStringify;
  const reader = unified().use(parse).use(gfm);
  // The schema of rehype-sanitize follows the one GitHub publishes; scripts, handlers and styles do not get through.
  const cleaner = unified().use(toHtml, { allowDangerousHtml: true }).use(raw).use(sanitize);
  const writer = unified().use(stringify);
  return {
    read: (markdown, breaks) => {
      const tree = reader.parse(markdown);
      if (breaks) breakLines(tree);
      return cleaner.runSync(tree);
    },
    write: (tree) => writer.stringify(tree as Parameters<typeof writer.stringify>[0]),
  };
}

function breakLines(tree: Node): void {
  changeTexts(tree, new Set(['code', 'inlineCode', 'html']), (value) => {
    const lines = value.split(/\r?\n/);
    if (lines.length === 1) return undefined;
    return lines.flatMap((line, at): Node[] => [
      ...(at === 0 ? [] : [{ type: 'break' }]),
      ...(line === '' ? [] : [{ type: 'text', value: line }]),
    ]);
  });
}
