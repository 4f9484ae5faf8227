import { readCommit, parseTag, type Commit } from '../../git/commit-object.ts';
import { diffCounts } from '../../git/diff.ts';
import { log } from '../../git/history.ts';
import { isoTime, type Person } from '../../git/person.ts';
import { isBinary } from '../../git/patch.ts';
import { findEntry, listTree } from '../../git/tree.ts';
import { entryType } from '../../git/tree-object.ts';
import { nodeId } from '../../kernel/node-id.ts';
import { verificationOf, type Verification } from '../../kernel/web-flow.ts';
import { treeOf } from '../../pulls/comparison.ts';
import type { Repository } from '../../state/repositories.ts';
import { fullName } from '../../views/repositories.ts';
import type { Asking } from '../asking.ts';
import type { Window } from '../connection.ts';
import { fields, type Arguments, type Fields } from '../fields.ts';
import { checkSuitesOf, rollupOf, statusOf } from './checks.ts';
import { deploymentsOf } from './deployments.ts';
import { accountNode, issueNode, type AccountNode, type ObjectNode } from './nodes.ts';
import { objectOf } from './objects.ts';

interface EntryNode {
  readonly __typename: 'TreeEntry';
  readonly path: string;
  readonly mode: string;
  readonly oid: string;
  readonly repository: Repository;
}

const object: Fields<ObjectNode> = {
  oid: ({ oid }) => oid,
  abbreviatedOid: ({ oid }) => oid.slice(0, 7),
  repository: ({ repository }) => ({ __typename: 'Repository', row: repository }),
};

/** Types of git objects. */
export const COMMITS: Readonly<Record<string, Fields<never>>> = {
  Commit: fields<ObjectNode>({
    ...object,
    id: ({ oid, repository }) => nodeId('C', `${repository.id}:${oid}`),
    message: (node, _, asking) => commitOf(asking, node).message.trimEnd(),
    messageHeadline: (node, _, asking) => commitOf(asking, node).message.split('\n')[0],
    messageBody: (node, _, asking) => bodyOf(commitOf(asking, node).message),
    committedDate: (node, _, asking) => isoTime(commitOf(asking, node).committer),
    authoredDate: (node, _, asking) => isoTime(commitOf(asking, node).author),
    pushedDate: () => null,
    author: (node, _, asking) => personNode(asking, commitOf(asking, node).author),
    committer: (node, _, asking) => personNode(asking, commitOf(asking, node).committer),
    authors: (node, _, asking) => authorsOf(commitOf(asking, node)).map((one) => personNode(asking, one)),
    authoredByCommitter: (node, _, asking) => {
      const { author, committer } = commitOf(asking, node);
      return author.email === committer.email;
    },
    parents: (node, _, asking) =>
      commitOf(asking, node).parents.map((oid) => objectOf(asking, node.repository, oid)),
    tree: (node, _, asking) => objectOf(asking, node.repository, commitOf(asking, node).tree),
    file: (node, args, asking) => entryAt(asking, node, String(args['path'])),
    history: historyOf,
    url: (node, _, asking) => `${asking.urls.web}${commitPath(asking, node)}`,
    commitUrl: (node, _, asking) => `${asking.urls.web}${commitPath(asking, node)}`,
    resourcePath: (node, _, asking) => commitPath(asking, node),
    commitResourcePath: (node, _, asking) => commitPath(asking, node),
    additions: (node, _, asking) => countsOf(asking, node).additions,
    deletions: (node, _, asking) => countsOf(asking, node).deletions,
    changedFiles: (node, _, asking) => countsOf(asking, node).files,
    changedFilesIfAvailable: (node, _, asking) => countsOf(asking, node).files,
    signature: signatureOf,
    status: (node, _, asking) => statusOf(asking, node.repository, node.oid),
    statusCheckRollup: (node, _, asking) => rollupOf(asking, node.repository, node.oid),
    checkSuites: (node, args, asking) => checkSuitesOf(asking, node.repository, node.oid, args),
    deployments: ({ oid, repository }, args, asking) => deploymentsOf(asking, repository, args, oid),
    associatedPullRequests: ({ oid, repository }, _, asking) => {
      const { pulls, issues } = asking.tables;
      const key = `${repository.id}:${oid}`;
      const ids = new Set([...pulls.keys('mergedCommit', key), ...pulls.keys('openCommit', key)]);
      return [...ids].map((id) => issueNode(asking, issues.require(id)));
    },
  }),
  Tree: fields<ObjectNode>({
    ...object,
    id: ({ oid, repository }) => nodeId('TREE', `${repository.id}:${oid}`),
    entries: ({ oid, repository }, _, asking) =>
      listTree(asking.core.objects(repository), oid).map(({ path, mode, id }) => ({
        __typename: 'TreeEntry',
        path,
        mode,
        oid: id,
        repository,
      })),
  }),
  TreeEntry: fields<EntryNode>({
    name: ({ path }) => path.split('/').at(-1),
    path: ({ path }) => path,
    mode: ({ mode }) => Number.parseInt(mode, 8),
    type: ({ mode }) => entryType(mode as Parameters<typeof entryType>[0]),
    oid: ({ oid }) => oid,
    size: ({ oid, repository }, _, asking) => asking.core.objects(repository).read(oid)?.body.length ?? 0,
    object: ({ oid, repository }, _, asking) => objectOf(asking, repository, oid),
    repository: ({ repository }) => ({ __typename: 'Repository', row: repository }),
  }),
  Blob: fields<ObjectNode>({
    ...object,
    id: ({ oid, repository }) => nodeId('B', `${repository.id}:${oid}`),
    byteSize: (node, _, asking) => bytesOf(asking, node).length,
    isBinary: (node, _, asking) => isBinary(bytesOf(asking, node)),
    isTruncated: () => false,
    text: (node, _, asking) =>
      isBinary(bytesOf(asking, node)) ? null : bytesOf(asking, node).toString('utf8'),
  }),
  Tag: fields<ObjectNode>({
    ...object,
    id: ({ oid, repository }) => nodeId('TA', `${repository.id}:${oid}`),
    name: (node, _, asking) => parseTag(bytesOf(asking, node)).tag,
    message: (node, _, asking) => parseTag(bytesOf(asking, node)).message,
    tagger: (node, _, asking) => {
      const { tagger } = parseTag(bytesOf(asking, node));
      return tagger === undefined ? null : personNode(asking, tagger);
    },
    target: (node, _, asking) => objectOf(asking, node.repository, parseTag(bytesOf(asking, node)).object),
  }),
  GpgSignature: fields<SignatureNode>({
    email: ({ email }) => email,
    isValid: ({ verified }) => verified,
    keyId: () => null,
    payload: ({ payload }) => payload,
    signature: ({ signature }) => signature,
    signer: ({ verified }, _, asking) =>
      verified ? accountNode(asking.tables.accounts.find('login', 'web-flow')) : null,
    state: ({ reason }) => reason.toUpperCase(),
    verifiedAt: ({ verified_at }) => verified_at,
    wasSignedByGitHub: ({ verified }) => verified,
  }),
  GitActor: fields<PersonNode>({
    name: ({ person }) => person.name,
    email: ({ person }) => person.email,
    date: ({ person }) => isoTime(person),
    avatarUrl: ({ user }, _, asking) => `${asking.urls.web}/avatars/${user?.row.id ?? 0}`,
    user: ({ user }) => (user?.__typename === 'User' ? user : null),
  }),
};

