import type { Repository } from '../../state/repositories.ts';
import type { Arguments } from '../fields.ts';
import { repositoryNode, type RepositoryNode } from './nodes.ts';

interface Order {
  readonly field: string;
  readonly direction: 'ASC' | 'DESC';
}

const KEYS: Readonly<Record<string, (row: Repository) => string | number>> = {
  NAME: (row) => row.name.toLowerCase(),
  CREATED_AT: (row) => row.createdAt,
  UPDATED_AT: (row) => row.updatedAt,
  PUSHED_AT: (row) => row.pushedAt ?? '',
  STARGAZERS: () => 0,
};

/** The repositories a connection's filters leave, in the order it asks for. */
export function sortedRepositories(rows: readonly Repository[], args: Arguments): RepositoryNode[] {
  const kept = rows.filter(
    (row) =>
      fits(args['privacy'], row.private ? 'PRIVATE' : 'PUBLIC') &&
      fits(args['visibility'], row.private ? 'PRIVATE' : 'PUBLIC') &&
      fits(args['isFork'], row.forkOf !== null) &&
      fits(args['isArchived'], row.archived),
  );
  const order = args['orderBy'] as Order | null | undefined;
  return (order == null ? kept : ordered(kept, KEYS[order.field]!, order.direction)).map(repositoryNode);
}

/** Rows by a key, those of equal key in the order they came in. */
export function ordered<Row>(
  rows: readonly Row[],
  key: (row: Row) => string | number,
  direction: 'ASC' | 'DESC',
): Row[] {
  const sign = direction === 'ASC' ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [one, other] = [key(a), key(b)];
    return one === other ? 0 : one < other ? -sign : sign;
  });
}

function fits(wanted: unknown, value: unknown): boolean {
  return wanted === undefined || wanted === null || wanted === value;
}
