import { createHash } from 'node:crypto';

/** A JSON value of a description; descriptions are read as plain trees. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Tree = Record<string, Json>;

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const ONE_SCHEMA = new Set(['items', 'not', 'additionalProperties', 'contains']);
const MANY_SCHEMAS = new Set(['oneOf', 'anyOf', 'allOf', 'prefixItems']);
const NAMED_SCHEMAS = new Set(['properties', 'patternProperties', '$defs']);
const KEPT = new Set([
  ...['type', 'enum', 'const', 'required', '$ref', 'pattern', 'uniqueItems', 'multipleOf'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minLength', 'maxLength'],
  ...['minItems', 'maxItems', 'minProperties', 'maxProperties'],
]);
/** Formats that check something `type` does not; GitHub's `timestamp` and `repo.nwo` are formats of nobody else. */
const FORMATS = new Set([
  'date-time',
  'date',
  'uri',
  'email',
  'int32',
  'uri-template',
  'hostname',
  'ipv4',
  'uuid',
]);

/**
 * Reduces a schema of OpenAPI 3.0 or 3.1 to JSON Schema: only what decides validity stays, `nullable` becomes a type,
 * `$ref` becomes `c:name`. Defaults stay where the caller asks for them, at the top and one level down.
 * Source: OpenAPI 3.0.3, Schema Object.
 */
export function reduced(schema: Json, defaults = 0): Tree {
  if (!isTree(schema)) return {};
  const out: Tree = {};
  for (const [key, value] of Object.entries(schema)) {
    if (ONE_SCHEMA.has(key)) out[key] = isTree(value) ? reduced(value) : value;
    else if (MANY_SCHEMAS.has(key)) out[key] = (value as readonly Json[]).map((one) => reduced(one));
    else if (NAMED_SCHEMAS.has(key) && isTree(value))
      out[key] = Object.fromEntries(
        Object.entries(value).map(([name, one]) => [name, reduced(one, defaults - 1)]),
      );
    else if (KEPT.has(key)) out[key] = value;
    else if (key === 'format' && typeof value === 'string' && FORMATS.has(value)) out['format'] = value;
    else if (key === 'default' && defaults > 0) out['default'] = value;
  }
  const ref = out['$ref'];
  if (typeof ref === 'string') out['$ref'] = `c:${ref.slice(ref.lastIndexOf('/') + 1)}`;
  // An empty object says nothing: `additionalProperties: true` is the rule.
  if (out['additionalProperties'] === true) delete out['additionalProperties'];
  return schema['nullable'] === true ? orNull(out) : out;
}

function orNull(schema: Tree): Tree {
  const { type, default: fallback, ...rest } = schema;
  if (type === undefined) {
    const either: Tree = { anyOf: [{ type: 'null' }, rest] };
    return fallback === undefined ? either : { ...either, default: fallback };
  }
  const types = Array.isArray(type) ? (type as readonly Json[]) : [type];
  const out: Tree = { ...schema, type: types.includes('null') ? type : [...types, 'null'] };
  const allowed = schema['enum'];
  if (Array.isArray(allowed) && !(allowed as readonly Json[]).includes(null))
    out['enum'] = [...(allowed as readonly Json[]), null];
  return out;
}

/** Every component name a value refers to. */
export function references(value: Json): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (one: Json): void => {
    if (Array.isArray(one)) (one as readonly Json[]).forEach(visit);
    else if (isTree(one))
      for (const [key, inner] of Object.entries(one)) {
        if (key === '$ref' && typeof inner === 'string' && inner.startsWith('c:')) found.add(inner.slice(2));
        else visit(inner);
      }
  };
  visit(value);
  return found;
}

/** The named components that `roots` reach, and those these reach, sorted by name. */
export function closure(roots: Json, components: Tree): Tree {
  const reached = new Map<string, Json>();
  const queue = [...references(roots)];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (reached.has(name)) continue;
    const component = components[name];
    if (component === undefined) throw new Error(`the description refers to ${name}, which it lacks`);
    reached.set(name, component);
    queue.push(...references(component));
  }
  return Object.fromEntries([...reached].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const WORTH_SHARING = 200;

/**
 * GitHub's descriptions repeat large schemas inline (a user, a repository). Schemas that occur twice become components
 * named by the digest of their text: the files shrink several fold, and a validator is compiled once.
 */
export function shared(value: Tree): { value: Tree; components: Tree } {
  const seen = new Map<string, { name: string; schema: Tree; count: number }>();
  const intern = (one: Json): Json => {
    if (Array.isArray(one)) return (one as readonly Json[]).map(intern);
    if (!isTree(one)) return one;
    const inner = Object.fromEntries(Object.entries(one).map(([key, child]) => [key, intern(child)]));
    const isObject = isTree(inner['properties']) && inner['type'] !== undefined;
    const text = JSON.stringify(inner);
    if (!isObject || text.length < WORTH_SHARING) return inner;
    const entry = seen.get(text) ?? { name: `~${digest(text)}`, schema: inner, count: 0 };
    entry.count += 1;
    seen.set(text, entry);
    return { $ref: `c:${entry.name}` };
  };
  const interned = intern(value) as Tree;
  const byName = new Map([...seen.values()].map((entry) => [entry.name, entry]));
  const inline = (one: Json): Json => {
    if (Array.isArray(one)) return (one as readonly Json[]).map(inline);
    if (!isTree(one)) return one;
    const ref = one['$ref'];
    const entry = typeof ref === 'string' ? byName.get(ref.slice(2)) : undefined;
    if (entry?.count === 1) return inline(entry.schema);
    return Object.fromEntries(Object.entries(one).map(([key, child]) => [key, inline(child)]));
  };
  const kept = [...byName.values()].filter((entry) => entry.count > 1);
  return {
    value: inline(interned) as Tree,
    components: Object.fromEntries(kept.map((entry) => [entry.name, inline(entry.schema)])),
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}

/** JSON with one entry of each top-level table per line, so that a new version shows what changed. */
export function layout(file: Tree): string {
  const tables = Object.entries(file).map(([key, value]) => {
    if (!isTree(value)) return `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
    const rows = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}:${JSON.stringify(one)}`);
    return `${JSON.stringify(key)}: {\n${rows.join(',\n')}\n}`;
  });
  return `{\n${tables.join(',\n')}\n}\n`;
}
