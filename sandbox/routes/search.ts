import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, notFound } from '../kernel/errors.ts';
import { canSee } from '../access/index.ts';
import { holdsWords, readQuery } from '../search/query.ts';
import { searchCommits } from '../search/commits.ts';
import { searchIssues } from '../search/issues.ts';
import { searchRepositories, searchUsers } from '../search/repositories.ts';
import { accountView } from '../views/accounts.ts';
import { commitView } from '../views/git.ts';
import { issueView } from '../views/issues.ts';
import { labelView } from '../views/labels.ts';
import { minimalRepositoryView, repositoryView } from '../views/repositories.ts';

/** Results that can be looked at: https://docs.github.com/rest/search/search#about-search */
const MOST = 1000;

/** Searches. Everything that matches is found: no result is ever incomplete. */
export const searchRoutes: Routes = {
  'search/issues-and-pull-requests': (c) => {
    const type = c.ask('search_type');
    if (type !== undefined) throw new ApiError(501, `The sandbox does not support ${type} searches`);
    const rows = searchIssues(c, c.ask('q') ?? '', c.ask('sort'), c.ask('order') !== 'asc');
    return found(c, rows, (issue) => issueView(c, issue), { search_type: 'lexical' });
  },
  'search/repos': (c) =>
    found(c, searchRepositories(c, c.ask('q') ?? '', c.ask('sort'), c.ask('order') !== 'asc'), (row) =>
      repositoryView(c, row),
    ),
  'search/commits': (c) =>
    found(
      c,
      searchCommits(c, c.ask('q') ?? '', c.ask('sort'), c.ask('order') !== 'asc'),
      ({ repository, oid }) => ({
        ...commitView(c, repository, oid),
        repository: minimalRepositoryView(c, repository),
      }),
    ),
  'search/users': (c) => found(c, searchUsers(c, c.ask('q') ?? ''), (row) => accountView(c, row)),
  'search/labels': (c) => {
    const repository = c.tables.repositories.get(Number(c.query['repository_id']));
    if (repository === undefined || !canSee(c.core, c.viewer, repository)) throw notFound();
    const { words } = readQuery(c.ask('q') ?? '', new Set());
    const rows = c.tables.labels.where('repository', repository.id);
    const matching = rows.filter((row) => holdsWords(words, [row.name, row.description]));
    return found(c, matching, (row) => labelView(c, row));
  },
};

function found<Row>(c: Context, rows: readonly Row[], view: (row: Row) => object, more: object = {}): Reply {
  const page = Number(c.query['page'] ?? 1);
  const size = Math.min(Number(c.query['per_page'] ?? 30), 100);
  if ((page - 1) * size >= MOST) throw new ApiError(422, 'Only the first 1000 search results are available');
  return c.page(
    rows.slice(0, MOST),
    (row) => ({ ...view(row), score: 1 }),
    (items) => ({ total_count: rows.length, incomplete_results: false, items, ...more }),
  );
}
