import type { GraphQLError } from 'graphql';
import { executeSync, type DocumentNode } from 'graphql';

import { identify, rateOf, spend } from '../access/index.ts';
import { ApiError } from '../kernel/errors.ts';
import type { Graphql } from '../kernel/handle.ts';
import type { Core } from '../kernel/core.ts';
import type { Identity } from '../kernel/identity.ts';
import type { ApiRequest, ApiResponse } from '../kernel/message.ts';
import type { Urls } from '../kernel/urls.ts';
import { Asking } from './asking.ts';
import { fieldResolver, isRefusal } from './fields.ts';
import { githubSchema, validDocument } from './schema.ts';
import { TYPES } from './types/index.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const DOCUMENTATION =
  'https://docs.github.com/graphql/guides/forming-calls-with-graphql#authenticating-with-graphql';
const resolver = fieldResolver(TYPES);

interface Question {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | undefined;
}

/**
 * Answers one GraphQL request: https://docs.github.com/graphql/guides/forming-calls-with-graphql.
 * Failures of fields are told in `errors` with status 200, as GitHub does.
 */
export const graphql: Graphql = (core, request, urls) => {
  try {
    return answer(core, request, urls);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const body = { message: error.message, documentation_url: DOCUMENTATION, status: String(error.status) };
    return json(core, error.status, body, error.headers);
  }
};

function answer(core: Core, request: ApiRequest, urls: Urls): ApiResponse {
  if (request.method !== 'POST') throw new ApiError(404, 'Not Found');
  const viewer = identify(core, request.headers);
  if (viewer.kind === 'anonymous') throw new ApiError(401, 'This endpoint requires you to be authenticated.');
  if (viewer.kind === 'app') throw new ApiError(403, 'Resource not accessible by integration');
  spend(core, viewer, 'graphql', 1);
  const headers = rateHeaders(core, viewer);
  const question = questionOf(request);
  if (question === undefined)
    return json(
      core,
      200,
      { errors: [{ message: 'A query attribute must be specified and must be a string.' }] },
      headers,
    );
  const document = validDocument(question.query);
  if ('kind' in document)
    return json(core, 200, run(new Asking({ core, urls, viewer, request }), document, question), headers);
  return json(core, 200, { errors: document.map(toldError) }, headers);
}

/** Where the caller stands: https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api */
function rateHeaders(core: Core, viewer: Identity): Record<string, string> {
  const { limit, used, remaining, reset } = rateOf(core, viewer, 'graphql');
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-used': String(used),
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-resource': 'graphql',
    ...(viewer.kind === 'user' && viewer.scopes !== undefined
      ? { 'x-oauth-scopes': viewer.scopes.join(', ') }
      : {}),
  };
}

function run(asking: Asking, document: DocumentNode, question: Question): unknown {
  const { data, errors } = executeSync({
    schema: githubSchema(),
    document,
    contextValue: asking,
    variableValues: question.variables,
    fieldResolver: resolver,
    typeResolver: (value) => (value as { __typename: string }).__typename,
    ...(question.operationName === undefined ? {} : { operationName: question.operationName }),
  });
  const bug = errors?.find((error) => !isRefusal(error));
  if (bug !== undefined) throw bug.cause instanceof Error ? bug.cause : bug;
  return {
    ...(data === undefined ? {} : { data }),
    ...(errors === undefined ? {} : { errors: errors.map(toldError) }),
  };
}

/** GitHub puts the kind of a failure beside its message, not into `extensions`. */
function toldError(error: GraphQLError): unknown {
  const { message, locations, path, extensions } = error;
  const { type, ...more } = extensions;
  return {
    ...(type === undefined ? {} : { type }),
    ...(path === undefined ? {} : { path }),
    ...(Object.keys(more).length === 0 ? {} : { extensions: more }),
    ...(locations === undefined ? {} : { locations }),
    message,
  };
}

/** The question in the body; undefined where there is no text of a query. @throws ApiError 400 for a body that is no JSON object */
function questionOf({ body }: ApiRequest): Question | undefined {
  const text =
    typeof body === 'string' ? body : body instanceof Uint8Array ? Buffer.from(body).toString() : '';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError(400, 'Problems parsing JSON');
  }
  if (typeof value !== 'object' || value === null) throw new ApiError(400, 'Body should be a JSON object');
  const { query, variables, operationName } = value as Readonly<Record<string, unknown>>;
  if (typeof query !== 'string') return undefined;
  return {
    query,
    variables:
      typeof variables === 'object' && variables !== null ? (variables as Record<string, unknown>) : {},
    operationName: typeof operationName === 'string' && operationName !== '' ? operationName : undefined,
  };
}

function json(
  core: Core,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): ApiResponse {
  return {
    status,
    headers: {
      date: new Date(core.clock.now()).toUTCString(),
      'content-type': JSON_TYPE,
      'x-github-media-type': 'github.v4; format=json',
      ...headers,
    },
    body: JSON.stringify(body),
  };
}
