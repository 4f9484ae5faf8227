import type { View } from '../kernel/core.ts';
import type { Repository } from '../state/repositories.ts';
import { makeAlerts } from './alerts.ts';
import { engine } from './engine.ts';
import { linkReferences, type MarkdownPlace } from './links.ts';
import { eachElement, type Node } from './tree.ts';

export type { MarkdownPlace } from './links.ts';

export interface MarkdownOptions {
  /** A file: ends of lines do not break them. */
  readonly document?: boolean;
  /** Where a relative address of a link or an image leads; absolute ones are not asked about. */
  readonly address?: (href: string, image: boolean) => string;
}

/** The place of a text of a repository for who looks at it. */
export function markdownPlace(view: View, repository: Repository): MarkdownPlace {
  return { view, repository };
}

/**
 * Renders GitHub-flavoured Markdown to HTML that is safe to show: tables, task lists, alerts, `details`; people, issues
 * and commits are linked where a place is given. https://github.github.com/gfm/
 */
export function renderMarkdown(
  markdown: string,
  place: MarkdownPlace | undefined,
  options: MarkdownOptions = {},
): string {
  const { read, write } = engine();
  const tree = read(markdown, options.document !== true && place !== undefined);
  makeAlerts(tree);
  if (place !== undefined) linkReferences(tree, place);
  if (options.address !== undefined) address(tree, options.address);
  return write(tree);
}

/** The text of rendered Markdown, without its marks. */
export function plainText(html: string): string {
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
  return html
    .replace(/<[^>]*>/g, '')
    .replace(
      /&(?:#x([\da-f]+)|(lt|gt|amp|quot));/gi,
      (_, code: string | undefined, name: string | undefined) =>
        name === undefined
          ? String.fromCodePoint(Number.parseInt(code ?? '20', 16))
          : entities[name.toLowerCase()]!,
    )
    .trim();
}

function address(tree: Node, to: (href: string, image: boolean) => string): void {
  eachElement(tree, (element) => {
    const image = element.tagName === 'img';
    const name = image ? 'src' : element.tagName === 'a' ? 'href' : undefined;
    if (name === undefined) return;
    const value = element.properties?.[name];
    if (typeof value === 'string' && value !== '' && !/^(?:[a-z][a-z\d+.-]*:|\/\/|#)/i.test(value))
      element.properties = { ...element.properties, [name]: to(value, image) };
  });
}
