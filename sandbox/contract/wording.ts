import type { ErrorObject } from 'ajv';

/**
 * The sentence in which GitHub's REST API says what is wrong with a body: `For 'properties/title', 1 is not a string.`,
 * `"head" wasn't supplied.`, `"x" is not a member of ["open", "closed"].` The wording is seen in answers that people
 * quote; values are written as Ruby writes them.
 */
export function refusal(error: ErrorObject, missing: readonly string[] = []): string {
  const { keyword, data, schema, schemaPath } = error;
  const value = written(data);
  switch (keyword) {
    case 'required':
      return `${missing.map((name) => `"${name}"`).join(', ')} ${missing.length > 1 ? "weren't" : "wasn't"} supplied.`;
    case 'type':
      return `For '${place(schemaPath)}', ${value} is not ${listed(schema)}.`;
    case 'enum':
      return `${value} is not a member of ${written(schema)}.`;
    case 'const':
      return `${value} is not a member of ${written([schema])}.`;
    case 'additionalProperties':
      return `"${(error.params as { additionalProperty: string }).additionalProperty}" is not a permitted key.`;
    case 'minimum':
      return `${value} must be greater than or equal to ${String(schema)}.`;
    case 'maximum':
      return `${value} must be less than or equal to ${String(schema)}.`;
    case 'anyOf':
      return 'No subschema in "anyOf" matched.';
    case 'oneOf':
      return (error.params as { passingSchemas: unknown }).passingSchemas === null
        ? 'No subschema in "oneOf" matched.'
        : 'More than one subschema in "oneOf" matched.';
    case 'allOf':
      return 'Not all subschemas of "allOf" matched.';
    case 'not':
      return 'Matched "not" subschema.';
    case 'format':
      return `${value} is not a valid ${String(schema)}.`;
    case 'pattern':
      return `${value} does not match /${String(schema)}/.`;
    case 'minLength':
      return `At least ${amount(schema, 'character')} required; only ${were((data as string).length)} supplied.`;
    case 'maxLength':
      return `Only ${amount(schema, 'character')} allowed; ${were((data as string).length)} supplied.`;
    case 'minItems':
      return `${Number(schema)} ${schema === 1 ? 'item' : 'items'} required; only ${were((data as unknown[]).length)} supplied.`;
    case 'maxItems':
      return `No more than ${amount(schema, 'item')} allowed; ${were((data as unknown[]).length)} supplied.`;
    case 'maxProperties':
      return `No more than ${amount(schema, 'property')} allowed; ${were(Object.keys(data as object).length)} supplied.`;
    default:
      return `${value} ${error.message ?? keyword}.`;
  }
}

/** `1 item is`, `50 items are`. */
function amount(schema: unknown, noun: 'character' | 'item' | 'property'): string {
  if (schema === 1) return `1 ${noun} is`;
  return `${String(schema)} ${noun === 'property' ? 'properties' : `${noun}s`} are`;
}

function were(count: number): string {
  return `${count} ${count === 1 ? 'was' : 'were'}`;
}

/** The last step of the way through the schema: `properties/title`, `items`, `anyOf/1`. */
function place(schemaPath: string): string {
  const steps = schemaPath
    .replace(/^[^/]*\//, '')
    .split('/')
    .slice(0, -1);
  const last = steps.at(-1) ?? '';
  return last === 'items' || last === 'additionalProperties' ? last : steps.slice(-2).join('/');
}

function listed(schema: unknown): string {
  const types = (Array.isArray(schema) ? schema : [schema]).map(String);
  const text =
    types.length > 2 ? `${types.slice(0, -1).join(', ')}, or ${types.at(-1)!}` : types.join(' or ');
  return `${/^[aeiou]/.test(text) ? 'an' : 'a'} ${text}`;
}

/** A JSON value as Ruby's `inspect` writes it: `nil`, `{"a"=>1}`. */
export function written(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (typeof value === 'object') {
    const members = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}=>${written(one)}`);
    return `{${members.join(', ')}}`;
  }
  return JSON.stringify(value);
}
