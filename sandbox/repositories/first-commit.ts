import { encodeCommit } from '../git/commit-object.ts';
import { personAt } from '../git/person.ts';
import { encodeTree } from '../git/tree-object.ts';
import type { Core } from '../kernel/core.ts';
import { now } from '../kernel/core.ts';
import type { Account } from '../state/accounts.ts';
import { refKey, type Repository } from '../state/repositories.ts';

/** The address commits of an account carry unless it has one of its own. */
export function commitEmail(account: Account): string {
  return account.email ?? `${account.id}+${account.login}@users.noreply.github.com`;
}

/** Begins the default branch with a README that says what the repository is called: `auto_init`. */
export function plantReadme(core: Core, repository: Repository, author: Account): Repository {
  const objects = core.objects(repository);
  const lines = [`# ${repository.name}`];
  if (repository.description !== null) lines.push(repository.description);
  const blob = objects.write('blob', Buffer.from(lines.join('\n')));
  const tree = objects.write('tree', encodeTree([{ mode: '100644', name: 'README.md', id: blob }]));
  const person = personAt(author.name ?? author.login, commitEmail(author), now(core));
  const commit = objects.write(
    'commit',
    encodeCommit({ tree, parents: [], author: person, committer: person, message: 'Initial commit' }),
  );
  const name = `refs/heads/${repository.defaultBranch}`;
  core.tables.refs.put({
    key: refKey(repository.id, name),
    repositoryId: repository.id,
    name,
    oid: commit,
  });
  return core.tables.repositories.put({ ...repository, pushedAt: now(core) });
}
