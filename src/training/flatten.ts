/** The leaves of nested mappings and lists by dotted name (`layers.0.units`), in the order they stand. Empty ones are leaves. */
export function flatten(value: unknown, prefix = ''): ReadonlyMap<string, unknown> {
  const leaves = new Map<string, unknown>();
  const visit = (node: unknown, name: string): void => {
    const entries = typeof node === 'object' && node !== null ? Object.entries(node) : [];
    if (entries.length === 0) leaves.set(name, node);
    for (const [key, child] of entries) visit(child, name === '' ? key : `${name}.${key}`);
  };
  visit(value, prefix);
  leaves.delete('');
  return leaves;
}
