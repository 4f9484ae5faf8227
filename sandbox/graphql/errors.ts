import { GraphQLError } from 'graphql';

import type { ApiError, FieldError } from '../kernel/errors.ts';

/** GitHub's kinds of failure, `type` of an entry of `errors`. */
export type FailureType =
  | 'NOT_FOUND'
  | 'FORBIDDEN'
  | 'INSUFFICIENT_SCOPES'
  | 'UNPROCESSABLE'
  | 'STALE_DATA'
  | 'RATE_LIMITED'
  | 'MISSING_PAGINATION_BOUNDARIES'
  | 'EXCESSIVE_PAGINATION'
  | 'NOT_IMPLEMENTED';

/** A failure of one field, with the kind GitHub gives it. */
export function failure(type: FailureType, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

/** What the sandbox does not have, by its name: never a made-up value. */
export function unsupported(name: string): GraphQLError {
  return failure('NOT_IMPLEMENTED', `The sandbox does not support ${name}`);
}

/** The words of GitHub for an id that is nobody's. */
export function noSuchNode(id: string): GraphQLError {
  return failure('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}

/** A refusal of the REST API as GraphQL tells it: the sentences of its field errors, or its own. */
export function fromRest(error: ApiError): GraphQLError {
  const sentences = (error.errors ?? []).map(sentence);
  const type =
    error.status === 404
      ? 'NOT_FOUND'
      : error.status === 403 || error.status === 401
        ? 'FORBIDDEN'
        : 'UNPROCESSABLE';
  return failure(type, sentences.length === 0 ? error.message : sentences.join(', '));
}

function sentence(error: FieldError | string): string {
  if (typeof error === 'string') return error;
  return error.message ?? `${error.resource} ${error.field} ${error.code.replaceAll('_', ' ')}`;
}
