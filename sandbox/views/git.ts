import { parseCommit, readCommit, type Tag } from '../git/commit-object.ts';
import { diffTrees, type FileDiff } from '../git/diff.ts';
import { EMPTY_TREE, readBody } from '../git/objects.ts';
import { isoTime, type Person } from '../git/person.ts';
import { entryType } from '../git/tree-object.ts';
import type { PathEntry } from '../git/tree.ts';
import type { View } from '../kernel/core.ts';
import { UNSIGNED, verificationOf } from '../kernel/web-flow.ts';
import { nodeId } from '../kernel/node-id.ts';
import type { Account } from '../state/accounts.ts';
import type { Repository } from '../state/repositories.ts';
import { accountView } from './accounts.ts';
import { fullName, repositoryUrl } from './repositories.ts';

/** A tag's signature ends its message. The sandbox signs no tags and knows nobody's keys. */
function tagVerification({ message }: Tag) {
  const at = message.search(/^-----BEGIN (?:PGP|SSH) SIGNATURE-----$/m);
  return {
    verified: false,
    reason: at < 0 ? 'unsigned' : 'unknown_key',
    signature: at < 0 ? null : message.slice(at),
    payload: null,
    verified_at: null,
  };
}

/** GitHub shows messages without the line end that git closes them with. */
function shownMessage(message: string): string {
  return message.replace(/\n+$/, '');
}

function personView(person: Person) {
  return { name: person.name, email: person.email, date: isoTime(person) };
}

/** Address of a commit's page. */
export function commitPage(view: View, repository: Repository, oid: string): string {
  return `${view.urls.web}/${fullName(view, repository)}/commit/${oid}`;
}

/** The commit as the git data routes show it. */
export function gitCommitView(view: View, repository: Repository, oid: string) {
  const body = readBody(view.core.objects(repository), oid, 'commit');
  const commit = parseCommit(body);
  const api = `${repositoryUrl(view, repository)}/git`;
  return {
    sha: oid,
    node_id: nodeId('C', `${repository.id}:${oid}`),
    url: `${api}/commits/${oid}`,
    html_url: commitPage(view, repository, oid),
    author: personView(commit.author),
    committer: personView(commit.committer),
    tree: { sha: commit.tree, url: `${api}/trees/${commit.tree}` },
    message: shownMessage(commit.message),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: commitPage(view, repository, sha),
    })),
    verification: commit.headers === undefined ? UNSIGNED : verificationOf(view.core, body),
  };
}

/** The account that signs with this address, as GitHub links commits to people. */
export function accountByEmail(view: Pick<View, 'tables'>, email: string): Account | undefined {
  const noreply = /^(\d+)\+[^@]+@users\.noreply\.github\.com$/.exec(email);
  if (noreply !== null) return view.tables.accounts.get(Number(noreply[1]));
  const simple = /^([^@+]+)@users\.noreply\.github\.com$/.exec(email);
  if (simple !== null) return view.tables.accounts.find('login', simple[1]!.toLowerCase());
  return view.tables.accounts.find('email', email.toLowerCase());
}

function accountOfPerson(view: View, person: Person) {
  const account = accountByEmail(view, person.email);
  return account === undefined ? null : accountView(view, account);
}

/** The commit as lists show it: git's facts, and who on GitHub they are. */
export function commitView(view: View, repository: Repository, oid: string) {
  const body = readBody(view.core.objects(repository), oid, 'commit');
  const commit = parseCommit(body);
  const api = repositoryUrl(view, repository);
  return {
    sha: oid,
    node_id: nodeId('C', `${repository.id}:${oid}`),
    commit: {
      author: personView(commit.author),
      committer: personView(commit.committer),
      message: shownMessage(commit.message),
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${oid}`,
      comment_count: 0,
      verification: commit.headers === undefined ? UNSIGNED : verificationOf(view.core, body),
    },
    url: `${api}/commits/${oid}`,
    html_url: commitPage(view, repository, oid),
    comments_url: `${api}/commits/${oid}/comments`,
    author: accountOfPerson(view, commit.author),
    committer: accountOfPerson(view, commit.committer),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: commitPage(view, repository, sha),
    })),
  };
}

/** One changed file, as commits, comparisons and pull requests list it. */
export function fileView(view: View, repository: Repository, oid: string, file: FileDiff) {
  const { filename, previous_filename: previous, sha, status, additions, deletions, changes, patch } = file;
  const name = encodeURIComponent(filename).replaceAll('%2F', '/');
  const page = `${view.urls.web}/${fullName(view, repository)}`;
  return {
    sha,
    filename,
    status,
    additions,
    deletions,
    changes,
    blob_url: `${page}/blob/${oid}/${name}`,
    raw_url: `${page}/raw/${oid}/${name}`,
    contents_url: `${repositoryUrl(view, repository)}/contents/${name}?ref=${oid}`,
    ...(patch === undefined ? {} : { patch }),
    ...(previous === undefined ? {} : { previous_filename: previous }),
  };
}

/** What a commit changed against its first parent. */
export function commitFiles(view: View, repository: Repository, oid: string): FileDiff[] {
  const store = view.core.objects(repository);
  const commit = readCommit(store, oid);
  const parent = commit.parents[0];
  const before = parent === undefined ? EMPTY_TREE : readCommit(store, parent).tree;
  return diffTrees(store, before, commit.tree);
}

/** An entry of a tree. */
export function treeEntryView(view: View, repository: Repository, entry: PathEntry) {
  const type = entryType(entry.mode);
  const api = `${repositoryUrl(view, repository)}/git`;
  const base = { path: entry.path, mode: entry.mode, type, sha: entry.id };
  if (type === 'commit') return base;
  if (type === 'tree') return { ...base, url: `${api}/trees/${entry.id}` };
  const size = readBody(view.core.objects(repository), entry.id, 'blob').length;
  return { ...base, size, url: `${api}/blobs/${entry.id}` };
}

/** An annotated tag object. */
export function tagView(view: View, repository: Repository, oid: string, tag: Tag) {
  const api = `${repositoryUrl(view, repository)}/git`;
  return {
    node_id: nodeId('TA', `${repository.id}:${oid}`),
    tag: tag.tag,
    sha: oid,
    url: `${api}/tags/${oid}`,
    message: shownMessage(tag.message),
    tagger: tag.tagger === undefined ? { name: '', email: '', date: '' } : personView(tag.tagger),
    object: { sha: tag.object, type: tag.type, url: `${api}/${tag.type}s/${tag.object}` },
    verification: tagVerification(tag),
  };
}
