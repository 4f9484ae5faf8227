import type { Context, Reply } from '../kernel/context.ts';

/**
 * One page of a list that is walked by id: rows with an id above `since`, and a link to those after the last one.
 * https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api
 */
export function sincePage<Row extends { readonly id: number }>(
  c: Context,
  rows: Iterable<Row>,
  view: (row: Row) => unknown,
  size = Math.min(Number(c.ask('per_page') ?? 30), 100),
): Reply {
  const since = Number(c.ask('since') ?? 0);
  const after = [...rows].filter((row) => row.id > since).sort((a, b) => a.id - b.id);
  const shown = after.slice(0, size);
  const last = shown.at(-1);
  if (last === undefined || after.length === shown.length) return c.ok(shown.map(view));
  const search = new URLSearchParams(c.search);
  search.set('since', String(last.id));
  return c.ok(shown.map(view), { link: `<${c.urls.api}${c.path}?${search.toString()}>; rel="next"` });
}
