import { associationOf } from '../../issues/association.ts';
import type { Repository } from '../../state/repositories.ts';
import type { Asking } from '../asking.ts';
import type { Fields } from '../fields.ts';
import { permissionOf } from './repository.ts';
import { accountNode } from './nodes.ts';

/** Something somebody wrote: an issue, a comment, a review. */
export interface Written {
  readonly body: string | null;
  readonly authorId: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly repository: Repository;
}

const WRITERS = new Set(['ADMIN', 'MAINTAIN', 'WRITE', 'TRIAGE']);

/** Fields of everything that has an author and a body. Edits are not kept apart from other changes: none is told. */
export function writtenFields<Source>(of: (source: Source) => Written): Fields<Source> {
  return {
    author: (source, _, asking) => accountNode(asking.tables.accounts.require(of(source).authorId)),
    authorAssociation: (source, _, asking) =>
      associationOf(asking, of(source).repository, of(source).authorId),
    body: (source) => of(source).body ?? '',
    createdAt: (source) => of(source).createdAt,
    publishedAt: (source) => of(source).createdAt,
    updatedAt: (source) => of(source).updatedAt,
    createdViaEmail: () => false,
    repository: (source) => ({ __typename: 'Repository', row: of(source).repository }),
    viewerDidAuthor: (source, _, asking) => asking.account?.id === of(source).authorId,
    viewerCanReact: (_, __, asking) => asking.account !== null,
    viewerCanUpdate: (source, _, asking) => mayChange(asking, of(source)),
    viewerCannotUpdateReasons: (source, _, asking) =>
      mayChange(asking, of(source)) ? [] : ['INSUFFICIENT_ACCESS'],
  };
}

function mayChange(asking: Asking, { authorId, repository }: Written): boolean {
  return asking.account?.id === authorId || mayTriage(asking, repository);
}

/** May the caller label, assign and close what others wrote? */
export function mayTriage(asking: Asking, repository: Repository): boolean {
  return WRITERS.has(permissionOf(asking, repository) ?? '');
}
