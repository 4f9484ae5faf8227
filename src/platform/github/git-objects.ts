import { GRAPHQL, Refused, type Api } from './api.ts';

/** Objects that one question names: what GitHub answers well within its ten seconds. */
const AT_ONCE = 50;

/** A git object as GraphQL names it: its id, or `<commit>:<path>`. */
export type ObjectName = { readonly oid: string } | { readonly expression: string };

interface Answer {
  readonly data?: { readonly repository?: Readonly<Record<string, unknown>> | null } | null;
  readonly errors?: readonly { readonly message: string }[];
}

/**
 * Several git objects by few questions of GraphQL, where REST takes a call for each: docs.github.com/graphql/reference/
 * objects#repository (`object`). `fields` selects what is wanted of them, e.g. `... on Blob { text }`. In the order asked
 * for; null where there is no such object.
 *
 * @throws Refused GitHub does not answer it whole · as the api throws
 */
export async function askObjects<Node>(
  api: Api,
  place: { readonly owner: string; readonly repo: string },
  names: readonly ObjectName[],
  fields: string,
): Promise<readonly (Node | null)[]> {
  const found: (Node | null)[] = [];
  for (let from = 0; from < names.length; from += AT_ONCE) {
    const asked = names.slice(from, from + AT_ONCE);
    const objects = asked.map((name, at) => `o${at}: object(${argumentOf(name)}) { ${fields} }`);
    const query = `query($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) { ${objects.join(' ')} } }`;
    const variables = { owner: place.owner, repo: place.repo };
    const { data, errors } = (await api(GRAPHQL, { query, variables })).data as Answer;
    const { repository } = data ?? {};
    if (repository == null || errors !== undefined)
      throw new Refused(GRAPHQL, 200, errors?.[0]?.message ?? 'no such repository');
    found.push(...asked.map((_, at) => (repository[`o${at}`] ?? null) as Node | null));
  }
  return found;
}

/** Texts of GraphQL are written as those of JSON are. */
function argumentOf(name: ObjectName): string {
  return 'oid' in name
    ? `oid: ${JSON.stringify(name.oid)}`
    : `expression: ${JSON.stringify(name.expression)}`;
}
