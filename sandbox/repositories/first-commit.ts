import { encodeCommit } from '../git/commit-object.ts';
import type { ObjectStore } from '../git/objects.ts';
import { personAt } from '../git/person.ts';
import { DIRECTORY, encodeTree, readTree, SUBMODULE } from '../git/tree-object.ts';
import type { Core } from '../kernel/core.ts';
import { now } from '../kernel/core.ts';
import { signatureOf } from '../pulls/identity.ts';
import { requireRefUpdate, type RefActor } from '../refs/update.ts';
import type { Repository } from '../state/repositories.ts';

/** Begins the default branch with a commit of this tree; the rules of refs are asked as for any other. @throws ApiError */
export function beginBranch(core: Core, repository: Repository, actor: RefActor, tree: string): void {
  const { name, email } = signatureOf(actor.account);
  const person = personAt(name, email, now(core));
  const commit = core
    .objects(repository)
    .write(
      'commit',
      encodeCommit({ tree, parents: [], author: person, committer: person, message: 'Initial commit' }),
    );
  requireRefUpdate(core, repository, actor, {
    ref: `refs/heads/${repository.defaultBranch}`,
    before: null,
    after: commit,
  });
}

/** A tree with a README that says what the repository is called: `auto_init`. */
export function readmeTree(objects: ObjectStore, repository: Repository): string {
  const lines = [`# ${repository.name}`];
  if (repository.description !== null) lines.push(repository.description);
  const id = objects.write('blob', Buffer.from(lines.join('\n')));
  return objects.write('tree', encodeTree([{ mode: '100644', name: 'README.md', id }]));
}

/** Writes a tree with everything in it into another store; gives its id, which is the same. */
export function copyTree(from: ObjectStore, to: ObjectStore, id: string): string {
  if (to.has(id)) return id;
  for (const entry of readTree(from, id)) {
    if (entry.mode === DIRECTORY) copyTree(from, to, entry.id);
    else if (entry.mode !== SUBMODULE && !to.has(entry.id)) to.write('blob', from.read(entry.id)!.body);
  }
  return to.write('tree', from.read(id)!.body);
}
