import type { BlobBody } from './message.ts';
import type { Urls } from './urls.ts';

/** What a handler answers; `body` undefined is an empty body. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes or text sent as they are, with this content type, instead of JSON. */
  readonly raw?: { readonly type: string; readonly body: string | Uint8Array | BlobBody };
}

/** What a page must know of its request to link the others. */
export interface PageRequest {
  readonly urls: Urls;
  readonly path: string;
  readonly search: URLSearchParams;
}

/** A long list of which only one page is made: `slice(start, end)` in the order of the answer. */
export interface PageWindow<Row> {
  readonly total: number;
  slice(start: number, end: number): readonly Row[];
}

const DEFAULT_SIZE = 30;
const LARGEST = 100;

/**
 * Cuts one page out of a list and links the others, as
 * https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api describes.
 * A `per_page` above 100 is taken as 100, pages beyond the end are empty.
 */
export function pageOf<Row>(
  c: PageRequest,
  rows: readonly Row[] | PageWindow<Row>,
  view: (row: Row) => unknown,
  wrap?: (items: unknown[], total: number) => unknown,
): Reply {
  const total = 'total' in rows ? rows.total : rows.length;
  const size = Math.min(positive(c.search.get('per_page'), DEFAULT_SIZE), LARGEST);
  const page = positive(c.search.get('page'), 1);
  const items = rows.slice((page - 1) * size, page * size).map(view);
  const last = Math.max(1, Math.ceil(total / size));
  const links: string[] = [];
  const link = (to: number, rel: string) => links.push(`<${pageUrl(c, to)}>; rel="${rel}"`);
  if (page > 1) link(Math.min(page - 1, last), 'prev');
  if (page < last) link(page + 1, 'next');
  if (page < last) link(last, 'last');
  if (page > 1) link(1, 'first');
  return {
    status: 200,
    body: wrap === undefined ? items : wrap(items, total),
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  };
}

/** The list from its newest row backwards, without copying it. */
export function newestFirst<Row>(
  keys: readonly (string | number)[],
  row: (key: string | number) => Row,
): PageWindow<Row> {
  return {
    total: keys.length,
    slice: (start, end) => {
      const rows: Row[] = [];
      for (let at = start; at < Math.min(end, keys.length); at++) rows.push(row(keys[keys.length - 1 - at]!));
      return rows;
    },
  };
}

function pageUrl(c: PageRequest, page: number): string {
  const search = new URLSearchParams(c.search);
  search.set('page', String(page));
  return `${c.urls.api}${c.path}?${search.toString()}`;
}

function positive(text: string | null, fallback: number): number {
  const value = text === null ? Number.NaN : Number(text);
  return Number.isInteger(value) && value > 0 ? value : fallback;
}
