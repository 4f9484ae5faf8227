import { eachElement, element, text, type Node } from './tree.ts';

const TITLES: Readonly<Record<string, string>> = {
  NOTE: 'Note',
  TIP: 'Tip',
  IMPORTANT: 'Important',
  WARNING: 'Warning',
  CAUTION: 'Caution',
};
const MARK = /^\s*\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][^\S\n]*(?:\n|$)/i;

/**
 * Makes alerts of block quotes that begin with `[!NOTE]` and the like.
 * https://docs.github.com/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#alerts
 */
export function makeAlerts(tree: Node): void {
  eachElement(tree, (quote) => {
    if (quote.tagName !== 'blockquote') return;
    const at = quote.children?.findIndex(({ tagName }) => tagName === 'p') ?? -1;
    const paragraph = quote.children?.[at];
    const first = paragraph?.children?.[0];
    const match = first?.type === 'text' ? MARK.exec(first.value ?? '') : null;
    if (match === null || paragraph?.children === undefined) return;
    const kind = match[1]!.toUpperCase();
    const rest = (first!.value ?? '').slice(match[0].length);
    const following = paragraph.children.slice(1);
    if (rest === '' && following[0]?.tagName === 'br') following.shift();
    else if (rest === '' && following.length > 0) return;
    paragraph.children = rest === '' ? following : [text(rest), ...following];
    const title = element('p', { className: ['markdown-alert-title'], dir: 'auto' }, text(TITLES[kind]!));
    const body = quote.children!.filter((child, place) => place !== at || (child.children ?? []).length > 0);
    Object.assign(quote, {
      tagName: 'div',
      properties: { className: ['markdown-alert', `markdown-alert-${kind.toLowerCase()}`], dir: 'auto' },
      children: [title, ...body],
    });
  });
}
