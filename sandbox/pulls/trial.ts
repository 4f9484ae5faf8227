import { encodeCommit, readCommit } from '../git/commit-object.ts';
import { mergeCommits } from '../git/merge.ts';
import type { ObjectStore } from '../git/objects.ts';
import type { Person } from '../git/person.ts';
import type { Core } from '../kernel/core.ts';
import type { Pull } from '../state/pulls.ts';
import { baseOf, objectsOf } from './comparison.ts';
import { issueOf } from './find.ts';
import { signatureOf, WEB_FLOW, type Signature } from './identity.ts';
import { setPullRef } from './refs.ts';

/**
 * Tries to merge base and head and keeps the result, unless that was done for these two already. The trial commit is
 * what `refs/pull/N/merge` points to and workflows of the pull request see; it depends on nothing but the two commits
 * and the author, so that trying again gives the same id.
 */
export function refreshTrial(core: Core, pull: Pull): Pull {
  if (!pull.open) return pull;
  const base = baseOf(core, pull);
  const { trial } = pull;
  if (trial?.base === base && trial.head === pull.head.oid) return pull;
  const store = objectsOf(core, pull);
  const tree = mergedTree(store, base, pull.head.oid);
  const merge = tree === undefined ? null : commitTrial(core, store, pull, base, tree);
  setPullRef(core, pull, 'merge', merge);
  return core.tables.pulls.put({ ...pull, trial: { base, head: pull.head.oid, merge } });
}

/** The tree of base and head together; undefined where they conflict. */
export function mergedTree(store: ObjectStore, base: string, head: string): string | undefined {
  const merged = mergeCommits(store, base, head);
  return merged === undefined || !('tree' in merged) ? undefined : merged.tree;
}

function commitTrial(core: Core, store: ObjectStore, pull: Pull, base: string, tree: string): string {
  const time = Math.max(...[base, pull.head.oid].map((id) => readCommit(store, id).committer.time));
  const at = (person: Signature): Person => ({ ...person, time, zone: '+0000' });
  const author = core.tables.accounts.require(issueOf(core, pull).authorId);
  return store.write(
    'commit',
    encodeCommit({
      tree,
      parents: [base, pull.head.oid],
      author: at(signatureOf(author)),
      committer: at(WEB_FLOW),
      message: `Merge ${pull.head.oid} into ${base}`,
    }),
  );
}
