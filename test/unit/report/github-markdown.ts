import type { Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/** The tree GitHub-flavoured markdown parses to. */
export function parse(markdown: string): Root {
  return fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
}

/** Every node, parents first. */
export function nodes(tree: Nodes): Nodes[] {
  return [tree, ...('children' in tree ? tree.children.flatMap((child) => nodes(child)) : [])];
}

/** Types of the tree without its texts: what a text must not be able to change. Neighbouring texts count as one. */
export function skeleton(tree: Nodes): string {
  if (!('children' in tree))
    return tree.type === 'html' ? `html:${tree.value.replace(/>[^<]*</gu, '><')}` : tree.type;
  const parts = tree.children
    .map((child) => skeleton(child))
    .filter((part, index, all) => part !== 'text' || all[index - 1] !== 'text');
  return `${tree.type}(${parts.join(' ')})`;
}

/** The text people see, without the joiners that keep it inert. */
export function textOf(tree: Nodes): string {
  return nodes(tree)
    .map((node) =>
      node.type === 'text' || node.type === 'inlineCode' || node.type === 'code'
        ? node.value
        : node.type === 'break'
          ? '\n'
          : '',
    )
    .join('')
    .replaceAll('\u2060', '');
}

/** What GitHub looks for in text outside code after rendering: mention, reference, commit, address, emoji code. */
export const ACTIVE: readonly RegExp[] = [
  /(?:^|[^\p{L}\p{N}_])@[a-z0-9]/iu,
  /#\d/u,
  /\bgh-\d/iu,
  /\bghsa-[a-z0-9]/iu,
  /\b[0-9a-f]{7,40}\b/iu,
  /[a-z][a-z0-9+.-]*:\/\//iu,
  /\bwww\.[a-z0-9]/iu,
  /[\w.+-]+@[\w-]+\.\w/u,
  /\bmailto:/iu,
  /:[a-z0-9_+-]+:/u,
];
