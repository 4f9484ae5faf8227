import { failure } from './errors.ts';

/** A list of which only a page is looked at: `slice(start, end)` in the order of the connection. */
export interface Window<Item> {
  readonly total: number;
  slice(start: number, end: number): readonly Item[];
}

export interface PageArguments {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

export interface Connection<Item> {
  readonly totalCount: number;
  readonly nodes: readonly Item[];
  readonly edges: readonly { readonly cursor: string; readonly node: Item }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

const LARGEST = 100;
const PREFIX = 'cursor:v2:';

/**
 * One page of a list. `needsBounds`: something of the items themselves is asked for, so `first` or `last` must say how
 * many. Source: https://docs.github.com/graphql/guides/using-pagination-in-the-graphql-api and
 * https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#node-limit
 * @throws GraphQLError in GitHub's words for missing or excessive bounds and foreign cursors
 */
export function connectionOf<Item>(
  name: string,
  items: readonly Item[] | Window<Item>,
  page: PageArguments,
  needsBounds: boolean,
): Connection<Item> {
  const total = 'total' in items ? items.total : items.length;
  checkBounds(name, page, needsBounds);
  const from = page.after == null ? 0 : position(page.after, 'after') + 1;
  const to = page.before == null ? total : Math.min(total, position(page.before, 'before'));
  let start = Math.min(from, total);
  let end = Math.max(start, to);
  if (page.first != null) end = Math.min(end, start + page.first);
  else if (page.last != null) start = Math.max(start, end - page.last);
  else end = start;
  const nodes = items.slice(start, end);
  const cursor = (at: number): string => cursorOf(start + at);
  return {
    totalCount: total,
    nodes,
    edges: nodes.map((node, at) => ({ cursor: cursor(at), node })),
    pageInfo: {
      hasNextPage: end < total,
      hasPreviousPage: start > 0,
      startCursor: nodes.length === 0 ? null : cursor(0),
      endCursor: nodes.length === 0 ? null : cursor(nodes.length - 1),
    },
  };
}

function checkBounds(name: string, { first, last }: PageArguments, needsBounds: boolean): void {
  if (first == null && last == null) {
    if (!needsBounds) return;
    throw failure(
      'MISSING_PAGINATION_BOUNDARIES',
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  }
  for (const [bound, count] of Object.entries({ first, last })) {
    if (count == null) continue;
    if (count < 0)
      throw failure('UNPROCESSABLE', `\`${bound}\` on the \`${name}\` connection cannot be less than zero.`);
    if (count > LARGEST)
      throw failure(
        'EXCESSIVE_PAGINATION',
        `Requesting ${count} records on the \`${name}\` connection exceeds the \`${bound}\` limit of ${LARGEST} records.`,
      );
  }
  if (first != null && last != null)
    throw failure(
      'UNPROCESSABLE',
      `Passing both \`first\` and \`last\` values to paginate the \`${name}\` connection is not supported.`,
    );
}

/** A cursor says where in the list its item stood. */
function cursorOf(at: number): string {
  return Buffer.from(`${PREFIX}${at}`).toString('base64');
}

function position(cursor: string, bound: string): number {
  const text = Buffer.from(cursor, 'base64').toString();
  const at = text.startsWith(PREFIX) ? Number(text.slice(PREFIX.length)) : Number.NaN;
  if (!Number.isInteger(at) || at < 0)
    throw failure('UNPROCESSABLE', `\`${cursor}\` does not appear to be a valid cursor (${bound}).`);
  return at;
}
