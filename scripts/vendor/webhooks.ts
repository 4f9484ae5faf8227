import { closure, reduced, shared, type Json, type Tree } from './schema.ts';
import { sorted } from './rest.ts';

/** Events whose action is a word of the sender; the description gives one as an example. */
const OPEN_ACTIONS: ReadonlySet<string> = new Set(['repository_dispatch']);

/**
 * The payloads of the named events, by `event` or `event.action`, and the components they reach.
 * The description names a webhook by its operation id: `pull-request/auto-merge-enabled`.
 */
export function servedWebhooks(description: Tree, events: readonly string[]): Tree {
  const found = Object.values(description['webhooks'] as Tree).flatMap((hook): [string, Json][] => {
    const post = (hook as Tree)['post'] as Tree;
    const event = (post['x-github'] as Tree)['subcategory'] as string;
    if (!events.includes(event)) return [];
    const action = OPEN_ACTIONS.has(event)
      ? undefined
      : (post['operationId'] as string).split('/')[1]?.replaceAll('-', '_');
    const body = (post['requestBody'] as Tree)['content'] as Tree;
    const schema = reduced((body['application/json'] as Tree)['schema'] ?? {});
    return [[action === undefined ? event : `${event}.${action}`, schema]];
  });
  const missing = events.filter((event) => !found.some(([name]) => name.split('.')[0] === event));
  if (missing.length > 0) throw new Error(`the description has no webhook of ${missing.join(', ')}`);
  const schemas = (description['components'] as Tree)['schemas'] as Tree;
  const components = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, reduced(schema)]),
  );
  const table = sorted(Object.fromEntries(found));
  const { value, components: repeated } = shared({
    events: table,
    components: closure(table, components),
  });
  return {
    events: value['events'] as Tree,
    components: { ...(value['components'] as Tree), ...sorted(repeated) },
  };
}
