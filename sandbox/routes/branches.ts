import { may } from '../access/index.ts';
import { peel } from '../git/commit-object.ts';
import { resolveCommit } from '../git/name.ts';
import { actorOf } from '../issues/actor.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, forbidden, notFound, unprocessable } from '../kernel/errors.ts';
import { mergeCommit, syncKind } from '../refs/merge-branches.ts';
import { refsWithPrefix, refWindow } from '../refs/prefix.ts';
import { renameBranch } from '../refs/rename.ts';
import { requireRefUpdate } from '../refs/update.ts';
import { tellRepository } from '../repositories/tell.ts';
import { refKey, type Ref, type Repository } from '../state/repositories.ts';
import { commitView } from '../views/git.ts';
import { branchView, isProtected, shortBranchView, tagRefView } from '../views/refs.ts';

const HEADS = 'refs/heads/';
const TAGS = 'refs/tags/';

function tipOf(c: Context, repository: Repository, branch: string): string | undefined {
  return c.tables.refs.get(refKey(repository.id, HEADS + branch))?.oid;
}

/** The tip of the branch of the path. @throws ApiError 404 */
function requireTip(c: Context): string {
  const tip = tipOf(c, c.repo, c.text('branch'));
  if (tip === undefined) throw new ApiError(404, 'Branch not found');
  return tip;
}

function listBranches(c: Context): Reply {
  const wanted = c.ask('protected');
  const branchOf = ({ name }: Ref) => name.slice(HEADS.length);
  const rows =
    wanted === undefined
      ? refWindow(c.core, c.repo, HEADS)
      : refsWithPrefix(c.core, c.repo, HEADS).filter(
          (row) => isProtected(c, c.repo, branchOf(row)) === (wanted === 'true'),
        );
  return c.page(rows, (row) => shortBranchView(c, c.repo, branchOf(row), row.oid));
}

/** Newest names last in git, first here: GitHub lists tags in reverse order of their names. */
function listTags(c: Context): Reply {
  const store = c.core.objects(c.repo);
  const rows = refsWithPrefix(c.core, c.repo, TAGS).flatMap(({ name, oid }) => {
    const target = peel(store, oid);
    return target?.type === 'commit' ? [{ tag: name.slice(TAGS.length), commit: target.id }] : [];
  });
  return c.page(rows.reverse(), ({ tag, commit }) => tagRefView(c, c.repo, tag, commit));
}

function rename(c: Context): Reply {
  const from = c.text('branch');
  requireTip(c);
  const { new_name: to } = c.input<{ new_name: string }>();
  const isDefault = c.repo.defaultBranch === from;
  if (isDefault && !may(c.core, c.viewer, c.repo, 'admin', 'administration')) throw forbidden();
  const after = renameBranch(c.core, c.repo, actorOf(c), from, to);
  if (isDefault) tellRepository(c, after, 'edited', { changes: { default_branch: { from } } });
  return c.created(branchView(c, after, to, tipOf(c, after, to)!), undefined);
}

/** https://docs.github.com/rest/branches/branches#merge-a-branch */
function merge(c: Context): Reply {
  const input = c.input<{ base: string; head: string; commit_message?: string }>();
  const base = tipOf(c, c.repo, input.base);
  if (base === undefined) throw new ApiError(404, 'Base does not exist');
  const head = resolveCommit(c.core, c.repo, input.head);
  if (head === undefined) throw new ApiError(404, 'Head does not exist');
  const message = input.commit_message ?? `Merge ${input.head} into ${input.base}`;
  const merged = mergeCommit(c.core, c.repo, actorOf(c), { base, head }, message);
  if (merged === 'none') return c.noContent();
  if (merged === 'conflict') throw new ApiError(409, 'Merge conflict');
  const update = { ref: HEADS + input.base, before: base, after: merged.commit };
  requireRefUpdate(c.core, c.repo, actorOf(c), update, { kind: 'api' }, 409);
  return c.created(commitView(c, c.repo, merged.commit));
}

/** https://docs.github.com/rest/branches/branches#sync-a-fork-branch-with-the-upstream-repository */
function mergeUpstream(c: Context): Reply {
  const { branch } = c.input<{ branch: string }>();
  const parent = c.repo.forkOf === null ? undefined : c.tables.repositories.get(c.repo.forkOf);
  if (parent === undefined) throw unprocessable('This repository is not a fork');
  const tip = tipOf(c, c.repo, branch);
  if (tip === undefined) throw notFound();
  const upstream = tipOf(c, parent, branch);
  if (upstream === undefined) throw unprocessable(`The upstream repository has no branch named ${branch}`);
  const owner = c.tables.accounts.require(parent.ownerId).login;
  const name = `${owner}:${branch}`;
  const kind = syncKind(c.core, c.repo, tip, upstream);
  const answer = (message: string): Reply => c.ok({ message, merge_type: kind, base_branch: name });
  if (kind === 'none') return answer(`This branch is not behind the upstream ${name}.`);
  const after =
    kind === 'fast-forward' ? upstream : mergeUpstreamCommit(c, { base: tip, head: upstream }, name);
  const update = { ref: HEADS + branch, before: tip, after };
  requireRefUpdate(c.core, c.repo, actorOf(c), update, { kind: 'fetch-upstream' });
  const did = kind === 'merge' ? 'merged' : 'fast-forwarded';
  return answer(`Successfully fetched and ${did} from upstream ${name}.`);
}

function mergeUpstreamCommit(c: Context, sides: { base: string; head: string }, name: string): string {
  const merged = mergeCommit(c.core, c.repo, actorOf(c), sides, `Merge branch '${name.replace(':', '/')}'`);
  if (merged === 'conflict' || merged === 'none') throw new ApiError(409, 'There are merge conflicts');
  return merged.commit;
}

/** Branches and tags by name: https://docs.github.com/rest/branches/branches */
export const branchRoutes: Routes = {
  'repos/list-branches': listBranches,
  'repos/get-branch': (c) => c.ok(branchView(c, c.repo, c.text('branch'), requireTip(c))),
  'repos/rename-branch': rename,
  'repos/merge': merge,
  'repos/merge-upstream': mergeUpstream,
  'repos/list-tags': listTags,
};
