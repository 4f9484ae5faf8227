import { refKey } from '../../state/repositories.ts';
import { failure } from '../errors.ts';
import type { Fields } from '../fields.ts';
import type { Asking } from '../asking.ts';
import type { Repository } from '../../state/repositories.ts';
import { commitTime, objectAt, objectOf } from './objects.ts';
import { pullTemplates } from './templates.ts';
import { rowNode, type RefNode, type RepositoryNode } from './nodes.ts';
import { ordered } from './repository-list.ts';

interface RefOrder {
  readonly field: 'ALPHABETICAL' | 'TAG_COMMIT_DATE';
  readonly direction: 'ASC' | 'DESC';
}

/** Fields of a repository that look into its refs and objects. */
export const REPOSITORY_CONTENT: Fields<RepositoryNode> = {
  defaultBranchRef: ({ row }, _, asking) => refNode(asking, row, `refs/heads/${row.defaultBranch}`),
  ref: ({ row }, args, asking) => findRef(asking, row, String(args['qualifiedName'])),
  refs: ({ row }, args, asking) => {
    asking.allow('git/list-matching-refs', row);
    const prefix = String(args['refPrefix']);
    if (!prefix.endsWith('/')) throw failure('UNPROCESSABLE', 'refPrefix must end with a "/"');
    const query = typeof args['query'] === 'string' ? args['query'].toLowerCase() : '';
    const found = asking.tables.refs
      .where('repository', row.id)
      .filter(
        ({ name }) => name.startsWith(prefix) && name.slice(prefix.length).toLowerCase().includes(query),
      );
    const order = (args['orderBy'] ?? {
      field: 'ALPHABETICAL',
      direction: args['direction'] ?? 'ASC',
    }) as RefOrder;
    const rows = ordered(
      found,
      ({ name, oid }) => (order.field === 'ALPHABETICAL' ? name : dateOf(asking, row, oid)),
      order.direction,
    );
    return rows.map((one) => rowNode(asking, 'Ref', one));
  },
  object: ({ row }, args, asking) => {
    asking.allow('git/get-commit', row);
    const { oid, expression } = args;
    if (typeof oid === 'string') return objectOf(asking, row, oid);
    if (typeof expression === 'string') return objectAt(asking, row, expression);
    throw failure('UNPROCESSABLE', 'You must provide either an `oid` or an `expression`.');
  },
  pullRequestTemplates: ({ row }, _, asking) => pullTemplates(asking, row),
  issueTemplates: () => [],
};

/** The ref of that full name; null where the repository has none. */
export function refNode(asking: Asking, repository: Repository, name: string): RefNode | null {
  const row = asking.tables.refs.get(refKey(repository.id, name));
  return row === undefined ? null : rowNode(asking, 'Ref', row);
}

/** A name may be full, or as git completes it. */
function findRef(asking: Asking, repository: Repository, name: string): RefNode | null {
  asking.allow('git/get-ref', repository);
  const full = name.startsWith('refs/')
    ? [name]
    : [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`];
  for (const one of full) {
    const node = refNode(asking, repository, one);
    if (node !== null) return node;
  }
  return null;
}

function dateOf(asking: Asking, repository: Repository, oid: string): number {
  return commitTime(asking, repository, oid);
}
