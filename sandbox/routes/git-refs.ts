import { isObjectId } from '../git/objects.ts';
import { actorOf } from '../issues/actor.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, notFound, unprocessable } from '../kernel/errors.ts';
import { refsWithPrefix } from '../refs/prefix.ts';
import { requireRefUpdate } from '../refs/update.ts';
import { type Ref, refKey } from '../state/repositories.ts';
import { refView } from '../views/refs.ts';

/** https://docs.github.com/rest/git/refs: 409 while there is no commit. */
function refuseEmpty(c: Context): void {
  if (c.tables.refs.count('repository', c.repo.id) === 0) throw new ApiError(409, 'Git Repository is empty.');
}

function row(c: Context, name: string): Ref | undefined {
  return c.tables.refs.get(refKey(c.repo.id, name));
}

/** `heads/main` of the path; the part before is not repeated. */
function refOfPath(c: Context): string {
  return `refs/${c.text('ref')}`;
}

function checkSha(sha: string): void {
  if (!isObjectId(sha))
    throw unprocessable('The sha parameter must be exactly 40 characters and contain only [0-9a-f].');
}

function createRef(c: Context): Reply {
  refuseEmpty(c);
  const { ref, sha } = c.input<{ ref: string; sha: string }>();
  checkSha(sha);
  if (!ref.startsWith('refs/') || ref.split('/').length < 3)
    throw unprocessable('Reference name must contain at least three slash-separated components.');
  requireRefUpdate(c.core, c.repo, actorOf(c), { ref, before: null, after: sha });
  return c.created(refView(c, c.repo, row(c, ref)!));
}

function updateRef(c: Context): Reply {
  refuseEmpty(c);
  const { sha, force = false } = c.input<{ sha: string; force?: boolean }>();
  const ref = refOfPath(c);
  checkSha(sha);
  const current = row(c, ref);
  if (current === undefined) throw unprocessable('Reference does not exist');
  requireRefUpdate(c.core, c.repo, actorOf(c), { ref, before: current.oid, after: sha, force });
  return c.ok(refView(c, c.repo, row(c, ref)!));
}

/** Deletes a ref; no body asks for more. */
function deleteRef(c: Context): Reply {
  refuseEmpty(c);
  requireRefUpdate(c.core, c.repo, actorOf(c), { ref: refOfPath(c), after: null });
  return c.noContent();
}

/** References by name: https://docs.github.com/rest/git/refs */
export const gitRefRoutes: Routes = {
  'git/get-ref': (c) => {
    refuseEmpty(c);
    const found = row(c, refOfPath(c));
    if (found === undefined) throw notFound();
    return c.ok(refView(c, c.repo, found));
  },
  'git/list-matching-refs': (c) => {
    refuseEmpty(c);
    const rows = refsWithPrefix(c.core, c.repo, refOfPath(c));
    return c.ok(rows.map((ref) => refView(c, c.repo, ref)));
  },
  'git/create-ref': createRef,
  'git/update-ref': updateRef,
  'git/delete-ref': deleteRef,
};
