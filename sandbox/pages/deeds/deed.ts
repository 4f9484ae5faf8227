import type { Page } from '../page.ts';

/** One call of the API; `GRAPHQL` is a query with its variables. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** What a form said. */
export interface Asked {
  readonly page: Page;
  readonly params: Readonly<Record<string, string>>;
  readonly form: URLSearchParams;
  /** A field, empty where it is not there. */
  readonly text: (name: string) => string;
  /** `/repos/owner/repo` of the path. */
  readonly repo: string;
}

export interface Deed {
  readonly calls: (asked: Asked) => readonly Call[];
  /** What is said when it went well. */
  readonly done?: string;
  /** Where to go then, by the last answer; else back to where the form was. */
  readonly to?: (
    params: Readonly<Record<string, string>>,
    answer: { readonly [member: string]: unknown },
  ) => string;
}

/** Forms of a family by their address. */
export type Deeds = Readonly<Record<string, Deed>>;

/** A deed of one call. */
export function call(
  method: string,
  path: (asked: Asked) => string,
  body?: (asked: Asked) => unknown,
  more: Omit<Deed, 'calls'> = {},
): Deed {
  return {
    calls: (asked) => [{ method, path: path(asked), ...(body === undefined ? {} : { body: body(asked) }) }],
    ...more,
  };
}

/** A call of the GraphQL API. */
export function graphql(query: string, variables: Readonly<Record<string, unknown>>): Call {
  return { method: 'GRAPHQL', path: '', body: { query, variables } };
}

/** The fields that were filled in. */
export function filled(asked: Asked, ...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (asked.text(name) === '' ? [] : [[name, asked.text(name)]])),
  );
}
