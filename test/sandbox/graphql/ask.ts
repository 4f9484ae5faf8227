import type { Who, World } from '../world.ts';

export interface Told {
  readonly type?: string;
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface Answered {
  // What a query gives is what its test looks at.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data?: any;
  readonly errors?: readonly Told[];
}

/** Asks a GraphQL question as somebody and gives the answer, failures and all. */
export function ask(
  world: World,
  as: Who | { token: string },
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Answered {
  const answer = world.call(as, 'POST /graphql', { query, variables });
  if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as Answered;
}

/** Asks and gives the data. @throws Error where anything failed */
export function data(
  world: World,
  as: Who,
  query: string,
  variables?: Readonly<Record<string, unknown>>,
): Answered['data'] {
  const answer = ask(world, as, query, variables);
  if (answer.errors !== undefined)
    throw new Error(
      answer.errors.map(({ message, path }) => `${path?.join('.') ?? ''}: ${message}`).join('\n'),
    );
  return answer.data;
}
