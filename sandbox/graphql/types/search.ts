import type { Asking } from '../asking.ts';
import { connectionOf, type Connection, type PageArguments } from '../connection.ts';
import { unsupported } from '../errors.ts';
import type { Arguments } from '../fields.ts';
import { accountNode, issueNode, repositoryNode } from './nodes.ts';

/** What a search finds at most: https://docs.github.com/rest/search/search */
const MOST = 1000;

interface Found {
  readonly total_count: number;
  readonly items: readonly { readonly id: number }[];
}

interface Kind {
  readonly operation: string;
  readonly count: string;
  readonly node: (asking: Asking, id: number) => unknown;
}

const KINDS: Readonly<Record<string, Kind>> = {
  ISSUE: {
    operation: 'search/issues-and-pull-requests',
    count: 'issueCount',
    node: (asking, id) => issueNode(asking, asking.tables.issues.require(id)),
  },
  REPOSITORY: {
    operation: 'search/repos',
    count: 'repositoryCount',
    node: (asking, id) => repositoryNode(asking.tables.repositories.require(id)),
  },
  USER: {
    operation: 'search/users',
    count: 'userCount',
    node: (asking, id) => accountNode(asking.tables.accounts.require(id)),
  },
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
  const kind = KINDS[type];
  if (kind === undefined) throw unsupported(`search of type ${type}`);
  const items: { readonly id: number }[] = [];
  let total: number;
  for (let page = 1; ; page += 1) {
    const query = { q: String(args['query']), per_page: 100, page };
    const found = asking.read(kind.operation, undefined, { query }) as Found;
    total = found.total_count;
    items.push(...found.items);
    if (found.items.length < 100 || items.length >= MOST) break;
  }
  const nodes = {
    total: items.length,
    slice: (start: number, end: number) => items.slice(start, end).map(({ id }) => kind.node(asking, id)),
  };
  return { ...connectionOf('search', nodes, args as PageArguments, true), ...NONE, [kind.count]: total };
}
