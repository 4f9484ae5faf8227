import { may } from '../access/index.ts';
import { actorOf } from '../issues/actor.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, forbidden } from '../kernel/errors.ts';
import { comparisonOf, filesOf, MOST_COMMITS, objectsOf, treeOf } from '../pulls/comparison.ts';
import '../pulls/connect.ts';
import { createPull, type NewPull } from '../pulls/create.ts';
import { editPull, type PullChanges } from '../pulls/edit.ts';
import { issueOf, pullNumbered } from '../pulls/find.ts';
import { listPulls, pullsOfCommit } from '../pulls/list.ts';
import type { Pull } from '../state/pulls.ts';
import { fileDiff } from '../git/diff.ts';
import { diffText } from '../git/diff-text.ts';
import { patchText } from '../git/mail-patch.ts';
import { commitView, fileView } from '../views/git.ts';
import { pullSimpleView, pullView } from '../views/pulls.ts';

/** The pull request of the path. @throws ApiError 404 */
export function pullOf(c: Context): Pull {
  return pullNumbered(c.core, c.repo.id, c.number('pull_number'));
}

/** Is the caller the author of it, or somebody who may write? */
export function mayChange(c: Context, authorId: number): boolean {
  return c.me?.id === authorId || may(c.core, c.viewer, c.repo, 'write', 'pull_requests');
}

/** GitHub gives up on larger diffs: https://docs.github.com/rest/pulls/pulls#get-a-pull-request */
const MOST_FILES = 300;
const MOST_LINES = 20_000;
/** https://docs.github.com/rest/pulls/pulls#list-pull-requests-files */
const MOST_LISTED = 3000;

function get(c: Context): Reply {
  const pull = pullOf(c);
  if (c.media === 'diff' || c.media === 'patch') return asText(c, pull, c.media);
  return c.ok(pullView(c, pull));
}

function asText(c: Context, pull: Pull, kind: 'diff' | 'patch'): Reply {
  const store = objectsOf(c.core, pull);
  const { mergeBase, head, commits } = comparisonOf(c.core, pull);
  const files = filesOf(c.core, pull);
  if (files.length > MOST_FILES)
    throw new ApiError(
      406,
      `Sorry, the diff exceeded the maximum number of files (${MOST_FILES}). Consider using 'List pull requests files' API or locally cloning the repository instead.`,
      {
        errors: [{ resource: 'PullRequest', field: 'diff', code: 'too_large' }],
      },
    );
  const text =
    kind === 'diff'
      ? diffText(store, treeOf(store, mergeBase), treeOf(store, head))
      : patchText(store, commits);
  if (text.split('\n').length > MOST_LINES)
    throw new ApiError(406, `Sorry, the diff exceeded the maximum number of lines (${MOST_LINES})`, {
      errors: [{ resource: 'PullRequest', field: 'diff', code: 'too_large' }],
    });
  return c.raw(`application/vnd.github.v3.${kind}; charset=utf-8`, text);
}

/** Who triages closes and opens pull requests, and changes nothing else of them. */
function closes(c: Context, changes: PullChanges): boolean {
  const named = Object.keys(changes);
  return (
    named.length > 0 &&
    named.every((name) => name === 'state') &&
    may(c.core, c.viewer, c.repo, 'triage', 'pull_requests')
  );
}

function update(c: Context): Reply {
  const pull = pullOf(c);
  const changes = c.input<PullChanges>();
  if (!mayChange(c, issueOf(c.core, pull).authorId) && !closes(c, changes))
    throw forbidden('Must have push access to repository');
  return c.ok(pullView(c, editPull(c.core, actorOf(c), pull, changes)));
}

function listFiles(c: Context): Reply {
  const pull = pullOf(c);
  const store = objectsOf(c.core, pull);
  return c.page(filesOf(c.core, pull).slice(0, MOST_LISTED), (change) =>
    fileView(c, c.repo, pull.head.oid, fileDiff(store, change)),
  );
}

/** Pull requests: https://docs.github.com/rest/pulls/pulls */
export const pullRoutes: Routes = {
  'pulls/list': (c) => c.page(listPulls(c.core, c.repo.id, c.query), (pull) => pullSimpleView(c, pull)),
  'pulls/create': (c) => {
    const pull = createPull(c.core, actorOf(c), c.repo, c.input<NewPull>());
    return c.created(pullView(c, pull));
  },
  'pulls/get': get,
  'pulls/update': update,
  'pulls/list-files': listFiles,
  'pulls/list-commits': (c) => {
    const { commits } = comparisonOf(c.core, pullOf(c));
    return c.page(commits.slice(0, MOST_COMMITS), (oid) => commitView(c, c.repo, oid));
  },
  'repos/list-pull-requests-associated-with-commit': (c) =>
    c.page(pullsOfCommit(c.core, c.repo, c.text('commit_sha')), (pull) => pullSimpleView(c, pull)),
};
