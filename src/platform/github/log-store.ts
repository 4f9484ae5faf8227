import { LRUCache } from 'lru-cache';

import { gitBlobId } from '../../contracts/digest.ts';
import { LOG_BRANCH } from '../../contracts/entry.ts';
import { PlatformError } from '../../contracts/errors.ts';
import type { AppendOutcome, ListedFile, LogChange, LogCommit, LogStore } from '../../registry/ports.ts';
import { orNull, Refused, type Api, type ApiParameters } from './api.ts';
import { askObjects } from './git-objects.ts';

export interface GithubLogOptions {
  readonly owner: string;
  readonly repo: string;
  /** Default: slipway/log */
  readonly branch?: string;
}

/** Account that GitHub commits as whatever it signs itself; nobody else can be it. */
const WEB_FLOW = 'web-flow';
/** Commits whose trees are remembered. */
const TREES = 1000;
type Trees = LRUCache<string, string>;
type Place = Pick<GithubLogOptions, 'owner' | 'repo'>;
/** Reads that may be under way at once. */
const AT_ONCE = 8;

/**
 * The log's branch over GitHub's REST API. Commits name neither author nor committer: only those of an App are signed
 * by GitHub then (docs.github.com, "About commit signature verification": signature verification for bots).
 */
export function githubLogStore(api: Api, options: GithubLogOptions): LogStore {
  const { branch = LOG_BRANCH, owner, repo } = options;
  const place = { owner, repo };
  const ref = `heads/${branch}`;
  const trees = new LRUCache<string, string>({ maxSize: TREES, sizeCalculation: () => 1 });
  let date: string | undefined;
  const timed: Api = async (route, parameters) => {
    const answer = await api(route, parameters);
    date = answer.headers['date'] ?? date;
    return answer;
  };
  const isAncestor = async (base: string, head: string): Promise<boolean> => {
    const basehead = `${base}...${head}`;
    const route = 'GET /repos/{owner}/{repo}/compare/{basehead}';
    const data = (await orNull(timed(route, { ...place, basehead, per_page: 1 }))) as Compared | null;
    return data?.status === 'ahead' || data?.status === 'identical';
  };
  let id: Promise<number> | undefined;
  return {
    head: headReader(timed, place, ref),
    repository: async () => {
      try {
        return await (id ??= repositoryId(timed, place));
      } catch (error) {
        id = undefined;
        throw error;
      }
    },
    history: (head, until, path) => history(timed, place, trees, head, until, path),
    read: (commit, paths) => read(timed, place, commit, paths),
    list: (commit, folder) => list(timed, place, commit, folder),
    isAncestor,
    append: (parent, change) => append(timed, place, ref, trees, parent, change),
    now: async () => {
      // The newest answer's time: an append begins with reading the head.
      if (date === undefined) await timed('GET /repos/{owner}/{repo}', place);
      return new Date(Date.parse(date ?? ''));
    },
  };
}

interface Compared {
  readonly status: string;
}

interface ListedCommit {
  readonly sha: string;
  readonly parents: readonly { readonly sha: string }[];
  readonly author: { readonly id: number; readonly login: string } | null;
  readonly committer: { readonly login: string } | null;
  readonly commit: {
    readonly message: string;
    readonly tree: { readonly sha: string };
    readonly verification?: { readonly verified: boolean };
  };
}

interface Tree {
  readonly sha: string;
  readonly truncated: boolean;
  readonly tree: readonly {
    readonly path: string;
    readonly type: string;
    readonly mode: string;
    readonly sha: string;
  }[];
}

async function repositoryId(api: Api, place: ApiParameters): Promise<number> {
  return ((await api('GET /repos/{owner}/{repo}', place)).data as { id: number }).id;
}

