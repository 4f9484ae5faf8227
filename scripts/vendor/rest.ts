import { closure, isTree, reduced, shared, type Json, type Tree } from './schema.ts';

const METHODS: ReadonlySet<string> = new Set(['get', 'head', 'post', 'put', 'patch', 'delete']);

/** One operation as the description has it. */
export interface Described {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly operation: Tree;
}

/** Every operation of an OpenAPI description, in its order. */
export function describedOperations(description: Tree): readonly Described[] {
  return Object.entries(description['paths'] as Tree).flatMap(([path, item]) =>
    Object.entries(item as Tree)
      .filter(([method]) => METHODS.has(method))
      .map(([method, operation]) => ({
        id: (operation as Tree)['operationId'] as string,
        method: method.toUpperCase(),
        path,
        operation: operation as Tree,
      })),
  );
}

/** The component a `$ref` of the description names, or the value itself where it is no reference. */
export function resolved(description: Tree, value: Json): Tree {
  const ref = isTree(value) ? value['$ref'] : undefined;
  if (typeof ref !== 'string') return value as Tree;
  return ref
    .slice(2)
    .split('/')
    .reduce<Json>((at, key) => (at as Tree)[key] as Json, description) as Tree;
}

/**
 * The table of all operations: method and path of each by its id. A parameter that may hold slashes is written as
 * RFC 6570 writes it, `{+ref}`. Beside it: the operations that an App's installation may not call.
 */
export function operationTable(description: Tree): Tree {
  const all = describedOperations(description);
  const rows = all.map(({ id, method, path, operation }): [string, string] => {
    const parameters = ((operation['parameters'] ?? []) as readonly Json[]).map((one) =>
      resolved(description, one),
    );
    const long = parameters.filter((one) => one['x-multi-segment'] === true).map((one) => one['name']);
    const template = path.replace(/\{(\w+)\}/g, (whole, name: string) =>
      long.includes(name) ? `{+${name}}` : whole,
    );
    return [id, `${method} ${template}`];
  });
  const notForApps = all
    .filter(({ operation }) => (operation['x-github'] as Tree)['enabledForGitHubApps'] === false)
    .map(({ id }) => id);
  return { operations: Object.fromEntries(rows), notForApps };
}

/** The description of the named operations: parameters, request body, responses, and the components they reach. */
export function servedOperations(description: Tree, ids: readonly string[]): Tree {
  const known = new Map(describedOperations(description).map((one) => [one.id, one]));
  const operations = Object.fromEntries(
    ids.map((id): [string, Json] => {
      const found = known.get(id);
      if (found === undefined) throw new Error(`the description has no operation ${id}`);
      return [id, contractOf(description, found.operation)];
    }),
  );
  const schemas = (description['components'] as Tree)['schemas'] as Tree;
  const components = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, reduced(schema)]),
  );
  const reached = closure(operations, components);
  const { value, components: repeated } = shared({ operations, components: reached });
  return {
    operations: value['operations'] as Tree,
    components: { ...(value['components'] as Tree), ...sorted(repeated) },
  };
}

function contractOf(description: Tree, operation: Tree): Tree {
  const parameters = ((operation['parameters'] ?? []) as readonly Json[]).map((one) => {
    const { name, in: place, required, schema } = resolved(description, one);
    const out: Tree = { name: name ?? '', in: place ?? '', schema: reduced(schema ?? {}, 1) };
    return required === true ? { ...out, required } : out;
  });
  const responses = Object.entries(operation['responses'] as Tree).map(([status, one]): [string, Json] => [
    status,
    jsonSchema(resolved(description, one)),
  ]);
  const body = operation['requestBody'];
  const request = body === undefined ? undefined : requestOf(resolved(description, body));
  return {
    parameters,
    ...(request === undefined ? {} : { body: request }),
    responses: Object.fromEntries(responses),
  };
}

function requestOf(body: Tree): Tree {
  const schema = ((body['content'] ?? {}) as Tree)['application/json'];
  const required = body['required'] === true;
  return isTree(schema) ? { required, schema: reduced(schema['schema'] ?? {}, 2) } : { required };
}

/** What a JSON answer must be; where several JSON media types are answered, what any of them is. Null: no JSON. */
function jsonSchema(response: Tree): Json {
  const content = Object.entries((response['content'] ?? {}) as Tree)
    .filter(([type]) => /json$|github\.object$/.test(type))
    .map(([, media]) => reduced((media as Tree)['schema'] ?? {}));
  const distinct = [...new Map(content.map((one) => [JSON.stringify(one), one])).values()];
  if (distinct.length === 0) return null;
  return distinct.length === 1 ? distinct[0]! : { anyOf: distinct };
}

/** A table with its keys in order, so that the same input always gives the same text. */
export function sorted(table: Tree): Tree {
  return Object.fromEntries(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1)));
}
