import type { Fields } from '../fields.ts';

interface Minimizable {
  readonly __typename: string;
  readonly row: { readonly id: number };
}

/** Key of a comment's row among the hidden ones. */
export function minimizedKey({ __typename, row }: Minimizable): string {
  return `${__typename}/${row.id}`;
}

/** Is it hidden, and why? */
export const MINIMIZABLE: Fields<Minimizable> = {
  isMinimized: (node, _, asking) => asking.tables.minimizedComments.get(minimizedKey(node)) !== undefined,
  minimizedReason: (node, _, asking) =>
    asking.tables.minimizedComments.get(minimizedKey(node))?.classifier.toLowerCase().replaceAll('_', '-') ??
    null,
};
