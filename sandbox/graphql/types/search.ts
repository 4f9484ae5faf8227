import { searchIssues } from '../../search/issues.ts';
import { searchRepositories, searchUsers } from '../../search/repositories.ts';
import type { Asking } from '../asking.ts';
import { connectionOf, type Connection, type PageArguments } from '../connection.ts';
import { unsupported } from '../errors.ts';
import type { Arguments } from '../fields.ts';
import { accountNode, issueNode, repositoryNode } from './nodes.ts';

/** What a search finds at most: https://docs.github.com/rest/search/search */
const MOST = 1000;

interface Kind {
  /** The same in the REST API: who may not do that may not do this. */
  readonly operation: string;
  readonly count: string;
  readonly find: (asking: Asking, query: string) => readonly object[];
  readonly node: (asking: Asking, row: never) => unknown;
}

function kind<Row extends object>(
  operation: string,
  count: string,
  find: (asking: Asking, query: string) => readonly Row[],
  node: (asking: Asking, row: Row) => unknown,
): Kind {
  return { operation, count, find, node };
}

const KINDS: Readonly<Record<string, Kind>> = {
  ISSUE: kind(
    'search/issues-and-pull-requests',
    'issueCount',
    (asking, query) => searchIssues(asking, query, undefined, true),
    issueNode,
  ),
  REPOSITORY: kind(
    'search/repos',
    'repositoryCount',
    (asking, query) => searchRepositories(asking, query, undefined, true),
    (_, row) => repositoryNode(row),
  ),
  USER: kind('search/users', 'userCount', searchUsers, (_, row) => accountNode(row)),
};

const NONE = {
  issueCount: 0,
  repositoryCount: 0,
  userCount: 0,
  discussionCount: 0,
  codeCount: 0,
  wikiCount: 0,
};

/** The search of the REST API as a connection. Discussions are not there. */
export function search(asking: Asking, args: Arguments): Connection<unknown> & typeof NONE {
  const type = String(args['type']);
  const found = KINDS[type];
  if (found === undefined) throw unsupported(`search of type ${type}`);
  asking.allow(found.operation);
  const rows = found.find(asking, String(args['query']));
  const nodes = {
    total: Math.min(rows.length, MOST),
    slice: (start: number, end: number) =>
      rows.slice(start, end).map((row) => found.node(asking, row as never)),
  };
  return {
    ...connectionOf('search', nodes, args as PageArguments, true),
    ...NONE,
    [found.count]: rows.length,
  };
}
