import { GraphQLError } from 'graphql';

import { rateOf } from '../../access/index.ts';
import { ApiError } from '../../kernel/errors.ts';
import { isoTime } from '../../kernel/environment.ts';
import type { Asking } from '../asking.ts';
import { failure, fromRest } from '../errors.ts';
import { fields, type Arguments, type Fields } from '../fields.ts';
import { nodeOf } from './node-ids.ts';
import { accountNode, repositoryByName, repositoryNode, type AccountNode } from './nodes.ts';
import { search } from './search.ts';

interface Rate {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  readonly reset: number;
}

/** The root. */
export const QUERY: Readonly<Record<string, Fields<never>>> = {
  Query: fields<unknown>({
    viewer: (_, __, asking) => viewerOf(asking),
    repository: (_, args, asking) =>
      repositoryNode(repositoryByName(asking, String(args['owner']), String(args['name']))),
    repositoryOwner: (_, args, asking) => {
      const found = byLogin(asking, args);
      return found?.__typename === 'Bot' ? null : found;
    },
    user: (_, args, asking) => named(asking, args, 'User', 'a User'),
    organization: (_, args, asking) => named(asking, args, 'Organization', 'an Organization'),
    node: (_, args, asking) => nodeOf(asking, String(args['id'])),
    nodes: (_, args, asking) => (args['ids'] as readonly string[]).map((id) => nodeOrError(asking, id)),
    search: (_, args, asking) => search(asking, args),
    rateLimit: (_, __, asking) => rateOf(asking.core, asking.viewer, 'graphql'),
    relay: () => ({}),
  }),
  RateLimit: fields<Rate>({
    limit: ({ limit }) => limit,
    used: ({ used }) => used,
    remaining: ({ remaining }) => remaining,
    resetAt: ({ reset }) => isoTime(reset * 1000),
    // Every request counts as one point: https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
    cost: () => 1,
    nodeCount: () => 0,
  }),
};

/** In a list each id fails for itself: the others are still answered. */
function nodeOrError(asking: Asking, id: string): unknown {
  try {
    return nodeOf(asking, id);
  } catch (error) {
    if (error instanceof ApiError) return fromRest(error);
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** Whoever asks is a user here, also the bot of an App: its login keeps the `[bot]`. */
function viewerOf(asking: Asking): AccountNode {
  const { account } = asking;
  if (account === null) throw failure('FORBIDDEN', 'Resource not accessible by integration');
  return { __typename: 'User', row: account };
}

function byLogin(asking: Asking, args: Arguments): AccountNode | null {
  return accountNode(asking.tables.accounts.find('login', String(args['login']).toLowerCase()));
}

function named(asking: Asking, args: Arguments, type: string, what: string): AccountNode {
  const found = byLogin(asking, args);
  if (found?.__typename !== type)
    throw failure('NOT_FOUND', `Could not resolve to ${what} with the login of '${String(args['login'])}'.`);
  return found;
}
