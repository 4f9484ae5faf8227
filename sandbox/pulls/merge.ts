import type { Actor } from '../issues/actor.ts';
import type { Core } from '../kernel/core.ts';
import { ApiError, unprocessable } from '../kernel/errors.ts';
import { encodeSigned } from '../kernel/web-flow.ts';
import type { Pull } from '../state/pulls.ts';
import type { Repository } from '../state/repositories.ts';
import { baseOf, branchTip, objectsOf } from './comparison.ts';
import { makeMerge, makeRebase, makeSquash, signedNow, type Made } from './commits.ts';
import { signatureOf, WEB_FLOW } from './identity.ts';
import { markMerged } from './merged.ts';
import { blockers, isBehind } from './mergeability.ts';
import type { MessageInput } from './messages.ts';
import { moveBranch } from './refs.ts';
import { mergeRules, type MergeMethod } from './rules.ts';
import { refusalError } from '../refs/update.ts';
import { mergedTree } from './trial.ts';

export interface MergeInput extends MessageInput {
  readonly sha?: string | undefined;
  readonly merge_method?: MergeMethod | undefined;
}

const NOT_ALLOWED: Readonly<Record<MergeMethod, string>> = {
  merge: 'Merge commits are not allowed on this repository.',
  squash: 'Squash merges are not allowed on this repository.',
  rebase: 'Rebase merges are not allowed on this repository.',
};

/**
 * Merges a pull request. https://docs.github.com/rest/pulls/pulls#merge-a-pull-request
 * @throws ApiError 405 what is not mergeable, allowed or fulfilled; 409 a head that moved
 */
export function mergePull(core: Core, actor: Actor, pull: Pull, input: MergeInput): Pull {
  const method = input.merge_method ?? 'merge';
  const repository = core.tables.repositories.require(pull.repositoryId);
  refuseUnmergeable(core, actor, pull, repository, method, input.sha);
  const base = baseOf(core, pull);
  const made = make(core, actor, pull, base, method, input);
  if (made === undefined)
    throw new ApiError(
      405,
      method === 'rebase' ? "This branch can't be rebased" : 'Pull Request is not mergeable',
    );
  const refusal = moveBranch(core, actor, repository, pull.base.ref, base, made.tip, {
    kind: 'merge',
    pullId: pull.id,
  });
  if (refusal !== undefined) throw refusalError(refusal, 405);
  const current = core.tables.pulls.require(pull.id);
  const merged = { ...current, base: { ...current.base, oid: base } };
  const done = markMerged(core, actor, merged, made.tip, made.commits);
  if (repository.deleteBranchOnMerge) deleteHead(core, actor, done);
  return core.tables.pulls.require(pull.id);
}

function make(
  core: Core,
  actor: Actor,
  pull: Pull,
  base: string,
  method: MergeMethod,
  input: MergeInput,
): Made {
  if (method === 'merge') return makeMerge(core, pull, base, actor.account, input);
  if (method === 'squash') return makeSquash(core, pull, base, input);
  return makeRebase(core, pull, base, actor.account);
}

function refuseUnmergeable(
  core: Core,
  actor: Actor,
  pull: Pull,
  repository: Repository,
  method: MergeMethod,
  sha: string | undefined,
): void {
  const base = branchTip(core, repository.id, pull.base.ref);
  if (!pull.open || base === undefined) throw new ApiError(405, 'Pull Request is not mergeable');
  if (pull.draft) throw new ApiError(405, 'Pull Request is still a draft');
  if (sha !== undefined && sha !== pull.head.oid)
    throw new ApiError(409, 'Head branch was modified. Review and try the merge again.');
  const allowed = {
    merge: repository.allowMergeCommit,
    squash: repository.allowSquashMerge,
    rebase: repository.allowRebaseMerge,
  }[method];
  if (!allowed) throw new ApiError(405, NOT_ALLOWED[method]);
  if (mergedTree(objectsOf(core, pull), base, pull.head.oid) === undefined)
    throw new ApiError(405, 'Pull Request is not mergeable');
  refuseByRules(core, actor, pull, method);
}

function refuseByRules(core: Core, actor: Actor, pull: Pull, method: MergeMethod): void {
  const rules = mergeRules(core, pull, actor);
  const reasons = blockers(core, pull, rules);
  if (!rules.methods.includes(method) || (rules.linearHistory && method === 'merge'))
    reasons.unshift(NOT_ALLOWED[method]);
  if (rules.upToDate && isBehind(core, pull))
    reasons.push('The head branch must be up to date with the base branch.');
  if (reasons.length === 0) return;
  throw new ApiError(
    405,
    rules.fromRuleset ? `Repository rule violations found\n\n${reasons.join('\n\n')}\n\n` : reasons.join(' '),
  );
}

/** Deletes the head branch of a merged pull request where it is the repository's own and nothing protects it. */
function deleteHead(core: Core, actor: Actor, pull: Pull): void {
  const { repositoryId, ref } = pull.head;
  if (repositoryId !== pull.repositoryId) return;
  const repository = core.tables.repositories.require(repositoryId);
  const tip = branchTip(core, repositoryId, ref);
  if (tip === undefined || tip !== pull.head.oid || ref === repository.defaultBranch) return;
  moveBranch(core, actor, repository, ref, tip, null, { kind: 'delete-on-merge' });
}

/**
 * Merges the base into the head, so that the head is no longer behind.
 * https://docs.github.com/rest/pulls/pulls#update-a-pull-request-branch
 * @throws ApiError 403 without write access to the head; 422 where it moved, is not behind or conflicts
 */
export function updateBranch(core: Core, actor: Actor, pull: Pull, expected: string | undefined): void {
  if (expected !== undefined && expected !== pull.head.oid)
    throw unprocessable('expected head sha didn’t match current head ref.');
  if (!pull.open || pull.head.repositoryId === null) throw unprocessable('The pull request is closed.');
  if (!isBehind(core, pull)) throw unprocessable('There are no new commits on the base branch.');
  const store = objectsOf(core, pull);
  const base = baseOf(core, pull);
  const tree = mergedTree(store, pull.head.oid, base);
  if (tree === undefined) throw unprocessable('merge conflict between base and head');
  const tip = store.write(
    'commit',
    encodeSigned(core, {
      tree,
      parents: [pull.head.oid, base],
      author: signedNow(core, signatureOf(actor.account)),
      committer: signedNow(core, WEB_FLOW),
      message: `Merge branch '${pull.base.ref}' into ${pull.head.ref}`,
    }),
  );
  const head = core.tables.repositories.require(pull.head.repositoryId);
  const refusal = moveBranch(core, actor, head, pull.head.ref, pull.head.oid, tip, { kind: 'update-branch' });
  if (refusal !== undefined) throw refusalError(refusal);
}
