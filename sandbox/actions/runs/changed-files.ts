import { readCommit } from '../../git/commit-object.ts';
import { changedFiles } from '../../git/diff.ts';
import { commitsBetween } from '../../git/history.ts';
import type { ObjectStore } from '../../git/objects.ts';
import type { Core, EmittedEvent } from '../../kernel/core.ts';
import { filesOf } from '../../pulls/comparison.ts';
import type { Pull } from '../../state/pulls.ts';
import type { Repository } from '../../state/repositories.ts';

/** Beyond so many commits GitHub makes no diff, and path filters let the push pass. */
const COMMITS = 1_000;

/**
 * Files a path filter looks at: what a pull request changes, or two-dot what a push changed; undefined where nobody knows.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#git-diff-comparisons
 */
export function filesOfEvent(
  core: Core,
  repository: Repository,
  event: EmittedEvent,
  pull: Pull | undefined,
): readonly string[] | undefined {
  if (pull !== undefined) return filesOf(core, pull).map((file) => file.path);
  const { ref, before, sha } = event.facts ?? {};
  if (event.name !== 'push' || sha === undefined || ref === undefined) return [];
  const objects = core.objects(repository);
  const others = core.tables.refs
    .where('repository', repository.id)
    .filter((row) => row.name.startsWith('refs/heads/') && row.name !== ref)
    .map((row) => row.oid);
  const commits = commitsBetween(objects, before === undefined ? others : [before], sha);
  if (commits.length > COMMITS) return undefined;
  const from = before ?? parentOf(objects, commits[0]);
  // A new branch without a new commit changes nothing.
  if (before === undefined && commits.length === 0) return [];
  const tree = (commit: string | undefined) =>
    commit === undefined ? undefined : readCommit(objects, commit).tree;
  return changedFiles(objects, tree(from), tree(sha)).map((file) => file.path);
}

/** A new branch is compared with the parent of its first new commit. */
function parentOf(objects: ObjectStore, commit: string | undefined): string | undefined {
  return commit === undefined ? undefined : readCommit(objects, commit).parents[0];
}
