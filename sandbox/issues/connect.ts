import { readCommit } from '../git/commit-object.ts';
import { commitsBetween } from '../git/history.ts';
import { accountByEmail } from '../views/git.ts';
import type { Core } from '../kernel/core.ts';
import type { RefActor, RefChange } from '../refs/change.ts';
import { followRefs } from '../refs/followers.ts';
import { refKey, type Repository } from '../state/repositories.ts';
import { noteContributor } from './association.ts';
import { noteCommits } from './linking.ts';

/** Only so many commits of one push are read for what they name. */
const MOST_READ = 2000;

/** Loading this makes the commits of pushes and merges name issues, close them, and make contributors of their authors. */
followRefs((core, repository, actor, changes, via) => {
  if (via.kind === 'fetch-upstream' || via.kind === 'rename') return;
  for (const change of changes) noteArrived(core, repository, actor, change);
});

function noteArrived(core: Core, repository: Repository, actor: RefActor, change: RefChange): void {
  const { ref, before, after } = change;
  if (after === null || !ref.startsWith('refs/heads/')) return;
  const store = core.objects(repository);
  const main = `refs/heads/${repository.defaultBranch}`;
  const known = core.tables.refs.get(refKey(repository.id, main))?.oid;
  const onDefault = ref === main;
  const bases = [before, onDefault ? undefined : known].filter((oid) => oid != null);
  const commits = commitsBetween(store, bases, after)
    .slice(-MOST_READ)
    .map((oid) => ({ oid, ...readCommit(store, oid) }));
  if (onDefault)
    for (const { author } of commits) {
      const account = accountByEmail(core, author.email);
      if (account !== undefined) noteContributor(core, repository.id, account.id);
    }
  noteCommits(core, actor, repository, commits, onDefault);
}
