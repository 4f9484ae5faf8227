import { isObjectId } from '../git/objects.ts';
import { readCommit } from '../git/commit-object.ts';
import { diffText } from '../git/diff-text.ts';
import { diffTrees } from '../git/diff.ts';
import { aheadBehind, commitsBetween, log, mergeBase, wholeLog } from '../git/history.ts';
import { patchText } from '../git/mail-patch.ts';
import { resolveCommit } from '../git/name.ts';
import type { Person } from '../git/person.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, notFound, unprocessable } from '../kernel/errors.ts';
import type { Repository } from '../state/repositories.ts';
import { accountByEmail, commitFiles, commitView, fileView } from '../views/git.ts';
import { fullName, repositoryUrl } from '../views/repositories.ts';

/** A commit or comparison lists at most so many files, 300 a page. https://docs.github.com/rest/commits/commits#get-a-commit */
const MOST_FILES = 3000;
const FILES_A_PAGE = 300;
/** A comparison without paging gives so many commits. https://docs.github.com/rest/commits/commits#compare-two-commits */
const COMMITS_COMPARED = 250;

function refuseEmpty(c: Context): void {
  if (c.tables.refs.count('repository', c.repo.id) === 0) throw new ApiError(409, 'Git Repository is empty.');
}

/** The commit of a path parameter. @throws ApiError 422 as GitHub words it */
function commitOf(c: Context, name: string): string {
  const oid = resolveCommit(c.core, c.repo, name);
  if (oid === undefined) throw unprocessable(`No commit found for SHA: ${name}`);
  return oid;
}

/** Does this person match the login or address that was asked for? */
function isPerson(c: Context, asked: string): (person: Person) => boolean {
  const wanted = asked.toLowerCase();
  return (person) =>
    person.email.toLowerCase() === wanted || accountByEmail(c, person.email)?.login.toLowerCase() === wanted;
}

function seconds(c: Context, name: string): number | undefined {
  const text = c.ask(name);
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw unprocessable(`${name} is not a valid timestamp`);
  return Math.floor(time / 1000);
}

function treeOf(c: Context, oid: string): string {
  return readCommit(c.core.objects(c.repo), oid).tree;
}

