import { encodeCommit, readCommit } from '../../sandbox/git/commit-object.ts';
import { personAt } from '../../sandbox/git/person.ts';
import { editTree, type TreeEdit } from '../../sandbox/git/tree.ts';
import { now } from '../../sandbox/kernel/core.ts';
import { refKey } from '../../sandbox/state/repositories.ts';
import type { World } from './world.ts';

/** Commits files onto a branch, past every rule and without an event; gives the commit's id. */
export function commitFiles(
  world: World,
  files: Readonly<Record<string, string>>,
  branch = 'main',
  message = 'a change',
): string {
  const { core } = world.sandbox;
  const objects = core.objects(world.repository);
  const key = refKey(world.repository.id, `refs/heads/${branch}`);
  const parent = core.tables.refs.get(key)?.oid;
  const edits = new Map<string, TreeEdit>(
    Object.entries(files).map(([path, text]) => [
      path,
      { mode: '100644', id: objects.write('blob', Buffer.from(text)) },
    ]),
  );
  const tree = editTree(objects, parent === undefined ? undefined : readCommit(objects, parent).tree, edits);
  const person = personAt('writer', 'writer@example.com', now(core));
  const oid = objects.write(
    'commit',
    encodeCommit({
      tree,
      parents: parent === undefined ? [] : [parent],
      author: person,
      committer: person,
      message: `${message}\n`,
    }),
  );
  plantRef(world, `refs/heads/${branch}`, oid);
  return oid;
}

/** Puts a ref in place, past every rule and without an event. */
export function plantRef(world: World, name: string, oid: string): void {
  const { core } = world.sandbox;
  const { repository } = world;
  core.store.transaction(() => {
    core.tables.refs.put({ key: refKey(repository.id, name), repositoryId: repository.id, name, oid });
  });
}
