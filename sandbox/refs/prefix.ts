/** Refs by the beginning of their name, found without looking at the others: keys of the table are sorted. */
import type { Core } from '../kernel/core.ts';
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