/** A head that did not move is told by its ETag, which costs nothing of the rate limit. */
function headReader(api: Api, place: ApiParameters, ref: string): LogStore['head'] {
  let known: { readonly etag: string; readonly head: string } | null = null;
  return async () => {
    const headers = known === null ? {} : { headers: { 'if-none-match': known.etag } };
    try {
      const answer = await api('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...place, ref, ...headers });
      if (answer.status === 304 && known !== null) return known.head;
      const head = (answer.data as { object: { sha: string } }).object.sha;
      const etag = answer.headers['etag'];
      known = etag === undefined ? null : { etag, head };
      return head;
    } catch (error) {
      // 409: a repository without any commit.
      if (!(error instanceof Refused) || (error.status !== 404 && error.status !== 409)) throw error;
      known = null;
      return null;
    }
  };
}

async function* history(
  api: Api,
  place: ApiParameters,
  trees: Trees,
  head: string,
  until: string | null,
  path: string | undefined,
): AsyncIterable<LogCommit> {
  const query = { ...place, sha: head, per_page: 100, ...(path === undefined ? {} : { path }) };
  for (let page = 1; ; page++) {
    const answer = await api('GET /repos/{owner}/{repo}/commits', page === 1 ? query : { ...query, page });
    const commits = answer.data as readonly ListedCommit[];
    for (const commit of commits) {
      if (commit.sha === until) return;
      trees.set(commit.sha, commit.commit.tree.sha);
      yield commitOf(commit);
    }
    if (commits.length < 100) return;
  }
}

function commitOf({ sha, parents, author, committer, commit }: ListedCommit): LogCommit {
  const verified = commit.verification?.verified;
  return {
    id: sha,
    parents: parents.map((parent) => parent.sha),
    tree: commit.tree.sha,
    message: commit.message,
    author: author === null ? null : { id: author.id, login: author.login },
    // People's own keys are valid too, and sign whatever author they like: the committer must be GitHub.
    signed: verified === undefined ? null : verified && committer?.login === WEB_FLOW,
  };
}

/** A file by REST, several by one question of GraphQL. What that does not answer whole is read one by one as well. */
async function read(
  api: Api,
  place: Place,
  commit: string,
  paths: readonly string[],
): Promise<readonly (string | null)[]> {
  const blobs = paths.length > 1 ? await blobsAt(api, place, commit, paths) : null;
  const texts = (blobs ?? []).map((blob) => (blob === null ? null : textOf(blob)));
  const left = [...paths.keys()].filter((at) => texts[at] === undefined);
  for (let from = 0; from < left.length; from += AT_ONCE) {
    await Promise.all(
      left.slice(from, from + AT_ONCE).map(async (at) => {
        texts[at] = await fileAt(api, place, commit, paths[at]!);
      }),
    );
  }
  return texts.map((text) => text ?? null);
}

interface BlobNode {
  readonly oid?: string;
  readonly text?: string | null;
}

async function blobsAt(api: Api, place: Place, commit: string, paths: readonly string[]) {
  try {
    const names = paths.map((path) => ({ expression: `${commit}:${path}` }));
    return await askObjects<BlobNode>(api, place, names, '... on Blob { oid text }');
  } catch (error) {
    if (error instanceof Refused || (error instanceof PlatformError && error.code === 'NETWORK')) return null;
    throw error;
  }
}

/** Large texts come cut, others not at all: only those count that are what their id says. */
function textOf({ oid, text }: BlobNode): string | undefined {
  return typeof text === 'string' && gitBlobId(text) === oid ? text : undefined;
}

/** The raw form carries 100 MB, the JSON one 1 MB (docs.github.com, "Get repository content"). */
async function fileAt(api: Api, place: ApiParameters, commit: string, path: string): Promise<string | null> {
  const data: unknown = await orNull(
    api('GET /repos/{owner}/{repo}/contents/{path}', {
      ...place,
      path,
      ref: commit,
      headers: { accept: 'application/vnd.github.raw+json' },
    }),
  );
  if (typeof data === 'string') return data;
  return data instanceof ArrayBuffer ? Buffer.from(data).toString('utf8') : null;
}

/** Two calls for a folder: the top of the tree, then the folder whole. */
async function list(
  api: Api,
  place: ApiParameters,
  commit: string,
  folder: string,
): Promise<readonly ListedFile[]> {
  const top = await tree(api, place, commit, folder === '');
  if (folder === '') return filesOf(top, '');
  const found = top?.tree.find((entry) => entry.path === folder && entry.type === 'tree');
  if (found === undefined) return [];
  return filesOf(await tree(api, place, found.sha, true), `${folder}/`);
}

function filesOf(found: Tree | null, before: string): readonly ListedFile[] {
  return (found?.tree ?? [])
    .filter(({ type }) => type !== 'tree')
    .map(({ path, sha, mode }) => ({ path: before + path, blob: sha, mode }));
}

async function tree(api: Api, place: ApiParameters, sha: string, recursive: boolean): Promise<Tree | null> {
  const route = 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}';
  const query = { ...place, tree_sha: sha, ...(recursive ? { recursive: '1' } : {}) };
  const found = (await orNull(api(route, query))) as Tree | null;
  if (found?.truncated === true)
    throw new PlatformError({
      code: 'GITHUB_REFUSED',
      message: `GitHub does not list the whole tree ${sha}: it is too large`,
      hint: 'run the command in a clone',
    });
  return found;
}

