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
    const { data, errors } = (await api(GRAPHQL, questionOf(place, asked, fields))).data as Answer;
    const { repository } = data ?? {};
    if (repository == null || errors !== undefined)
      throw new Refused(GRAPHQL, 200, errors?.[0]?.message ?? 'no such repository');
    found.push(...asked.map((_, at) => (repository[`o${at}`] ?? null) as Node | null));
  }
  return found;
}

/** Names go as variables: the text depends on how many there are, not on which. */
function questionOf(
  { owner, repo }: { readonly owner: string; readonly repo: string },
  names: readonly ObjectName[],
  fields: string,
) {
  const declared = names.map((name, at) => `, $n${at}: ${'oid' in name ? 'GitObjectID' : 'String'}!`);
  const objects = names.map((name, at) => {
    const argument = 'oid' in name ? 'oid' : 'expression';
    return `o${at}: object(${argument}: $n${at}) { ${fields} }`;
  });
  const query = `query($owner: String!, $repo: String!${declared.join('')}) { repository(owner: $owner, name: $repo) { ${objects.join(' ')} } }`;
  const values = names.map((name, at) => [`n${at}`, 'oid' in name ? name.oid : name.expression]);
  return { query, variables: { owner, repo, ...(Object.fromEntries(values) as Record<string, string>) } };
}
