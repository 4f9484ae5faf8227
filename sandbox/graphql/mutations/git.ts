import { readCommit } from '../../git/commit-object.ts';
import { ZERO_ID } from '../../git/objects.ts';
import { findEntry } from '../../git/tree.ts';
import { encodeSigned } from '../../kernel/web-flow.ts';
import { signedNow } from '../../pulls/commits.ts';
import { signatureOf, WEB_FLOW } from '../../pulls/identity.ts';
import { refKey, type Repository } from '../../state/repositories.ts';
import type { Asking } from '../asking.ts';
import { failure } from '../errors.ts';
import { repositoryById, rowById } from '../types/node-ids.ts';
import { repositoryByName } from '../types/nodes.ts';
import { objectOf } from '../types/objects.ts';
import { refNode } from '../types/repository-content.ts';
import { given, mutations, type Input } from './mutation.ts';

interface RefUpdate {
  name: string;
  beforeOid?: string | null;
  afterOid: string;
  force: boolean;
}

interface CommitInput {
  branch: { id?: string | null; branchName?: string | null; repositoryNameWithOwner?: string | null };
  expectedHeadOid: string;
  message: { headline: string; body?: string | null };
  fileChanges?: {
    additions?: readonly { path: string; contents: string }[] | null;
    deletions?: readonly { path: string }[] | null;
  } | null;
}

/** Mutations of refs and commits. */
export const GIT_MUTATIONS = mutations({
  createRef: (input: Input<{ repositoryId: string; name: string; oid: string }>, asking) => {
    const repository = repositoryById(asking, input.repositoryId);
    asking.run('git/create-ref', repository, { body: { ref: input.name, sha: input.oid } });
    return { ref: refNode(asking, repository, input.name) };
  },
  updateRef: (input: Input<{ refId: string; oid: string; force: boolean }>, asking) => {
    const { row, repository } = rowById(asking, input.refId, 'Ref');
    setRef(asking, repository, { name: row.name, afterOid: input.oid, force: input.force });
    return { ref: refNode(asking, repository, row.name) };
  },
  deleteRef: (input: Input<{ refId: string }>, asking) => {
    const { row, repository } = rowById(asking, input.refId, 'Ref');
    setRef(asking, repository, { name: row.name, afterOid: ZERO_ID, force: false });
    return {};
  },
  updateRefs: (input: Input<{ repositoryId: string; refUpdates: readonly RefUpdate[] }>, asking) => {
    const repository = repositoryById(asking, input.repositoryId);
    for (const update of input.refUpdates) setRef(asking, repository, update);
    return {};
  },
  mergeBranch: (
    input: Input<{ repositoryId: string; base: string; head: string; commitMessage?: string | null }>,
    asking,
  ) => {
    const repository = repositoryById(asking, input.repositoryId);
    const { body } = asking.run('repos/merge', repository, {
      body: given({ base: input.base, head: input.head, commit_message: input.commitMessage }),
    });
    const sha = (body as { sha?: string } | undefined)?.sha;
    return { mergeCommit: sha === undefined ? null : objectOf(asking, repository, sha) };
  },
  createCommitOnBranch: (input: Input<CommitInput>, asking) => {
    const { repository, branch } = branchOf(asking, input.branch);
    const row = asking.tables.refs.get(refKey(repository.id, `refs/heads/${branch}`));
    if (row === undefined)
      throw failure('NOT_FOUND', `A branch with the name '${branch}' could not be found.`);
    if (row.oid !== input.expectedHeadOid)
      throw failure(
        'STALE_DATA',
        `Expected branch to point to "${row.oid}" but it did not. Pull and try again.`,
      );
    const oid = commitFiles(asking, repository, row.oid, input);
    setRef(asking, repository, { name: row.name, afterOid: oid, force: false });
    return { commit: objectOf(asking, repository, oid), ref: refNode(asking, repository, row.name) };
  },
});

/** Creates, moves or (zeros) deletes a ref as the REST API does. `beforeOid` of zeros: it must not be there yet. */
function setRef(
  asking: Asking,
  repository: Repository,
  { name, beforeOid, afterOid, force }: RefUpdate,
): void {
  if (!name.startsWith('refs/')) throw failure('UNPROCESSABLE', `${name} is not a qualified ref name`);
  const now = asking.tables.refs.get(refKey(repository.id, name))?.oid ?? ZERO_ID;
  if (beforeOid != null && beforeOid !== now)
    throw failure('STALE_DATA', `Expected ${name} to point to "${beforeOid}" but it points to "${now}"`);
  const ref = name.slice('refs/'.length);
  if (afterOid === ZERO_ID) asking.run('git/delete-ref', repository, { params: { ref } });
  else if (now === ZERO_ID) asking.run('git/create-ref', repository, { body: { ref: name, sha: afterOid } });
  else asking.run('git/update-ref', repository, { params: { ref }, body: { sha: afterOid, force } });
}

function branchOf(asking: Asking, branch: CommitInput['branch']): { repository: Repository; branch: string } {
  if (branch.id != null) {
    const { row, repository } = rowById(asking, branch.id, 'Ref');
    return { repository, branch: row.name.replace(/^refs\/heads\//, '') };
  }
  const [owner, name] = (branch.repositoryNameWithOwner ?? '').split('/');
  if (owner === undefined || name === undefined || branch.branchName == null)
    throw failure(
      'UNPROCESSABLE',
      'You must provide either an id, or a repositoryNameWithOwner and a branchName.',
    );
  return { repository: repositoryByName(asking, owner, name), branch: branch.branchName };
}

/** A commit after `parent`, signed by GitHub, with files added, replaced and deleted; files keep their mode. */
function commitFiles(asking: Asking, repository: Repository, parent: string, input: CommitInput): string {
  const store = asking.core.objects(repository);
  const { tree } = readCommit(store, parent);
  const sha = (reply: { body?: unknown }): string => (reply.body as { sha: string }).sha;
  const added = (input.fileChanges?.additions ?? []).map(({ path, contents }) => ({
    path,
    type: 'blob',
    mode: findEntry(store, tree, path)?.mode ?? '100644',
    sha: sha(asking.run('git/create-blob', repository, { body: { content: contents, encoding: 'base64' } })),
  }));
  const deleted = (input.fileChanges?.deletions ?? []).map(({ path }) => {
    const entry = findEntry(store, tree, path);
    if (entry === undefined)
      throw failure(
        'UNPROCESSABLE',
        `A path was requested for deletion which does not exist as of commit oid \`${parent}\``,
      );
    return { path, type: 'blob', mode: entry.mode, sha: null };
  });
  const made =
    added.length + deleted.length === 0
      ? tree
      : sha(
          asking.run('git/create-tree', repository, {
            body: { base_tree: tree, tree: [...added, ...deleted] },
          }),
        );
  const { headline, body } = input.message;
  const message = body == null || body === '' ? headline : `${headline}\n\n${body}`;
  const { me } = asking;
  if (me === null) throw failure('FORBIDDEN', 'Resource not accessible by integration');
  const author = signedNow(asking.core, signatureOf(me));
  const committer = { ...author, ...WEB_FLOW };
  return store.write(
    'commit',
    encodeSigned(asking.core, { tree: made, parents: [parent], author, committer, message }),
  );
}
