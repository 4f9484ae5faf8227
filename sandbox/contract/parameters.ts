import { restContract, type Parameter, type Schema } from './description.ts';
import type { Problem } from './problem.ts';
import { written } from './wording.ts';

/** Reads one path or query parameter as its schema wants it. */
interface Reader {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly fallback: unknown;
  /** The value, or the sentence that refuses it. */
  read(values: readonly string[]): { readonly value: unknown } | { readonly refused: string };
}

const readers = new Map<string, readonly Reader[]>();

/** Path and query values by their descriptions. Unknown query names are kept as text: GitHub ignores them. */
export function readParameters(
  operationId: string,
  path: Readonly<Record<string, string>>,
  query: URLSearchParams,
): { params: Record<string, unknown>; query: Record<string, unknown>; problems: Problem[] } {
  const params: Record<string, unknown> = { ...path };
  const asked: Record<string, unknown> = Object.fromEntries([...query].filter(([, value]) => value !== ''));
  const problems: Problem[] = [];
  for (const reader of readersOf(operationId)) {
    const given = reader.in === 'path' ? [path[reader.name] ?? ''] : queryValues(query, reader.name);
    const target = reader.in === 'path' ? params : asked;
    if (given.length === 0) {
      if (reader.fallback !== undefined) target[reader.name] = reader.fallback;
      else if (reader.required) problems.push(missing(reader));
      continue;
    }
    const result = reader.read(given);
    if ('value' in result) target[reader.name] = result.value;
    else problems.push({ in: reader.in, at: reader.name, message: result.refused, keyword: 'type' });
  }
  return { params, query: asked, problems };
}

function missing({ name }: Reader): Problem {
  return { in: 'query', at: name, message: `"${name}" wasn't supplied.`, keyword: 'required' };
}

/** Repeated names, also with brackets; an empty value counts as not given. */
function queryValues(query: URLSearchParams, name: string): readonly string[] {
  return [...query.getAll(name), ...query.getAll(`${name}[]`)].filter((value) => value !== '');
}

function readersOf(operationId: string): readonly Reader[] {
  let found = readers.get(operationId);
  if (found === undefined) {
    const parameters = restContract().operations[operationId]?.parameters ?? [];
    found = parameters.flatMap((parameter) =>
      parameter.in === 'header' ? [] : [readerOf(parameter, parameter.in)],
    );
    readers.set(operationId, found);
  }
  return found;
}

function readerOf(parameter: Parameter, place: 'path' | 'query'): Reader {
  const schema = withoutReference(parameter.schema);
  return {
    name: parameter.name,
    in: place,
    required: parameter.required === true,
    fallback: schema.default,
    read: schema.type === 'array' ? listReader(schema) : (values) => readOne(schema, values.at(-1)!),
  };
}

function withoutReference(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const { default: fallback } = schema;
  const target = restContract().components[schema.$ref.slice(2)] ?? {};
  return fallback === undefined ? target : { ...target, default: fallback };
}

function listReader(schema: Schema): Reader['read'] {
  return (values) => {
    const items = values.flatMap((value) => value.split(','));
    const read = items.map((item) => readOne(schema.items ?? {}, item));
    const refused = read.find((one) => 'refused' in one);
    return refused ?? { value: read.map((one) => ('value' in one ? one.value : undefined)) };
  };
}

function readOne(schema: Schema, text: string): { value: unknown } | { refused: string } {
  const types = typesOf(schema);
  const value = coerced(types, text);
  if (value === undefined) {
    const wanted = types[0] ?? 'string';
    return { refused: `${written(text)} is not ${wanted === 'integer' ? 'an' : 'a'} ${wanted}.` };
  }
  if (schema.enum !== undefined && !schema.enum.includes(value))
    return { refused: `${written(value)} is not a member of ${written(schema.enum)}.` };
  if (typeof value === 'number' && value < (schema.minimum ?? -Infinity))
    return { refused: `${value} must be greater than or equal to ${schema.minimum ?? ''}.` };
  if (typeof value === 'number' && value > (schema.maximum ?? Infinity))
    return { refused: `${value} must be less than or equal to ${schema.maximum ?? ''}.` };
  if (schema.format === 'date-time' && Number.isNaN(Date.parse(text)))
    return { refused: `${written(text)} is not a valid date-time.` };
  return { value };
}

function typesOf(schema: Schema): readonly string[] {
  const either = schema.oneOf ?? schema.anyOf;
  if (either !== undefined) return either.flatMap(typesOf);
  if (schema.type === undefined) return [];
  return typeof schema.type === 'string' ? [schema.type] : schema.type;
}

/** The first of the types that the text can be; undefined where it can be none. */
function coerced(types: readonly string[], text: string): unknown {
  if (types.length === 0) return text;
  for (const type of types) {
    if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text);
    if (type === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
    if (type === 'boolean' && /^(true|1)$/i.test(text)) return true;
    if (type === 'boolean' && /^(false|0)$/i.test(text)) return false;
    if (type === 'string') return text;
  }
  return undefined;
}
