/** A node of Markdown (mdast) or HTML (hast): both are unist trees, https://github.com/syntax-tree/unist. */
export interface Node {
  readonly type: string;
  readonly tagName?: string;
  readonly value?: string;
  properties?: Record<string, unknown>;
  children?: Node[];
}

/** Replaces each text node outside of `closed` elements by what `change` makes of its text; undefined leaves it. */
export function changeTexts(
  node: Node,
  closed: ReadonlySet<string>,
  change: (text: string) => Node[] | undefined,
): void {
  if (node.children === undefined) return;
  node.children = node.children.flatMap((child) => {
    if (child.type === 'text') return change(child.value ?? '') ?? [child];
    if (!closed.has(child.tagName ?? child.type)) changeTexts(child, closed, change);
    return [child];
  });
}

/** Calls `visit` for every element, parents first. */
export function eachElement(node: Node, visit: (element: Node) => void): void {
  for (const child of node.children ?? []) {
    if (child.type === 'element') visit(child);
    eachElement(child, visit);
  }
}

/** An element of HTML. */
export function element(tagName: string, properties: Record<string, unknown>, ...children: Node[]): Node {
  return { type: 'element', tagName, properties, children };
}

/** A piece of text. */
export function text(value: string): Node {
  return { type: 'text', value };
}
