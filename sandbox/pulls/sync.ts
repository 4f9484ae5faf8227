import type { Actor } from '../issues/actor.ts';
import { closeIssue } from '../issues/state.ts';
import { addTimeline } from '../issues/timeline.ts';
import { commitsBetween, isAncestor, log } from '../git/history.ts';
import type { Core } from '../kernel/core.ts';
import { baseScope, type Pull } from '../state/pulls.ts';
import type { Repository } from '../state/repositories.ts';
import { noteCommitted } from './committed.ts';
import { baseOf, branchTip, compareCommits, MOST_COMMITS, objectsOf } from './comparison.ts';
import { openBetween } from './create.ts';
import { retarget } from './edit.ts';
import { tellPull } from './events.ts';
import { issueOf, touchPull } from './find.ts';
import { markMerged } from './merged.ts';
import { setPullRef } from './refs.ts';
import { requestCodeowners } from './reviewers.ts';
import { dismissStale } from './stale.ts';
import { refreshTrial } from './trial.ts';

/** A branch that changed: null where there is none before or after. */
export interface BranchChange {
  readonly branch: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** How many commits of one push are looked at for pull requests that it merges. */
const MOST_PUSHED = 50_000;

/**
 * Brings the pull requests up to date with branches that just changed, inside the same transaction: heads follow their
 * branch, what arrived on a base is merged, what lost a branch is closed or goes to another base. `mergedPullId` is the
 * pull request whose own merge this is. Those that only have a base that moved are not touched: they try the merge again
 * when somebody asks.
 */
export function syncPulls(
  core: Core,
  actor: Actor,
  repository: Repository,
  changes: readonly BranchChange[],
  mergedPullId?: number,
): void {
  for (const change of changes) {
    const { branch, before, after } = change;
    if (after !== null && before !== null)
      mergeReached(core, actor, repository, branch, before, after, mergedPullId);
    for (const pull of core.tables.pulls.where('head', `${repository.id}:${branch}`))
      syncHead(core, actor, core.tables.pulls.require(pull.id), change);
    if (after === null) syncLostBase(core, actor, repository, branch);
  }
}

/** Open pull requests into the branch whose head just arrived on it were merged by hand. */
function mergeReached(
  core: Core,
  actor: Actor,
  repository: Repository,
  branch: string,
  before: string,
  after: string,
  mergedPullId: number | undefined,
): void {
  if (core.tables.pulls.count('base', baseScope({ repositoryId: repository.id }, branch, true)) === 0) return;
  const store = core.objects(repository);
  const arrived = commitsBetween(store, [before], after).slice(-MOST_PUSHED);
  for (const oid of arrived)
    for (const pull of core.tables.pulls.where('openHeadOid', `${repository.id}:${oid}`)) {
      if (pull.base.ref !== branch || pull.id === mergedPullId) continue;
      const fixed = { ...pull, base: { ref: branch, oid: before } };
      markMerged(core, actor, fixed, mergingCommit(core, repository, before, after, oid), pull.commits);
    }
}

/** The commit of the branch itself that brought `oid`: the merge made by hand, or `oid` where it was just moved there. */
function mergingCommit(
  core: Core,
  repository: Repository,
  before: string,
  after: string,
  oid: string,
): string {
  const store = core.objects(repository);
  let found = after;
  for (const commit of log(store, after, { firstParent: true })) {
    if (commit === before || !isAncestor(store, oid, commit)) break;
    found = commit;
  }
  return found;
}

function syncHead(core: Core, actor: Actor, pull: Pull, { branch, before, after }: BranchChange): void {
  if (after === null) {
    addTimeline(core, actor, pull, { kind: 'head_ref_deleted', ref: branch });
    if (pull.open) closeIssue(core, actor, issueOf(core, pull));
    return;
  }
  if (before === null && !pull.open)
    addTimeline(core, actor, pull, { kind: 'head_ref_restored', ref: branch });
  if (pull.open && pull.head.oid !== after) moveHead(core, actor, pull, after);
}

function moveHead(core: Core, actor: Actor, pull: Pull, after: string): void {
  const before = pull.head.oid;
  const store = objectsOf(core, pull);
  const forced = !isAncestor(store, before, after);
  if (forced) addTimeline(core, actor, pull, { kind: 'head_ref_force_pushed', before, commitOid: after });
  const base = baseOf(core, pull);
  const { commits } = compareCommits(store, base, after);
  const moved = core.tables.pulls.put({
    ...pull,
    head: { ...pull.head, oid: after },
    base: { ...pull.base, oid: base },
    commits: commits.slice(0, MOST_COMMITS),
    headPushedById: actor.account.id,
  });
  setPullRef(core, moved, 'head', after);
  if (commits.length === 0) {
    // Nothing is left to merge: GitHub closes it.
    closeIssue(core, actor, issueOf(core, touchPull(core, moved)));
    return;
  }
  const tried = refreshTrial(core, moved);
  noteCommitted(core, actor, tried);
  touchPull(core, tried);
  dismissStale(core, actor, tried, before);
  tellPull(core, actor, core.tables.pulls.require(pull.id), 'synchronize', () => ({ before, after }), {
    before,
  });
  requestCodeowners(core, actor, core.tables.pulls.require(pull.id));
}

/**
 * The base branch of open pull requests is gone. Where it was the head of a merged one, they go on to where that was
 * merged into; others are closed.
 * https://docs.github.com/pull-requests/collaborating-with-pull-requests/proposing-changes-to-your-work-with-pull-requests/about-branches#working-with-branches
 */
function syncLostBase(core: Core, actor: Actor, repository: Repository, branch: string): void {
  const scope = baseScope({ repositoryId: repository.id }, branch, true);
  const next = core.tables.pulls
    .where('head', `${repository.id}:${branch}`)
    .findLast((pull) => pull.merged !== null && pull.repositoryId === repository.id)?.base.ref;
  const tip = next === undefined ? undefined : branchTip(core, repository.id, next);
  const store = core.objects(repository);
  for (const pull of core.tables.pulls.where('base', scope)) {
    const serves =
      next !== undefined &&
      tip !== undefined &&
      openBetween(core, repository.id, pull.head, next) === undefined &&
      compareCommits(store, tip, pull.head.oid).commits.length > 0;
    if (serves) retarget(core, actor, pull, next, tip);
    else closeIssue(core, actor, issueOf(core, pull));
  }
}

/** A repository is gone: pull requests from it lose their head and are closed. Its own are for its family to remove. */
export function loseHeads(core: Core, actor: Actor, repositoryId: number): void {
  const lost = [...core.tables.pulls.all()].filter(({ head }) => head.repositoryId === repositoryId);
  for (const pull of lost) {
    if (pull.repositoryId === repositoryId) continue;
    if (pull.open) closeIssue(core, actor, issueOf(core, pull));
    core.tables.pulls.put({
      ...core.tables.pulls.require(pull.id),
      head: { ...pull.head, repositoryId: null },
    });
  }
}
