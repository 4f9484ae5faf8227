import type { Actor } from '../issues/actor.ts';
import { isAncestor } from '../git/history.ts';
import type { Core } from '../kernel/core.ts';
import type { Issue } from '../state/issues.ts';
import type { Pull } from '../state/pulls.ts';
import { baseOf, branchTip, compareCommits, MOST_COMMITS, objectsOf } from './comparison.ts';
import { noteCommitted } from './committed.ts';
import { openBetween, pullRefused } from './create.ts';
import { tellPull } from './events.ts';
import { setPullRef } from './refs.ts';
import { refreshTrial } from './trial.ts';

/** The issue side was closed: what the pull request is compared with stands still from now on. */
function followClosing(core: Core, actor: Actor, pull: Pull): void {
  const base = pull.merged === null ? { ...pull.base, oid: baseOf(core, pull) } : pull.base;
  const closed = core.tables.pulls.put({ ...pull, open: false, base });
  tellPull(core, actor, closed, 'closed');
}

/**
 * The issue side was opened again: the pull request takes its branch as it is now.
 * @throws ApiError 422 where the branches do not allow that any more
 */
function followReopening(core: Core, actor: Actor, pull: Pull): void {
  const { head, base } = reopened(core, pull);
  const { commits } = compareCommits(objectsOf(core, pull), base, head);
  const open = core.tables.pulls.put({
    ...pull,
    open: true,
    head: { ...pull.head, oid: head },
    base: { ...pull.base, oid: base },
    commits: commits.slice(0, MOST_COMMITS),
    trial: null,
  });
  setPullRef(core, open, 'head', head);
  const tried = refreshTrial(core, open);
  noteCommitted(core, actor, tried);
  tellPull(core, actor, tried, 'reopened');
}

/** Tips of both branches. A head that was moved elsewhere meanwhile cannot be taken up again. */
function reopened(core: Core, pull: Pull): { head: string; base: string } {
  const refuse = (why: string) => pullRefused(`state cannot be changed. ${why}`, 'state', 'invalid');
  const { repositoryId, ref, oid } = pull.head;
  if (pull.merged !== null) throw refuse('The pull request cannot be reopened.');
  if (repositoryId === null)
    throw refuse('The repository that submitted this pull request has been deleted.');
  const head = branchTip(core, repositoryId, ref);
  const base = branchTip(core, pull.repositoryId, pull.base.ref);
  if (head === undefined) throw refuse(`The ${ref} branch has been deleted.`);
  if (base === undefined) throw refuse(`The ${pull.base.ref} branch has been deleted.`);
  const store = objectsOf(core, pull);
  if (!isAncestor(store, oid, head)) throw refuse(`The ${ref} branch was force-pushed or recreated.`);
  if (compareCommits(store, base, head).commits.length === 0)
    throw refuse(`There are no new commits on the ${pull.headLabel} branch.`);
  if (openBetween(core, pull.repositoryId, pull.head, pull.base.ref) !== undefined)
    throw refuse(`There is already an open pull request from ${pull.headLabel} to ${pull.base.ref}.`);
  return { head, base };
}

/** What `PullPort.follow` of the issues' family is. */
export function follow(core: Core, actor: Actor, issue: Issue): void {
  const pull = core.tables.pulls.require(issue.id);
  if (issue.state === 'closed' && pull.open) followClosing(core, actor, pull);
  if (issue.state === 'open' && !pull.open) followReopening(core, actor, pull);
}
