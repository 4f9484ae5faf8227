import type { Core } from '../kernel/core.ts';
import { refKey, type Repository } from '../state/repositories.ts';
import { peel } from './commit-object.ts';
import { isObjectId } from './objects.ts';

/** What a name can mean: a full ref, a branch before a tag, `heads/x`, `tags/x`, a full object id, `HEAD`. */
export function resolveName(core: Core, repository: Repository, name: string): string | undefined {
  const { refs } = core.tables;
  const of = (ref: string) => refs.get(refKey(repository.id, ref))?.oid;
  if (name === 'HEAD') return of(`refs/heads/${repository.defaultBranch}`);
  if (name.startsWith('refs/')) return of(name);
  const named = of(`refs/heads/${name}`) ?? of(`refs/tags/${name}`) ?? of(`refs/${name}`);
  if (named !== undefined) return named;
  return isObjectId(name) && core.objects(repository).has(name) ? name : undefined;
}

/** The commit that a name means, annotated tags followed; undefined where it means none. */
export function resolveCommit(core: Core, repository: Repository, name: string): string | undefined {
  const oid = resolveName(core, repository, name);
  const found = oid === undefined ? undefined : peel(core.objects(repository), oid);
  return found?.type === 'commit' ? found.id : undefined;
}
