import type { ErrorObject } from 'ajv';

import { restContract, webhookContract, type Schema } from './description.ts';
import type { Operation } from './operations.ts';
import { readParameters } from './parameters.ts';
import type { Problem } from './problem.ts';
import { restValidators, webhookValidators } from './validators.ts';
import { refusal, written } from './wording.ts';

/** A request as the router and the body parser leave it; `body` undefined where none was sent. */
export interface RawInput {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body?: unknown;
}

export interface CheckedInput {
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly problems: readonly Problem[];
}

/**
 * Holds a request to GitHub's description of the operation: path and query values coerced, their defaults filled, all
 * problems of the body listed. Defaults of a body are filled where the request makes or replaces something (POST, PUT):
 * a PATCH leaves alone what it does not name.
 */
export function checkRequest(operation: Operation, input: RawInput): CheckedInput {
  const { params, query, problems } = readParameters(operation.id, input.params, input.query);
  const contract = restContract().operations[operation.id]?.body;
  if (contract?.schema === undefined) return { params, query, body: input.body, problems };
  const { schema, required } = contract;
  const given = input.body ?? (schema.required === undefined && !required ? undefined : {});
  if (given === undefined) return { params, query, body: withDefaults(operation, schema, {}), problems };
  const errors = restValidators().errors(`${operation.id} body`, schema, given);
  problems.push(...bodyProblems(errors));
  return { params, query, body: withDefaults(operation, schema, given), problems };
}

function withDefaults(operation: Operation, schema: Schema, body: unknown): unknown {
  if (operation.method === 'PATCH' || schema.properties === undefined) return body;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const filled: Record<string, unknown> = { ...body };
  for (const [name, property] of Object.entries(schema.properties))
    if (property.default !== undefined && filled[name] === undefined) filled[name] = property.default;
  return filled;
}

/** GitHub names all missing members of one object in one sentence. */
function bodyProblems(errors: readonly ErrorObject[]): Problem[] {
  const seen = new Set<string>();
  return errors.flatMap((error): Problem[] => {
    const { keyword, instancePath, schemaPath } = error;
    if (keyword === 'required') {
      const place = `${instancePath} ${schemaPath}`;
      if (seen.has(place)) return [];
      seen.add(place);
    }
    const missing = errors
      .filter(
        (one) =>
          one.keyword === 'required' && one.schemaPath === schemaPath && one.instancePath === instancePath,
      )
      .map((one) => (one.params as { missingProperty: string }).missingProperty);
    return [{ in: 'body', at: instancePath, message: refusal(error, missing), keyword }];
  });
}

/** GitHub's form of an error: https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api */
const ERROR_FORM = {
  type: 'object',
  required: ['message', 'documentation_url'],
  properties: {
    message: { type: 'string' },
    documentation_url: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        anyOf: [
          { type: 'string' },
          {
            type: 'object',
            required: ['code'],
            properties: {
              code: { type: 'string' },
              resource: { type: 'string' },
              field: { type: 'string' },
              message: { type: 'string' },
            },
          },
        ],
      },
    },
  },
} as Schema;

/**
 * Holds an answer to GitHub's description. Bodies that are no JSON value (text, bytes) are not looked at. A status of
 * success or redirection that is not described is a problem; an error may have any status and has GitHub's form.
 */
export function checkResponse(operation: Operation, status: number, body: unknown): readonly Problem[] {
  if (typeof body === 'string' || ArrayBuffer.isView(body)) return [];
  if (status >= 400)
    return body === undefined
      ? []
      : sentProblems('response', restValidators().errors('error', ERROR_FORM, body));
  const responses = restContract().operations[operation.id]?.responses ?? {};
  const schema = responses[String(status)];
  if (schema === undefined)
    return [{ in: 'response', at: '', message: `status ${status} is not described`, keyword: 'status' }];
  if (schema === null) {
    if (body === undefined) return [];
    return [{ in: 'response', at: '', message: `status ${status} has no body`, keyword: 'body' }];
  }
  if (body === undefined)
    return [{ in: 'response', at: '', message: `status ${status} has a body`, keyword: 'body' }];
  return sentProblems('response', restValidators().errors(`${operation.id} ${status}`, schema, body));
}

/** Holds the payload of a webhook to GitHub's description of `event` with that action. */
export function checkWebhook(
  event: string,
  action: string | undefined,
  payload: unknown,
): readonly Problem[] {
  const { events } = webhookContract();
  const key =
    action !== undefined && events[`${event}.${action}`] !== undefined ? `${event}.${action}` : event;
  const schema = events[key];
  if (schema === undefined) {
    const name = action === undefined ? event : `${event}.${action}`;
    return [{ in: 'payload', at: '', message: `GitHub describes no webhook ${name}`, keyword: 'event' }];
  }
  return sentProblems('payload', webhookValidators().errors(key, schema, payload));
}

function sentProblems(where: 'response' | 'payload', errors: readonly ErrorObject[]): Problem[] {
  return errors.map(({ instancePath, keyword, message, params, data }) => {
    const more =
      keyword === 'enum' ? ` ${written((params as { allowedValues: unknown }).allowedValues)}` : '';
    const value = keyword === 'required' ? '' : `, is ${written(data).slice(0, 80)}`;
    return { in: where, at: instancePath, message: `${message ?? keyword}${more}${value}`, keyword };
  });
}
