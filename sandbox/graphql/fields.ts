import {
  getNamedType,
  GraphQLError,
  isObjectType,
  type FieldNode,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
} from 'graphql';

import { ApiError } from '../kernel/errors.ts';
import type { Asking } from './asking.ts';
import { connectionOf, type PageArguments, type Window } from './connection.ts';
import { fromRest, unsupported } from './errors.ts';

export type Arguments = Readonly<Record<string, unknown>>;

/** How a field of a type of object is made of what stands behind the object. */
export type Field<Source> = (
  source: Source,
  args: Arguments,
  asking: Asking,
  info: GraphQLResolveInfo,
) => unknown;

/** The fields the sandbox has of a type. What is not listed is refused by name. */
export type Fields<Source> = Readonly<Record<string, Field<Source>>>;

/** Fields of a type, checked against what stands behind it, kept with all others. */
export function fields<Source>(table: Fields<Source>): Fields<never> {
  return table;
}

/** Plain values that already have the form of the schema: payloads of mutations, connections, pages. */
const PLAIN = /(?:Payload|Connection|Edge|PageInfo)$/;

/**
 * Resolves every field: by the table of its type, for plain values by its name. A list that the schema has as a
 * connection becomes one. Refusals of REST operations become GraphQL's.
 */
export function fieldResolver(
  types: Readonly<Record<string, Fields<never>>>,
): GraphQLFieldResolver<unknown, Asking> {
  return (source, args: Arguments, asking, info) => {
    try {
      const value = resolve(types, source, args, asking, info);
      const named = getNamedType(info.returnType);
      if (isObjectType(named) && named.name.endsWith('Connection') && isList(value))
        return connectionOf(info.fieldName, value, args as PageArguments, needsBounds(info));
      return value;
    } catch (error) {
      if (error instanceof ApiError) throw fromRest(error);
      throw error;
    }
  };
}

function resolve(
  types: Readonly<Record<string, Fields<never>>>,
  source: unknown,
  args: Arguments,
  asking: Asking,
  info: GraphQLResolveInfo,
): unknown {
  const type = info.parentType.name;
  const field = types[type]?.[info.fieldName] as Field<unknown> | undefined;
  if (field !== undefined) return field(source, args, asking, info);
  const plain = PLAIN.test(type) && typeof source === 'object' && source !== null;
  if (plain && info.fieldName in source) return (source as Record<string, unknown>)[info.fieldName];
  throw unsupported(`${type}.${info.fieldName}`);
}

function isList(value: unknown): value is readonly unknown[] | Window<unknown> {
  return Array.isArray(value) || (typeof value === 'object' && value !== null && 'slice' in value);
}

/** Is anything of the items asked for, and not only how many there are? */
function needsBounds(info: GraphQLResolveInfo): boolean {
  const asked = (nodes: readonly FieldNode[]): boolean =>
    nodes.some((node) =>
      (node.selectionSet?.selections ?? []).some(
        (one) => one.kind !== 'Field' || ['nodes', 'edges', 'pageInfo'].includes(one.name.value),
      ),
    );
  return asked(info.fieldNodes);
}

/** Is it an error that the caller is told, rather than a bug of the sandbox? */
export function isRefusal(error: GraphQLError): boolean {
  return error.cause === undefined || error.cause instanceof GraphQLError;
}
