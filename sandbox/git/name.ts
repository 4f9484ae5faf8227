import type { Core } from '../kernel/core.ts';
import { refKey, type Repository } from '../state/repositories.ts';
import { peel } from './commit-object.ts';
import { node } from './graph.ts';
import { isObjectId } from './objects.ts';

/**
 * What a name can mean: a full ref, a branch before a tag, `heads/x`, `tags/x`, an object id, `HEAD`. Ids may be cut to
 * four digits or more where they are those of commits below a ref.
 */
export function resolveName(core: Core, repository: Repository, name: string): string | undefined {
  const { refs } = core.tables;
  const of = (ref: string) => refs.get(refKey(repository.id, ref))?.oid;
  if (name === 'HEAD') return of(`refs/heads/${repository.defaultBranch}`);
  if (name.startsWith('refs/')) return of(name);
  const named = of(`refs/heads/${name}`) ?? of(`refs/tags/${name}`) ?? of(`refs/${name}`);
  if (named !== undefined) return named;
  if (isObjectId(name)) return core.objects(repository).has(name) ? name : undefined;
  return /^[0-9a-f]{4,39}$/.test(name) ? commitWithPrefix(core, repository, name) : undefined;
}

/** The one commit among those below all refs whose id begins so; undefined where there is none or more than one. */
function commitWithPrefix(core: Core, repository: Repository, prefix: string): string | undefined {
  const store = core.objects(repository);
  const found = new Set<string>();
  const seen = new Set<string>();
  const open: string[] = [];
  for (const { oid } of core.tables.refs.where('repository', repository.id)) {
    const target = peel(store, oid);
    if (target?.type === 'commit') open.push(target.id);
  }
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    if (id.startsWith(prefix)) found.add(id);
    open.push(...node(store, id).parents);
  }
  const [only] = found;
  return found.size === 1 ? only : undefined;
}

/** The commit that a name means, annotated tags followed; undefined where it means none. */
export function resolveCommit(core: Core, repository: Repository, name: string): string | undefined {
  const oid = resolveName(core, repository, name);
  const found = oid === undefined ? undefined : peel(core.objects(repository), oid);
  return found?.type === 'commit' ? found.id : undefined;
}