/**
 * Tree, commit, ref: only the last can be seen by others; what an unfinished append leaves belongs to no branch and goes
 * away. The tree stands on the parent's, so that nothing of another writer can get into it.
 */
async function append(
  api: Api,
  place: ApiParameters,
  ref: string,
  trees: Trees,
  parent: string | null,
  change: LogChange,
): Promise<AppendOutcome> {
  const entries = Object.entries(change.files).map(([path, content]) => ({
    path,
    mode: '100644',
    type: 'blob',
    content,
  }));
  const made = await api('POST /repos/{owner}/{repo}/git/trees', {
    ...place,
    tree: entries,
    ...(parent === null ? {} : { base_tree: await treeOf(api, place, trees, parent) }),
  });
  const tree = (made.data as { sha: string }).sha;
  const { sha: commit } = (
    await api('POST /repos/{owner}/{repo}/git/commits', {
      ...place,
      message: change.message,
      tree,
      parents: parent === null ? [] : [parent],
    })
  ).data as { sha: string };
  try {
    if (parent === null)
      await api('POST /repos/{owner}/{repo}/git/refs', { ...place, ref: `refs/${ref}`, sha: commit });
    else
      await api('PATCH /repos/{owner}/{repo}/git/refs/{ref}', { ...place, ref, sha: commit, force: false });
  } catch (error) {
    if (hasMoved(error)) return { status: 'refused' };
    throw error;
  }
  trees.set(commit, tree);
  return { status: 'appended', commit };
}

/** `base_tree` wants the id of a tree; a commit's is documented nowhere and was refused at times. */
async function treeOf(api: Api, place: ApiParameters, trees: Trees, commit: string): Promise<string> {
  const known = trees.get(commit);
  if (known !== undefined) return known;
  const route = 'GET /repos/{owner}/{repo}/git/commits/{commit_sha}';
  const answer = await api(route, { ...place, commit_sha: commit });
  return (answer.data as { tree: { sha: string } }).tree.sha;
}

/**
 * The branch is not where it was read: GitHub answers 422 to what is no fast-forward, to a ref that exists or is gone,
 * and to an object that a lagging replica has not got; 409 to conflicting updates. Other refusals (rules, rights) stand.
 */
function hasMoved(error: unknown): boolean {
  if (!(error instanceof Refused)) return false;
  return (
    error.status === 409 ||
    (error.status === 422 &&
      /fast.?forward|already exists|does not exist|cannot (lock|be updated)/iu.test(error.said))
  );
}
