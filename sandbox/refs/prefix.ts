/** Refs by the beginning of their name, found without looking at the others: keys of the table are sorted. */
import type { Core } from '../kernel/core.ts';
import type { PageWindow } from '../kernel/page.ts';
import { refKey, type Ref, type Repository } from '../state/repositories.ts';

/** The place of the first key that is not smaller. */
export function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The refs whose full name begins with `prefix`, by name. */
export function refsWithPrefix(core: Core, repository: Repository, prefix: string): Ref[] {
  const key = refKey(repository.id, prefix);
  const keys = core.tables.refs.keys('repository', repository.id) as readonly string[];
  const rows: Ref[] = [];
  for (let at = lowerBound(keys, key); keys[at]?.startsWith(key) === true; at++)
    rows.push(core.tables.refs.require(keys[at]!));
  return rows;
}

/** The same as a window for pages: only the rows of one page are looked at. */
export function refWindow(core: Core, repository: Repository, prefix: string): PageWindow<Ref> {
  const key = refKey(repository.id, prefix);
  const keys = core.tables.refs.keys('repository', repository.id) as readonly string[];
  const first = lowerBound(keys, key);
  // No character of a ref's name comes after this one.
  const end = lowerBound(keys, `${key}\uffff`);
  return {
    total: end - first,
    slice: (from, to) =>
      keys.slice(first + from, Math.min(first + to, end)).map((name) => core.tables.refs.require(name)),
  };
}
