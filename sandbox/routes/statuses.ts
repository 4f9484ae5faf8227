import { combinedStatus, createStatus, type StatusInput } from '../checks/statuses.ts';
import { resolveCommit } from '../git/name.ts';
import { actorOf } from '../issues/actor.ts';
import type { Context, Routes } from '../kernel/context.ts';
import { unprocessable } from '../kernel/errors.ts';
import { newestFirst } from '../kernel/page.ts';
import { commitKey, type CommitStatus } from '../state/checks.ts';
import { combinedStatusView, statusView } from '../views/statuses.ts';

/** The commit a path parameter names. @throws ApiError 422 as GitHub words it */
export function commitOfPath(c: Context, name: string): string {
  const sha = resolveCommit(c.core, c.repo, name);
  if (sha === undefined) throw unprocessable(`No commit found for SHA: ${name}`);
  return sha;
}

/** Reports on commits: https://docs.github.com/rest/commits/statuses */
export const statusRoutes: Routes = {
  'repos/create-commit-status': (c) => {
    const sha = commitOfPath(c, c.text('sha'));
    return c.created(statusView(c, createStatus(c.core, actorOf(c), c.repo, sha, c.input<StatusInput>())));
  },
  'repos/list-commit-statuses-for-ref': (c) => {
    const { commitStatuses } = c.tables;
    const keys = commitStatuses.keys('commit', commitKey(c.repo.id, commitOfPath(c, c.text('ref'))));
    return c.page(
      newestFirst(keys, (id) => commitStatuses.require(id)),
      (status) => statusView(c, status),
    );
  },
  'repos/get-combined-status-for-ref': (c) => {
    const sha = commitOfPath(c, c.text('ref'));
    const { state, statuses } = combinedStatus(c.core, c.repo.id, sha);
    return c.page(
      statuses.toReversed(),
      (status) => status,
      (page, total) =>
        combinedStatusView(c, c.repo, sha, state, total, page as unknown as readonly CommitStatus[]),
    );
  },
};