interface SignatureNode extends Verification {
  readonly __typename: 'GpgSignature';
  readonly email: string;
}

function signatureOf(node: ObjectNode, _: Arguments, asking: Asking): SignatureNode | null {
  const verification = verificationOf(asking.core, bytesOf(asking, node));
  if (verification.signature === null) return null;
  return { __typename: 'GpgSignature', email: commitOf(asking, node).committer.email, ...verification };
}

interface PersonNode {
  readonly __typename: 'GitActor';
  readonly person: Person;
  readonly user: AccountNode | null;
}

function bytesOf(asking: Asking, { repository, oid }: ObjectNode): Buffer {
  const found = asking.core.objects(repository).read(oid);
  if (found === undefined) throw new Error(`object ${oid} is missing`);
  return found.body;
}

function commitOf(asking: Asking, { repository, oid }: ObjectNode): Commit {
  return readCommit(asking.core.objects(repository), oid);
}

/** What follows the first line and the empty lines after it. */
function bodyOf(message: string): string {
  const end = message.indexOf('\n');
  return end === -1 ? '' : message.slice(end).replace(/^\n+/, '').trimEnd();
}

/** The author and those of `Co-authored-by` lines. */
function authorsOf({ author, message }: Commit): Person[] {
  const others = [...message.matchAll(/^co-authored-by:\s*(.+?)\s*<([^<>]+)>\s*$/gim)].map(
    ([, name, email]) => ({
      ...author,
      name: name!,
      email: email!,
    }),
  );
  return [author, ...others.filter(({ email }) => email !== author.email)];
}

/** A person of a commit and the account the address belongs to: the noreply address of GitHub, or its own. */
function personNode(asking: Asking, person: Person): PersonNode {
  const own = /^(?:\d+\+)?(.+)@users\.noreply\.github\.com$/.exec(person.email);
  const login = own?.[1]?.toLowerCase();
  const row =
    login === undefined
      ? [...asking.tables.accounts.all()].find(({ email }) => email !== null && email === person.email)
      : asking.tables.accounts.find('login', login);
  return { __typename: 'GitActor', person, user: accountNode(row) };
}

/** The commits before one, newest first. Only as many as the page needs are walked; all are where they are counted. */
function historyOf(node: ObjectNode, args: Arguments, asking: Asking): Window<ObjectNode | null> {
  const { path, since, until } = args;
  const store = asking.core.objects(node.repository);
  const oids = [
    ...log(store, node.oid, {
      ...(typeof path === 'string' ? { path } : {}),
      ...(typeof since === 'string' ? { since: Date.parse(since) / 1000 } : {}),
      ...(typeof until === 'string' ? { until: Date.parse(until) / 1000 } : {}),
    }),
  ];
  return {
    total: oids.length,
    slice: (start, end) => oids.slice(start, end).map((oid) => objectOf(asking, node.repository, oid)),
  };
}

function entryAt(asking: Asking, node: ObjectNode, path: string): EntryNode | null {
  const found = findEntry(asking.core.objects(node.repository), commitOf(asking, node).tree, path);
  if (found === undefined) return null;
  return {
    __typename: 'TreeEntry',
    path: found.path,
    mode: found.mode,
    oid: found.id,
    repository: node.repository,
  };
}

function countsOf(asking: Asking, node: ObjectNode) {
  const store = asking.core.objects(node.repository);
  const commit = commitOf(asking, node);
  return diffCounts(store, treeOf(store, commit.parents[0]), commit.tree);
}

function commitPath(asking: Asking, { oid, repository }: ObjectNode): string {
  return `/${fullName(asking, repository)}/commit/${oid}`;
}
