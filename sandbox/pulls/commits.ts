import { encodeCommit, readCommit, type Commit } from '../git/commit-object.ts';
import { node } from '../git/graph.ts';
import { mergeTrees } from '../git/merge.ts';
import type { ObjectStore } from '../git/objects.ts';
import type { Person } from '../git/person.ts';
import type { Core } from '../kernel/core.ts';
import { encodeSigned } from '../kernel/web-flow.ts';
import type { Account } from '../state/accounts.ts';
import type { Pull } from '../state/pulls.ts';
import { comparisonOf, objectsOf } from './comparison.ts';
import { issueOf } from './find.ts';
import { signatureOf, WEB_FLOW, type Signature } from './identity.ts';
import { mergeMessage, squashMessage, type MessageInput } from './messages.ts';
import { mergedTree } from './trial.ts';

/** The commits a merge makes: the branch's new tip, and all that come onto it. Undefined where base and head conflict. */
export type Made = { readonly tip: string; readonly commits: readonly string[] } | undefined;

/** Somebody at the time of the request. */
export function signedNow(core: Core, signature: Signature): Person {
  return { ...signature, time: Math.floor(core.clock.now() / 1000), zone: '+0000' };
}

/** A merge commit of base and head. */
export function makeMerge(core: Core, pull: Pull, base: string, by: Account, input: MessageInput): Made {
  const store = objectsOf(core, pull);
  const tree = mergedTree(store, base, pull.head.oid);
  if (tree === undefined) return undefined;
  const tip = store.write(
    'commit',
    encodeSigned(core, {
      tree,
      parents: [base, pull.head.oid],
      author: signedNow(core, signatureOf(by)),
      committer: signedNow(core, WEB_FLOW),
      message: mergeMessage(core, pull, input),
    }),
  );
  return { tip, commits: [...comparisonOf(core, pull).commits, tip] };
}

/** One commit on the base with everything the head brings, by the author of the pull request. */
export function makeSquash(core: Core, pull: Pull, base: string, input: MessageInput): Made {
  const store = objectsOf(core, pull);
  const tree = mergedTree(store, base, pull.head.oid);
  if (tree === undefined) return undefined;
  const author = signatureOf(core.tables.accounts.require(issueOf(core, pull).authorId));
  const commits = comparisonOf(core, pull).commits.map((oid) => readCommit(store, oid));
  const tip = store.write(
    'commit',
    encodeSigned(core, {
      tree,
      parents: [base],
      author: signedNow(core, author),
      committer: signedNow(core, WEB_FLOW),
      message: squashMessage(core, pull, commits, author, input),
    }),
  );
  return { tip, commits: [tip] };
}

/**
 * The head's commits one after the other on the base, merges left out. Who merges becomes their committer, so that their
 * ids change even where they could have stayed:
 * https://docs.github.com/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/about-pull-request-merges#rebase-and-merge-your-commits
 */
export function makeRebase(core: Core, pull: Pull, base: string, by: Account): Made {
  const store = objectsOf(core, pull);
  const made: string[] = [];
  let tip = base;
  for (const oid of comparisonOf(core, pull).commits) {
    const commit = readCommit(store, oid);
    if (commit.parents.length > 1) continue;
    const tree = replay(store, commit, tip);
    if (tree === undefined) return undefined;
    if (tree === node(store, tip).tree) continue;
    tip = store.write(
      'commit',
      encodeCommit({
        tree,
        parents: [tip],
        author: commit.author,
        committer: signedNow(core, signatureOf(by)),
        message: commit.message,
      }),
    );
    made.push(tip);
  }
  return made.length === 0 ? undefined : { tip, commits: made };
}

/** Could the head be rebased? What `rebaseable` says. */
export function isRebaseable(core: Core, pull: Pull, base: string): boolean {
  const store = objectsOf(core, pull);
  const { commits } = comparisonOf(core, pull);
  // A head that stands on the base as it is needs no replaying to know.
  if (comparisonOf(core, pull).mergeBase === base) return true;
  let tree = node(store, base).tree;
  for (const oid of commits) {
    const commit = readCommit(store, oid);
    if (commit.parents.length > 1) continue;
    const next = replayTree(store, commit, tree);
    if (next === undefined) return false;
    tree = next;
  }
  return true;
}

function replay(store: ObjectStore, commit: Commit, onto: string): string | undefined {
  return replayTree(store, commit, node(store, onto).tree);
}

function replayTree(store: ObjectStore, commit: Commit, onto: string): string | undefined {
  const [parent] = commit.parents;
  const from = parent === undefined ? store.write('tree', Buffer.alloc(0)) : node(store, parent).tree;
  const merged = mergeTrees(store, from, onto, commit.tree);
  return 'tree' in merged ? merged.tree : undefined;
}