function listCommits(c: Context): Reply {
  refuseEmpty(c);
  const tip = resolveCommit(c.core, c.repo, c.ask('sha') ?? 'HEAD');
  if (tip === undefined) throw notFound();
  const [path, author, committer] = [c.ask('path'), c.ask('author'), c.ask('committer')];
  const [since, until] = [seconds(c, 'since'), seconds(c, 'until')];
  const options = {
    ...(path === undefined ? {} : { path }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(author === undefined ? {} : { author: isPerson(c, author) }),
    ...(committer === undefined ? {} : { committer: isPerson(c, committer) }),
  };
  const store = c.core.objects(c.repo);
  const all = Object.keys(options).length === 0;
  return c.page(all ? wholeLog(store, tip) : [...log(store, tip, options)], (oid) =>
    commitView(c, c.repo, oid),
  );
}

function getCommit(c: Context): Reply {
  refuseEmpty(c);
  const oid = commitOf(c, c.text('ref'));
  const store = c.core.objects(c.repo);
  if (c.media === 'sha') return c.raw('application/vnd.github.sha; charset=utf-8', oid);
  const parent = readCommit(store, oid).parents[0];
  if (c.media === 'diff') {
    return c.raw(
      'application/vnd.github.diff; charset=utf-8',
      diffText(store, parent && treeOf(c, parent), treeOf(c, oid)),
    );
  }
  if (c.media === 'patch') {
    return c.raw('application/vnd.github.patch; charset=utf-8', patchText(store, [oid]));
  }
  const files = commitFiles(c, c.repo, oid).slice(0, MOST_FILES);
  const page = Math.max(1, Number(c.search.get('page') ?? 1) || 1);
  const sum = (of: 'additions' | 'deletions') => files.reduce((total, file) => total + file[of], 0);
  const [additions, deletions] = [sum('additions'), sum('deletions')];
  return c.ok({
    ...commitView(c, c.repo, oid),
    stats: { total: additions + deletions, additions, deletions },
    files: files
      .slice((page - 1) * FILES_A_PAGE, page * FILES_A_PAGE)
      .map((file) => fileView(c, c.repo, oid, file)),
  });
}

/** One side of `base...head`: a name here, or `owner:name` in a repository of the same network. */
function side(c: Context, text: string): { readonly oid: string; readonly repository: Repository } {
  const colon = text.indexOf(':');
  if (colon < 0) {
    const oid = resolveCommit(c.core, c.repo, text);
    if (oid === undefined) throw notFound();
    return { oid, repository: c.repo };
  }
  const owner = c.tables.accounts.find('login', text.slice(0, colon).toLowerCase());
  const network = c.tables.repositories.where('network', c.repo.networkId);
  const repository = network.find((row) => row.ownerId === owner?.id);
  const oid = repository && resolveCommit(c.core, repository, text.slice(colon + 1));
  if (repository === undefined || oid === undefined) throw notFound();
  return { oid, repository };
}

function compare(c: Context): Reply {
  refuseEmpty(c);
  const basehead = c.text('basehead');
  const at = basehead.indexOf('...');
  if (at < 0) throw notFound();
  const [baseName, headName] = [basehead.slice(0, at), basehead.slice(at + 3)];
  const [base, head] = [side(c, baseName), side(c, headName)];
  const store = c.core.objects(c.repo);
  const common = mergeBase(store, base.oid, head.oid);
  if (common === undefined) {
    throw new ApiError(404, `No common ancestor between ${baseName} and ${headName}.`);
  }
  if (c.media === 'diff') {
    return c.raw(
      'application/vnd.github.diff; charset=utf-8',
      diffText(store, treeOf(c, common), treeOf(c, head.oid)),
    );
  }
  const oids = commitsBetween(store, [base.oid], head.oid);
  if (c.media === 'patch') {
    return c.raw('application/vnd.github.patch; charset=utf-8', patchText(store, oids));
  }
  return comparison(c, { basehead, base: base.oid, head: head.oid, common, oids });
}

interface Compared {
  readonly basehead: string;
  readonly base: string;
  readonly head: string;
  readonly common: string;
  /** Oldest first. */
  readonly oids: readonly string[];
}

function comparison(c: Context, { basehead, base, head, common, oids }: Compared): Reply {
  const store = c.core.objects(c.repo);
  const { ahead, behind } = aheadBehind(store, base, head);
  const status = ahead === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged';
  const paged = c.search.has('page') || c.search.has('per_page');
  const shown = paged ? oids : oids.slice(-COMMITS_COMPARED);
  const range = basehead.split('/').map(encodeURIComponent).join('/');
  const page = `${c.urls.web}/${fullName(c, c.repo)}/compare/${range}`;
  const name = fullName(c, c.repo).replace('/', ':');
  const first = Math.max(1, Number(c.search.get('page') ?? 1) || 1) === 1;
  const wrap = (commits: unknown[]) => ({
    url: `${repositoryUrl(c, c.repo)}/compare/${range}`,
    html_url: page,
    permalink_url: `${c.urls.web}/${fullName(c, c.repo)}/compare/${name}:${base.slice(0, 7)}...${name}:${head.slice(0, 7)}`,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    base_commit: commitView(c, c.repo, base),
    merge_base_commit: commitView(c, c.repo, common),
    status,
    ahead_by: ahead,
    behind_by: behind,
    total_commits: oids.length,
    commits,
    // "the files are only returned on the first page"
    files: first ? comparedFiles(c, common, head) : [],
  });
  if (paged) return c.page(shown, (oid) => commitView(c, c.repo, oid), wrap);
  return c.ok(wrap(shown.map((oid) => commitView(c, c.repo, oid))));
}

function comparedFiles(c: Context, common: string, head: string) {
  const store = c.core.objects(c.repo);
  const files = diffTrees(store, treeOf(c, common), treeOf(c, head));
  return files.slice(0, FILES_A_PAGE).map((file) => fileView(c, c.repo, head, file));
}

/** Branches whose tip is this commit. */
function branchesWithHead(c: Context): Reply {
  const oid = c.text('commit_sha');
  if (!isObjectId(oid)) throw unprocessable(`No commit found for SHA: ${oid}`);
  const rows = c.tables.refs
    .where('oid', `${c.repo.id}:${oid}`)
    .filter((row) => row.name.startsWith('refs/heads/'));
  return c.ok(
    rows.map((row) => ({
      name: row.name.slice('refs/heads/'.length),
      commit: { sha: oid, url: `${repositoryUrl(c, c.repo)}/commits/${oid}` },
      protected: false,
    })),
  );
}

/** Commits: https://docs.github.com/rest/commits/commits */
export const commitRoutes: Routes = {
  'repos/list-commits': listCommits,
  'repos/get-commit': getCommit,
  'repos/compare-commits-with-basehead': compare,
  'repos/list-branches-for-head-commit': branchesWithHead,
};
