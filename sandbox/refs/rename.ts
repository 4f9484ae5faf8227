/** Gives a branch another name everywhere it is named. https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-branches-in-your-repository/renaming-a-branch */
import { blockingRef, isBranchName } from '../git/ref-names.ts';
import { type Core, now } from '../kernel/core.ts';
import { unprocessable } from '../kernel/errors.ts';
import { renameInPulls } from '../pulls/renamed.ts';
import { refKey, type Repository } from '../state/repositories.ts';
import { protectionKey } from '../state/rules.ts';
import type { RefActor } from './change.ts';
import { refsWithPrefix } from './prefix.ts';
import { refusalError } from './refusal.ts';
import { judgeChange } from './rules/verdict.ts';

function checkName(core: Core, repository: Repository, from: string, to: string): void {
  if (!isBranchName(to)) throw unprocessable(`${to} is not a valid branch name`);
  const exists = (name: string): boolean =>
    name !== `refs/heads/${from}` && core.tables.refs.get(refKey(repository.id, name)) !== undefined;
  const below = (prefix: string): string | undefined =>
    refsWithPrefix(core, repository, prefix).find(({ name }) => exists(name))?.name;
  const name = `refs/heads/${to}`;
  if (exists(name) || blockingRef(name, exists, below) !== undefined)
    throw unprocessable(`A branch named "${to}" already exists`);
}

/**
 * Renames: the ref, protection, the default branch where it is that, open pull requests. No `push` is told: nothing was
 * pushed. @throws ApiError 422 for a bad or taken name, or where rules restrict creations or deletions
 */
export function renameBranch(
  core: Core,
  repository: Repository,
  actor: RefActor,
  from: string,
  to: string,
): Repository {
  checkName(core, repository, from, to);
  const { refs, protections, repositories } = core.tables;
  const old = refs.get(refKey(repository.id, `refs/heads/${from}`))!;
  const via = { kind: 'rename' } as const;
  const judged = { repository, actor, via };
  const created = { ref: `refs/heads/${to}`, before: null, after: old.oid, ...judged };
  const isDefault = repository.defaultBranch === from;
  const removed = { ref: old.name, before: old.oid, after: null, ...judged };
  for (const change of isDefault ? [created] : [created, removed]) {
    const { refused } = judgeChange(core, change);
    if (refused !== undefined) throw refusalError(refused);
  }
  refs.remove(old.key);
  refs.put({ ...old, key: refKey(repository.id, created.ref), name: created.ref });
  const protection = protections.get(protectionKey(repository.id, from));
  if (protection !== undefined) {
    protections.remove(protection.key);
    protections.put({ ...protection, key: protectionKey(repository.id, to), branch: to });
  }
  renameInPulls(core, actor, repository, from, to);
  return repositories.put({
    ...repositories.require(repository.id),
    ...(isDefault ? { defaultBranch: to } : {}),
    updatedAt: now(core),
  });
}
